package envs

import "testing"

// serves is all that an endpoint has no default for.
const serves = "endpointImage: '111111111111.dkr.ecr.us-east-1.amazonaws.com/writers/model:1.0', endpointModelData: s3://models/model.tar.gz"

func models(settings string) string {
	return account + callback + "ai: {" + settings + "}\n"
}

func TestValidateAI(t *testing.T) {
	model := "must be the id of a Bedrock model such as amazon.nova-pro-v1:0, got "
	instance := "qa: ai.endpointInstanceType: must be a SageMaker instance type such as ml.m5.large, got "
	image := "qa: ai.endpointImage: must be an image in Amazon ECR with its tag or digest such as " +
		"111111111111.dkr.ecr.us-east-1.amazonaws.com/model:1.0, got "
	data := "qa: ai.endpointModelData: must be an archive in S3 such as s3://bucket/model.tar.gz, got "
	across := func(field, id, prefix string) string {
		return "qa: ai." + field + `: must be a model of the region itself, since manuscripts do not leave it, got "` + id + `"; take ` +
			prefix + " off, or another model"
	}
	testRefusals(t, []refusal{
		{"models: form", "qa.yaml", models("draftModel: nova-pro, reviewModel: '', embeddingModel: Amazon.Titan"), []string{
			`qa: ai.draftModel: ` + model + `"nova-pro"`,
			`qa: ai.reviewModel: ` + model + `none`,
			`qa: ai.embeddingModel: ` + model + `"Amazon.Titan"`,
		}},
		{"models: an ARN", "qa.yaml", models("draftModel: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0'"), []string{
			`qa: ai.draftModel: ` + model + `"arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"`,
		}},
		{
			"models: across regions", "qa.yaml",
			models("draftModel: 'us.amazon.nova-pro-v1:0', reviewModel: 'global.anthropic.claude-sonnet-4-20250514-v1:0', embeddingModel: eu.cohere.embed-v4"),
			[]string{
				across("draftModel", "us.amazon.nova-pro-v1:0", "us."),
				across("reviewModel", "global.anthropic.claude-sonnet-4-20250514-v1:0", "global."),
				across("embeddingModel", "eu.cohere.embed-v4", "eu."),
			},
		},
		{"models: across other regions", "qa.yaml", models("draftModel: 'apac.amazon.nova-pro-v1:0', reviewModel: 'us-gov.anthropic.claude-v1:0'"), []string{
			across("draftModel", "apac.amazon.nova-pro-v1:0", "apac."),
			across("reviewModel", "us-gov.anthropic.claude-v1:0", "us-gov."),
		}},

		{"instance type: of EC2", "qa.yaml", models("endpointInstanceType: m5.large"), []string{instance + `"m5.large"`}},
		{"instance type: none", "qa.yaml", models("endpointInstanceType: ''"), []string{instance + "none"}},
		{"instances: least", "qa.yaml", models("endpointInstances: 0"), []string{"qa: ai.endpointInstances: must be at least 1, got 0"}},
		{"instances: most", "qa.yaml", models("endpointInstances: 11"), []string{"qa: ai.endpointInstances: must be at most 10, got 11"}},
		{"instances: production", "prod.yaml", production("111111111111", "10.0.0.0/16") + "ai: {endpoint: true, " + serves + "}\n", []string{
			"prod: ai.endpointInstances: must be at least 2, got 1; production cannot lower it",
		}},

		{"an endpoint with nothing to serve", "qa.yaml", models("endpoint: true"), []string{image + "none", data + "none"}},
		{"image: somewhere else", "qa.yaml", models("endpointImage: 'docker.io/library/model:1.0'"), []string{image + `"docker.io/library/model:1.0"`}},
		{"image: whichever is latest", "qa.yaml", models("endpointImage: 111111111111.dkr.ecr.us-east-1.amazonaws.com/model"), []string{
			image + `"111111111111.dkr.ecr.us-east-1.amazonaws.com/model"`,
		}},
		{"image: another region", "qa.yaml", models("endpointImage: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/model:1.0'"), []string{
			`qa: ai.endpointImage: must be in us-east-1, where the endpoint is, got "111111111111.dkr.ecr.eu-west-1.amazonaws.com/model:1.0"`,
		}},
		{"image: another partition", "qa.yaml", models("endpointImage: '111111111111.dkr.ecr.us-east-1.amazonaws.com.cn/model:1.0'"), []string{
			`qa: ai.endpointImage: must be in us-east-1, where the endpoint is, got "111111111111.dkr.ecr.us-east-1.amazonaws.com.cn/model:1.0"`,
		}},
		{"model data: no URI", "qa.yaml", models("endpointModelData: 'https://models.s3.amazonaws.com/model.tar.gz'"), []string{
			data + `"https://models.s3.amazonaws.com/model.tar.gz"`,
		}},
		{"model data: no archive", "qa.yaml", models("endpointModelData: s3://models/model/"), []string{data + `"s3://models/model/"`}},
		{"model data: no bucket", "qa.yaml", models("endpointModelData: s3:///model.tar.gz"), []string{data + `"s3:///model.tar.gz"`}},
		{"model data: several", "qa.yaml", models("endpointModelData: 's3://models/*.tar.gz'"), []string{data + `"s3://models/*.tar.gz"`}},

		{"budget", "qa.yaml", models("monthlyBudgetUsd: 0"), []string{"qa: ai.monthlyBudgetUsd: must be at least 1, got 0"}},
	})
}

func TestValidateAcceptsAI(t *testing.T) {
	china := "account: '111111111111'\nregion: cn-north-1\npartition: aws-cn\n" + callback
	for name, text := range map[string]string{
		"models": models("draftModel: 'anthropic.claude-3-5-sonnet-20240620-v1:0', reviewModel: 'amazon.nova-pro-v1:0:300k', " +
			"embeddingModel: cohere.embed-english-v3"),
		"an endpoint": models("endpoint: true, endpointInstanceType: ml.g4dn.xlarge, endpointInstances: 10, " + serves),
		"an image by digest": models("endpointImage: 111111111111.dkr.ecr.us-east-1.amazonaws.com/a/b@sha256:" +
			"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
		"an image in China": china + "ai: {endpointImage: '111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/model:1.0'}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(overlays(map[string]string{"qa.yaml": text})); err != nil {
				t.Errorf("got:\n%v\nwant no fault in %q", err, text)
			}
		})
	}
}
