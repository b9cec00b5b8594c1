"""AWS Backup: the settings of an account in a region, which moto lacks."""

import json

from moto.backup import urls
from moto.backup.responses import BackupResponse

from extend import adds

# What AWS answers of types that nobody has said anything of, in part.
DEFAULTS = {
    "ResourceTypeOptInPreference": {
        "Aurora": True, "DocumentDB": True, "DynamoDB": True, "EBS": True, "EC2": True, "EFS": True, "FSx": True, "Neptune": True,
        "RDS": True, "Redshift": True, "S3": False, "Storage Gateway": True, "Timestream": True, "VirtualMachine": True,
    },
    "ResourceTypeManagementPreference": {"CloudFormation": True, "DynamoDB": False, "EFS": True},
}

urls.url_paths["{0}/account-settings$"] = BackupResponse.dispatch


# backup:DescribeRegionSettings, UpdateRegionSettings: aws_backup_region_settings. What is not mentioned stays as it is.
@adds(BackupResponse)
def describe_region_settings(self):
    return json.dumps(_settings(self))


@adds(BackupResponse)
def update_region_settings(self):
    for name, types in _settings(self).items():
        types |= self._get_param(name) or {}
    return "{}"


def _settings(response):
    copy = {name: dict(types) for name, types in DEFAULTS.items()}
    return response.backup_backend.__dict__.setdefault("region_settings", copy)
