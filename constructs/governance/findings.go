package governance

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventrule"
	target "github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatcheventtarget"

	"github.com/writersroom/infrastructure/internal/tf"
)

// finding is a kind of event that people are told of.
type finding struct {
	name, description string
	// pattern is EventBridge's: every key must be there, with one of its values.
	pattern map[string]any
	// paths name parts of the event, and lines the text that is made of them. A path that an event has not leaves nothing.
	paths map[string]string
	lines []string
}

const (
	// deliveryHours and deliveryAttempts are the most that EventBridge offers: a topic that cannot be reached for a day is told of by
	// others. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
	deliveryHours    = 24
	deliveryAttempts = 185
	// severeGuardDuty is where GuardDuty's high severity begins.
	// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
	severeGuardDuty = 7
)

// findings are what is worth a mail. Whatever is less severe is in Security Hub, where it is looked at when there is time.
func (g *Governance) findings() []finding {
	return []finding{
		{
			name:        "security-hub",
			description: "Severe findings of Security Hub that nobody has looked at",
			pattern: map[string]any{
				"source":      []string{"aws.securityhub"},
				"detail-type": []string{"Security Hub Findings - Imported"},
				"detail": map[string]any{"findings": map[string]any{
					"Severity":    map[string]any{"Label": []string{"HIGH", "CRITICAL"}},
					"Workflow":    map[string]any{"Status": []string{"NEW"}},
					"RecordState": []string{"ACTIVE"},
					// These two send theirs to Security Hub as well, and have rules of their own below.
					"ProductName": []any{map[string]any{"anything-but": []string{"GuardDuty", "IAM Access Analyzer"}}},
				}},
			},
			paths: map[string]string{
				"severity":    "$.detail.findings[0].Severity.Label",
				"title":       "$.detail.findings[0].Title",
				"description": "$.detail.findings[0].Description",
				"resource":    "$.detail.findings[0].Resources[0].Id",
				"mend":        "$.detail.findings[0].Remediation.Recommendation.Url",
			},
			lines: []string{
				"Security Hub, <severity>: <title>",
				"Where: <resource> (account <account>, <region>)",
				"Why: <description>",
				"How to mend it: <mend>",
				"You are told again each time that it is found, within a day, until it is mended or its workflow status is no longer NEW.",
			},
		},
		{
			name:        "guardduty",
			description: "Severe findings of GuardDuty",
			pattern: map[string]any{
				"source":      []string{"aws.guardduty"},
				"detail-type": []string{"GuardDuty Finding"},
				"detail": map[string]any{
					"severity": []any{map[string]any{"numeric": []any{">=", severeGuardDuty}}},
					"service":  map[string]any{"archived": []bool{false}},
				},
			},
			paths: map[string]string{
				"severity":    "$.detail.severity",
				"type":        "$.detail.type",
				"title":       "$.detail.title",
				"description": "$.detail.description",
				"resource":    "$.detail.resource.resourceType",
				"finding":     "$.detail.id",
			},
			lines: []string{
				"GuardDuty, severity <severity>: <title>",
				"Where: <resource> (account <account>, <region>)",
				"Why: <description>",
				"Finding <finding> of type <type>. You are told again while it goes on, until it is archived.",
			},
		},
		{
			name:        "access-analyzer",
			description: "What lets outsiders of the account in",
			pattern: map[string]any{
				"source":      []string{"aws.access-analyzer"},
				"detail-type": []string{"Access Analyzer Finding"},
				"detail":      map[string]any{"status": []string{"ACTIVE"}, "isDeleted": []bool{false}},
			},
			paths: map[string]string{
				"type":     "$.detail.resourceType",
				"resource": "$.detail.resource",
				"public":   "$.detail.isPublic",
				"finding":  "$.detail.id",
			},
			lines: []string{
				"IAM Access Analyzer: somebody outside of the account is let in by <resource>",
				"Where: <type> (account <account>, <region>); everybody is: <public>",
				"Finding <finding> says who and to what. If that is meant, archive it; else mend the policy, and it goes by itself.",
			},
		},
		{
			name:        "config",
			description: "Rules of the platform's own that a resource has come to break",
			pattern: map[string]any{
				"source":      []string{"aws.config"},
				"detail-type": []string{"Config Rules Compliance Change"},
				"detail": map[string]any{
					"messageType": []string{"ComplianceChangeNotification"},
					// Those that Security Hub makes are told by it.
					"configRuleName":      []any{map[string]any{"prefix": g.cfg.Label.Name("")}},
					"newEvaluationResult": map[string]any{"complianceType": []string{"NON_COMPLIANT"}},
				},
			},
			paths: map[string]string{
				"rule":     "$.detail.configRuleName",
				"type":     "$.detail.resourceType",
				"resource": "$.detail.resourceId",
			},
			lines: []string{
				"AWS Config: <resource> breaks <rule>",
				"Where: <type> (account <account>, <region>)",
				"The rule's description says what is at stake. You are told once.",
			},
		},
	}
}

// addFindings publishes findings to the topic, as text that people can read.
func (g *Governance) addFindings() error {
	scope := constructs.NewConstruct(g.scope, tf.String("findings"))
	for _, f := range g.findings() {
		var pattern strings.Builder
		encoder := json.NewEncoder(&pattern)
		encoder.SetEscapeHTML(false) // ">=" stays readable
		if err := encoder.Encode(f.pattern); err != nil {
			return fmt.Errorf("%s: pattern: %w", f.name, err)
		}
		f.paths["account"], f.paths["region"] = "$.account", "$.region"
		rule := cloudwatcheventrule.NewCloudwatchEventRule(scope, tf.String(f.name), &cloudwatcheventrule.CloudwatchEventRuleConfig{
			Name:         tf.String(g.cfg.Label.Name("findings", f.name)),
			Description:  tf.String(f.description),
			EventPattern: tf.String(strings.TrimSpace(pattern.String())),
			Lifecycle:    tf.Retained(true),
		})
		target.NewCloudwatchEventTarget(scope, tf.String(f.name+"-topic"), &target.CloudwatchEventTargetConfig{
			Rule:     rule.Name(),
			TargetId: tf.String("topic"),
			Arn:      tf.String(g.TopicARN),
			InputTransformer: &target.CloudwatchEventTargetInputTransformer{
				InputPaths:    tf.Map(f.paths),
				InputTemplate: tf.String(`"` + strings.Join(f.lines, "\"\n\"") + `"`), // each line in quotes is a line of the mail
			},
			RetryPolicy: &target.CloudwatchEventTargetRetryPolicy{
				MaximumEventAgeInSeconds: tf.Number(deliveryHours * 3600),
				MaximumRetryAttempts:     tf.Number(deliveryAttempts),
			},
			Lifecycle: tf.Retained(true),
		})
	}
	return nil
}
