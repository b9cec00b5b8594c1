"""Amazon ECS: what moto lacks of services, and whether their tasks start."""

import re

from moto.core.utils import camelcase_to_underscores
from moto.ecr.models import ecr_backends
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.moto_api._internal import mock_random

from extend import replaces

IMAGE = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.amazonaws\.com/(?P<repository>[^:@]+):(?P<tag>[^@]+)")


# ecs:CreateService with capacity providers, rebalancing of availability zones, grace and more, which moto forgets, so that every
# plan sets it again or replaces the service. CreateService, UpdateService: the tasks run at once where their images are there.
@replaces(EC2ContainerServiceResponse)
def create_service(original, self):
    answer = original(self)
    service = answer.result["service"]
    for name, value in self._get_params().items():
        if not hasattr(service, camelcase_to_underscores(name)):
            setattr(service, camelcase_to_underscores(name), value)
    _deploy(service)
    return answer


# ... and where they are not, the circuit breaker goes back to the tasks that there were.
@replaces(EC2ContainerServiceResponse)
def update_service(original, self):
    services, _ = self.ecs_backend.describe_services(self._get_param("cluster", "default"), [self._get_param("service")])
    before = services[0].task_definition if services else None
    answer = original(self)
    _deploy(answer.result["service"], before)
    return answer


def _deploy(service, before=None):
    if getattr(service, "capacity_provider_strategy", None):
        service.launch_type = None  # AWS tells one or the other
    breaker = (getattr(service, "deployment_configuration", None) or {}).get("deploymentCircuitBreaker") or {}
    starts = not service.desired_count or _starts(service)
    if not starts and before and breaker.get("rollback"):
        service.task_definition, starts = before, True
    service.running_count = service.desired_count if starts else 0
    service.pending_count = service.desired_count - service.running_count
    for deployment in service.deployments:
        deployment |= {
            "id": f"ecs-svc/{mock_random.randint(0, 32**12)}",
            "taskDefinition": service.task_definition,
            "desiredCount": service.desired_count,
            "runningCount": service.running_count,
            "pendingCount": service.pending_count,
            "rolloutState": "COMPLETED" if starts else "FAILED" if breaker.get("enable") else "IN_PROGRESS",
        }


def _starts(service):
    task = service._backend.describe_task_definition(service.task_definition)
    return all(_there(container["image"]) for container in task.container_definitions)


def _there(image):
    """Whether an image can be pulled: one of Amazon ECR when it has been pushed, and any of another registry."""
    named = IMAGE.fullmatch(image)
    if not named:
        return True
    repository = ecr_backends[named["account"]][named["region"]].repositories.get(named["repository"])
    return repository is not None and any(named["tag"] in image.image_tags for image in repository.images)
