package ai

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockinferenceprofile"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// FeatureTag is the tag by which what a feature costs is told from what the others do. Billing knows it once it has been activated
// as a cost allocation tag in the account that pays.
const FeatureTag = "Feature"

// Feature is what the product calls a model for.
type Feature struct {
	// ProfileARN is the inference profile that calls name, by which they are metered and billed.
	ProfileARN string
	// ProfileID is what CloudWatch calls the profile: the value of a metric's dimension ModelId.
	ProfileID string
	// ModelARN is the foundation model behind it.
	ModelARN string
	// Guarded says that a call must pass the guardrail. One that turns text into a vector cannot: Bedrock takes no guardrail there.
	Guarded bool
}

// features are what the product calls models for, in a fixed order, and the model that the settings name for each.
func (c Config) features() []struct{ name, model string } {
	return []struct{ name, model string }{
		{Draft, c.Settings.DraftModel},
		{Review, c.Settings.ReviewModel},
		{Embedding, c.Settings.EmbeddingModel},
	}
}

// addFeatures makes an inference profile for each feature: a name of ours for a model of the region itself, so that nothing is sent
// to another.
func (a *AI) addFeatures() {
	a.Features = map[string]Feature{}
	for _, feature := range a.cfg.features() {
		model := modelARN(a.cfg.Partition, a.cfg.Region, feature.model)
		profile := bedrockinferenceprofile.NewBedrockInferenceProfile(a.scope, tf.String(feature.name+"-profile"),
			&bedrockinferenceprofile.BedrockInferenceProfileConfig{
				Name:        tf.String(a.cfg.Label.Fit(naming.InferenceProfile, feature.name)),
				Description: tf.String("What " + feature.name + " costs in " + a.cfg.Label.Environment),
				ModelSource: &[]*bedrockinferenceprofile.BedrockInferenceProfileModelSource{{CopyFrom: tf.String(model)}},
				Tags:        tf.Map(map[string]string{FeatureTag: feature.name}),
			})
		a.Features[feature.name] = Feature{
			ProfileARN: *profile.Arn(),
			ProfileID:  *profile.Id(),
			ModelARN:   model,
			Guarded:    feature.name != Embedding,
		}
	}
}

// Invoke lets a role call models for the features named: through their inference profiles alone, and where the answer is a text,
// with this version of the guardrail alone. Such a text is denied without it, whatever else the role may do. A feature that there is
// not, and none at all, is refused.
func (a *AI) Invoke(features ...string) ([]iam.Statement, error) {
	if err := a.known(features); err != nil {
		return nil, err
	}
	var statements []iam.Statement
	for _, name := range slices.Compact(slices.Sorted(slices.Values(features))) {
		statements = append(statements, a.invoke(name)...)
	}
	if slices.ContainsFunc(features, func(name string) bool { return a.Features[name].Guarded }) {
		statements = append(statements, a.guard()...)
	}
	return statements, nil
}

// known refuses features that there are not, all at once.
func (a *AI) known(features []string) error {
	var all []string
	for _, feature := range a.cfg.features() {
		all = append(all, feature.name)
	}
	if len(features) == 0 {
		return fmt.Errorf("feature: must be of %s, got none", strings.Join(all, ", "))
	}
	var faults []error
	for _, name := range features {
		if !slices.Contains(all, name) {
			faults = append(faults, fmt.Errorf("feature: must be of %s, got %q", strings.Join(all, ", "), name))
		}
	}
	return errors.Join(faults...)
}

// invoke lets a role call one feature's model. Bedrock asks IAM about the profile and about the model behind it.
// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
func (a *AI) invoke(name string) []iam.Statement {
	feature := a.Features[name]
	sid := "Invoke" + strings.ToUpper(name[:1]) + name[1:]
	actions := []string{"bedrock:InvokeModel"}
	var guarded []iam.Condition
	if feature.Guarded {
		actions = invocations()
		guarded = []iam.Condition{{Test: "StringEquals", Key: guardrailKey, Values: []string{a.guardrailInUse()}}}
	}
	through := iam.Condition{Test: "ArnEquals", Key: "bedrock:InferenceProfileArn", Values: []string{feature.ProfileARN}}
	return []iam.Statement{{
		Sid:        sid,
		Actions:    actions,
		Resources:  []string{feature.ProfileARN},
		Conditions: guarded,
		Reason:     "the role calls models for " + name,
	}, {
		Sid:        sid + "Model",
		Actions:    actions,
		Resources:  []string{feature.ModelARN},
		Conditions: append([]iam.Condition{through}, guarded...),
		Reason:     "the profile leads to the model; called by its own name, the model would be on nobody's bill",
	}}
}

// guardrailKey is what IAM knows the guardrail of a call by. A call without one has no such key, which StringNotEquals matches.
// https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html
const guardrailKey = "bedrock:GuardrailIdentifier"

// guardrailInUse is the guardrail with its version, as guardrailKey has it.
func (a *AI) guardrailInUse() string { return a.GuardrailARN + ":" + a.GuardrailVersion }

// invocations are the calls that make a model write; Converse and ConverseStream are, to IAM, these.
func invocations() []string {
	return []string{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}
}

// guard denies every model that writes where the guardrail is missing or another, and lets the guardrail be applied.
func (a *AI) guard() []iam.Statement {
	var profiles, models []string
	for _, feature := range a.cfg.features() {
		if f := a.Features[feature.name]; f.Guarded {
			profiles, models = append(profiles, f.ProfileARN), append(models, f.ModelARN)
		}
	}
	slices.Sort(models)
	return []iam.Statement{{
		Sid:        "Unguarded",
		Effect:     iam.Deny,
		Actions:    invocations(),
		Resources:  slices.Concat(profiles, slices.Compact(models)),
		Conditions: []iam.Condition{{Test: "StringNotEquals", Key: guardrailKey, Values: []string{a.guardrailInUse()}}},
		Reason:     "nothing that a model writes gets past the guardrail, whatever else the role is granted",
	}, {
		Sid:       "ApplyGuardrail",
		Actions:   []string{"bedrock:ApplyGuardrail"},
		Resources: []string{a.GuardrailARN},
		Reason:    "who calls a model with a guardrail applies it",
	}, {
		Sid:        "ReadGuardrail",
		Actions:    []string{"kms:Decrypt"},
		Resources:  []string{a.cfg.DataKeyARN},
		Conditions: []iam.Condition{a.cfg.via("bedrock")},
		Reason:     "Bedrock reads the guardrail, which is encrypted, for the caller",
	}}
}

// modelARN is a foundation model of the region.
func modelARN(partition, region, id string) string {
	return "arn:" + partition + ":bedrock:" + region + "::foundation-model/" + id
}

// via is the condition that a key is used through one of the services.
func (c Config) via(services ...string) iam.Condition {
	var hosts []string
	for _, service := range services {
		hosts = append(hosts, service+"."+c.Region+".amazonaws.com")
	}
	return iam.Condition{Test: "StringEquals", Key: "kms:ViaService", Values: hosts}
}
