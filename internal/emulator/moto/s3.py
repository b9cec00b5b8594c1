"""Amazon S3: what moto lacks of buckets."""

import json
from types import SimpleNamespace

from flask import request
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.responses import S3Response

from extend import adds, replaces


# s3:PutBucketLifecycleConfiguration and GetBucketLifecycleConfiguration with NewerNoncurrentVersions, which moto forgets: the
# provider waits for the configuration it has put, three minutes, and fails.
@replaces(FakeBucket)
def set_lifecycle(original, self, rules):
    original(self, rules)
    for rule, given in zip(self.rules, rules, strict=True):
        rule.newer_noncurrent_versions = (given.get("NoncurrentVersionExpiration") or {}).get("NewerNoncurrentVersions")


@replaces(S3Response)
def serialized(original, self, action_result):
    add_forgotten = FORGOTTEN.get(self.data.get("Action"))
    if add_forgotten and isinstance(action_result.result, dict):
        add_forgotten(self.backend.get_bucket(self.bucket_name), action_result.result)
    return original(self, action_result)


def _newer_noncurrent_versions(bucket, answer):
    for rule, told in zip(bucket.rules, answer["Rules"], strict=True):
        if rule.newer_noncurrent_versions:
            told["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = rule.newer_noncurrent_versions


# s3:GetBucketLogging with the form of the logs' keys, and GetBucketNotificationConfiguration with EventBridge: every plan would set
# them again.
def _target_object_key_format(bucket, answer):
    form = bucket.logging.get("TargetObjectKeyFormat")
    if form:
        answer["LoggingEnabled"]["TargetObjectKeyFormat"] = {name: value or {} for name, value in form.items()}


def _event_bridge(bucket, answer):
    if bucket.notification_configuration.event_bridge is not None:
        answer["EventBridgeConfiguration"] = {}


FORGOTTEN = {
    "GetBucketLifecycleConfiguration": _newer_noncurrent_versions,
    "GetBucketLogging": _target_object_key_format,
    "GetBucketNotificationConfiguration": _event_bridge,
}


# s3:GetObject, PutObject, DeleteObject under a bucket policy: moto reads no condition there, so that a policy which denies what is
# not sent over TLS denies everything. Here a statement counts only when its conditions hold.
@replaces(FakeBucket)
def get_permission(original, self, action, resource):
    if self.policy is None:
        return original(self, action, resource)
    policy = json.loads(self.policy)
    policy["Statement"] = [
        {name: value for name, value in statement.items() if name != "Condition"}
        for statement in _listed(policy["Statement"])
        if _holds(statement.get("Condition", {}))
    ]
    if not policy["Statement"]:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)


# s3:PutBucketLogging to a bucket whose policy says in lists of one who may write where, which is how policies are rendered here.
@replaces(FakeBucket)
def _log_permissions_enabled_policy(original, target_bucket, target_prefix):
    if target_bucket.policy is None:
        return False
    statements = json.loads(target_bucket.policy)["Statement"]
    read = SimpleNamespace(name=target_bucket.name, partition=target_bucket.partition)
    read.policy = json.dumps({"Statement": [_lists_of_one_opened(s) for s in _listed(statements)]}).encode()
    return original(read, target_prefix)


def _lists_of_one_opened(value):
    if isinstance(value, dict):
        return {name: _lists_of_one_opened(inner) for name, inner in value.items()}
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _holds(conditions):
    return all(
        _matches(test, key, [str(value) for value in _listed(values)])
        for test, keys in conditions.items()
        for key, values in keys.items()
    )


def _matches(test, key, values):
    if key == "aws:SecureTransport":
        actual = "true"  # the emulator stands for an endpoint that speaks TLS
    elif key.startswith("s3:x-amz-"):
        actual = request.headers.get(key.removeprefix("s3:"))
    else:
        return False  # what the emulator cannot know
    match test:
        case "Null":
            return (actual is None) == (values == ["true"])
        case "Bool" | "StringEquals":
            return actual in values
        case "StringNotEquals":
            return actual not in values
        case _:
            return False


def _listed(value):
    return value if isinstance(value, list) else [value]


# s3:DeleteObjects, DeleteObject of the versions of a deleted object: moto fails at the delete marker among them, so that a bucket
# that something was deleted in could not be emptied.
@adds(FakeDeleteMarker)
def dispose(self, garbage=False):
    pass  # a marker keeps nothing that would have to be let go
