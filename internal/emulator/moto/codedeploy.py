"""AWS CodeDeploy: what moto lacks of applications and deployment groups, and deployments that move a Lambda alias."""

import json
from datetime import datetime

import yaml
from moto.awslambda.models import lambda_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.codedeploy.models import Application, CodeDeployBackend, DeploymentGroup, DeploymentInfo
from moto.codedeploy.responses import CodeDeployResponse

from extend import adds, replaces


# codedeploy:GetApplication, GetDeploymentGroup, GetDeployment: times are numbers, a group has its alarms and no empty load balancer.
@replaces(Application)
def to_dict(original, self):
    return original(self) | {"createTime": _seconds(self.create_time)}


@replaces(DeploymentGroup)
def to_dict(original, self):  # noqa: F811
    told = original(self) | {"alarmConfiguration": self.alarm_configuration or {}}
    return {name: value for name, value in told.items() if name != "loadBalancerInfo" or value}


@replaces(DeploymentInfo)
def to_dict(original, self):  # noqa: F811
    told = original(self) | {"createTime": _seconds(self.create_time), "errorInformation": getattr(self, "error_information", {})}
    return {name: value for name, value in told.items() if value is not None}


def _seconds(moment):
    return int(datetime.fromisoformat(moment).timestamp())


# codedeploy:UpdateDeploymentGroup, DeleteDeploymentGroup, DeleteApplication.
@adds(CodeDeployResponse)
def update_deployment_group(self):
    group = self.codedeploy_backend.get_deployment_group(
        self._get_param("applicationName"), self._get_param("currentDeploymentGroupName"))
    for name, value in json.loads(self.body).items():
        attribute = "".join("_" + c.lower() if c.isupper() else c for c in name)
        if attribute in vars(group):
            setattr(group, attribute, value)
    return json.dumps({"hooksNotCleanedUp": []})


@adds(CodeDeployResponse)
def delete_deployment_group(self):
    groups = self.codedeploy_backend.deployment_groups.get(self._get_param("applicationName"), {})
    groups.pop(self._get_param("deploymentGroupName"), None)
    return json.dumps({"hooksNotCleanedUp": []})


@adds(CodeDeployResponse)
def delete_application(self):
    name, backend = self._get_param("applicationName"), self.codedeploy_backend
    backend.applications.pop(name, None)
    backend.deployment_groups.pop(name, None)
    backend.deployments = {id: each for id, each in backend.deployments.items() if each.application_name != name}
    return "{}"


# codedeploy:CreateDeployment of a Lambda function gives its new version a tenth of the calls. The five minutes have passed when
# GetDeployment is asked for the second time: then it has them all, or none where one of the group's alarms is on.
@replaces(CodeDeployBackend)
def create_deployment(original, self, application_name, deployment_group_name, revision, deployment_config_name, description,
                      ignore_application_stop_failures, target_instances, auto_rollback_configuration,
                      update_outdated_instances_only, file_exists_behavior, override_alarm_configuration):
    id = original(self, application_name, deployment_group_name, revision, deployment_config_name, description,
                  ignore_application_stop_failures, target_instances, auto_rollback_configuration,
                  update_outdated_instances_only, file_exists_behavior, override_alarm_configuration)
    deployment = self.deployments[id]
    if deployment.application.compute_platform == "Lambda":
        alias, versions = _alias(self, deployment)
        if alias.function_version != versions["CurrentVersion"]:
            message = f"{alias.name} is version {alias.function_version}, not {versions['CurrentVersion']}"
            deployment.status, deployment.error_information = "Failed", {"code": "REVISION_MISSING", "message": message}
        else:
            alias.routing_config = {"AdditionalVersionWeights": {versions["TargetVersion"]: 0.1}}
            deployment.status, deployment.asked = "InProgress", 0
    return id


@replaces(CodeDeployBackend)
def get_deployment(original, self, deployment_id):
    deployment = original(self, deployment_id)
    if deployment.application.compute_platform == "Lambda" and deployment.status == "InProgress":
        deployment.asked += 1
        if _alarmed(self, deployment.deployment_group):
            message = "One or more alarms have been activated"
            deployment.status, deployment.error_information = "Stopped", {"code": "ALARM_ACTIVE", "message": message}
            _alias(self, deployment)[0].routing_config = {}
        elif deployment.asked > 1:
            alias, versions = _alias(self, deployment)
            alias.function_version, alias.routing_config = versions["TargetVersion"], {}
            deployment.status = "Succeeded"
    return deployment


# codedeploy:StopDeployment takes the new version's calls away from it.
@adds(CodeDeployResponse)
def stop_deployment(self):
    backend = self.codedeploy_backend
    deployment = backend.deployments[self._get_param("deploymentId")]
    if deployment.status == "InProgress":
        _alias(backend, deployment)[0].routing_config = {}
        deployment.status = "Stopped"
    return json.dumps({"status": "Succeeded", "statusMessage": ""})


def _alias(backend, deployment):
    """The alias that a deployment moves, and what its AppSpec says of it."""
    resources = yaml.safe_load(deployment.revision["appSpecContent"]["content"])["Resources"]
    versions = next(iter(resources[0].values()))["Properties"]
    functions = lambda_backends[backend.account_id][backend.region_name]
    return functions.get_alias(versions["Alias"], versions["Name"]), versions


def _alarmed(backend, group):
    alarms = cloudwatch_backends[backend.account_id][backend.region_name].alarms
    watched = [each["name"] for each in (group.alarm_configuration or {}).get("alarms", [])]
    return any(name in alarms and alarms[name].state_value == "ALARM" for name in watched)
