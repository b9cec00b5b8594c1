package compute

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webacl"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webaclloggingconfiguration"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// ruleGroup is one of those that AWS keeps up to date.
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
type ruleGroup struct {
	id, name string
	// counted are the rules whose matches are counted and let through.
	counted []string
}

// ruleGroups are in the order in which a request meets them: the cheapest way to refuse it first.
func ruleGroups() []ruleGroup {
	return []ruleGroup{
		{id: "bad-reputation", name: "AWSManagedRulesAmazonIpReputationList"},
		{id: "known-bad-inputs", name: "AWSManagedRulesKnownBadInputsRuleSet"},
		// Bodies are manuscripts: longer than the 8 KB that AWS has in mind, and about anything, the address of a server, a path full of
		// dots or a page's source code among it. A chapter that such a rule refused would be a writer's loss and nobody's gain, since
		// text is stored as text. How often they match is seen in the metrics.
		{id: "common", name: "AWSManagedRulesCommonRuleSet", counted: []string{
			"CrossSiteScripting_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "SizeRestrictions_BODY",
		}},
	}
}

// addFirewall makes the firewall of what id names, and its log; what it stands before is associated by the caller. Its scope is REGIONAL
// or CLOUDFRONT, which AWS keeps in us-east-1: there the provider given makes it, and nil is the environment's own. It returns the web
// ACL's ARN, and the name that CloudWatch knows it by.
func (b *builder) addFirewall(id, scope string, in cdktf.TerraformProvider) (arn, name string) {
	rules, name := b.firewallRules(), b.Label.Fit(naming.WebACL, id)
	acl := wafv2webacl.NewWafv2WebAcl(b.scope, tf.String(id+"-firewall"), &wafv2webacl.Wafv2WebAclConfig{
		Name:          tf.String(name),
		Description:   tf.String("What may not reach the " + id),
		Scope:         tf.String(scope),
		DefaultAction: &wafv2webacl.Wafv2WebAclDefaultAction{Allow: &wafv2webacl.Wafv2WebAclDefaultActionAllow{}},
		Rule:          &rules,
		VisibilityConfig: &wafv2webacl.Wafv2WebAclVisibilityConfig{
			CloudwatchMetricsEnabled: tf.Bool(true),
			MetricName:               tf.String(name),
			SampledRequestsEnabled:   tf.Bool(true),
		},
		Provider: in,
	})
	// AWS demands how the name begins: https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
	logs := b.addLogGroup(id+"-firewall-log", "aws-waf-logs-"+b.Label.Name(id), in)
	// A token or a cookie in a log is one more place to steal it from.
	var redacted []*wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationRedactedFields
	for _, header := range []string{"authorization", "cookie"} {
		redacted = append(redacted, &wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationRedactedFields{
			SingleHeader: &wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader{Name: tf.String(header)},
		})
	}
	wafv2webaclloggingconfiguration.NewWafv2WebAclLoggingConfiguration(b.scope, tf.String(id+"-firewall-logging"),
		&wafv2webaclloggingconfiguration.Wafv2WebAclLoggingConfigurationConfig{
			ResourceArn:           acl.Arn(),
			LogDestinationConfigs: &[]*string{logs.Arn()},
			RedactedFields:        &redacted,
			Provider:              in,
		})
	return *acl.Arn(), *acl.Name()
}

// firewallRules are first the rate of each address, then AWS's. A request that none refuses is let through.
func (b *builder) firewallRules() []*wafv2webacl.Wafv2WebAclRule {
	rules := []*wafv2webacl.Wafv2WebAclRule{{
		Name:     tf.String("rate"),
		Priority: tf.Number(0),
		Action:   &wafv2webacl.Wafv2WebAclRuleAction{Block: &wafv2webacl.Wafv2WebAclRuleActionBlock{}},
		Statement: map[string]any{"rate_based_statement": map[string]any{
			"aggregate_key_type":    "IP",
			"limit":                 b.Settings.RequestsPerAddress,
			"evaluation_window_sec": 300,
		}},
		VisibilityConfig: ruleMetrics("rate"),
	}}
	for i, group := range ruleGroups() {
		statement := map[string]any{"vendor_name": "AWS", "name": group.name}
		var counted []map[string]any
		for _, rule := range group.counted {
			counted = append(counted, map[string]any{"name": rule, "action_to_use": map[string]any{"count": map[string]any{}}})
		}
		if len(counted) > 0 {
			statement["rule_action_override"] = counted
		}
		rules = append(rules, &wafv2webacl.Wafv2WebAclRule{
			Name:             tf.String(group.id),
			Priority:         tf.Number(i + 1),
			OverrideAction:   &wafv2webacl.Wafv2WebAclRuleOverrideAction{None: &wafv2webacl.Wafv2WebAclRuleOverrideActionNone{}},
			Statement:        map[string]any{"managed_rule_group_statement": statement},
			VisibilityConfig: ruleMetrics(group.id),
		})
	}
	return rules
}

// ruleMetrics has CloudWatch count what a rule matches, under the rule's name, and WAF keep samples for three hours.
func ruleMetrics(rule string) *wafv2webacl.Wafv2WebAclRuleVisibilityConfig {
	return &wafv2webacl.Wafv2WebAclRuleVisibilityConfig{
		CloudwatchMetricsEnabled: tf.Bool(true),
		MetricName:               tf.String(rule),
		SampledRequestsEnabled:   tf.Bool(true),
	}
}
