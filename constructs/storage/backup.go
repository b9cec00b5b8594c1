package storage

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	plan "github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupplan"
	selection "github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupselection"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupvault"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupvaultlockconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupvaultnotifications"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupvaultpolicy"
	alarm "github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// lockGraceDays is how long a vault's lock can still be taken back, at least 3: time to see one night's backups fail or succeed.
	// https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html
	lockGraceDays = 7
	// The two plans start hours apart, more than a start window: of backups of one bucket that overlap AWS Backup makes only the one
	// that is kept longer. https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
	pointInTimeSchedule = "cron(0 3 * * ? *)"
	dailySchedule       = "cron(0 7 * * ? *)"
	startWindowMinutes  = 60
	// completionWindowMinutes is a night's: a backup that takes longer is given up and told as failed.
	completionWindowMinutes = 12 * 60
)

// addBackup makes the vault, and the plan by which every store with ManuscriptsTag's Original gets there.
func (b *builder) addBackup(s *Storage) error {
	policy, err := b.vaultPolicy().JSON()
	if err != nil {
		return fmt.Errorf("backup vault: %w", err)
	}
	scope := constructs.NewConstruct(b.scope, tf.String("backup"))
	vault := backupvault.NewBackupVault(scope, tf.String("vault"), &backupvault.BackupVaultConfig{
		Name:         tf.String(b.vaultName()),
		KmsKeyArn:    tf.String(b.DataKeyARN),
		ForceDestroy: tf.Bool(!b.Retain),
		Tags:         tf.Map(holds(Copy)),
		Lifecycle:    tf.Retained(b.Retain),
	})
	s.VaultARN, s.VaultName = *vault.Arn(), *vault.Name()
	b.lock(scope, *vault.Name())
	// The plan takes the vault's name from its policy, so that no recovery point is made that could still be deleted.
	protected := *backupvaultpolicy.NewBackupVaultPolicy(scope, tf.String("vault-policy"), &backupvaultpolicy.BackupVaultPolicyConfig{
		BackupVaultName: vault.Name(),
		Policy:          tf.String(policy),
		Lifecycle:       tf.Retained(b.Retain),
	}).BackupVaultName()
	b.schedule(scope, protected)
	b.alert(scope, protected)
	return nil
}

func (c Config) vaultName() string { return c.Label.Fit(naming.BackupVault, "manuscripts") }

// lock keeps recovery points from being deleted before their time. In an environment that retains its data nobody, AWS included, can
// lift the lock once its days of grace are over. Elsewhere whoever deploys can, which destroying the vault takes.
func (b *builder) lock(scope constructs.Construct, vault string) {
	config := &backupvaultlockconfiguration.BackupVaultLockConfigurationConfig{
		BackupVaultName: tf.String(vault),
		// The shorter of the plan's two periods: the vault refuses a backup that is to be kept for less.
		MinRetentionDays: tf.Number(b.Settings.PointInTimeDays),
		Lifecycle:        tf.Retained(b.Retain),
	}
	if b.Retain {
		config.ChangeableForDays = tf.Number(lockGraceDays)
	}
	backupvaultlockconfiguration.NewBackupVaultLockConfiguration(scope, tf.String("vault-lock"), config)
}

// vaultPolicy denies, beside what the lock does, what would shorten a recovery point's life. That they expire is not concerned.
func (b *builder) vaultPolicy() iam.Policy {
	shorten := iam.Statement{
		Sid:        "NoDeletionByApplications",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions: []string{
			"backup:DeleteBackupVault",
			"backup:DeleteBackupVaultAccessPolicy",
			"backup:DeleteBackupVaultLockConfiguration",
			"backup:DeleteRecoveryPoint",
			"backup:DisassociateRecoveryPoint",
			"backup:PutBackupVaultAccessPolicy",
			"backup:PutBackupVaultLockConfiguration",
			"backup:UpdateRecoveryPointLifecycle",
		},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "ArnLike", Key: "aws:PrincipalArn", Values: []string{b.applicationRoles()}}},
		Reason:     "no application, nor whoever took one over, gets at the way back; * is this vault and what is in it",
	}
	policy := iam.Policy{shorten}
	if b.Retain {
		policy = append(policy, iam.Statement{
			Sid:        "NoDeletion",
			Effect:     iam.Deny,
			Principals: everyone(),
			Actions: []string{
				"backup:DeleteBackupVault",
				"backup:DeleteRecoveryPoint",
				"backup:DisassociateRecoveryPoint",
				"backup:UpdateRecoveryPointLifecycle",
			},
			Resources: []string{"*"},
			Reason:    "recovery points leave when their time is over, and in no other way; * is this vault and what is in it",
		})
	}
	return policy
}

