"""MiniStack, with what it lacks of the AWS that a deployment asks for: a function each. GATEWAY_PORT says where it listens."""
import os
import threading

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import lambda_svc, s3, stepfunctions
from ministack.services.cloudformation import provisioners


def transport_by_tls():
    """It is spoken to by plain HTTP, which the policies of the buckets refuse. To them every request comes by TLS."""
    pin = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, _: pin(source_ip, True)


def alarms_on_expressions():
    """Its CloudFormation refuses alarms on metric math. Here they are made, on a metric without data."""
    record = provisioners._cw_metric_alarm_record

    def recorded(name, props):
        if "Metrics" in props:
            props = {**props, "MetricName": "expression", "Namespace": "expression"}
            del props["Metrics"]
        return record(name, props)

    provisioners._cw_metric_alarm_record = recorded


def tags_of_buckets():
    """Its CloudFormation does not put tags on buckets. CDK's function that empties them goes by one."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create, update = handlers["create"], handlers["update"]

    def tagged(result, props):
        s3._bucket_tags[result[0]] = {tag["Key"]: tag["Value"] for tag in props.get("Tags", [])}
        return result

    handlers["create"] = lambda logical_id, props, stack: tagged(create(logical_id, props, stack), props)
    handlers["update"] = lambda name, old, new, stack: tagged(update(name, old, new, stack), new)


def redrive_count():
    """Its executions do not know $$.Execution.RedriveCount. There are no redrives, so it is 0."""
    resolve = stepfunctions._resolve_ctx_path

    def resolved(path, ctx):
        return 0 if path == "$$.Execution.RedriveCount" else resolve(path, ctx)

    stepfunctions._resolve_ctx_path = resolved


def concurrency_by_path():
    """Its maps ignore MaxConcurrencyPath, and start everything at once. Here it is heeded, up to what this machine can do."""
    execute = stepfunctions._execute_map

    def executed(state, raw_input, execution, ctx):
        if "MaxConcurrencyPath" in state:
            most = stepfunctions._resolve_path_or_ctx(state["MaxConcurrencyPath"], raw_input, ctx)
            state = {**state, "MaxConcurrency": min(most, os.cpu_count())}
        return execute(state, raw_input, execution, ctx)

    stepfunctions._execute_map = executed


def names_of_errors():
    """Whatever a function throws, it calls it Runtime.HandlerError. Lambda passes the name on, and retriers go by it."""
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    named = script.replace('trace: err.stack || ""', 'trace: err.stack || "", type: err.name')
    assert named != script
    lambda_runtime._NODEJS_WORKER_SCRIPT = named
    last = threading.local()
    invoke = lambda_runtime.Worker.invoke
    execute = lambda_svc._execute_function_warm

    def invoked(self, *args, **options):
        response = invoke(self, *args, **options)
        last.type = response.get("type")
        return response

    def executed(func, event, request_id):
        last.type = None
        result = execute(func, event, request_id)
        if last.type and result.get("error"):
            result["body"]["errorType"] = last.type
        return result

    lambda_runtime.Worker.invoke = invoked
    lambda_svc._execute_function_warm = executed


for bridge in (transport_by_tls, alarms_on_expressions, tags_of_buckets, redrive_count, concurrency_by_path, names_of_errors):
    bridge()
app.main()
