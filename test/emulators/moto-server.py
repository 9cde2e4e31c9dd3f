"""moto_server, with what S3 and Glue do and moto does not.

- A conditional write to S3 is one step: moto looks whether the key is there and then writes, in threads of their own.
- The calls for column statistics that Trino sends Glue when it writes a table.

python moto-server.py -H 127.0.0.1 -p PORT
"""
import json
from functools import wraps
from threading import Lock

from moto.glue.responses import GlueResponse
from moto.s3.responses import S3Response
from moto.server import main

writing = Lock()


def one_at_a_time(handle):
    @wraps(handle)
    def handle_alone(self, *arguments):
        with writing:
            return handle(self, *arguments)

    return handle_alone


def nothing_failed(self):
    return json.dumps({"Errors": []})


def no_statistics(self):
    return json.dumps({"ColumnStatisticsList": [], "Errors": []})


for write in ("put_object", "_key_response_post"):
    setattr(S3Response, write, one_at_a_time(getattr(S3Response, write)))
for kind in ("table", "partition"):
    setattr(GlueResponse, "update_column_statistics_for_" + kind, nothing_failed)
    setattr(GlueResponse, "delete_column_statistics_for_" + kind, nothing_failed)
    setattr(GlueResponse, "get_column_statistics_for_" + kind, no_statistics)
main()
