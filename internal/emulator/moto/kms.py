"""AWS KMS: what moto lacks of customer managed keys."""

import json

from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse

from extend import replaces

DEFAULT_ROTATION_DAYS = 365  # https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html


# kms:EnableKeyRotation and GetKeyRotationStatus with RotationPeriodInDays: moto forgets it, so that every plan sets it again.
@replaces(KmsResponse)
def enable_key_rotation(original, self):
    answer = original(self)
    _key(self).rotation_period_in_days = self._get_param("RotationPeriodInDays", DEFAULT_ROTATION_DAYS)
    return answer


@replaces(KmsResponse)
def get_key_rotation_status(original, self):
    status = json.loads(original(self))
    if status["KeyRotationEnabled"]:
        status["RotationPeriodInDays"] = getattr(_key(self), "rotation_period_in_days", DEFAULT_ROTATION_DAYS)
    return json.dumps(status)


def _key(response):
    backend = response.kms_backend
    return backend.keys[backend.get_key_id(response._get_param("KeyId"))]


# kms:DescribeKey tells AWS's own keys, which moto makes the first time a service wants one, from the account's.
@replaces(KmsBackend)
def create_alias(original, self, target_key_id, alias_name):
    answer = original(self, target_key_id, alias_name)
    if alias_name.startswith("alias/aws/"):
        self.keys[self.get_key_id(target_key_id)].key_manager = "AWS"
    return answer
