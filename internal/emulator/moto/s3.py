"""Amazon S3: what moto lacks of buckets."""

import json

from flask import request
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from extend import replaces


# s3:PutBucketLifecycleConfiguration and GetBucketLifecycleConfiguration with NewerNoncurrentVersions, which moto forgets: the
# provider waits for the configuration it has put, three minutes, and fails.
@replaces(FakeBucket)
def set_lifecycle(original, self, rules):
    original(self, rules)
    for rule, given in zip(self.rules, rules, strict=True):
        rule.newer_noncurrent_versions = (given.get("NoncurrentVersionExpiration") or {}).get("NewerNoncurrentVersions")


@replaces(S3Response)
def serialized(original, self, action_result):
    if self.data.get("Action") == "GetBucketLifecycleConfiguration" and isinstance(action_result.result, dict):
        kept = self.backend.get_bucket_lifecycle(self.bucket_name)
        for rule, answer in zip(kept, action_result.result["Rules"], strict=True):
            if rule.newer_noncurrent_versions:
                answer["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = rule.newer_noncurrent_versions
    return original(self, action_result)


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
