"""Amazon EC2: the settings of an account in a region, which moto lacks."""

from moto.core.responses import ActionResult
from moto.ec2.responses.settings import Settings

from extend import adds


# ec2:Enable/DisableSnapshotBlockPublicAccess, GetSnapshotBlockPublicAccessState: aws_ebs_snapshot_block_public_access.
@adds(Settings)
def enable_snapshot_block_public_access(self):
    return _set(self, "State", self._get_param("State"))


@adds(Settings)
def disable_snapshot_block_public_access(self):
    return _set(self, "State", "unblocked")


@adds(Settings)
def get_snapshot_block_public_access_state(self):
    return ActionResult({"State": _settings(self).get("State", "unblocked"), "ManagedBy": "account"})


# ec2:Enable/DisableImageBlockPublicAccess, GetImageBlockPublicAccessState: aws_ec2_image_block_public_access.
@adds(Settings)
def enable_image_block_public_access(self):
    return _set(self, "ImageBlockPublicAccessState", self._get_param("ImageBlockPublicAccessState"))


@adds(Settings)
def disable_image_block_public_access(self):
    return _set(self, "ImageBlockPublicAccessState", "unblocked")


@adds(Settings)
def get_image_block_public_access_state(self):
    state = _settings(self).get("ImageBlockPublicAccessState", "block-new-sharing")  # as in accounts made since 2023
    return ActionResult({"ImageBlockPublicAccessState": state, "ManagedBy": "account"})


# ec2:ModifyInstanceMetadataDefaults, GetInstanceMetadataDefaults: aws_ec2_instance_metadata_defaults. What has no preference, or a hop
# limit of -1, is not set.
@adds(Settings)
def modify_instance_metadata_defaults(self):
    defaults = _settings(self).setdefault("metadata", {})
    for name in ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "InstanceMetadataTags"):
        value = self._get_param(name)
        if value in ("no-preference", -1, "-1"):
            defaults.pop(name, None)
        elif value is not None:
            defaults[name] = value
    return ActionResult({"Return": True})


@adds(Settings)
def get_instance_metadata_defaults(self):
    return ActionResult({"AccountLevel": _settings(self).get("metadata", {}) | {"ManagedBy": "account"}})


def _set(response, name, value):
    _settings(response)[name] = value
    return ActionResult({name: value})


def _settings(response):
    return vars(response.ec2_backend).setdefault("account_settings", {})
