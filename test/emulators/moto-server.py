"""moto_server, with the Glue calls for column statistics that moto lacks and Trino sends when it writes a table.

python moto-server.py -H 127.0.0.1 -p PORT
"""
import json

from moto.glue.responses import GlueResponse
from moto.server import main


def nothing_failed(self):
    return json.dumps({"Errors": []})


def no_statistics(self):
    return json.dumps({"ColumnStatisticsList": [], "Errors": []})


for kind in ("table", "partition"):
    setattr(GlueResponse, "update_column_statistics_for_" + kind, nothing_failed)
    setattr(GlueResponse, "delete_column_statistics_for_" + kind, nothing_failed)
    setattr(GlueResponse, "get_column_statistics_for_" + kind, no_statistics)
main()
