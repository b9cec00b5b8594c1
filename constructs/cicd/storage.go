package cicd

import "github.com/writersroom/infrastructure/internal/iam"

// storage is what constructs/storage takes.
func (g grants) storage() []access {
	buckets := []string{"arn:" + g.Partition + ":s3:::" + g.label().Name("*")}
	list := []access{{
		sid: "Buckets",
		read: []string{
			"s3:GetAccelerateConfiguration", "s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLocation", "s3:GetBucketLogging",
			"s3:GetBucketNotification", "s3:GetBucketObjectLockConfiguration", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy",
			"s3:GetBucketPublicAccessBlock", "s3:GetBucketRequestPayment", "s3:GetBucketTagging", "s3:GetBucketVersioning",
			"s3:GetBucketWebsite", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration",
			"s3:ListBucket",
		},
		write: []string{
			"s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketCORS", "s3:PutBucketLogging",
			"s3:PutBucketNotification", "s3:PutBucketOwnershipControls", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock",
			"s3:PutBucketTagging", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
		},
		on:     buckets,
		when:   []iam.Condition{{Test: "StringEquals", Key: "s3:ResourceAccount", Values: []string{g.Account}}},
		reason: "a bucket carries the deployment's name, and somebody else's bucket might too; its objects are out of reach",
	}, {
		sid: "Tables",
		read: []string{
			"dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:GetResourcePolicy",
			"dynamodb:ListTagsOfResource",
		},
		write: []string{
			"dynamodb:CreateTable", "dynamodb:DeleteResourcePolicy", "dynamodb:DeleteTable", "dynamodb:PutResourcePolicy",
			"dynamodb:TagResource", "dynamodb:UntagResource", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable",
			"dynamodb:UpdateTimeToLive",
		},
		on:     g.named("dynamodb", "table/"),
		reason: "a table carries the deployment's name; its items are out of reach",
	}, {
		sid:  "ClustersListed",
		read: []string{"rds:DescribeDBClusters", "rds:DescribeDBInstances", "rds:DescribeEventSubscriptions", "rds:DescribeGlobalClusters"},
		on: []string{
			g.arn("rds", "cluster:*"), g.arn("rds", "db:*"), g.arn("rds", "es:*"), g.global("rds", "global-cluster:*"),
		},
		reason: "the provider finds a cluster among all, and the global one that it might be part of",
	}, {
		sid: "Clusters",
		read: []string{
			"rds:DescribeDBClusterParameterGroups", "rds:DescribeDBClusterParameters", "rds:DescribeDBSubnetGroups", "rds:ListTagsForResource",
		},
		write: []string{
			"rds:AddSourceIdentifierToSubscription", "rds:AddTagsToResource", "rds:CreateDBCluster", "rds:CreateDBClusterParameterGroup",
			"rds:CreateDBClusterSnapshot", "rds:CreateDBInstance", "rds:CreateDBSubnetGroup", "rds:CreateEventSubscription",
			"rds:DeleteDBCluster", "rds:DeleteDBClusterParameterGroup", "rds:DeleteDBInstance", "rds:DeleteDBSubnetGroup",
			"rds:DeleteEventSubscription", "rds:ModifyDBCluster", "rds:ModifyDBClusterParameterGroup", "rds:ModifyDBInstance",
			"rds:ModifyDBSubnetGroup", "rds:ModifyEventSubscription", "rds:RebootDBInstance", "rds:RemoveSourceIdentifierFromSubscription",
			"rds:RemoveTagsFromResource", "rds:ResetDBClusterParameterGroup",
		},
		on:     g.named("rds", "cluster-pg:", "cluster-snapshot:", "cluster:", "db:", "es:", "subgrp:"),
		reason: "what Aurora consists of carries the deployment's name",
	}, {
		sid:    "ClusterPasswords",
		write:  []string{"secretsmanager:CreateSecret", "secretsmanager:RotateSecret", "secretsmanager:TagResource"},
		on:     []string{g.arn("secretsmanager", "secret:rds!cluster-*")},
		reason: "RDS keeps a cluster's password, in the name of whoever makes the cluster",
	}, {
		sid: "Caches",
		read: []string{
			"elasticache:DescribeCacheClusters", "elasticache:DescribeCacheParameterGroups", "elasticache:DescribeCacheParameters",
			"elasticache:DescribeCacheSubnetGroups", "elasticache:DescribeReplicationGroups", "elasticache:DescribeUserGroups",
			"elasticache:DescribeUsers", "elasticache:ListTagsForResource",
		},
		write: []string{
			"elasticache:AddTagsToResource", "elasticache:CreateCacheParameterGroup", "elasticache:CreateCacheSubnetGroup",
			"elasticache:CreateReplicationGroup", "elasticache:CreateUser", "elasticache:CreateUserGroup",
			"elasticache:DecreaseReplicaCount", "elasticache:DeleteCacheParameterGroup", "elasticache:DeleteCacheSubnetGroup",
			"elasticache:DeleteReplicationGroup", "elasticache:DeleteUser", "elasticache:DeleteUserGroup",
			"elasticache:IncreaseReplicaCount", "elasticache:ModifyCacheParameterGroup", "elasticache:ModifyCacheSubnetGroup",
			"elasticache:ModifyReplicationGroup", "elasticache:ModifyUser", "elasticache:ModifyUserGroup",
			"elasticache:RemoveTagsFromResource", "elasticache:ResetCacheParameterGroup",
		},
		on:     g.named("elasticache", "cluster:", "parametergroup:", "replicationgroup:", "subnetgroup:", "user:", "usergroup:"),
		reason: "what Valkey consists of carries the deployment's name",
	}, {
		sid: "SearchDomains",
		read: []string{
			"es:DescribeDomain", "es:DescribeDomainChangeProgress", "es:DescribeDomainConfig", "es:GetCompatibleVersions", "es:ListTags",
		},
		write: []string{
			"es:AddTags", "es:CreateDomain", "es:DeleteDomain", "es:RemoveTags", "es:UpdateDomainConfig", "es:UpgradeDomain",
		},
		on:     g.named("es", "domain/"),
		reason: "the search domain carries the deployment's name; its indexes are out of reach",
	}, {
		sid:    "Passwords",
		read:   []string{"secretsmanager:GetRandomPassword"},
		on:     []string{"*"},
		reason: "plans too draw what becomes a secret's value, and throw it away; no resource is involved",
	}, {
		sid:  "Secrets",
		read: []string{"secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"},
		write: []string{
			"secretsmanager:CreateSecret", "secretsmanager:DeleteResourcePolicy", "secretsmanager:DeleteSecret",
			"secretsmanager:GetSecretValue", "secretsmanager:PutResourcePolicy", "secretsmanager:PutSecretValue",
			"secretsmanager:RestoreSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret",
			"secretsmanager:UpdateSecretVersionStage", "secretsmanager:ValidateResourcePolicy",
		},
		on:     []string{g.arn("secretsmanager", "secret:"+g.label().Path("*"))},
		reason: "a secret carries the deployment's name; the provider reads a version that it made together with its value",
	}, {
		sid:    "ParametersListed",
		read:   []string{"ssm:DescribeParameters"},
		on:     []string{"*"},
		reason: "Parameter Store lists all or nothing, by names without values",
	}, {
		sid:    "Parameters",
		read:   []string{"ssm:GetParameter", "ssm:ListTagsForResource"},
		write:  []string{"ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:PutParameter", "ssm:RemoveTagsFromResource"},
		on:     []string{g.arn("ssm", "parameter"+g.label().Path("*"))},
		reason: "a parameter carries the deployment's name, and none is a secret",
	}, {
		sid: "Vaults",
		read: []string{
			"backup:DescribeBackupVault", "backup:GetBackupVaultAccessPolicy", "backup:GetBackupVaultNotifications", "backup:ListTags",
		},
		write: []string{
			"backup:CreateBackupVault", "backup:DeleteBackupVault", "backup:DeleteBackupVaultAccessPolicy",
			"backup:DeleteBackupVaultLockConfiguration", "backup:DeleteBackupVaultNotifications", "backup:ListRecoveryPointsByBackupVault",
			"backup:PutBackupVaultAccessPolicy", "backup:PutBackupVaultLockConfiguration", "backup:PutBackupVaultNotifications",
			"backup:TagResource", "backup:UntagResource",
		},
		on:     g.named("backup", "backup-vault:"),
		reason: "a vault carries the deployment's name",
	}, {
		sid:    "VaultStorage",
		write:  []string{"backup-storage:MountCapsule"},
		on:     []string{"*"},
		reason: "AWS Backup makes an encrypted vault for nobody else; there is no resource for it",
	}, {
		sid:    "BackupPlansNew",
		write:  []string{"backup:CreateBackupPlan", "backup:TagResource"},
		on:     []string{g.arn("backup", "backup-plan:*")},
		when:   []iam.Condition{untagged(), g.tagging()},
		reason: "a new plan becomes the deployment's, and none of another does",
	}, {
		sid:  "BackupPlans",
		read: []string{"backup:GetBackupPlan", "backup:GetBackupSelection", "backup:ListTags"},
		write: []string{
			"backup:CreateBackupSelection", "backup:DeleteBackupPlan", "backup:DeleteBackupSelection", "backup:TagResource",
			"backup:UntagResource", "backup:UpdateBackupPlan",
		},
		on:     []string{g.arn("backup", "backup-plan:*")},
		when:   []iam.Condition{g.tagged()},
		reason: "AWS chooses the ids of backup plans; their tag says whose they are",
	}}
	if !g.Environment.Retain {
		list = append(list, access{
			sid:    "BucketsEmptied",
			write:  []string{"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ListBucketVersions"},
			on:     []string{buckets[0], buckets[0] + "/*"},
			when:   []iam.Condition{{Test: "StringEquals", Key: "s3:ResourceAccount", Values: []string{g.Account}}},
			reason: "an environment that retains nothing is destroyed with all that it holds, unread",
		})
	}
	return list
}
