"""Amazon SageMaker: what moto lacks of models and endpoints."""

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpoint, FakeEndpointConfig
from moto.sagemaker.responses import SageMakerResponse

from extend import adds, replaces


# sagemaker:CreateModel, CreateEndpointConfig of a name that is taken, which moto would replace; and CreateModel with
# EnableNetworkIsolation, which it forgets.
@replaces(SageMakerResponse)
def create_model(original, self):
    name, models = self._get_param("ModelName"), self.sagemaker_backend._models
    _refuse_taken("model", name, models)
    answer = original(self)
    models[name].enable_network_isolation = self._get_param("EnableNetworkIsolation", False)
    return answer


@replaces(SageMakerResponse)
def create_endpoint_config(original, self):
    _refuse_taken("endpoint configuration", self._get_param("EndpointConfigName"), self.sagemaker_backend.endpoint_configs)
    return original(self)


def _refuse_taken(kind, name, taken):
    if name in taken:
        raise ValidationError(message=f'Cannot create already existing {kind} "{taken[name].arn}".')


# sagemaker:DescribeModel, DescribeEndpointConfig: AWS says nothing of what was not given, moto that it is empty, so that every plan
# replaces the model and the endpoint configuration.
@replaces(SageMakerResponse)
def describe_model(original, self):
    return _given(original(self))


@replaces(SageMakerResponse)
def describe_endpoint_config(original, self):
    return _given(original(self))


def _given(answer):
    return ActionResult({name: value for name, value in answer.result.items() if value != {}})


# sagemaker:CreateEndpointConfig with an instance type that is younger than moto.
@replaces(FakeEndpointConfig)
def validate_instance_type(original, self, instance_type):
    if not instance_type.startswith("ml."):
        original(self, instance_type)


# sagemaker:CreateEndpoint with DeploymentConfig, which moto forgets, so that every plan sets it again.
@replaces(SageMakerResponse)
def create_endpoint(original, self):
    answer = original(self)
    _endpoint(self).last_deployment_config = self._get_param("DeploymentConfig")
    return answer


# sagemaker:UpdateEndpoint: another endpoint configuration, from which SageMaker goes back when an alarm of the deployment trips.
@adds(SageMakerResponse)
def update_endpoint(self):
    endpoint, deployment = _endpoint(self), self._get_param("DeploymentConfig")
    configuration = self.sagemaker_backend.describe_endpoint_config(self._get_param("EndpointConfigName"))
    if deployment:
        endpoint.last_deployment_config = deployment
    if not _alarmed(self, deployment or {}):
        endpoint.endpoint_config_name = configuration["EndpointConfigName"]
        endpoint.production_variants = endpoint._process_production_variants(configuration["ProductionVariants"])
    return ActionResult({"EndpointArn": endpoint.arn})


def _endpoint(response):
    name = response._get_param("EndpointName")
    response.sagemaker_backend.describe_endpoint(name)  # answers that there is none
    return response.sagemaker_backend.endpoints[name]


def _alarmed(response, deployment):
    alarms = cloudwatch_backends[response.current_account][response.region].alarms
    watched = [alarm["AlarmName"] for alarm in (deployment.get("AutoRollbackConfiguration") or {}).get("Alarms", [])]
    missing = [name for name in watched if name not in alarms]
    if missing:
        raise ValidationError(message=f"Could not find alarms {missing}.")
    return any(alarms[name].state_value == "ALARM" for name in watched)