// schedule backs up every night all that is tagged as holding originals in this environment, as a snapshot to go far back with. What
// lies in buckets is backed up once more, to go back to any moment: AWS Backup offers that for at most 35 days and under a rule of its
// own (https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html). Tables and clusters keep their moments
// themselves; of a cluster AWS Backup would take them over, its backup window with them, which the next plan would set back.
func (b *builder) schedule(scope constructs.Construct, vault string) {
	b.addPlan(scope, "daily", &plan.BackupPlanRule{
		TargetVaultName: tf.String(vault),
		Schedule:        tf.String(dailySchedule),
		Lifecycle:       &plan.BackupPlanRuleLifecycle{DeleteAfter: tf.Number(b.Settings.BackupRetentionDays)},
	}, "*")
	b.addPlan(scope, "point-in-time", &plan.BackupPlanRule{
		TargetVaultName:        tf.String(vault),
		Schedule:               tf.String(pointInTimeSchedule),
		Lifecycle:              &plan.BackupPlanRuleLifecycle{DeleteAfter: tf.Number(b.Settings.PointInTimeDays)},
		EnableContinuousBackup: tf.Bool(true),
	}, b.bucketARN("*"))
}

// addPlan makes a plan of one rule, for those of the environment's originals whose ARNs match the pattern.
func (b *builder) addPlan(scope constructs.Construct, name string, rule *plan.BackupPlanRule, resources string) {
	rule.RuleName = tf.String(name)
	rule.StartWindow = tf.Number(startWindowMinutes)
	rule.CompletionWindow = tf.Number(completionWindowMinutes)
	rule.RecoveryPointTags = tf.Map(b.Label.Tags())
	manuscripts := plan.NewBackupPlan(scope, tf.String(name+"-plan"), &plan.BackupPlanConfig{
		Name:      tf.String(b.Label.Fit(naming.BackupPlan, name)),
		Rule:      &[]*plan.BackupPlanRule{rule},
		Lifecycle: tf.Retained(b.Retain),
	})
	tagged := func(key, value string) *selection.BackupSelectionConditionStringEquals {
		return &selection.BackupSelectionConditionStringEquals{Key: tf.String("aws:ResourceTag/" + key), Value: tf.String(value)}
	}
	selection.NewBackupSelection(scope, tf.String(name+"-selection"), &selection.BackupSelectionConfig{
		Name:       tf.String(b.Label.Fit(naming.BackupPlan, name)),
		PlanId:     manuscripts.Id(),
		IamRoleArn: tf.String(b.BackupRoleARN),
		Resources:  tf.Strings(resources),
		Condition: &[]*selection.BackupSelectionCondition{{
			StringEquals: &[]*selection.BackupSelectionConditionStringEquals{
				tagged("Environment", b.Label.Environment),
				tagged(ManuscriptsTag, Original),
			},
		}},
		Lifecycle: tf.Retained(b.Retain),
	})
}

