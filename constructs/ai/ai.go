// Package ai makes how an environment assists writers with models: what every answer must pass, what each feature calls and is
// billed by, the manuscripts' search by meaning, a model of our own, and the cap on what all of it may cost.
package ai

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what the module is made from.
type Config struct {
	Label naming.Label
	// Settings have been validated.
	Settings                   envs.AI
	Region, Account, Partition string
	// DataKeyARN encrypts what models are told and what they answer, wherever it is kept.
	DataKeyARN string
	// AlertsTopicARN is told when models are throttled, fail, or cost too much.
	AlertsTopicARN string
	// LogRetentionDays is how long the models' logs are kept, LogsKeyARN what encrypts them.
	LogRetentionDays int
	LogsKeyARN       string

	// KnowledgeBase is what the knowledge base is made from; it is read only where the settings have one.
	KnowledgeBase KnowledgeBaseConfig

	// EndpointRoleARN is the role that the SageMaker model runs as: one that trusts sagemaker.amazonaws.com and may do what
	// EndpointStatements says. It is read only where the settings have an endpoint.
	EndpointRoleARN string
}

// KnowledgeBaseConfig is where the knowledge base reads and keeps.
type KnowledgeBaseConfig struct {
	// RoleARN is the role that Bedrock acts as: one that trusts bedrock.amazonaws.com and may do what KnowledgeBaseStatements says.
	RoleARN string
	// BucketARN is the manuscripts' bucket, and Prefix the part of it that may be read.
	BucketARN, Prefix string
	// ClusterARN is the Aurora cluster, DatabaseName the database in it, and SecretARN the secret of its user knowledge_base.
	ClusterARN, DatabaseName, SecretARN string
}

// AI is what other modules may wire, and the grants of each feature.
type AI struct {
	// GuardrailARN is what every answer must pass, GuardrailVersion the version of it that callers name.
	GuardrailID, GuardrailARN, GuardrailVersion string
	// Features are by name: Draft, Review, Embedding.
	Features map[string]Feature
	// KnowledgeBaseID is empty without the environment's knowledgeBase.
	KnowledgeBaseID, KnowledgeBaseARN string
	// EndpointName is empty without the environment's endpoint.
	EndpointName, EndpointARN string
	// EndpointLogGroupName holds what the endpoint's container prints.
	EndpointLogGroupName string

	cfg   Config
	scope constructs.Construct
}

// The features that models are called for.
const (
	Draft     = "draft"
	Review    = "review"
	Embedding = "embedding"
)

// New makes the guardrail, an inference profile for each feature, and what the settings turn on. It fails where
// the guardrail cannot be rendered.
func New(parent constructs.Construct, id string, cfg Config) (*AI, error) {
	defer tf.Within(parent, id)

	a := &AI{cfg: cfg, scope: constructs.NewConstruct(parent, tf.String(id))}
	if err := a.addGuardrail(); err != nil {
		return nil, err
	}
	a.addFeatures()
	a.addAlarms()
	if cfg.Settings.KnowledgeBase {
		a.addKnowledgeBase()
	}
	if cfg.Settings.Endpoint {
		a.addEndpoint()
	}
	return a, nil
}

// arn names a resource of this environment's region and account.
func (c Config) arn(service, resource string) string {
	return "arn:" + c.Partition + ":" + service + ":" + c.Region + ":" + c.Account + ":" + resource
}
