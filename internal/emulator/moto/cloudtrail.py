"""AWS CloudTrail: trails by their ARNs, and whether a trail has event selectors of its own."""

import json

from moto.cloudtrail.models import CloudTrailBackend, Trail
from moto.cloudtrail.responses import CloudTrailResponse

from extend import replaces


# cloudtrail:StartLogging, StopLogging, DeleteTrail: the provider knows a trail by its ARN, and moto these by its name alone.
@replaces(CloudTrailBackend)
def start_logging(original, self, name):
    original(self, self.get_trail(name).trail_name)


@replaces(CloudTrailBackend)
def stop_logging(original, self, name):
    original(self, self.get_trail(name).trail_name)


@replaces(CloudTrailBackend)
def delete_trail(original, self, name):
    original(self, self.get_trail(name).trail_name)


# cloudtrail:DescribeTrails: those that are asked for, where moto tells of all.
@replaces(CloudTrailResponse)
def describe_trails(original, self):
    trails, wanted = json.loads(original(self))["trailList"], self._get_param("trailNameList")
    return json.dumps({"trailList": [t for t in trails if not wanted or t["Name"] in wanted or t["TrailARN"] in wanted]})


# cloudtrail:DescribeTrails, GetTrail: without HasCustomEventSelectors the provider does not look for them.
@replaces(Trail)
def description(original, self, include_region=False):
    custom = bool(self.event_selectors or self.advanced_event_selectors)
    return original(self, include_region) | {"HasCustomEventSelectors": custom}
