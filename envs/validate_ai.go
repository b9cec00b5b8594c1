package envs

import (
	"regexp"
	"strings"
)

var (
	// https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
	modelForm = regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9][a-z0-9.-]*(:[a-z0-9]+)*$`)
	// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
	crossRegionForm = regexp.MustCompile(`^(apac|au|ca|eu|global|jp|sa|us|us-gov)\.`)

	hostingInstanceForm = regexp.MustCompile(`^ml\.[a-z0-9-]+\.[a-z0-9]+$`)
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html
	imageForm     = regexp.MustCompile(`^[0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?/[a-z0-9][a-z0-9._/-]*(:[\w.-]+|@sha256:[0-9a-f]{64})$`)
	modelDataForm = regexp.MustCompile(`^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^\s*?]+\.tar\.gz$`)
)

func (c *check) ai() {
	a := c.environment.AI
	c.model("ai.draftModel", a.DraftModel)
	c.model("ai.reviewModel", a.ReviewModel)
	c.model("ai.embeddingModel", a.EmbeddingModel)
	c.endpoint()
	if a.MonthlyBudgetUSD < 1 {
		c.fault("ai.monthlyBudgetUsd", "must be at least 1, got %d", a.MonthlyBudgetUSD)
	}
}

// model refuses a cross-region inference profile, which may answer in any region of its geography.
func (c *check) model(path, id string) {
	switch across := crossRegionForm.FindString(id); {
	case across != "":
		c.fault(path, "must be a model of the region itself, since manuscripts do not leave it, got %q; take %s off, or another model",
			id, across)
	case !modelForm.MatchString(id):
		c.fault(path, "must be the id of a Bedrock model such as amazon.nova-pro-v1:0, got %s", quoted(id))
	}
}

// endpoint demands an image, a model and production's second instance only where there is an endpoint.
func (c *check) endpoint() {
	e, a := c.environment, c.environment.AI
	const image, modelData, instances = "ai.endpointImage", "ai.endpointModelData", "ai.endpointInstances"
	if !hostingInstanceForm.MatchString(a.EndpointInstanceType) {
		c.fault("ai.endpointInstanceType", "must be a SageMaker instance type such as ml.m5.large, got %s", quoted(a.EndpointInstanceType))
	}
	if c.between(instances, a.EndpointInstances, 1, 10) && a.Endpoint && e.Production() && a.EndpointInstances < 2 {
		c.fault(instances, "must be at least 2, got %d; production cannot lower it", a.EndpointInstances)
	}
	if a.Endpoint || a.EndpointImage != "" {
		const example = "111111111111.dkr.ecr.us-east-1.amazonaws.com/model:1.0"
		switch found := imageForm.FindStringSubmatch(a.EndpointImage); {
		case found == nil:
			c.fault(image, "must be an image in Amazon ECR with its tag or digest such as %s, got %s", example, quoted(a.EndpointImage))
		case found[1] != e.Region || (found[2] != "") != strings.HasPrefix(e.Region, "cn-"):
			c.fault(image, "must be in %s, where the endpoint is, got %q", e.Region, a.EndpointImage)
		}
	}
	if (a.Endpoint || a.EndpointModelData != "") && !modelDataForm.MatchString(a.EndpointModelData) {
		c.fault(modelData, "must be an archive in S3 such as s3://bucket/model.tar.gz, got %s", quoted(a.EndpointModelData))
	}
}
