package identity

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// BoundaryConfig is what an environment's permissions boundary is made from.
type BoundaryConfig struct {
	// Of is what the boundary is called after: an environment, or what stands for several that share it.
	Of string
	// Label's environment is whose roles are bound: a name, or a pattern of names (pr-*).
	Label                      naming.Label
	Region, Account, Partition string
	// SpendingCapPolicy is the short name of the one managed policy that a role may attach to another: it denies what costs money.
	SpendingCapPolicy string
	// BackupRole is the short name of the role that AWS Backup acts as, the one that may remove a recovery point: when it has expired.
	BackupRole string
	// Outside is what roles may reach that is not the environment's own, such as a model that AWS keeps for everybody.
	Outside []iam.Statement
}

// BoundaryARN is the permissions boundary of what is called of in an account. It carries the account's name, not the environment's:
// whoever deploys the environment may change what carries the environment's.
func BoundaryARN(partition, account, of string) string {
	return "arn:" + partition + ":iam::" + account + ":policy/" + boundaryName(account, of)
}

func boundaryName(account, of string) string { return naming.OfAccount(account).Name(of, "boundary") }

// NewBoundary makes the permissions boundary that every role of an environment has, in the stack of the environment's account: a role
// that deploys the environment cannot widen what holds the roles that it makes. It is never destroyed.
func NewBoundary(scope constructs.Construct, id string, cfg BoundaryConfig) error {
	defer tf.Within(scope, id)

	policy, err := cfg.policy().CeilingJSON()
	if err != nil {
		return fmt.Errorf("permissions boundary of %s: %w", cfg.Of, err)
	}
	boundary := iampolicy.NewIamPolicy(scope, tf.String(id), &iampolicy.IamPolicyConfig{
		Name:        tf.String(boundaryName(cfg.Account, cfg.Of)),
		Description: tf.String("The most that any role of " + cfg.Of + " can do, whatever it is granted"),
		Policy:      tf.String(policy),
		Lifecycle:   tf.Retained(true),
	})
	tf.Waive(boundary, tf.Waiver{
		Control: "trivy:AVD-AWS-0345",
		Reason:  "a ceiling grants nothing, and this one is over the environment's buckets alone; what a role may do there is its own policy's to name",
		Expires: "2027-11-30",
	})
	return nil
}

// arn names a resource of the environment's region and account.
func (c BoundaryConfig) arn(service, resource string) string {
	return "arn:" + c.Partition + ":" + service + ":" + c.Region + ":" + c.Account + ":" + resource
}

// iamARN names what IAM holds in the environment's account.
func (c BoundaryConfig) iamARN(resource string) string {
	return "arn:" + c.Partition + ":iam::" + c.Account + ":" + resource
}

