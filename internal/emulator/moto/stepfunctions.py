"""AWS Step Functions: executions that run, as moto's interpreter can, and what it lacks of state machines."""

import copy

import boto3
import moto.stepfunctions.parser.asl.utils.boto_client as boto_client
from botocore.config import Config
from moto.core.config import default_user_config
from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random
from moto.settings import moto_server_port
from moto.stepfunctions.models import StateMachineInstance
from moto.stepfunctions.responses import StepFunctionResponse

from credentials import credentials_of
from extend import adds, replaces

default_user_config["stepfunctions"]["execute_state_machine"] = True

LONGEST_CALL = 900  # seconds: Lambda's longest timeout, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html


# What a task calls: moto calls with keys of nobody's, and so in its default account. This goes before the import of the interpreter,
# each of whose tasks takes the function by its name.
@replaces(boto_client)
def boto_client_for(original, region, service, state_credentials=None):
    keys = credentials_of(state_credentials.role_arn, region, "states")
    return boto3.session.Session().client(  # the default session is for one thread alone
        service,
        region_name=region,
        endpoint_url=f"http://127.0.0.1:{moto_server_port()}",
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        aws_session_token=keys.session_token,
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=LONGEST_CALL),
    )


from moto.stepfunctions.parser.api import InvalidDefinition  # noqa: E402
from moto.stepfunctions.parser.models import StepFunctionsParserBackend  # noqa: E402


# states:StartExecution makes a deep copy of the state machine, which takes along every execution before, and fails at the locks that
# they hold; and one without a name is named None.
@adds(StateMachineInstance)
def __deepcopy__(self, memo):
    return copy.copy(self)


@replaces(StepFunctionsParserBackend)
def start_execution(original, self, state_machine_arn, name=None, execution_input=None, trace_header=None):
    return original(self, state_machine_arn, name or str(mock_random.uuid4()), execution_input, trace_header)


# states:ValidateStateMachineDefinition, which every plan of a changed definition calls.
@adds(StepFunctionResponse)
def validate_state_machine_definition(self):
    try:
        StepFunctionsParserBackend._validate_definition(self._get_param("definition"))
    except InvalidDefinition as error:
        fault = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": str(error)}
        return ActionResult({"result": "FAIL", "diagnostics": [fault]})
    return ActionResult({"result": "OK", "diagnostics": []})


# states:ListStateMachineVersions: aws_sfn_state_machine with publish.
@adds(StepFunctionResponse)
def list_state_machine_versions(self):
    machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
    versions = [
        {"stateMachineVersionArn": version.arn, "creationDate": version.creation_date}
        for _, version in sorted(machine.versions.items(), reverse=True)
    ]
    return ActionResult({"stateMachineVersions": versions})
