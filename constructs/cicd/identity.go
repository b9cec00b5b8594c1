package cicd

import "github.com/writersroom/infrastructure/internal/iam"

// identity is what constructs/identity takes, and every module that has roles made.
func (g grants) identity() []access {
	roles := g.iam("role/")
	bounded := iam.Condition{Test: "StringEquals", Key: "iam:PermissionsBoundary", Values: []string{g.BoundaryARN}}
	keys := []string{g.arn("kms", "key/*")}
	return []access{{
		sid: "Roles",
		read: []string{
			"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies",
			"iam:ListRoleTags",
		},
		write: []string{
			"iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
		},
		on:     roles,
		reason: "the deployment's roles carry its name",
	}, {
		sid:    "RolesBounded",
		write:  []string{"iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"},
		on:     roles,
		when:   []iam.Condition{bounded},
		reason: "a role without the boundary could be given what whoever deploys does not have",
	}, {
		sid:   "RolesPassed",
		write: []string{"iam:PassRole"},
		on:    roles,
		when: []iam.Condition{{
			Test: "StringEquals", Key: "iam:PassedToService", Values: []string{
				"backup.amazonaws.com", "bedrock.amazonaws.com", "budgets.amazonaws.com", "codedeploy.amazonaws.com",
				"cognito-identity.amazonaws.com", "ecs-tasks.amazonaws.com", "lambda.amazonaws.com", "monitoring.rds.amazonaws.com",
				"sagemaker.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com", "vpc-flow-logs.amazonaws.com",
			},
		}},
		reason: "the deployment's roles, and no others, are handed to the services that they are for",
	}, {
		sid:   "ServiceRoles",
		write: []string{"iam:CreateServiceLinkedRole"},
		on:    []string{g.global("iam", "role/aws-service-role/*")},
		when: []iam.Condition{{
			Test: "StringEquals", Key: "iam:AWSServiceName", Values: []string{
				"backup.amazonaws.com", "delivery.logs.amazonaws.com", "ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com",
				"elasticache.amazonaws.com", "elasticloadbalancing.amazonaws.com", "ops.apigateway.amazonaws.com", "rds.amazonaws.com",
				"wafv2.amazonaws.com",
			},
		}},
		reason: "these services make a role of their own when an account first uses them",
	}, {
		sid:  "Policies",
		read: []string{"iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyTags", "iam:ListPolicyVersions"},
		write: []string{
			"iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:TagPolicy", "iam:UntagPolicy",
		},
		on:     g.iam("policy/"),
		reason: "the policy that stops spending carries the deployment's name, the boundary the account's",
	}, {
		sid:    "KeysListed",
		read:   []string{"kms:ListAliases"},
		on:     []string{"*"},
		reason: "KMS lists all aliases or none",
	}, {
		sid:    "KeysNew",
		write:  []string{"kms:CreateKey"},
		on:     []string{"*"},
		when:   []iam.Condition{g.tagging()},
		reason: "a key that is made says whose it is; there is no resource yet",
	}, {
		sid:    "KeysTagged",
		write:  []string{"kms:TagResource"},
		on:     keys,
		when:   []iam.Condition{untagged(), g.tagging()},
		reason: "a new key becomes the deployment's, and none of another does",
	}, {
		sid: "Keys",
		read: []string{
			"kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags",
		},
		write: []string{
			"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DisableKeyRotation", "kms:EnableKey",
			"kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource",
			"kms:UpdateAlias", "kms:UpdateKeyDescription",
		},
		on:     keys,
		when:   []iam.Condition{g.tagged()},
		reason: "AWS chooses the ids of keys; their tag says whose they are",
	}, {
		sid:    "KeyAliases",
		write:  []string{"kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"},
		on:     g.named("kms", "alias/"),
		reason: "an alias carries the deployment's name",
	}, {
		sid: "KeysUsed",
		write: []string{
			"kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
			"kms:ReEncryptFrom", "kms:ReEncryptTo",
		},
		on: keys,
		when: []iam.Condition{g.tagged(), {
			Test: "StringEquals", Key: "kms:ViaService", Values: g.endpoints("backup", "bedrock", "dynamodb", "ecr", "elasticache", "es",
				"lambda", "rds", "sagemaker", "secretsmanager", "sns", "sqs", "ssm", "states"),
		}},
		reason: "a store is encrypted for whoever makes it, through the store's service alone, which goes on by a grant",
	}, {
		sid:    "UserPoolsNew",
		write:  []string{"cognito-identity:CreateIdentityPool", "cognito-idp:CreateUserPool"},
		on:     []string{"*"},
		when:   []iam.Condition{g.tagging()},
		reason: "a pool that is made says whose it is; there is no resource yet",
	}, {
		sid:    "UserPoolsTagged",
		write:  []string{"cognito-identity:TagResource", "cognito-idp:TagResource"},
		on:     []string{g.arn("cognito-identity", "identitypool/*"), g.arn("cognito-idp", "userpool/*")},
		when:   []iam.Condition{untagged(), g.tagging()},
		reason: "a new pool becomes the deployment's, and none of another does",
	}, {
		sid:    "UserPoolDomains",
		read:   []string{"cognito-idp:DescribeUserPoolDomain"},
		on:     []string{"*"},
		reason: "a sign-in address is looked up by its name, among everybody's",
	}, {
		sid: "UserPools",
		read: []string{
			"cognito-identity:DescribeIdentityPool", "cognito-identity:GetIdentityPoolRoles", "cognito-identity:GetPrincipalTagAttributeMap",
			"cognito-idp:DescribeResourceServer", "cognito-idp:DescribeRiskConfiguration", "cognito-idp:DescribeUserPool",
			"cognito-idp:DescribeUserPoolClient", "cognito-idp:GetGroup", "cognito-idp:GetUserPoolMfaConfig",
			"cognito-idp:ListTagsForResource",
		},
		write: []string{
			"cognito-identity:DeleteIdentityPool", "cognito-identity:TagResource", "cognito-identity:UntagResource",
			"cognito-identity:UpdateIdentityPool", "cognito-idp:AddCustomAttributes", "cognito-idp:CreateGroup",
			"cognito-idp:CreateResourceServer", "cognito-idp:CreateUserPoolClient", "cognito-idp:CreateUserPoolDomain",
			"cognito-idp:DeleteGroup", "cognito-idp:DeleteResourceServer", "cognito-idp:DeleteUserPool",
			"cognito-idp:DeleteUserPoolClient", "cognito-idp:DeleteUserPoolDomain", "cognito-idp:SetRiskConfiguration",
			"cognito-idp:SetUserPoolMfaConfig", "cognito-idp:TagResource", "cognito-idp:UntagResource", "cognito-idp:UpdateGroup",
			"cognito-idp:UpdateResourceServer", "cognito-idp:UpdateUserPool", "cognito-idp:UpdateUserPoolClient",
			"cognito-idp:UpdateUserPoolDomain",
		},
		on:     []string{g.arn("cognito-identity", "identitypool/*"), g.arn("cognito-idp", "userpool/*")},
		when:   []iam.Condition{g.tagged()},
		reason: "AWS chooses the ids of pools; their tag says whose they are",
	}, {
		sid:    "IdentityPools",
		write:  []string{"cognito-identity:SetIdentityPoolRoles", "cognito-identity:SetPrincipalTagAttributeMap"},
		on:     []string{"*"},
		reason: "Cognito knows no resource for these; the roles that may be set are those that may be passed",
	}}
}

// iam are what IAM holds that carries the deployment's name.
func (g grants) iam(kind string) []string {
	return []string{g.global("iam", kind+g.label().Name("*"))}
}

// endpoints are the hosts by which kms:ViaService knows services.
func (g grants) endpoints(services ...string) []string {
	var hosts []string
	for _, service := range services {
		hosts = append(hosts, service+"."+g.Region+".amazonaws.com")
	}
	return hosts
}
