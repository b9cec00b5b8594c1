package test

import (
	"slices"
	"testing"

	"github.com/writersroom/infrastructure/envs"
)

func TestBackupVault(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		vault := tpl.one(t, "aws_backup_vault", "storage_backup_vault")
		vault.want(t, "name", "writersroom-"+env.Name+"-manuscripts")
		vault.want(t, "kms_key_arn", "${aws_kms_key.identity_data-key.arn}")
		vault.want(t, "force_destroy", env.Name != "prod")
		vault.want(t, "tags.Manuscripts", "copy") // so that the vault is not itself to be backed up

		lock := tpl.one(t, "aws_backup_vault_lock_configuration", "storage_backup_vault-lock")
		lock.want(t, "backup_vault_name", "${aws_backup_vault.storage_backup_vault.name}")
		lock.want(t, "min_retention_days", map[string]int{"dev": 7, "staging": 7, "prod": 35}[env.Name])
		// With it, nobody can ever take the lock back.
		lock.want(t, "changeable_for_days", map[string]any{"prod": 7}[env.Name])

		retained := map[string]any{"prod": true}[env.Name]
		for _, r := range []resource{
			vault, lock,
			tpl.one(t, "aws_backup_vault_policy", "storage_backup_vault-policy"),
			tpl.one(t, "aws_backup_plan", "storage_backup_daily-plan"),
			tpl.one(t, "aws_backup_selection", "storage_backup_daily-selection"),
			tpl.one(t, "aws_backup_plan", "storage_backup_point-in-time-plan"),
			tpl.one(t, "aws_backup_selection", "storage_backup_point-in-time-selection"),
		} {
			r.want(t, "lifecycle.prevent_destroy", retained)
		}
	})
}

func TestRecoveryPointsCannotBeDeleted(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		r := tpl.one(t, "aws_backup_vault_policy", "storage_backup_vault-policy")
		policy := withEverything(document(t, r, "policy"))
		application := "arn:aws:iam::" + env.Account + ":role/writersroom-" + env.Name + "-backup"
		administrator := "arn:aws:iam::" + env.Account + ":role/administrator"
		for _, tc := range []struct {
			by, action string
			want       bool
		}{
			{application, "backup:DeleteRecoveryPoint", false},
			{application, "backup:UpdateRecoveryPointLifecycle", false},
			{application, "backup:DisassociateRecoveryPoint", false},
			{application, "backup:DeleteBackupVault", false},
			{application, "backup:DeleteBackupVaultAccessPolicy", false},
			{application, "backup:PutBackupVaultAccessPolicy", false},
			{application, "backup:DeleteBackupVaultLockConfiguration", false},
			{application, "backup:PutBackupVaultLockConfiguration", false},
			{application, "backup:DescribeBackupVault", true},
			{administrator, "backup:DeleteRecoveryPoint", env.Name != "prod"},
			{administrator, "backup:UpdateRecoveryPointLifecycle", env.Name != "prod"},
			{administrator, "backup:DisassociateRecoveryPoint", env.Name != "prod"},
			{administrator, "backup:DeleteBackupVault", env.Name != "prod"},
			{administrator, "backup:PutBackupVaultAccessPolicy", true}, // else nobody could change this policy
			{administrator, "backup:StartRestoreJob", true},
		} {
			c := call{
				action: tc.action, resource: "arn:aws:backup:" + env.Region + ":" + env.Account + ":recovery-point:1",
				context: map[string]string{"aws:PrincipalArn": tc.by},
			}
			if got := may(t, c, policy); got != tc.want {
				t.Errorf("%s: %s: %s by %s: want %t, got %t\n%s", tpl.name, r.Address, tc.action, tc.by, tc.want, got, r)
			}
		}
	})
}

// Two plans: far back for everything, to any moment for buckets; never at one time, when AWS Backup follows only one of them. A cluster
// in the second would have its backups' settings taken over by AWS Backup.
func TestBackupPlans(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for name, want := range map[string]struct {
			schedule   string
			continuous any
			days       int
			resources  string
		}{
			"daily":         {"cron(0 7 * * ? *)", nil, env.Storage.BackupRetentionDays, "*"},
			"point-in-time": {"cron(0 3 * * ? *)", true, env.Storage.PointInTimeDays, "arn:aws:s3:::*"},
		} {
			plan := tpl.one(t, "aws_backup_plan", "storage_backup_"+name+"-plan")
			plan.want(t, "rule.0.rule_name", name)
			plan.want(t, "rule.0.schedule", want.schedule)
			plan.want(t, "rule.0.start_window", 60)
			plan.want(t, "rule.0.enable_continuous_backup", want.continuous)
			plan.want(t, "rule.0.lifecycle.delete_after", want.days)
			plan.want(t, "rule.0.target_vault_name", "${aws_backup_vault_policy.storage_backup_vault-policy.backup_vault_name}")
			plan.want(t, "rule.1", nil)
			if want.continuous == true && want.days > 35 {
				t.Errorf("%s: AWS Backup goes back to any moment for at most 35 days, not %d", tpl.name, want.days)
			}

			selection := tpl.one(t, "aws_backup_selection", "storage_backup_"+name+"-selection")
			selection.want(t, "plan_id", "${"+plan.Address+".id}")
			selection.want(t, "resources", []string{want.resources})
			selection.want(t, "iam_role_arn", "arn:aws:iam::"+env.Account+":role/${aws_iam_role_policy.identity_backup-role-policy.role}")
			// All of them have to hold; of selection_tag, one would do.
			selection.want(t, "selection_tag", nil)
			selection.want(t, "condition", []any{map[string]any{"string_equals": []any{
				map[string]string{"key": "aws:ResourceTag/Environment", "value": env.Name},
				map[string]string{"key": "aws:ResourceTag/Manuscripts", "value": "original"},
			}}})
		}
	})
}

