"""Amazon CloudWatch Logs: data protection policies, which moto lacks."""

import json

from moto.core.utils import unix_time_millis
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.responses import LogsResponse

from extend import adds


# logs:PutDataProtectionPolicy, GetDataProtectionPolicy, DeleteDataProtectionPolicy: aws_cloudwatch_log_data_protection_policy. As AWS
# does, it wants one statement that audits and one that masks, of the same kinds of data.
@adds(LogsResponse)
def put_data_protection_policy(self):
    document = self._get_param("policyDocument")
    statements = json.loads(document)["Statement"]
    operations = sorted(name for statement in statements for name in statement["Operation"])
    if operations != ["Audit", "Deidentify"] or statements[0]["DataIdentifier"] != statements[1]["DataIdentifier"]:
        raise InvalidParameterException(constraint="an Audit and a Deidentify statement of the same data identifiers",
                                        parameter="policyDocument", value=document)  # fmt: skip
    group = _group(self)
    group.data_protection = {"policyDocument": document, "lastUpdatedTime": int(unix_time_millis())}
    return json.dumps({"logGroupIdentifier": group.name} | group.data_protection)


@adds(LogsResponse)
def get_data_protection_policy(self):
    group = _group(self)
    return json.dumps({"logGroupIdentifier": group.name} | getattr(group, "data_protection", {}))


@adds(LogsResponse)
def delete_data_protection_policy(self):
    vars(_group(self)).pop("data_protection", None)
    return ""


def _group(response):
    wanted = response._get_param("logGroupIdentifier")
    groups = response.logs_backend.groups
    name = wanted.split(":log-group:")[-1]
    if name not in groups:
        raise ResourceNotFoundException()
    return groups[name]
