"""AWS Security Hub: its settings, standards and controls, which moto lacks. No control is ever looked at."""

import json

from moto.core.utils import iso_8601_datetime_without_milliseconds, utcnow
from moto.securityhub import urls
from moto.securityhub.exceptions import SecurityHubClientError
from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse

from extend import adds, replaces

for path in ("standards/register", "standards/get", "standards/deregister", "associations", "associations/batchGet"):
    urls.url_paths[f"{{0}}/{path}$"] = SecurityHubResponse.dispatch


# securityhub:UpdateSecurityHubConfiguration, which the provider calls after EnableSecurityHub: aws_securityhub_account.
@adds(SecurityHubResponse)
def update_security_hub_configuration(self):
    _enabled(self).settings = _kept(self, "settings", {}) | json.loads(self.body)
    return "{}"


@replaces(SecurityHubBackend)
def describe_hub(original, self, hub_arn=None):
    return original(self, hub_arn) | vars(self).get("settings", {})


# securityhub:BatchEnableStandards, GetEnabledStandards, BatchDisableStandards: aws_securityhub_standards_subscription.
@adds(SecurityHubResponse)
def batch_enable_standards(self):
    backend, standards, on = _enabled(self), _kept(self, "standards", {}), []
    for request in self._get_param("StandardsSubscriptionRequests"):
        of = request["StandardsArn"]
        partition, name = of.split(":")[1], of.split(":", 5)[5].split("/", 1)[1]
        arn = f"arn:{partition}:securityhub:{backend.region_name}:{backend.account_id}:subscription/{name}"
        standards[arn] = {"StandardsSubscriptionArn": arn, "StandardsArn": of, "StandardsInput": {}, "StandardsStatus": "READY"}
        on.append(standards[arn])
    return json.dumps({"StandardsSubscriptions": on})


@adds(SecurityHubResponse)
def get_enabled_standards(self):
    _enabled(self)
    wanted = self._get_param("StandardsSubscriptionArns")
    found = [told for arn, told in _kept(self, "standards", {}).items() if not wanted or arn in wanted]
    return json.dumps({"StandardsSubscriptions": found})


@adds(SecurityHubResponse)
def batch_disable_standards(self):
    standards, wanted = _kept(self, "standards", {}), self._get_param("StandardsSubscriptionArns")
    gone = [standards.pop(arn) | {"StandardsStatus": "DELETING"} for arn in wanted if arn in standards]
    return json.dumps({"StandardsSubscriptions": gone})


# securityhub:BatchUpdateStandardsControlAssociations, BatchGetStandardsControlAssociations:
# aws_securityhub_standards_control_association. As AWS does, it knows the controls of the standards that are on, and wants a reason
# for one that is switched off. moto knows no list of controls: it takes every one.
@adds(SecurityHubResponse)
def batch_update_standards_control_associations(self):
    associations, refused = _kept(self, "associations", {}), []
    for update in self._get_param("StandardsControlAssociationUpdates"):
        reason = "" if _standard_on(self, update) else "Standard is not enabled"
        if update["AssociationStatus"] == "DISABLED" and not update.get("UpdatedReason", "").strip():
            reason = "UpdatedReason is required to disable a control"
        if reason:
            refused.append({"StandardsControlAssociationUpdate": update, "ErrorCode": "INVALID_INPUT", "ErrorReason": reason})
        else:
            associations[_key(update)] = update | {"UpdatedAt": iso_8601_datetime_without_milliseconds(utcnow())}
    return json.dumps({"UnprocessedAssociationUpdates": refused})


@adds(SecurityHubResponse)
def batch_get_standards_control_associations(self):
    associations, found, refused = _kept(self, "associations", {}), [], []
    for wanted in self._get_param("StandardsControlAssociationIds"):
        if _standard_on(self, wanted):
            found.append(_detail(wanted, associations.get(_key(wanted), {"AssociationStatus": "ENABLED"})))
        else:
            refused.append({"StandardsControlAssociationId": wanted, "ErrorCode": "NOT_FOUND", "ErrorReason": "Standard is not enabled"})
    return json.dumps({"StandardsControlAssociationDetails": found, "UnprocessedAssociations": refused})


# securityhub:ListStandardsControlAssociations, in which the provider looks for one.
@adds(SecurityHubResponse)
def list_standards_control_associations(self):
    control = self._get_param("SecurityControlId")
    associations = _kept(self, "associations", {})
    found = []
    for standard in _kept(self, "standards", {}).values():
        wanted = {"StandardsArn": standard["StandardsArn"], "SecurityControlId": control}
        found.append(_detail(wanted, associations.get(_key(wanted), {"AssociationStatus": "ENABLED"})))
    return json.dumps({"StandardsControlAssociationSummaries": found})


def _detail(wanted, kept):
    control = wanted["SecurityControlId"]
    arn = f"arn:aws:securityhub:::security-control/{control}"
    return {"SecurityControlArn": arn, "StandardsControlTitle": control, "StandardsControlDescription": control} | wanted | kept


def _key(association):
    return association["StandardsArn"], association["SecurityControlId"]


def _standard_on(response, association):
    return any(told["StandardsArn"] == association["StandardsArn"] for told in _kept(response, "standards", {}).values())


def _enabled(response):
    backend = response.securityhub_backend
    if not backend.enabled:
        raise SecurityHubClientError("InvalidAccessException", "Account is not subscribed to AWS Security Hub")
    return backend


def _kept(response, name, default):
    return vars(response.securityhub_backend).setdefault(name, default)
