"""AWS X-Ray: groups and sampling rules, which moto lacks."""

import json

from moto.core.exceptions import AWSError
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition
from moto.xray import urls
from moto.xray.responses import XRayResponse

from extend import adds


class Group:
    """Traces that match an expression."""

    __module__ = "moto.xray.models"  # so that the inventory tells of it

    def __init__(self, backend, settings):
        self.name, self.tags = settings["GroupName"], settings.get("Tags", [])
        self.arn = _arn(backend, f"group/{self.name}/{mock_random.get_random_hex(32).upper()}")
        self.settings = {"FilterExpression": "", "InsightsConfiguration": {"InsightsEnabled": False, "NotificationsEnabled": False}}
        self.update(settings)

    def update(self, settings):
        self.settings |= {name: settings[name] for name in self.settings.keys() & settings.keys()}

    def told(self):
        return {"GroupName": self.name, "GroupARN": self.arn} | self.settings


class SamplingRule:
    """How many requests are followed."""

    __module__ = "moto.xray.models"

    def __init__(self, backend, settings, tags):
        self.name, self.tags, self.created_at = settings["RuleName"], tags, unix_time()
        self.arn = _arn(backend, f"sampling-rule/{self.name}")
        self.settings = settings | {"RuleARN": self.arn}
        self.settings.setdefault("Attributes", {})

    def told(self):
        return {"SamplingRule": self.settings, "CreatedAt": self.created_at, "ModifiedAt": self.created_at}


def _arn(backend, resource):
    return f"arn:{get_partition(backend.region_name)}:xray:{backend.region_name}:{backend.account_id}:{resource}"


class InvalidRequest(AWSError):
    TYPE = "InvalidRequestException"


# xray:CreateGroup, GetGroup, UpdateGroup, DeleteGroup: aws_xray_group.
@adds(XRayResponse)
def create_group(self):
    if any(group.name == self._get_param("GroupName") for group in _kept(self, Group)):
        raise InvalidRequest("Group with this name already exists")
    group = Group(self.xray_backend, self.request_params)
    _all(self).append(group)
    return json.dumps({"Group": group.told()})


@adds(XRayResponse)
def get_group(self):
    return json.dumps({"Group": _wanted(self, Group, "Group").told()})


@adds(XRayResponse)
def update_group(self):
    group = _wanted(self, Group, "Group")
    group.update(self.request_params)
    return json.dumps({"Group": group.told()})


@adds(XRayResponse)
def delete_group(self):
    _all(self).remove(_wanted(self, Group, "Group"))
    return "{}"


# xray:CreateSamplingRule, GetSamplingRules, UpdateSamplingRule, DeleteSamplingRule: aws_xray_sampling_rule.
@adds(XRayResponse)
def create_sampling_rule(self):
    given = self._get_param("SamplingRule")
    if any(rule.name == given["RuleName"] for rule in _kept(self, SamplingRule)):
        raise InvalidRequest("Sampling rule with this name already exists")
    rule = SamplingRule(self.xray_backend, given, self._get_param("Tags", []))
    _all(self).append(rule)
    return json.dumps({"SamplingRuleRecord": rule.told()})


@adds(XRayResponse)
def get_sampling_rules(self):
    return json.dumps({"SamplingRuleRecords": [rule.told() for rule in _kept(self, SamplingRule)]})


@adds(XRayResponse)
def update_sampling_rule(self):
    given = self._get_param("SamplingRuleUpdate")
    rule = _of(_kept(self, SamplingRule), "Rule", given.get("RuleName"), given.get("RuleARN"))
    rule.settings |= given
    return json.dumps({"SamplingRuleRecord": rule.told()})


@adds(XRayResponse)
def delete_sampling_rule(self):
    rule = _wanted(self, SamplingRule, "Rule")
    _all(self).remove(rule)
    return json.dumps({"SamplingRuleRecord": rule.told()})


# xray:ListTagsForResource, TagResource, UntagResource: their tags.
@adds(XRayResponse)
def list_tags_for_resource(self):
    return json.dumps({"Tags": _tagged(self).tags})


@adds(XRayResponse)
def tag_resource(self):
    thing, given = _tagged(self), self._get_param("Tags")
    new = {tag["Key"] for tag in given}
    thing.tags = [tag for tag in thing.tags if tag["Key"] not in new] + given
    return "{}"


@adds(XRayResponse)
def untag_resource(self):
    thing, gone = _tagged(self), self._get_param("TagKeys")
    thing.tags = [tag for tag in thing.tags if tag["Key"] not in gone]
    return "{}"


def _all(response):
    return vars(response.xray_backend).setdefault("groups_and_rules", [])


def _kept(response, kind):
    return [thing for thing in _all(response) if isinstance(thing, kind)]


def _of(things, word, name, arn):
    for thing in things:
        if (arn or name) in (thing.arn, thing.name):
            return thing
    raise InvalidRequest(f"{word} not found")


def _wanted(response, kind, word):
    return _of(_kept(response, kind), word, response._get_param(word + "Name"), response._get_param(word + "ARN"))


def _tagged(response):
    return _of(_all(response), "Resource", None, response._get_param("ResourceARN"))


for action in (
    "CreateGroup", "GetGroup", "UpdateGroup", "DeleteGroup",
    "CreateSamplingRule", "GetSamplingRules", "UpdateSamplingRule", "DeleteSamplingRule",
    "ListTagsForResource", "TagResource", "UntagResource",
):  # fmt: skip
    urls.url_paths[f"{{0}}/{action}$"] = XRayResponse.dispatch
