"""AWS Backup: what moto lacks of vaults, plans and selections."""

import json

from moto.backup import urls
from moto.backup.exceptions import InvalidParameterValueException, InvalidRequestException, ResourceNotFoundException
from moto.backup.models import BackupBackend, Plan
from moto.backup.responses import BackupResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random

from extend import adds, replaces

urls.url_paths["{0}/backup-vaults/(?P<name>[^/]+)/(?P<part>[^/]+)/?$"] = urls.response.dispatch

MAX_CONTINUOUS_DAYS = 35  # https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html


# backup:ListTags: moto takes the ARN from the wrong place of the path, so that every plan sets the tags again.
@replaces(BackupResponse)
def list_tags(original, self):
    return json.dumps({"Tags": self.backup_backend.list_tags(self._get_param("resourceArn"))})


# backup:PutBackupVaultAccessPolicy, GetBackupVaultAccessPolicy, DeleteBackupVaultAccessPolicy: aws_backup_vault_policy.
@adds(BackupResponse)
def put_backup_vault_access_policy(self):
    _vault(self).access_policy = self._get_param("Policy")
    return EmptyResult()


@adds(BackupResponse)
def get_backup_vault_access_policy(self):
    return _part_of_vault(self, "access_policy", lambda policy: {"Policy": policy})


@adds(BackupResponse)
def delete_backup_vault_access_policy(self):
    _vault(self).__dict__.pop("access_policy", None)
    return EmptyResult()


# backup:PutBackupVaultNotifications, GetBackupVaultNotifications, DeleteBackupVaultNotifications: aws_backup_vault_notifications.
@adds(BackupResponse)
def put_backup_vault_notifications(self):
    _vault(self).notifications = {name: self._get_param(name) for name in ("SNSTopicArn", "BackupVaultEvents")}
    return EmptyResult()


@adds(BackupResponse)
def get_backup_vault_notifications(self):
    return _part_of_vault(self, "notifications", lambda notifications: notifications)


@adds(BackupResponse)
def delete_backup_vault_notifications(self):
    _vault(self).__dict__.pop("notifications", None)
    return EmptyResult()


# backup:ListRecoveryPointsByBackupVault: a vault with force_destroy could not be destroyed. No backup runs here, so there are none.
@adds(BackupResponse)
def list_recovery_points_by_backup_vault(self):
    _vault(self)
    return ActionResult({"RecoveryPoints": []})


def _vault(response):
    return response.backup_backend.describe_backup_vault(response._get_param("backupVaultName"))


def _part_of_vault(response, part, told):
    vault = _vault(response)
    if part not in vars(vault):
        raise ResourceNotFoundException(f"{vault.backup_vault_name} has no {part}")
    names = {"BackupVaultName": vault.backup_vault_name, "BackupVaultArn": vault.backup_vault_arn}
    return ActionResult(names | told(getattr(vault, part)))


# backup:CreateBackupPlan, UpdateBackupPlan: a plan could not be changed. A rule that AWS refuses is refused.
@replaces(BackupBackend)
def create_backup_plan(original, self, backup_plan, backup_plan_tags, creator_request_id):
    _check(self, backup_plan)
    return original(self, backup_plan, backup_plan_tags, creator_request_id)


@adds(BackupResponse)
def update_backup_plan(self):
    given = json.loads(self.body)["BackupPlan"]
    _check(self.backup_backend, given)
    plan = self.backup_backend.get_backup_plan(self._get_param("backupPlanId"), None)
    changed = Plan(given, plan.creator_request_id, self.backup_backend)
    plan.backup_plan, plan.version_id = changed.backup_plan, changed.version_id
    plan.advanced_backup_settings = changed.advanced_backup_settings
    return json.dumps(plan.to_dict())


def _check(backend, plan):
    for rule in plan["Rules"]:
        days = (rule.get("Lifecycle") or {}).get("DeleteAfterDays")
        if rule.get("EnableContinuousBackup") and not (days and days <= MAX_CONTINUOUS_DAYS):
            raise InvalidParameterValueException(f"Continuous backups are kept for 1 to {MAX_CONTINUOUS_DAYS} days, not {days}")
        backend.describe_backup_vault(rule["TargetBackupVaultName"])


# backup:DeleteBackupPlan: refused while the plan has a selection; a deleted plan is gone, where moto keeps it.
@replaces(BackupBackend)
def delete_backup_plan(original, self, backup_plan_id):
    answer = original(self, backup_plan_id)
    if _selections(self.plans[backup_plan_id]):
        raise InvalidRequestException("Related backup plan selections must be deleted prior to backup plan deletion")
    del self.plans[backup_plan_id]
    return answer


# backup:CreateBackupSelection, GetBackupSelection, DeleteBackupSelection: aws_backup_selection.
@adds(BackupResponse)
def create_backup_selection(self):
    plan = self.backup_backend.get_backup_plan(self._get_param("backupPlanId"), None)
    selection = {
        "SelectionId": str(mock_random.uuid4()),
        "BackupPlanId": plan.backup_plan_id,
        "CreationDate": unix_time(),
        "BackupSelection": json.loads(self.body)["BackupSelection"],
    }
    _selections(plan)[selection["SelectionId"]] = selection
    return ActionResult(selection)


@adds(BackupResponse)
def get_backup_selection(self):
    selections, wanted = _selections_asked_for(self)
    return ActionResult(selections[wanted])


@adds(BackupResponse)
def delete_backup_selection(self):
    selections, wanted = _selections_asked_for(self)
    del selections[wanted]
    return EmptyResult()


def _selections(plan):
    return plan.__dict__.setdefault("selections", {})


def _selections_asked_for(response):
    plan, wanted = response._get_param("backupPlanId"), response._get_param("selectionId")
    selections = _selections(response.backup_backend.get_backup_plan(plan, None))
    if wanted not in selections:
        raise InvalidParameterValueException(f"Cannot find selection {wanted}")
    return selections, wanted