// policy is the most that any role of the environment can do. It grants nothing: a role may do what both this and its own
// policy allow. It names resources by the environment's prefix where their ARNs hold a name, and by their Environment tag where
// AWS chooses the name. What it does not list is out of every role's reach, so a module that starts to use another service adds
// it here.
//
// A type of resource is written out: IAM takes no wildcard in that part of an ARN
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
//
// Its rendered length is limited to 6,144 characters (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
func (c BoundaryConfig) policy() iam.Policy {
	name, path := c.Label.Name("*"), c.Label.Path("*")
	spendingCap := c.iamARN("policy/" + c.Label.Name(c.SpendingCapPolicy))
	here := iam.Condition{Test: "StringEquals", Key: "aws:RequestedRegion", Values: []string{c.Region}}
	return append(iam.Policy{{
		Sid: "Named",
		Actions: []string{
			"dynamodb:*", "ecr:*", "elasticache:Connect", "es:*", "events:PutEvents", "lambda:*", "logs:*",
			"rds-data:*", "rds:DescribeDBClusters", "sagemaker:*", "secretsmanager:*", "sns:*", "sqs:*", "ssm:*", "states:*",
		},
		Resources: []string{
			c.arn("dynamodb", "table/"+name),
			c.arn("ecr", "repository/"+name),
			c.arn("elasticache", "replicationgroup:"+name),
			c.arn("elasticache", "user:"+name),
			c.arn("es", "domain/"+name),
			c.arn("events", "event-bus/"+name),
			c.arn("lambda", "function:"+name),
			c.arn("logs", "log-group:"+path),
			c.arn("logs", "log-group:/aws/sagemaker/Endpoints/"+name),
			c.arn("logs", "log-group:RDSOSMetrics*"), // which the account's environments share
			c.arn("rds", "cluster:"+name),
			c.arn("sagemaker", "endpoint/"+name),
			c.arn("secretsmanager", "secret:"+path),
			c.arn("sns", name),
			c.arn("sqs", name),
			c.arn("ssm", "parameter"+path),
			c.arn("states", "execution:"+name),
			c.arn("states", "stateMachine:"+name),
		},
		Reason: "what carries the environment's name in its ARN",
	}, {
		Sid:       "Buckets",
		Actions:   []string{"s3:*"},
		Resources: []string{"arn:" + c.Partition + ":s3:::" + name},
		Conditions: []iam.Condition{
			here,
			{Test: "StringEquals", Key: "aws:ResourceAccount", Values: []string{c.Account}},
		},
		Reason: "a bucket's ARN holds no account, so somebody else's bucket of such a name has to be kept out",
	}, {
		Sid:     "Tagged",
		Actions: []string{"cognito-idp:*", "kms:*"},
		Resources: []string{
			c.arn("cognito-idp", "userpool/*"),
			c.arn("kms", "key/*"),
		},
		Conditions: []iam.Condition{{Test: "StringLike", Key: "aws:ResourceTag/Environment", Values: []string{c.Label.Environment}}},
		Reason:     "AWS chooses the ids of keys and user pools; their tag says whose they are",
	}, {
		Sid: "Backup",
		Actions: []string{
			"backup:DescribeBackupVault", "backup:TagResource", "events:*", "rds:*Snapshot*", "rds:AddTagsToResource", "rds:Describe*",
			"rds:ListTagsForResource",
		},
		Resources: []string{
			c.arn("backup", "*"),
			c.arn("events", "rule/AwsBackupManagedRule*"),
			c.arn("rds", "cluster-snapshot:*"),
			c.arn("rds", "cluster:*"),
		},
		Reason: "AWS Backup names its event rules, snapshots and recovery points itself",
	}, {
		Sid:     "Unnamed",
		Actions: []string{"bedrock:*", "rds-db:connect", "secretsmanager:*"},
		Resources: []string{
			c.arn("bedrock", "*"),
			"arn:" + c.Partition + ":bedrock:" + c.Region + "::foundation-model/*",
			c.arn("rds-db", "dbuser:*"),
			c.arn("secretsmanager", "secret:rds!*"),
		},
		Reason: "AWS chooses the ids of guardrails and database clusters, and the names of the secrets that Aurora keeps",
	}, {
		Sid: "NoResource",
		Actions: []string{
			"cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:PutMetricData",
			"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
			"ec2:UnassignPrivateIpAddresses",
			"ecr:GetAuthorizationToken",
			"events:ListRules",
			"logs:*Delivery", "logs:Describe*", "logs:ListLogDeliveries",
			"s3:ListAllMyBuckets",
			"ssmmessages:*",
			"tag:GetResources",
			"xray:*",
		},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{here},
		Reason:     "these calls know no resource finer than *, or one whose id is made by the call",
	}, {
		Sid:        "SpendingCap",
		Actions:    []string{"iam:AttachRolePolicy", "iam:DetachRolePolicy"},
		Resources:  []string{c.iamARN("role/" + name)},
		Conditions: []iam.Condition{{Test: "ArnEquals", Key: "iam:PolicyARN", Values: []string{spendingCap}}},
		Reason:     "AWS Budgets takes away from roles what costs money, and gives it back",
	}, {
		Sid:       "OtherEnvironments",
		Effect:    iam.Deny,
		Actions:   []string{"*"},
		Resources: []string{"*"},
		Conditions: []iam.Condition{
			{Test: "Null", Key: "aws:ResourceTag/Environment", Values: []string{"false"}},
			{Test: "StringNotLike", Key: "aws:ResourceTag/Environment", Values: []string{c.Label.Environment}},
		},
		Reason: "environments may share an account, and one's name may begin with another's (prod, prod-eu)",
	}, {
		Sid:    "Escape",
		Effect: iam.Deny,
		Actions: []string{
			"iam:Add*", "iam:AttachGroup*", "iam:AttachUser*", "iam:Create*", "iam:Deactivate*", "iam:Delete*", "iam:DetachGroup*",
			"iam:DetachUser*", "iam:Enable*", "iam:Put*", "iam:Remove*", "iam:Reset*", "iam:Set*", "iam:Tag*", "iam:Untag*",
			"iam:Update*", "iam:Upload*",
		},
		Resources: []string{"*"},
		Reason:    "no workload changes who may do what: neither this boundary nor a role, a user or a key outside it",
	}, {
		Sid:        "Attachments",
		Effect:     iam.Deny,
		Actions:    []string{"iam:AttachRole*", "iam:DetachRole*"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "ArnNotEquals", Key: "iam:PolicyARN", Values: []string{spendingCap}}},
		Reason:     "but for the policy that stops spending, which takes rights away: AWS Budgets attaches and detaches it",
	}, {
		Sid:    "Irrecoverable",
		Effect: iam.Deny,
		Actions: []string{
			"backup:Delete*", "backup:DisassociateRecoveryPoint*", "backup:PutBackupVault*", "backup:UpdateRecoveryPoint*",
			"dynamodb:DeleteBackup", "dynamodb:DeleteTable", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTimeToLive",
			"es:Delete*Domain", "kms:DisableKey", "kms:ScheduleKeyDeletion", "rds:Delete*",
			"s3:BypassGovernanceRetention", "s3:DeleteBucket*", "s3:DeleteObjectVersion", "s3:PutBucketVersioning", "s3:PutLifecycleConfiguration",
		},
		Resources: []string{"*"},
		Conditions: []iam.Condition{{Test: "ArnNotEquals", Key: "aws:PrincipalArn", Values: []string{
			c.iamARN("role/" + c.Label.Fit(naming.Role, c.BackupRole)),
		}}},
		Reason: "no application takes a manuscript's past away; the backups' role removes what has expired, as far as it is granted",
	}}, c.Outside...)
}
