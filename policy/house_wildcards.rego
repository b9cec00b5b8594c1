# Least privilege: single actions, on single resources wherever an action knows any.
package writersroom.controls.house_wildcards

import data.writersroom.controls.house_public
import data.writersroom.controls.iam
import data.writersroom.terraform as tf

title["House.Wildcards"] := "policies allow single actions on single resources"

subject["House.Wildcards"] contains address if some address, _ in iam.granting

subject["House.Wildcards"] contains p.address if some p in house_public.policies

fault["House.Wildcards"] contains {
	"address": a.address,
	"message": sprintf("must name its actions: its statement %s allows %s", [a.name, action]),
} if {
	some a in allowed
	some action in a.statement.actions
	contains(action, "*")
}

allowed contains a if some a in iam.allowed

allowed contains {"address": p.address, "statement": statement, "name": iam.name(statement)} if {
	some p in house_public.policies
	some statement in tf.statements(p.text)
	statement.effect == "Allow"
}

# A policy of a resource can say "*" for the resource that it belongs to; one of a role says it for all.
fault["House.Wildcards"] contains {
	"address": a.address,
	"message": sprintf("must name the resources of %s, which its statement %s allows on all", [action, a.name]),
} if {
	some a in iam.allowed
	everywhere(a.statement)
	some action in a.statement.actions
	not resourceless(action)
}

everywhere(statement) if "*" in statement.resources

# It says which resources are not meant.
everywhere(statement) if count(statement.resources) == 0

resourceless(action) if {
	some pattern in no_resource
	glob.match(pattern, [], action)
}

# no_resource are actions that know no resource, or make one whose id AWS chooses, by the service authorization reference.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
no_resource := {
	"acm:RequestCertificate",
	"application-autoscaling:Describe*",
	"backup-storage:MountCapsule",
	"bedrock:CreateGuardrail",
	"bedrock:CreateKnowledgeBase",
	"cloudfront:CreateCachePolicy",
	"cloudfront:CreateDistribution",
	"cloudfront:CreateFunction",
	"cloudfront:CreateOriginAccessControl",
	"cloudfront:CreateResponseHeadersPolicy",
	"cloudwatch:DescribeAlarms",
	"cloudwatch:GetMetricData",
	"cloudwatch:PutMetricData",
	"cognito-identity:CreateIdentityPool",
	"cognito-identity:SetIdentityPoolRoles",
	"cognito-identity:SetPrincipalTagAttributeMap",
	"cognito-idp:CreateUserPool",
	"cognito-idp:DescribeUserPoolDomain",
	"ec2:Describe*",
	"ecr:GetAuthorizationToken",
	"ecs:DeregisterTaskDefinition",
	"ecs:DescribeTaskDefinition",
	"elasticloadbalancing:Describe*",
	"elasticloadbalancing:SetWebAcl",
	"events:ListRules",
	"kms:CreateKey",
	"kms:ListAliases",
	"logs:*LogDelivery",
	"logs:DescribeLogGroups",
	"logs:DescribeResourcePolicies",
	"logs:ListLogDeliveries",
	"route53:CreateHostedZone",
	"s3:ListAllMyBuckets",
	"secretsmanager:GetRandomPassword",
	"ssm:DescribeParameters",
	"states:ValidateStateMachineDefinition",
	"sts:GetCallerIdentity",
	"tag:GetResources",
	"xray:GetSampling*",
	"xray:PutTelemetryRecords",
	"xray:PutTraceSegments",
	# The network interfaces of a function are Lambda's, and bear no name or tag to know them by.
	# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
	"ec2:AssignPrivateIpAddresses",
	"ec2:CreateNetworkInterface",
	"ec2:DeleteNetworkInterface",
	"ec2:UnassignPrivateIpAddresses",
}
