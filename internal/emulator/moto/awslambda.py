"""AWS Lambda: the settings that moto forgets, and invocations that run the function."""

import base64
import copy

from moto.awslambda.models import LambdaAlias, LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.moto_api._internal import mock_random

from extend import adds, replaces
from lambda_runtime import Invocation


# lambda:CreateFunction and UpdateFunctionConfiguration with DeadLetterConfig, KMSKeyArn, LoggingConfig and, on an update,
# TracingConfig and EphemeralStorage, which moto forgets, so that every plan sets them.
@replaces(LambdaFunction)
def __init__(original, self, account_id, spec, region, version=1):
    original(self, account_id, spec, region, version)
    self.dead_letter_target = self.kms_key_arn = ""
    self.logging = {}
    _configure(self, spec)


@replaces(LambdaFunction)
def update_configuration(original, self, config_updates):
    if "Environment" in config_updates:
        config_updates["Environment"].setdefault("Variables", {})  # absent where the last variable is taken away
    _configure(self, config_updates)
    original(self, config_updates)
    return self.get_configuration()


def _configure(function, given):
    if "DeadLetterConfig" in given:
        function.dead_letter_target = given["DeadLetterConfig"].get("TargetArn", "")
    if "KMSKeyArn" in given:
        function.kms_key_arn = given["KMSKeyArn"]
    if "LoggingConfig" in given:
        function.logging = {name: value for name, value in given["LoggingConfig"].items() if value}
    if "TracingConfig" in given:
        function.tracing_config = given["TracingConfig"]
    if "EphemeralStorage" in given:
        function.ephemeral_storage = given["EphemeralStorage"]["Size"]
    function.logs_group_name = function.logging.get("LogGroup", f"/aws/lambda/{function.function_name}")


@replaces(LambdaFunction)
def get_configuration(original, self, on_create=False):
    logging = {"LogFormat": "Text", "LogGroup": self.logs_group_name} | self.logging
    if logging["LogFormat"] == "JSON":
        logging = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"} | logging
    config = original(self, on_create) | {"LoggingConfig": logging}
    if self.dead_letter_target:
        config["DeadLetterConfig"] = {"TargetArn": self.dead_letter_target}
    if self.kms_key_arn:
        config["KMSKeyArn"] = self.kms_key_arn
    return config


# lambda:UpdateFunctionCode with Architectures.
@replaces(LambdaFunction)
def update_function_code(original, self, updated_spec):
    if updated_spec.get("Architectures"):
        self.architectures = updated_spec["Architectures"]
    return original(self, updated_spec)


# lambda:CreateFunction with Publish answers with a deep copy, which would take along all log groups of the account.
@adds(LambdaFunction)
def __deepcopy__(self, memo):
    return copy.copy(self)


# lambda:UpdateAlias: the revision is another.
@replaces(LambdaAlias)
def update(original, self, description, function_version, routing_config):
    original(self, description, function_version, routing_config)
    self.revision_id = str(mock_random.uuid4())


# lambda:Invoke: moto reads the qualifier, by which an alias or a version is invoked, under a name that it has not.
@replaces(LambdaResponse)
def invoke(original, self):
    self.querystring["qualifier"] = self.querystring.get("Qualifier", [None])
    return original(self)


# lambda:Invoke, and whatever in moto invokes a function: its executable runs on this machine, which moto would have Docker do. A
# runtime that brings no executable is left to Docker.
@replaces(LambdaFunction)
def invoke(original, self, body, request_headers, response_headers):  # noqa: F811
    if not (self.run_time or "").startswith("provided"):
        return original(self, body, request_headers, response_headers)
    kind = request_headers.get("X-Amz-Invocation-Type")
    if kind == "DryRun":
        return b""
    result = Invocation(self, body or "{}").run()
    if kind == "Event":
        return b""
    if result.failed:
        response_headers["x-amz-function-error"] = "Unhandled"
    response_headers["x-amz-executed-version"] = str(self.version)
    response_headers["x-amz-log-result"] = base64.b64encode(result.log[-4096:]).decode()
    return result.payload
