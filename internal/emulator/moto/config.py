"""AWS Config: how often a recorder records, which moto forgets; the name of its role."""

from moto.config.models import ConfigBackend
from moto.iam.models import SERVICE_NAME_CONVERSION

from extend import replaces

SERVICE_NAME_CONVERSION["config"] = "Config"  # AWSServiceRoleForConfig


# config:PutConfigurationRecorder and DescribeConfigurationRecorders: the recording mode, and its overrides. A recorder that is changed
# comes with the exclusion of no types, which moto refuses.
@replaces(ConfigBackend)
def put_configuration_recorder(original, self, config_recorder):
    group = config_recorder.get("recordingGroup", {})
    if not group.get("exclusionByResourceTypes", {}).get("resourceTypes"):
        group.pop("exclusionByResourceTypes", None)
    original(self, config_recorder)
    self.recorders[config_recorder["name"]].recording_mode = config_recorder.get("recordingMode", {"recordingFrequency": "CONTINUOUS"})
