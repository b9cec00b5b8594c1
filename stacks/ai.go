package stacks

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/ai"
	"github.com/writersroom/infrastructure/constructs/identity"
	"github.com/writersroom/infrastructure/constructs/monitoring"
	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
)

// modelRole begins the name of every role that a model is called with or acts as. What a writer has opted out is denied to all
// roles of such a name.
const modelRole = "model"

// The roles that models are called with.
const (
	agentsRole        = modelRole + "-agents"
	knowledgeBaseRole = modelRole + "-knowledge-base"
)

// modelRoles is the pattern of those roles' ARNs.
func modelRoles(label naming.Label, partition string) string {
	return "arn:" + partition + ":iam::" + label.Account + ":role/" + label.Name(modelRole, "*")
}

// newAI makes the models' part with the roles that it works with.
func newAI(stack cdktf.TerraformStack, env envs.Environment, label naming.Label, who *identity.Identity,
	alerts *monitoring.Monitoring, stores *storage.Storage,
) (*ai.AI, error) {
	cfg := ai.Config{
		Label:          label,
		Settings:       env.AI,
		Region:         env.Region,
		Account:        env.Account,
		Partition:      env.Partition,
		DataKeyARN:     who.DataKeyARN,
		AlertsTopicARN: alerts.AlertsTopicARN,

		LogRetentionDays: env.LogRetentionDays,
		LogsKeyARN:       who.LogsKeyARN,
	}
	var faults [2]error
	if env.AI.KnowledgeBase {
		cfg.KnowledgeBase = ai.KnowledgeBaseConfig{
			BucketARN:    stores.Manuscripts.ARN,
			Prefix:       storage.AuthorsPrefix,
			ClusterARN:   stores.Aurora.ClusterARN,
			DatabaseName: stores.Aurora.DatabaseName,
			SecretARN:    stores.Secrets[knowledgeBaseUser].ARN,
		}
		cfg.KnowledgeBase.RoleARN, faults[0] = who.NewRole(knowledgeBaseRole, "bedrock.amazonaws.com", slices.Concat(
			ai.KnowledgeBaseStatements(cfg),
			stores.Manuscripts.List(storage.AuthorsPrefix),
			stores.Manuscripts.Read(storage.AuthorsPrefix),
			stores.Aurora.Query(),
			stores.Secrets[knowledgeBaseUser].Read(),
		))
	}
	if env.AI.Endpoint {
		cfg.EndpointRoleARN, faults[1] = who.NewRole(modelRole+"-endpoint", "sagemaker.amazonaws.com",
			ai.EndpointStatements(label, env.AI, env.Partition, env.Region, who.DataKeyARN))
	}
	if err := errors.Join(faults[:]...); err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	models, err := ai.New(stack, "ai", cfg)
	if err != nil {
		return nil, fmt.Errorf("ai: %w", err)
	}
	return models, nil
}

// capSpending caps what every role may spend that models are called with.
func capSpending(env envs.Environment, label naming.Label, who *identity.Identity, models *ai.AI) error {
	roles := []string{label.Fit(naming.Role, agentsRole)}
	if env.AI.KnowledgeBase {
		roles = append(roles, label.Fit(naming.Role, knowledgeBaseRole))
	}
	budgetRole, err := who.NewRole("spending-cap", "budgets.amazonaws.com", ai.CapStatements(label, env.Partition, roles...))
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	if err := models.CapSpending(budgetRole, roles...); err != nil {
		return fmt.Errorf("ai: %w", err)
	}
	return nil
}