func TestBackupsThatFailAreTold(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		topic := "${aws_sns_topic_policy.monitoring_alerts-policy.arn}"
		vault := "${aws_backup_vault_policy.storage_backup_vault-policy.backup_vault_name}"
		told := tpl.one(t, "aws_backup_vault_notifications", "storage_backup_vault-notifications")
		told.want(t, "sns_topic_arn", topic)
		told.want(t, "backup_vault_name", vault)
		told.want(t, "backup_vault_events", []string{"RESTORE_JOB_COMPLETED", "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED"})
		alarms := map[string][]any{
			"backup-failed":  {"NumberOfBackupJobsFailed", "GreaterThanThreshold", 0, "notBreaching"},
			"backup-expired": {"NumberOfBackupJobsExpired", "GreaterThanThreshold", 0, "notBreaching"},
		}
		if env.Name == "prod" {
			alarms["backup-missing"] = []any{"NumberOfBackupJobsCompleted", "LessThanThreshold", 1, "breaching"}
		}
		for name, want := range alarms {
			alarm := tpl.one(t, "aws_cloudwatch_metric_alarm", "storage_backup_"+name)
			for i, path := range []string{"metric_name", "comparison_operator", "threshold", "treat_missing_data"} {
				alarm.want(t, path, want[i])
			}
			alarm.want(t, "namespace", "AWS/Backup")
			alarm.want(t, "dimensions", map[string]string{"BackupVaultName": vault})
			alarm.want(t, "alarm_actions", []string{topic})
		}
		topicPolicy := document(t, tpl.one(t, "aws_sns_topic_policy", "monitoring_alerts-policy"), "policy")
		for _, publisher := range []string{"backup.amazonaws.com", "cloudwatch.amazonaws.com"} {
			if !slices.ContainsFunc(topicPolicy.Statement, func(s policyStatement) bool {
				return s.Effect == "Allow" && slices.Contains(s.Principal["Service"], publisher)
			}) {
				t.Errorf("%s: %s may not publish alerts: %s", tpl.name, publisher, compact(topicPolicy))
			}
		}
	})
}

// What AWS Backup may do to the manuscripts is copy them.
func TestBackupRole(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		role := tpl.one(t, "aws_iam_role", "identity_backup-role")
		own := rights(t, tpl, role)
		prefix := "writersroom-" + env.Name + "-"
		bucket := "arn:aws:s3:::" + prefix + "manuscripts-" + env.Account
		arn := func(service, name string) string {
			return "arn:aws:" + service + ":" + env.Region + ":" + env.Account + ":" + name
		}
		for _, tc := range []struct {
			action, resource string
			want             bool
		}{
			{"s3:GetObjectVersion", bucket + "/authors/1/a", true},
			{"s3:PutBucketNotification", bucket, true},
			{"s3:PutObject", bucket + "/authors/1/a", false},
			{"s3:DeleteObject", bucket + "/authors/1/a", false},
			{"s3:DeleteObjectVersion", bucket + "/authors/1/a", false},
			{"s3:PutBucketVersioning", bucket, false},
			{"s3:GetObject", "arn:aws:s3:::" + prefix + "exports-" + env.Account + "/a", false},
			{"dynamodb:StartAwsBackupJob", arn("dynamodb", "table/"+prefix+"documents"), true},
			{"dynamodb:DeleteBackup", arn("dynamodb", "table/"+prefix+"documents/backup/1"), true},
			{"dynamodb:DeleteTable", arn("dynamodb", "table/"+prefix+"documents"), false},
			{"dynamodb:Scan", arn("dynamodb", "table/"+prefix+"documents"), false},
			{"rds:CreateDBClusterSnapshot", arn("rds", "cluster:"+prefix+"aurora"), true},
			{"rds:DeleteDBClusterSnapshot", arn("rds", "cluster-snapshot:awsbackup:job-1"), true},
			{"rds:DeleteDBClusterSnapshot", arn("rds", "cluster-snapshot:"+prefix+"aurora"), false},
			{"rds:DeleteDBCluster", arn("rds", "cluster:"+prefix+"aurora"), false},
			{"rds:ModifyDBCluster", arn("rds", "cluster:writersroom-other-aurora"), false},
			{"backup:DeleteRecoveryPoint", arn("backup", "recovery-point:1"), false},
			{"backup:StartRestoreJob", arn("backup", "recovery-point:1"), false},
			{"events:PutRule", arn("events", "rule/AwsBackupManagedRule1"), true},
			{"events:PutRule", arn("events", "rule/"+prefix+"x"), false},
			{"iam:PassRole", "arn:aws:iam::" + env.Account + ":role/" + prefix + "backup", false},
		} {
			c := call{action: tc.action, resource: tc.resource, context: ourContext(env)}
			if got := may(t, c, own); got != tc.want {
				t.Errorf("%s: %s: %s on %s: want %t, got %t\n%s", tpl.name, role.Address, tc.action, tc.resource, tc.want, got, compact(own))
			}
		}
	})
}
