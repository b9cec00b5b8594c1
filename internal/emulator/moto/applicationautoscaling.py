"""Application Auto Scaling: what moto lacks of scalable targets."""

import json

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from extend import adds, replaces


# application-autoscaling:RegisterScalableTarget with tags, ListTagsForResource, TagResource, UntagResource.
@replaces(ApplicationAutoScalingResponse)
def register_scalable_target(original, self):
    answer = original(self)
    if tags := self._get_param("Tags"):
        _target(self, json.loads(answer)["ScalableTargetARN"]).tags = tags
    return answer


@adds(ApplicationAutoScalingResponse)
def list_tags_for_resource(self):
    return json.dumps({"Tags": getattr(_target(self), "tags", {})})


@adds(ApplicationAutoScalingResponse)
def tag_resource(self):
    target = _target(self)
    target.tags = getattr(target, "tags", {}) | self._get_param("Tags")
    return json.dumps({})


@adds(ApplicationAutoScalingResponse)
def untag_resource(self):
    target = _target(self)
    target.tags = {key: value for key, value in getattr(target, "tags", {}).items() if key not in self._get_param("TagKeys")}
    return json.dumps({})


def _target(response, arn=None):
    arn = arn or response._get_param("ResourceARN")
    for targets in response.applicationautoscaling_backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target
    raise AWSValidationException(f"No scalable target has the ARN {arn}.")


# application-autoscaling:PutScalingPolicy of a policy that is there: the alarms that it had go.
@replaces(ApplicationAutoscalingBackend)
def put_scaling_policy(original, self, policy_name, service_namespace, resource_id, scalable_dimension, policy_body, policy_type):
    before = [policy for policy in self.policies.values()
              if (policy.policy_name, policy.resource_id, policy.scalable_dimension) == (policy_name, resource_id, scalable_dimension)]
    for policy in before:
        policy.delete_alarms(self.account_id, self.region_name)
    return original(self, policy_name, service_namespace, resource_id, scalable_dimension, policy_body, policy_type)
