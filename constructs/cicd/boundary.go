package cicd

import (
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
)

// ceiling is the most that the deployment's roles can do, whatever is granted to them later. It lists the services that an environment
// is made of, and not those that watch over the account; of what it lists it denies what belongs to the account or to another
// environment, and every way to a role that nothing holds.
func (g grants) ceiling() []iam.Statement {
	account := naming.OfAccount(g.Account)
	environment := func(test string, values ...string) iam.Condition {
		return iam.Condition{Test: test, Key: "aws:ResourceTag/Environment", Values: values}
	}
	return []iam.Statement{{
		Sid: "Services",
		Actions: []string{
			"acm:*", "apigateway:*", "application-autoscaling:*", "backup-storage:*", "backup:*", "bedrock:*", "budgets:*", "cloudfront:*",
			"cloudwatch:*", "codedeploy:*", "cognito-identity:*", "cognito-idp:*", "dynamodb:*", "ec2:*", "ecr:*", "ecs:*", "elasticache:*",
			"elasticloadbalancing:*", "es:*", "iam:*Policy", "iam:*PolicyVersion*", "iam:*Role*", "iam:ListInstanceProfilesForRole",
			"iam:ListPolicyTags", "kms:*", "lambda:*", "logs:*", "rds:*", "route53:*", "s3:*", "sagemaker:*", "scheduler:*",
			"secretsmanager:*", "sns:*", "sqs:*", "ssm:*", "states:*", "wafv2:*", "xray:*",
		},
		Resources: []string{"*"},
		Reason:    "what an environment is made of; which of it is for the roles' own policies to say",
	}, {
		Sid:        "OtherEnvironments",
		Effect:     iam.Deny,
		Actions:    []string{"*"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{hasNoTag("false"), environment("StringNotLike", g.Pattern, naming.AccountWide)},
		Reason:     "environments may share an account; of the account's own, the state is for every deployment",
	}, {
		Sid:     "Account",
		Effect:  iam.Deny,
		Actions: []string{"*"},
		Resources: []string{
			g.global("iam", "oidc-provider/*"),
			g.global("iam", "policy/"+account.Name("*")),
			g.global("iam", "role/"+account.Name("*")),
			g.arn("logs", "log-group:"+account.Path("*")),
			g.arn("sns", account.Name("*")),
			"arn:" + g.Partition + ":apigateway:" + g.Region + "::/account",
		},
		Reason: "neither boundaries nor roles that deploy, nor who may become them, nor what is told of it all, is a deployment's to change",
	}, {
		Sid:    "AccountStores",
		Effect: iam.Deny,
		Actions: []string{
			"dynamodb:*Backup*", "dynamodb:*ResourcePolicy", "dynamodb:*Table*", "s3:*BucketPolicy", "s3:*Configuration", "s3:CreateBucket", "s3:DeleteBucket",
			"s3:*ObjectVersion*", "s3:PutBucket*",
		},
		Resources: []string{
			"arn:" + g.Partition + ":s3:::" + account.Name("*"),
			g.arn("dynamodb", "table/"+account.Name("*")),
		},
		Reason: "states and the trail are kept as the account's stack says",
	}, {
		Sid:    "AccountKeys",
		Effect: iam.Deny,
		Actions: []string{
			"kms:*Alias", "kms:*Grant", "kms:*Material", "kms:*Policy", "kms:*TagResource", "kms:Disable*", "kms:Enable*",
			"kms:Schedule*", "kms:Update*",
		},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{environment("StringEquals", naming.AccountWide)},
		Reason:     "the account's keys are used, and neither changed nor passed on; a tag would make one a deployment's",
	}, {
		Sid:    "AccountSettings",
		Effect: iam.Deny,
		Actions: []string{
			"backup:UpdateGlobalSettings", "backup:UpdateRegionSettings", "ec2:*BlockPublicAccess*", "ec2:*EbsDefaultKmsKeyId",
			"ec2:*EbsEncryptionByDefault", "ecs:PutAccountSetting*", "iam:*OpenIDConnect*", "logs:*AccountPolicy",
			"logs:DeleteResourcePolicy", "logs:PutResourcePolicy", "s3:PutAccountPublicAccessBlock", "ssm:UpdateServiceSetting",
		},
		Resources: []string{"*"},
		Reason:    "what holds for the whole account is its stack's to say",
	}, {
		Sid:    "Unbounded",
		Effect: iam.Deny,
		Actions: []string{
			"iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
		},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "StringNotEquals", Key: "iam:PermissionsBoundary", Values: []string{g.BoundaryARN}}},
		Reason:     "a role without the environment's boundary could do what this one denies",
	}, {
		Sid:       "Unbinding",
		Effect:    iam.Deny,
		Actions:   []string{"iam:DeleteRolePermissionsBoundary"},
		Resources: []string{"*"},
		Reason:    "a role keeps its boundary for as long as it lives",
	}}
}