// alert tells people of a backup that failed, never began or left objects out, and of a restore. The vault itself has no event for a
// failed job any more, only one for every job that has ended, however it did
// (https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html); hence the alarms.
func (b *builder) alert(scope constructs.Construct, vault string) {
	backupvaultnotifications.NewBackupVaultNotifications(scope, tf.String("vault-notifications"),
		&backupvaultnotifications.BackupVaultNotificationsConfig{
			BackupVaultName:   tf.String(vault),
			SnsTopicArn:       tf.String(b.AlertsTopicARN),
			BackupVaultEvents: tf.Strings("RESTORE_JOB_COMPLETED", "S3_BACKUP_OBJECT_FAILED", "S3_RESTORE_OBJECT_FAILED"),
		})
	b.addBackupAlarm(scope, vault, "backup-failed", &alarm.CloudwatchMetricAlarmConfig{
		AlarmDescription:   tf.String("A backup of manuscripts failed: see the vault's jobs in AWS Backup"),
		MetricName:         tf.String("NumberOfBackupJobsFailed"),
		ComparisonOperator: tf.String("GreaterThanThreshold"),
		Threshold:          tf.Number(0),
		Period:             tf.Number(3600),
		EvaluationPeriods:  tf.Number(1),
		TreatMissingData:   tf.String("notBreaching"),
	})
	b.addBackupAlarm(scope, vault, "backup-expired", &alarm.CloudwatchMetricAlarmConfig{
		AlarmDescription:   tf.String("A backup of manuscripts did not begin in its window: see the vault's jobs in AWS Backup"),
		MetricName:         tf.String("NumberOfBackupJobsExpired"),
		ComparisonOperator: tf.String("GreaterThanThreshold"),
		Threshold:          tf.Number(0),
		Period:             tf.Number(3600),
		EvaluationPeriods:  tf.Number(1),
		TreatMissingData:   tf.String("notBreaching"),
	})
	if b.Retain {
		// The one fault that no job can tell of. The alarm stands, rightly, from the first deployment to the first backup.
		b.addBackupAlarm(scope, vault, "backup-missing", &alarm.CloudwatchMetricAlarmConfig{
			AlarmDescription:   tf.String("No backup of manuscripts was completed for a day: see the backup plan's selection and role"),
			MetricName:         tf.String("NumberOfBackupJobsCompleted"),
			ComparisonOperator: tf.String("LessThanThreshold"),
			Threshold:          tf.Number(1),
			Period:             tf.Number(24 * 3600),
			EvaluationPeriods:  tf.Number(1),
			TreatMissingData:   tf.String("breaching"),
		})
	}
}

// addBackupAlarm completes an alarm about the vault's jobs and makes it.
func (b *builder) addBackupAlarm(scope constructs.Construct, vault, name string, config *alarm.CloudwatchMetricAlarmConfig) {
	config.AlarmName = tf.String(b.Label.Fit(naming.Alarm, name))
	config.Namespace = tf.String("AWS/Backup")
	config.Dimensions = tf.Map(map[string]string{"BackupVaultName": vault})
	config.Statistic = tf.String("Sum")
	config.AlarmActions = tf.Strings(b.AlertsTopicARN)
	alarm.NewCloudwatchMetricAlarm(scope, tf.String(name), config)
}

