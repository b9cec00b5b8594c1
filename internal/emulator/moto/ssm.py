"""AWS Systems Manager: the settings of an account in a region, which moto lacks."""

import json

from moto.core.utils import unix_time
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.utilities.utils import get_partition

from extend import adds

# What AWS answers of settings that nobody has changed, in part.
DEFAULTS = {"/ssm/documents/console/public-sharing-permission": "Enable"}


# ssm:GetServiceSetting, UpdateServiceSetting, ResetServiceSetting: aws_ssm_service_setting. A setting is named by its path or its ARN.
@adds(SimpleSystemManagerResponse)
def get_service_setting(self):
    return json.dumps({"ServiceSetting": _setting(self)})


@adds(SimpleSystemManagerResponse)
def update_service_setting(self):
    _changed(self)[_path(self)] = self._get_param("SettingValue")
    return "{}"


@adds(SimpleSystemManagerResponse)
def reset_service_setting(self):
    _changed(self).pop(_path(self), None)
    return json.dumps({"ServiceSetting": _setting(self)})


def _setting(response):
    path, changed = _path(response), _changed(response)
    arn = f"arn:{get_partition(response.region)}:ssm:{response.region}:{response.current_account}:servicesetting{path}"
    return {
        "SettingId": path, "SettingValue": changed.get(path, DEFAULTS.get(path)), "ARN": arn,
        "Status": "Customized" if path in changed else "Default", "LastModifiedDate": unix_time(), "LastModifiedUser": "System",
    }


def _path(response):
    return response._get_param("SettingId").split(":servicesetting")[-1]


def _changed(response):
    return vars(response.ssm_backend).setdefault("service_settings", {})
