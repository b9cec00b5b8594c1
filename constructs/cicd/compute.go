package cicd

import "github.com/writersroom/infrastructure/internal/iam"

// compute is what constructs/compute takes.
func (g grants) compute() []access {
	api := func(paths ...string) []string {
		var arns []string
		for _, path := range paths {
			arns = append(arns, "arn:"+g.Partition+":apigateway:"+g.Region+"::"+path)
		}
		return arns
	}
	var domains []string
	for _, domain := range g.domains() {
		domains = append(domains, "/domainnames/"+domain, "/domainnames/"+domain+"/basepathmappings*")
	}
	cluster := g.label().Name() // which has no name of its own
	return []access{{
		sid: "Functions",
		read: []string{
			"lambda:GetAlias", "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConfiguration",
			"lambda:GetPolicy", "lambda:ListTags", "lambda:ListVersionsByFunction",
		},
		write: []string{
			"lambda:AddPermission", "lambda:CreateAlias", "lambda:CreateFunction", "lambda:DeleteAlias", "lambda:DeleteFunction",
			"lambda:DeleteFunctionConcurrency", "lambda:PublishVersion", "lambda:PutFunctionConcurrency", "lambda:RemovePermission",
			"lambda:TagResource", "lambda:UntagResource", "lambda:UpdateAlias", "lambda:UpdateFunctionCode",
			"lambda:UpdateFunctionConfiguration",
		},
		on:     g.named("lambda", "function:"),
		reason: "a function carries the deployment's name",
	}, {
		sid:  "ConfigurationDecrypted",
		read: []string{"kms:Decrypt"},
		on:   []string{g.arn("kms", "key/*")},
		when: []iam.Condition{g.tagged(), {
			Test: "StringEquals", Key: "kms:ViaService", Values: g.endpoints("lambda"),
		}, {
			Test: "StringLike", Key: "kms:EncryptionContext:aws:lambda:FunctionArn", Values: g.named("lambda", "function:"),
		}},
		reason: "Lambda tells a function's variables, none of them a secret, to who may decrypt them; without, every plan would set them anew",
	}, {
		sid:  "DefinitionsDecrypted",
		read: []string{"kms:Decrypt"},
		on:   []string{g.arn("kms", "key/*")},
		when: []iam.Condition{g.tagged(), {
			Test: "StringLike", Key: "kms:EncryptionContext:aws:states:stateMachineArn", Values: g.named("states", "stateMachine:"),
		}},
		reason: "Step Functions tells a workflow's definition to who may decrypt it",
	}, {
		sid: "APIs", read: []string{"apigateway:GET"}, write: []string{"apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"},
		on:     api("/restapis", "/restapis/*"),
		reason: "AWS chooses the ids of APIs, and their parts carry no tags; the boundary denies those that carry another's",
	}, {
		sid:    "APITags",
		write:  []string{"apigateway:DELETE", "apigateway:PUT"},
		on:     api("/tags/*"),
		when:   []iam.Condition{{Test: "StringLikeIfExists", Key: "aws:RequestTag/Environment", Values: []string{g.Pattern}}},
		reason: "an API is tagged, and never as another's",
	}, {
		sid: "APIDomains", read: []string{"apigateway:GET"},
		write:  []string{"apigateway:DELETE", "apigateway:PATCH", "apigateway:POST"},
		on:     api(domains...),
		reason: "the API's names are the deployment's",
	}, {
		sid:    "APIDomainsNew",
		write:  []string{"apigateway:POST"},
		on:     api("/domainnames"),
		when:   []iam.Condition{g.tagging()},
		reason: "a name that is made says whose it is",
	}, {
		sid:    "APIFirewalls",
		write:  []string{"apigateway:SetWebACL"},
		on:     api("/restapis/*/stages/*"),
		reason: "WAF is put before an API in the name of whoever asks for it",
	}, {
		sid:  "WorkflowsChecked",
		read: []string{"states:ValidateStateMachineDefinition"},
		on:   []string{"*"}, reason: "plans too have a definition checked; there is no resource yet",
	}, {
		sid:  "Workflows",
		read: []string{"states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"},
		write: []string{
			"states:CreateStateMachine", "states:DeleteStateMachine", "states:TagResource", "states:UntagResource",
			"states:UpdateStateMachine",
		},
		on:     g.named("states", "stateMachine:"),
		reason: "a workflow carries the deployment's name",
	}, {
		sid:    "Schedules",
		read:   []string{"scheduler:GetSchedule"},
		write:  []string{"scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"},
		on:     []string{g.arn("scheduler", "schedule/default/"+g.label().Name("*"))},
		reason: "a schedule carries the deployment's name",
	}, {
		sid:  "Queues",
		read: []string{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"},
		write: []string{
			"sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue",
		},
		on:     g.named("sqs", ""),
		reason: "a queue carries the deployment's name; its messages are out of reach",
	}, {
		sid:  "Repositories",
		read: []string{"ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:ListTagsForResource"},
		write: []string{
			"ecr:CreateRepository", "ecr:DeleteLifecyclePolicy", "ecr:DeleteRepository", "ecr:DeleteRepositoryPolicy",
			"ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability", "ecr:PutLifecyclePolicy", "ecr:SetRepositoryPolicy",
			"ecr:TagResource", "ecr:UntagResource",
		},
		on:     g.named("ecr", "repository/"),
		reason: "a repository carries the deployment's name",
	}, {
		sid:    "TaskDefinitions",
		read:   []string{"ecs:DescribeTaskDefinition"},
		write:  []string{"ecs:DeregisterTaskDefinition"},
		on:     []string{"*"},
		reason: "ECS knows no resource for these",
	}, {
		sid:  "Services",
		read: []string{"ecs:DescribeClusters", "ecs:DescribeServices", "ecs:ListTagsForResource"},
		write: []string{
			"ecs:CreateCluster", "ecs:CreateService", "ecs:DeleteCluster", "ecs:DeleteService", "ecs:PutClusterCapacityProviders",
			"ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:UntagResource", "ecs:UpdateCluster", "ecs:UpdateClusterSettings",
			"ecs:UpdateService",
		},
		on: append(g.named("ecs", "task-definition/"),
			g.arn("ecs", "cluster/"+cluster), g.arn("ecs", "service/"+cluster+"/"+g.label().Name("*"))),
		reason: "cluster, service and task carry the deployment's name",
	}, {
		sid: "LoadBalancersListed",
		read: []string{
			"application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingPolicies",
			"elasticloadbalancing:DescribeCapacityReservation", "elasticloadbalancing:DescribeListenerAttributes",
			"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancerAttributes",
			"elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTags",
			"elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups",
		},
		on:     []string{"*"},
		reason: "load balancers and scaling are described all or not at all",
	}, {
		sid: "LoadBalancers",
		write: []string{
			"elasticloadbalancing:AddTags", "elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateLoadBalancer",
			"elasticloadbalancing:CreateRule", "elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:DeleteListener",
			"elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteRule", "elasticloadbalancing:DeleteTargetGroup",
			"elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyListenerAttributes",
			"elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:ModifyRule", "elasticloadbalancing:ModifyTargetGroup",
			"elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:RemoveTags",
			"elasticloadbalancing:SetRulePriorities", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
		},
		on:     g.named("elasticloadbalancing", "listener-rule/app/", "listener/app/", "loadbalancer/app/", "targetgroup/"),
		reason: "a load balancer and what hangs on it carry the deployment's name",
	}, {
		sid:    "LoadBalancerFirewalls",
		write:  []string{"elasticloadbalancing:SetWebAcl"},
		on:     []string{"*"},
		reason: "WAF is put before a load balancer in the name of whoever asks for it; there is no resource for that",
	}, {
		sid:    "ScalingNew",
		write:  []string{"application-autoscaling:RegisterScalableTarget", "application-autoscaling:TagResource"},
		on:     []string{g.arn("application-autoscaling", "scalable-target/*")},
		when:   []iam.Condition{untagged(), g.tagging()},
		reason: "what is made says whose it is",
	}, {
		sid:  "Scaling",
		read: []string{"application-autoscaling:ListTagsForResource"},
		write: []string{
			"application-autoscaling:DeleteScalingPolicy", "application-autoscaling:DeregisterScalableTarget",
			"application-autoscaling:PutScalingPolicy", "application-autoscaling:UntagResource",
		},
		on:     []string{g.arn("application-autoscaling", "scalable-target/*")},
		when:   []iam.Condition{g.tagged()},
		reason: "AWS chooses the ids of scalable targets; their tag says whose they are",
	}, {
		sid: "Releases",
		read: []string{
			"codedeploy:GetApplication", "codedeploy:GetDeploymentGroup", "codedeploy:ListTagsForResource",
		},
		write: []string{
			"codedeploy:CreateApplication", "codedeploy:CreateDeploymentGroup", "codedeploy:DeleteApplication",
			"codedeploy:DeleteDeploymentGroup", "codedeploy:TagResource", "codedeploy:UntagResource", "codedeploy:UpdateApplication",
			"codedeploy:UpdateDeploymentGroup",
		},
		on:     g.named("codedeploy", "application:", "deploymentgroup:"),
		reason: "what releases the API carries the deployment's name",
	}}
}