// BackupStatements are what the role that AWS Backup acts as may do: what AWS's managed policies AWSBackupServiceRolePolicyForBackup
// and AWSBackupServiceRolePolicyForS3Backup hold for the three kinds of store there are, on this environment's alone. It restores
// nothing: whoever restores has to bring a role for it. dataKeyARN is the key that the stores and the vault are encrypted with.
func BackupStatements(label naming.Label, partition, region, dataKeyARN string) []iam.Statement {
	arn := func(service, resource string) string {
		return "arn:" + partition + ":" + service + ":" + region + ":" + label.Account + ":" + resource
	}
	via := func(services ...string) iam.Condition {
		var hosts []string
		for _, service := range services {
			hosts = append(hosts, service+"."+region+".amazonaws.com")
		}
		return iam.Condition{Test: "StringEquals", Key: "kms:ViaService", Values: hosts}
	}
	name := label.Name("*")
	bucket := "arn:" + partition + ":s3:::" + label.Unique(naming.Bucket, "manuscripts")
	snapshots := arn("rds", "cluster-snapshot:awsbackup:*")
	return []iam.Statement{{
		Sid:       "Find",
		Actions:   []string{"cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets", "tag:GetResources"},
		Resources: []string{"*"},
		Reason:    "finds what is tagged to be backed up, and how large it is; these calls know no resource finer than *",
	}, {
		Sid:       "Tables",
		Actions:   []string{"dynamodb:CreateBackup", "dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"},
		Resources: []string{arn("dynamodb", "table/"+name)},
		Reason:    "makes a recovery point of a table",
	}, {
		Sid:       "TableBackups",
		Actions:   []string{"dynamodb:DeleteBackup", "dynamodb:DescribeBackup"},
		Resources: []string{arn("dynamodb", "table/"+name+"/backup/*")},
		Reason:    "looks after recovery points that DynamoDB keeps, until they expire",
	}, {
		Sid:       "FindClusters",
		Actions:   []string{"rds:DescribeDBClusterSnapshots", "rds:DescribeDBClusters"},
		Resources: []string{arn("rds", "cluster:*"), arn("rds", "cluster-snapshot:*")},
		Reason:    "follows a snapshot until it is there; these calls list",
	}, {
		Sid:       "Clusters",
		Actions:   []string{"rds:CreateDBClusterSnapshot", "rds:ListTagsForResource"},
		Resources: []string{arn("rds", "cluster:"+name)},
		Reason:    "makes a snapshot of a cluster",
	}, {
		Sid: "ClusterSnapshots",
		Actions: []string{
			"rds:AddTagsToResource", "rds:CopyDBClusterSnapshot", "rds:CreateDBClusterSnapshot", "rds:DeleteDBClusterSnapshot",
			"rds:ListTagsForResource",
		},
		Resources: []string{snapshots},
		Reason:    "looks after the snapshots that AWS Backup itself makes, until they expire",
	}, {
		Sid: "Bucket",
		Actions: []string{
			"s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketNotification", "s3:GetBucketTagging", "s3:GetBucketVersioning",
			"s3:GetInventoryConfiguration", "s3:ListBucket", "s3:ListBucketVersions", "s3:PutBucketNotification",
			"s3:PutInventoryConfiguration",
		},
		Resources: []string{bucket},
		Reason:    "finds out what has changed in the bucket since the last backup, from its inventory and its events",
	}, {
		Sid: "Objects",
		Actions: []string{
			"s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAcl",
			"s3:GetObjectVersionTagging",
		},
		Resources: []string{bucket + "/*"},
		Reason:    "copies every version to the vault",
	}, {
		Sid: "BucketEvents",
		Actions: []string{
			"events:DeleteRule", "events:DescribeRule", "events:DisableRule", "events:EnableRule", "events:ListTargetsByRule",
			"events:PutRule", "events:PutTargets", "events:RemoveTargets",
		},
		Resources: []string{arn("events", "rule/AwsBackupManagedRule*")},
		Reason:    "is told of the bucket's changes through a rule of its own, whose name AWS prescribes",
	}, {
		Sid:       "Vault",
		Actions:   []string{"backup:DescribeBackupVault"},
		Resources: []string{arn("backup", "backup-vault:"+label.Fit(naming.BackupVault, "manuscripts"))},
		Reason:    "stores recovery points there",
	}, {
		Sid:       "RecoveryPoints",
		Actions:   []string{"backup:TagResource"},
		Resources: []string{arn("backup", "recovery-point:*")},
		Reason:    "tags what it made; AWS chooses a recovery point's id",
	}, {
		Sid:        "Keys",
		Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resources:  []string{dataKeyARN},
		Conditions: []iam.Condition{via("backup", "dynamodb", "s3")},
		Reason:     "reads what the stores have encrypted, and encrypts it in the vault",
	}, {
		Sid:       "DescribeKeys",
		Actions:   []string{"kms:DescribeKey"},
		Resources: []string{dataKeyARN},
		Reason:    "checks that the stores' key can be used",
	}, {
		Sid:       "KeyGrants",
		Actions:   []string{"kms:CreateGrant"},
		Resources: []string{dataKeyARN},
		Conditions: []iam.Condition{
			{Test: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"}},
			via("backup", "dynamodb", "rds"),
		},
		Reason: "lets the service that makes a recovery point go on after the call has ended",
	}}
}
