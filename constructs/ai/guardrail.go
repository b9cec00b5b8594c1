package ai

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockguardrail"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/bedrockguardrailversion"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// The bindings' names, which no line holds.
type (
	contentFilter = bedrockguardrail.BedrockGuardrailContentPolicyConfigFiltersConfig
	entity        = bedrockguardrail.BedrockGuardrailSensitiveInformationPolicyConfigPiiEntitiesConfig
)

// How sure Bedrock must be to hold something back: with low, that it has no doubt; with high, that it has a suspicion.
// https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-content-filters.html
const (
	filterNone = "NONE"
	filterLow  = "LOW"
	filterHigh = "HIGH"
)

// filters are tuned for fiction. What a novel depicts is no fault of its author's: a filter that suspects every murder is of no use
// to whoever writes one.
func filters() *[]*contentFilter {
	filter := func(kind, input, output string) *contentFilter {
		return &contentFilter{
			Type: tf.String(kind), InputStrength: tf.String(input), OutputStrength: tf.String(output),
		}
	}
	return &[]*contentFilter{
		// Bigots occur in novels, hate speech for its own sake does not.
		filter("HATE", filterLow, filterLow),
		// Characters quarrel; a reviewer's manners are a matter of its prompt.
		filter("INSULTS", filterNone, filterNone),
		// Love scenes pass, pornography does not.
		filter("SEXUAL", filterLow, filterLow),
		// War, murder and their aftermath are half of literature. The surest violence is the best written.
		filter("VIOLENCE", filterNone, filterNone),
		// So are theft, fraud and forgery.
		filter("MISCONDUCT", filterNone, filterNone),
		// Somebody else's text may speak to the model rather than to the reader. Bedrock knows no such filter for answers, and looks
		// only at what the caller marks as a writer's (guardContent).
		filter("PROMPT_ATTACK", filterHigh, filterNone),
	}
}

// sensitive is what has no business in prose, and what becomes of it. A credential stops the call. Anything else is masked in the
// answer, where it is a stranger's that the model has learnt by heart. Names, addresses, telephone numbers, ages and the like are
// not here: characters have them.
func sensitive() *[]*entity {
	var entities []*entity
	add := func(action string, kinds ...string) {
		for _, kind := range kinds {
			entities = append(entities, &entity{
				Type: tf.String(kind), Action: tf.String(action),
			})
		}
	}
	add("BLOCK", "AWS_ACCESS_KEY", "AWS_SECRET_KEY")
	// A password may be part of a plot ("open, sesame"), so that it does not stop the call.
	add("ANONYMIZE",
		"CA_SOCIAL_INSURANCE_NUMBER",
		"CREDIT_DEBIT_CARD_CVV",
		"CREDIT_DEBIT_CARD_NUMBER",
		"INTERNATIONAL_BANK_ACCOUNT_NUMBER",
		"PASSWORD",
		"PIN",
		"UK_NATIONAL_INSURANCE_NUMBER",
		"US_BANK_ACCOUNT_NUMBER",
		"US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
		"US_PASSPORT_NUMBER",
		"US_SOCIAL_SECURITY_NUMBER",
	)
	return &entities
}

// addGuardrail makes what every answer must pass, and publishes it: callers name a version, which does not change under them.
//
// There is no word policy, since profanity is the characters'; no denied topic, since novels have none; and no contextual grounding,
// which holds back what the source does not say: in fiction, everything.
func (a *AI) addGuardrail() error {
	cfg := &bedrockguardrail.BedrockGuardrailConfig{
		Name:        tf.String(a.cfg.Label.Fit(naming.Guardrail, "fiction")),
		Description: tf.String("What every text that a model writes or reads in " + a.cfg.Label.Environment + " must pass"),
		BlockedInputMessaging: tf.String("The assistant was not asked: the passage holds something that it may not be given, such as " +
			"an access key, or instructions meant for the assistant. Please change the passage and try again."),
		BlockedOutputsMessaging: tf.String("The assistant's answer was held back, because it went further than the assistant may. " +
			"Your text is unchanged. Please ask again in other words."),
		ContentPolicyConfig: &[]*bedrockguardrail.BedrockGuardrailContentPolicyConfig{{FiltersConfig: filters()}},
		SensitiveInformationPolicyConfig: &[]*bedrockguardrail.BedrockGuardrailSensitiveInformationPolicyConfig{{
			PiiEntitiesConfig: sensitive(),
		}},
	}
	edition, err := json.Marshal(cfg) // before a token gets into it, which is another at every synthesis
	if err != nil {
		return fmt.Errorf("guardrail: %w", err)
	}
	cfg.KmsKeyArn = tf.String(a.cfg.DataKeyARN)
	guardrail := bedrockguardrail.NewBedrockGuardrail(a.scope, tf.String("guardrail"), cfg)

	// A version is a copy of the guardrail as it was. The digest in its description makes a changed guardrail a new version; the old one goes when
	// nothing names it any more, since a guardrail has at most 20
	// (https://docs.aws.amazon.com/general/latest/gr/bedrock.html#limits_bedrock).
	version := bedrockguardrailversion.NewBedrockGuardrailVersion(a.scope, tf.String("guardrail-version"),
		&bedrockguardrailversion.BedrockGuardrailVersionConfig{
			GuardrailArn: guardrail.GuardrailArn(),
			Description:  tf.String(fmt.Sprintf("sha256:%x", sha256.Sum256(edition))),
			Lifecycle:    &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: tf.Bool(true)},
		})
	a.GuardrailID = *guardrail.GuardrailId()
	a.GuardrailARN = *guardrail.GuardrailArn()
	a.GuardrailVersion = *version.Version()
	return nil
}
