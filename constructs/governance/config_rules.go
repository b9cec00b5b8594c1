package governance

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	rule "github.com/cdktf/cdktf-provider-aws-go/aws/v19/configconfigrule"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// configRule is one of AWS's managed rules: https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
type configRule struct {
	// name is AWS's own, in lower case: required-tags is REQUIRED_TAGS.
	name string
	// reason is what goes wrong without the rule. People read it when they are told that the rule is broken.
	reason string
	// parameters are the rule's inputs; Config takes numbers and booleans as text.
	parameters map[string]string
	// types narrow the rule to resources of these types; without any it looks at all that it can.
	types []string
}

// configRules are what the platform asks beyond Security Hub's standards, which make rules of their own: each evaluation costs, and a
// fault that is told twice is soon not read at all. Everything here holds by what the modules synthesize, so that a broken rule means
// that somebody, or something, changed the account behind Terraform's back.
func (g *Governance) configRules() ([]configRule, error) {
	originals, err := json.Marshal(map[string]string{"Manuscripts": "original"}) // the stores that a manuscript can be lost with
	if err != nil {
		return nil, err
	}
	// Two days, since a night's backup is a little older than one before the next is complete.
	backedUp := map[string]string{"resourceTags": string(originals), "recoveryPointAgeValue": "2", "recoveryPointAgeUnit": "days"}
	tags := g.cfg.Label.Tags()
	return []configRule{
		{
			name: "required-tags",
			reason: "What lacks the tags of the project was not made by Terraform, is in no environment's costs and is left behind when an " +
				"environment goes.",
			parameters: map[string]string{
				"tag1Key": "Project", "tag1Value": tags["Project"],
				"tag2Key": "Environment", // any: it is the environment's name
				"tag3Key": "ManagedBy", "tag3Value": tags["ManagedBy"],
			},
			// What keeps data or costs, and is never AWS's own: each account also has AWS's default network, without tags.
			types: []string{
				"AWS::ACM::Certificate", "AWS::CodeBuild::Project", "AWS::DynamoDB::Table", "AWS::ElasticLoadBalancingV2::LoadBalancer",
				"AWS::RDS::DBInstance", "AWS::S3::Bucket",
			},
		},
		{
			name:       "s3-last-backup-recovery-point-created",
			reason:     "A bucket of manuscripts has no backup of the last two days: what is deleted from it now is lost.",
			parameters: backedUp,
		},
		{
			name:       "aurora-last-backup-recovery-point-created",
			reason:     "A database of manuscripts has no backup of the last two days: what is deleted from it now is lost.",
			parameters: backedUp,
		},
		{
			name:       "dynamodb-last-backup-recovery-point-created",
			reason:     "A table of manuscripts has no backup of the last two days: what is deleted from it now is lost.",
			parameters: backedUp,
		},
		{
			name:   "s3-bucket-versioning-enabled",
			reason: "Without versions, whoever may write an object may also lose what it was before.",
		},
		{
			name:   "dynamodb-table-encrypted-kms",
			reason: "A table under a key of AWS's own can be read by whoever may read tables: no key policy says who else may not.",
		},
		{
			name:   "secretsmanager-using-cmk",
			reason: "A secret under a key of AWS's own can be read by whoever may read secrets: no key policy says who else may not.",
		},
		{
			name:   "sns-encrypted-kms",
			reason: "Alerts name resources and people, and lie readable in a topic without a key.",
		},
		{
			name:   "cloudwatch-alarm-action-check",
			reason: "An alarm without an action trips and tells nobody.",
			parameters: map[string]string{
				"alarmActionRequired": "true", "insufficientDataActionRequired": "false", "okActionRequired": "false",
			},
		},
		{
			name:   "cloudwatch-alarm-action-enabled-check",
			reason: "An alarm whose actions somebody has switched off trips and tells nobody.",
		},
		{
			name:   "alb-waf-enabled",
			reason: "A load balancer without a firewall takes whatever the internet sends.",
		},
		{
			name:   "wafv2-logging-enabled",
			reason: "A firewall without a log cannot say afterwards what it let through.",
		},
		{
			name:   "cloudtrail-security-trail-enabled",
			reason: "No trail of the account is of all regions, encrypted, validated and of reads and writes: what was done cannot be proven.",
		},
		{
			name:   "securityhub-enabled",
			reason: "Security Hub is off, and with it all that it would have found, this included: only Config can still tell.",
		},
		{
			name:       "guardduty-non-archived-findings",
			reason:     "A finding of GuardDuty was told and nobody has archived it: high ones within a day, medium ones within a week.",
			parameters: map[string]string{"daysHighSev": "1", "daysMediumSev": "7", "daysLowSev": "30"},
		},
		{
			name:   "eip-attached",
			reason: "An address that nothing uses costs as much as one in use, and was left behind by something.",
		},
	}, nil
}

// addConfigRules makes the rules. They want a recorder that is on.
func (g *Governance) addConfigRules() error {
	rules, err := g.configRules()
	if err != nil {
		return err
	}
	scope := constructs.NewConstruct(g.scope, tf.String("rules"))
	for _, r := range rules {
		config := &rule.ConfigConfigRuleConfig{
			Name:        tf.String(g.cfg.Label.Name(r.name)),
			Description: tf.String(r.reason),
			Source: &rule.ConfigConfigRuleSource{
				Owner:            tf.String("AWS"),
				SourceIdentifier: tf.String(strings.ToUpper(strings.ReplaceAll(r.name, "-", "_"))),
			},
			DependsOn: &[]cdktf.ITerraformDependable{g.recording},
			Lifecycle: tf.Retained(true),
		}
		if len(r.parameters) > 0 {
			parameters, err := json.Marshal(r.parameters)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			config.InputParameters = tf.String(string(parameters))
		}
		if len(r.types) > 0 {
			config.Scope = &rule.ConfigConfigRuleScope{ComplianceResourceTypes: tf.Strings(r.types...)}
		}
		rule.NewConfigConfigRule(scope, tf.String(r.name), config)
	}
	return nil
}
