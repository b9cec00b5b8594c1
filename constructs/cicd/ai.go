package cicd

import "github.com/writersroom/infrastructure/internal/iam"

// ai is what constructs/ai takes.
func (g grants) ai() []access {
	tagged := []string{
		g.arn("bedrock", "application-inference-profile/*"), g.arn("bedrock", "guardrail/*"), g.arn("bedrock", "knowledge-base/*"),
	}
	return []access{{
		sid:    "ModelsNew",
		write:  []string{"bedrock:CreateGuardrail", "bedrock:CreateKnowledgeBase"},
		on:     []string{"*"},
		when:   []iam.Condition{g.tagging()},
		reason: "what is made says whose it is; there is no resource yet",
	}, {
		sid:    "ModelsTagged",
		write:  []string{"bedrock:CreateInferenceProfile", "bedrock:TagResource"},
		on:     tagged,
		when:   []iam.Condition{untagged(), g.tagging()},
		reason: "what is new becomes the deployment's, and nothing of another does",
	}, {
		sid:    "ProfilesOf",
		write:  []string{"bedrock:CreateInferenceProfile"},
		on:     []string{"arn:" + g.Partition + ":bedrock:" + g.Region + "::foundation-model/*"},
		reason: "a profile is of a model that AWS keeps for everybody; which one is for the overlay to say",
	}, {
		sid: "Models",
		read: []string{
			"bedrock:GetDataSource", "bedrock:GetGuardrail", "bedrock:GetInferenceProfile", "bedrock:GetKnowledgeBase",
			"bedrock:ListTagsForResource",
		},
		write: []string{
			"bedrock:CreateDataSource", "bedrock:CreateGuardrailVersion", "bedrock:DeleteDataSource", "bedrock:DeleteGuardrail",
			"bedrock:DeleteInferenceProfile", "bedrock:DeleteKnowledgeBase", "bedrock:TagResource", "bedrock:UntagResource",
			"bedrock:UpdateDataSource", "bedrock:UpdateGuardrail", "bedrock:UpdateKnowledgeBase",
		},
		on:     tagged,
		when:   []iam.Condition{g.tagged()},
		reason: "AWS chooses these ids; their tag says whose they are",
	}, {
		sid: "Endpoints",
		read: []string{
			"sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel", "sagemaker:ListTags",
		},
		write: []string{
			"sagemaker:AddTags", "sagemaker:CreateEndpoint", "sagemaker:CreateEndpointConfig", "sagemaker:CreateModel",
			"sagemaker:DeleteEndpoint", "sagemaker:DeleteEndpointConfig", "sagemaker:DeleteModel", "sagemaker:DeleteTags",
			"sagemaker:UpdateEndpoint",
		},
		on:     g.named("sagemaker", "endpoint-config/", "endpoint/", "model/"),
		reason: "what SageMaker hosts carries the deployment's name",
	}, {
		sid:  "Budgets",
		read: []string{"budgets:DescribeBudgetAction", "budgets:ListTagsForResource", "budgets:ViewBudget"},
		write: []string{
			"budgets:CreateBudgetAction", "budgets:DeleteBudgetAction", "budgets:ModifyBudget", "budgets:TagResource",
			"budgets:UntagResource", "budgets:UpdateBudgetAction",
		},
		on:     []string{g.global("budgets", "budget/"+g.label().Name("*"))},
		reason: "a budget carries the deployment's name",
	}}
}
