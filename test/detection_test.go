package test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
)

func TestConfigRecordsEverything(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		role := tpl.one(t, "aws_iam_service_linked_role", "governance_recorder_role")
		role.want(t, "aws_service_name", "config.amazonaws.com")
		recorder := tpl.one(t, "aws_config_configuration_recorder", "governance_recorder_configuration")
		for path, want := range map[string]any{
			"role_arn":                      "${" + role.Address + ".arn}", // no other is good for Config.1
			"recording_group.all_supported": true,
			"recording_group.include_global_resource_types":              true,
			"recording_mode.recording_frequency":                         "CONTINUOUS",
			"recording_mode.recording_mode_override.resource_types":      []string{"AWS::EC2::NetworkInterface"},
			"recording_mode.recording_mode_override.recording_frequency": "DAILY",
		} {
			recorder.want(t, path, want)
		}
		channel := tpl.one(t, "aws_config_delivery_channel", "governance_recorder_delivery")
		channel.want(t, "depends_on", []string{recorder.Address})
		channel.want(t, "snapshot_delivery_properties.delivery_frequency", "TwentyFour_Hours")
		for attribute, kind := range map[string]string{"s3_bucket_name": "aws_s3_bucket", "s3_kms_key_arn": "aws_kms_"} {
			if got, _ := channel.get(attribute).(string); !strings.HasPrefix(got, "${"+kind) {
				t.Errorf("%s: %s: %s: want it of the audit's own %s, got %q", tpl.name, channel.Address, attribute, kind, got)
			}
		}
		status := tpl.one(t, "aws_config_configuration_recorder_status", "governance_recorder_status")
		status.want(t, "is_enabled", true)
		status.want(t, "name", "${"+recorder.Address+".name}")
		status.want(t, "depends_on", []string{channel.Address})
	})
}

func TestConfigRules(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		rules := tpl.all("aws_config_config_rule")
		if len(rules) == 0 {
			t.Fatalf("%s: no rules", tpl.name)
		}
		for _, r := range rules {
			name, _ := r.get("name").(string)
			identifier := strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(name, "writersroom-account-"), "-", "_"))
			r.want(t, "source", map[string]string{"owner": "AWS", "source_identifier": identifier})
			r.want(t, "depends_on", []string{"aws_config_configuration_recorder_status.governance_recorder_status"})
			// The limit is that of https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html
			if reason, _ := r.get("description").(string); reason == "" || len(reason) > 256 {
				t.Errorf("%s: %s: want a reason of at most 256 characters, got %d: %q", tpl.name, r.Address, len(reason), reason)
			}
			text, given := r.get("input_parameters").(string)
			var parameters map[string]string // Config takes nothing but text
			if err := json.Unmarshal([]byte(text), &parameters); given && err != nil {
				t.Errorf("%s: %s: input_parameters: %v: %s", tpl.name, r.Address, err, text)
			}
			if tags, ok := parameters["resourceTags"]; ok && tags != compact(map[string]string{storage.ManuscriptsTag: storage.Original}) {
				t.Errorf("%s: %s: want it of the stores tagged %s=%s, got %s", tpl.name, r.Address, storage.ManuscriptsTag, storage.Original, tags)
			}
		}
	})
}

// Each kind of store that a manuscript can be lost with has a rule that asks for its backup.
func TestEveryKindOfOriginalIsAskedForItsBackup(t *testing.T) {
	rules := map[string]string{"aws_s3_bucket": "s3", "aws_rds_cluster": "aurora", "aws_dynamodb_table": "dynamodb"}
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		account := stack(t, envs.Accounts([]envs.Environment{env})[0].Stack())
		for _, r := range tpl.all("") {
			if r.get("tags."+storage.ManuscriptsTag) != storage.Original {
				continue
			}
			kind, _, _ := strings.Cut(r.Address, ".")
			if rules[kind] == "" {
				t.Errorf("%s: %s holds manuscripts, and no rule asks for its backup", tpl.name, r.Address)
				continue
			}
			account.one(t, "aws_config_config_rule", "governance_rules_"+rules[kind]+"-last-backup-recovery-point-created")
		}
	})
}

func TestSecurityHub(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		hub := tpl.one(t, "aws_securityhub_account", "governance_security-hub_account")
		hub.want(t, "enable_default_standards", false)
		hub.want(t, "auto_enable_controls", true)
		hub.want(t, "control_finding_generator", "SECURITY_CONTROL")
		for name, standard := range map[string]string{
			"fsbp": "aws-foundational-security-best-practices/v/1.0.0",
			"cis":  "cis-aws-foundations-benchmark/v/3.0.0",
		} {
			r := tpl.one(t, "aws_securityhub_standards_subscription", "governance_security-hub_"+name)
			r.want(t, "standards_arn", "arn:"+account.Partition+":securityhub:"+account.Region+"::standards/"+standard)
			r.want(t, "depends_on", []string{hub.Address, "aws_config_configuration_recorder_status.governance_recorder_status"})
		}
	})
}

const controlAssociation = "aws_securityhub_standards_control_association"

// unaccounted are the controls that are off without a waiver of the same reason, and the waivers of none that is off.
func unaccounted(t *testing.T, tpl template) []string {
	t.Helper()
	waivers, _ := dig(tpl.body, "variable.governance.default.waivers."+controlAssociation).(map[string]any)
	var faults []string
	for _, r := range tpl.all(controlAssociation) {
		_, name, _ := strings.Cut(r.Address, ".")
		want := []map[string]any{{"control": "SecurityHub.waiver", "reason": r.get("updated_reason"), "expires": dig(waivers[name], "0.expires")}}
		off := r.get("association_status") == "DISABLED" && r.get("updated_reason") != nil
		if !off || dig(waivers[name], "0.expires") == nil || compact(normal(t, waivers[name])) != compact(normal(t, want)) {
			faults = append(faults, name)
		}
	}
	for name := range waivers {
		if !slices.ContainsFunc(tpl.all(controlAssociation), func(r resource) bool { return r.Address == controlAssociation+"."+name }) {
			faults = append(faults, name)
		}
	}
	return faults
}

func TestEveryControlThatIsOffIsWaived(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		if faults := unaccounted(t, tpl); len(faults) > 0 {
			t.Errorf("%s: want a waiver for each control that is off, of the same reason, and no other; not so: %v", tpl.name, faults)
		}
		for _, r := range tpl.all(controlAssociation) {
			standard, _, _ := strings.Cut(strings.TrimPrefix(r.Address, controlAssociation+".governance_security-hub_"), "-")
			subscription := "aws_securityhub_standards_subscription.governance_security-hub_" + standard
			r.want(t, "standards_arn", "${"+subscription+".standards_arn}")
			r.want(t, "depends_on", []string{subscription})
		}

		// The test notices.
		const name = "governance_security-hub_fsbp-macie-1"
		tpl.one(t, controlAssociation, name)
		for mutation, mutate := range map[string]func(association, waivers map[string]any){
			"the waiver is missing":       func(_, waivers map[string]any) { delete(waivers, name) },
			"the reasons differ":          func(association, _ map[string]any) { association["updated_reason"] = "another" },
			"the reason is missing":       func(association, _ map[string]any) { delete(association, "updated_reason") },
			"the control is on":           func(association, _ map[string]any) { association["association_status"] = "ENABLED" },
			"the waiver never expires":    func(_, waivers map[string]any) { delete(dig(waivers[name], "0").(map[string]any), "expires") },
			"the waiver is of no control": func(_, waivers map[string]any) { waivers["other"] = waivers[name] },
		} {
			mutant := template{name: tpl.name, body: normal(t, tpl.body).(map[string]any)}
			mutate(dig(mutant.body, "resource."+controlAssociation).(map[string]any)[name].(map[string]any),
				dig(mutant.body, "variable.governance.default.waivers."+controlAssociation).(map[string]any))
			if len(unaccounted(t, mutant)) != 1 {
				t.Errorf("%s: %s: want one fault, got %v", tpl.name, mutation, unaccounted(t, mutant))
			}
		}
	})
}

func TestGuardDuty(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		detector := tpl.one(t, "aws_guardduty_detector", "governance_guardduty_detector")
		detector.want(t, "enable", true)
		detector.want(t, "finding_publishing_frequency", "FIFTEEN_MINUTES")
		got := map[string]any{}
		for _, r := range tpl.all("aws_guardduty_detector_feature") {
			r.want(t, "detector_id", "${"+detector.Address+".id}")
			// AWS tells of agents that nobody mentioned; compared, they would have the feature replaced.
			r.want(t, "lifecycle.ignore_changes", []string{"additional_configuration"})
			got[r.get("name").(string)] = r.get("status")
		}
		want := map[string]any{
			"EBS_MALWARE_PROTECTION": "ENABLED", "EKS_AUDIT_LOGS": "ENABLED", "LAMBDA_NETWORK_LOGS": "ENABLED", "RDS_LOGIN_EVENTS": "ENABLED",
			"RUNTIME_MONITORING": "DISABLED", "S3_DATA_EVENTS": "ENABLED",
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: features: want %v, got %v", tpl.name, want, got)
		}
	})
}

func TestAccessAnalyzer(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		analyzer := tpl.one(t, "aws_accessanalyzer_analyzer", "governance_access-analyzer")
		analyzer.want(t, "analyzer_name", "writersroom-account-external-access")
		analyzer.want(t, "type", "ACCOUNT")
	})
}

func TestAccountDefaults(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		for _, of := range []struct {
			kind, name string
			want       map[string]any
		}{
			{"aws_s3_account_public_access_block", "public-buckets", map[string]any{
				"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true,
			}},
			{"aws_ebs_snapshot_block_public_access", "public-snapshots", map[string]any{"state": "block-all-sharing"}},
			{"aws_ec2_image_block_public_access", "public-images", map[string]any{"state": "block-new-sharing"}},
			{"aws_ssm_service_setting", "public-documents", map[string]any{
				"setting_id": "arn:" + account.Partition + ":ssm:" + account.Region + ":" + account.ID +
					":servicesetting/ssm/documents/console/public-sharing-permission",
				"setting_value": "Disable",
			}},
			{"aws_ebs_encryption_by_default", "volume-encryption", map[string]any{"enabled": true}},
			{"aws_ec2_instance_metadata_defaults", "instance-metadata", map[string]any{"http_tokens": "required"}},
			{"aws_iam_account_password_policy", "passwords", map[string]any{
				"minimum_password_length": 14, "password_reuse_prevention": 24, "max_password_age": nil,
				"require_lowercase_characters": true, "require_uppercase_characters": true, "require_numbers": true, "require_symbols": true,
				"allow_users_to_change_password": true,
			}},
		} {
			r := tpl.one(t, of.kind, "governance_defaults_"+of.name)
			for path, want := range of.want {
				r.want(t, path, want)
			}
		}
	})
}

// Of what watches the account Terraform takes nothing down.
func TestDetectionIsRetained(t *testing.T) {
	parts := regexp.MustCompile(`\.governance_(recorder|rules|security-hub|guardduty|access-analyzer|findings|defaults)`)
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		for _, r := range tpl.all("") {
			if parts.MatchString(r.Address) {
				r.want(t, "lifecycle.prevent_destroy", true)
			}
		}
	})
}

// Events as AWS documents them, cut to what is asked about:
//   - https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
//   - https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
//   - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
//   - https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
var sampleEvents = map[string]string{
	"security-hub": `{
		"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported", "account": "111111111111", "region": "us-east-1",
		"detail": {"findings": [{
			"ProductName": "Security Hub", "RecordState": "ACTIVE", "Workflow": {"Status": "NEW"}, "Severity": {"Label": "CRITICAL"},
			"Title": "S3 general purpose buckets should block public access", "Description": "This control checks …",
			"Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::open"}],
			"Remediation": {"Recommendation": {"Url": "https://docs.aws.amazon.com/console/securityhub/S3.8/remediation"}}}]}}`,
	"guardduty": `{
		"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "account": "111111111111", "region": "us-east-1",
		"detail": {"id": "16afba5c5c43e07c9e3e5e2e544e95df", "severity": 8, "type": "Stealth:S3/ServerAccessLoggingDisabled",
			"title": "Logging was disabled", "description": "Somebody …", "resource": {"resourceType": "S3Bucket"},
			"service": {"archived": false, "count": 1}}}`,
	"access-analyzer": `{
		"source": "aws.access-analyzer", "detail-type": "Access Analyzer Finding", "account": "111111111111", "region": "us-east-1",
		"detail": {"version": "1.0", "id": "8dbd8cbc", "status": "ACTIVE", "resourceType": "AWS::S3::Bucket", "resource": "arn:aws:s3:::open",
			"principal": {"AWS": "999999999999"}, "action": ["s3:GetObject"], "isPublic": false, "isDeleted": false}}`,
	"config": `{
		"source": "aws.config", "detail-type": "Config Rules Compliance Change", "account": "111111111111", "region": "us-east-1",
		"detail": {"messageType": "ComplianceChangeNotification", "configRuleName": "writersroom-account-required-tags",
			"resourceType": "AWS::S3::Bucket", "resourceId": "nameless", "newEvaluationResult": {"complianceType": "NON_COMPLIANT"},
			"oldEvaluationResult": {"complianceType": "COMPLIANT"}}}`,
}

func TestFindingsAreTold(t *testing.T) {
	const finding = "detail.findings.0."
	for name, tc := range map[string]struct {
		rule, path string
		value      any
		want       bool
	}{
		"a critical finding":                           {rule: "security-hub", want: true},
		"a high one":                                   {"security-hub", finding + "Severity.Label", "HIGH", true},
		"a medium one":                                 {"security-hub", finding + "Severity.Label", "MEDIUM", false},
		"one that is known":                            {"security-hub", finding + "Workflow.Status", "NOTIFIED", false},
		"one that is suppressed":                       {"security-hub", finding + "Workflow.Status", "SUPPRESSED", false},
		"one that is over":                             {"security-hub", finding + "RecordState", "ARCHIVED", false},
		"one of another product's":                     {"security-hub", finding + "ProductName", "Health", true},
		"one that GuardDuty tells":                     {"security-hub", finding + "ProductName", "GuardDuty", false},
		"one that Access Analyzer tells":               {"security-hub", finding + "ProductName", "IAM Access Analyzer", false},
		"a summary of findings":                        {"security-hub", "detail-type", "Security Hub Insight Results", false},
		"a finding of something else":                  {"security-hub", "source", "aws.inspector2", false},
		"a threat":                                     {rule: "guardduty", want: true},
		"a threat that is just high":                   {"guardduty", "detail.severity", 7, true},
		"a threat that is not":                         {"guardduty", "detail.severity", 6.9, false},
		"an archived threat":                           {"guardduty", "detail.service.archived", true, false},
		"another event of GuardDuty's":                 {"guardduty", "detail-type", "GuardDuty Runtime Protection Healthy", false},
		"an outsider":                                  {rule: "access-analyzer", want: true},
		"everybody":                                    {"access-analyzer", "detail.isPublic", true, true},
		"an outsider who is meant":                     {"access-analyzer", "detail.status", "ARCHIVED", false},
		"an outsider who is gone":                      {"access-analyzer", "detail.status", "RESOLVED", false},
		"a resource that is gone":                      {"access-analyzer", "detail.isDeleted", true, false},
		"a rule that is broken":                        {rule: "config", want: true},
		"a rule that is kept again":                    {"config", "detail.newEvaluationResult.complianceType", "COMPLIANT", false},
		"a rule of Security Hub's":                     {"config", "detail.configRuleName", "securityhub-s3-bucket-tls-1a2b3c", false},
		"a rule whose name is only like the account's": {"config", "detail.configRuleName", "writersroom-accounts-of-others", false},
		"a snapshot":                                   {"config", "detail.messageType", "ConfigurationSnapshotDeliveryCompleted", false},
	} {
		t.Run(name, func(t *testing.T) {
			eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
				event := changed(t, sampleEvents[tc.rule], tc.path, tc.value)
				for _, r := range tpl.all("aws_cloudwatch_event_rule") {
					rule := strings.TrimPrefix(r.Address, "aws_cloudwatch_event_rule.governance_findings_")
					if rule == r.Address {
						continue
					}
					// No event is told by two rules.
					want := tc.want && rule == tc.rule
					if got := matches(t, eventPattern(t, r), event); got != want {
						t.Errorf("%s: %s: want the event matched %t, got %t: pattern %s, event %s", tpl.name, r.Address, want, got,
							r.get("event_pattern"), compact(event))
					}
				}
			})
		})
	}
}

// An event without what a pattern asks about is not matched, whatever it is that is missing.
func TestEveryConditionOfAPatternMatters(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		for rule, sample := range sampleEvents {
			pattern := eventPattern(t, tpl.one(t, "aws_cloudwatch_event_rule", "governance_findings_"+rule))
			for _, path := range conditions("", pattern) {
				event := changed(t, sample, strings.Replace(path, "detail.findings.", "detail.findings.0.", 1), nil)
				if matches(t, pattern, event) {
					t.Errorf("%s: %s: want an event without %s not to match, but it does: %s", tpl.name, rule, path, compact(event))
				}
			}
		}
	})
}

func TestFindingsReachPeople(t *testing.T) {
	variable := regexp.MustCompile(`<(\w+)>`)
	lines := regexp.MustCompile(`^"[^"\n]+"(\n"[^"\n]+")*$`)
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		topics := map[any]bool{}
		for name, sample := range sampleEvents {
			rule := tpl.one(t, "aws_cloudwatch_event_rule", "governance_findings_"+name)
			r := tpl.one(t, "aws_cloudwatch_event_target", "governance_findings_"+name+"-topic")
			r.want(t, "rule", "${"+rule.Address+".name}")
			r.want(t, "retry_policy", map[string]int{"maximum_event_age_in_seconds": 86400, "maximum_retry_attempts": 185})
			topics[r.get("arn")] = true

			text, _ := r.get("input_transformer.input_template").(string)
			if !lines.MatchString(text) {
				t.Errorf("%s: %s: want lines, each in quotes, got %s", tpl.name, r.Address, text)
			}
			paths, _ := r.get("input_transformer.input_paths").(map[string]any)
			used := map[string]bool{}
			for _, m := range variable.FindAllStringSubmatch(text, -1) {
				used[m[1]] = true
			}
			var event any
			if err := json.Unmarshal([]byte(sample), &event); err != nil {
				t.Fatal(err)
			}
			for variable, path := range paths {
				plain := strings.NewReplacer("$.", "", "[", ".", "]", "").Replace(path.(string))
				if !used[variable] || dig(event, plain) == nil {
					t.Errorf("%s: %s: <%s> is %s: want it in the text, and in the event\n%s\n%s", tpl.name, r.Address, variable, path, text, sample)
				}
				delete(used, variable)
			}
			if len(used) > 0 {
				t.Errorf("%s: %s: no paths for %v in %s", tpl.name, r.Address, slices.Sorted(maps.Keys(used)), text)
			}
		}
		topic, _ := slices.Collect(maps.Keys(topics))[0].(string)
		if len(topics) != 1 || !strings.HasPrefix(topic, "${aws_sns_topic") {
			t.Errorf("%s: want all findings told to one topic, got %v", tpl.name, topics)
		}
	})
}

func eventPattern(t *testing.T, r resource) map[string]any {
	t.Helper()
	text, _ := r.get("event_pattern").(string)
	var pattern map[string]any
	if err := json.Unmarshal([]byte(text), &pattern); err != nil {
		t.Fatalf("%s: event_pattern: %v: %s", r.Address, err, text)
	}
	return pattern
}

// changed is a sample event with another value at a path, or without what is there.
func changed(t *testing.T, sample, path string, value any) map[string]any {
	t.Helper()
	var event map[string]any
	if err := json.Unmarshal([]byte(sample), &event); err != nil {
		t.Fatal(err)
	}
	if path == "" {
		return event
	}
	at, last := any(event), path
	if i := strings.LastIndex(path, "."); i >= 0 {
		at, last = dig(event, path[:i]), path[i+1:]
	}
	object, ok := at.(map[string]any)
	if _, there := object[last]; !ok || !there {
		t.Fatalf("nothing is at %s of %s", path, sample)
	}
	if value == nil {
		delete(object, last)
	} else {
		object[last] = normal(t, value)
	}
	return event
}

// conditions are the paths of a pattern at which it asks for values.
func conditions(prefix string, pattern map[string]any) []string {
	var paths []string
	for key, inner := range pattern {
		if nested, ok := inner.(map[string]any); ok {
			paths = append(paths, conditions(prefix+key+".", nested)...)
		} else {
			paths = append(paths, prefix+key)
		}
	}
	return paths
}

// matches says whether EventBridge would: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html. A list in
// an event matches where one of its members does.
func matches(t *testing.T, pattern map[string]any, event any) bool {
	t.Helper()
	if list, ok := event.([]any); ok {
		return slices.ContainsFunc(list, func(member any) bool { return matches(t, pattern, member) })
	}
	object, _ := event.(map[string]any)
	for key, want := range pattern {
		value, there := object[key]
		switch want := want.(type) {
		case map[string]any:
			if !matches(t, want, value) {
				return false
			}
		case []any:
			if !there || !slices.ContainsFunc(want, func(one any) bool { return fits(t, one, value) }) {
				return false
			}
		default:
			t.Fatalf("a pattern's leaf is a list, not %s at %s", compact(want), key)
		}
	}
	return true
}

// fits says whether a value is one that a pattern asks for.
func fits(t *testing.T, want, value any) bool {
	t.Helper()
	filter, ok := want.(map[string]any)
	if !ok {
		return want == value
	}
	for name, of := range filter {
		switch name {
		case "prefix":
			text, ok := value.(string)
			return ok && strings.HasPrefix(text, of.(string))
		case "anything-but":
			return !slices.Contains(of.([]any), value)
		case "numeric":
			least, ok := value.(float64)
			if of.([]any)[0] == ">=" {
				return ok && least >= of.([]any)[1].(float64)
			}
		}
	}
	t.Fatalf("no such filter is known here: %s", compact(want))
	return false
}

// once are the types of which an account has one in a region, or that are made once for all of its environments, by the reason. A name
// that ends in _ is of all types that begin so.
func once() map[string][]string {
	return map[string][]string{
		"an account has one, and a second is refused or takes the first one's place": {
			"aws_account_", "aws_api_gateway_account", "aws_backup_global_settings", "aws_backup_region_settings",
			"aws_bedrock_model_invocation_logging_configuration", "aws_config_configuration_recorder",
			"aws_config_configuration_recorder_status", "aws_config_delivery_channel", "aws_config_retention_configuration",
			"aws_ebs_default_kms_key", "aws_ebs_encryption_by_default", "aws_ebs_snapshot_block_public_access",
			"aws_ec2_image_block_public_access", "aws_ec2_instance_metadata_defaults", "aws_ec2_serial_console_access",
			"aws_ecr_account_setting", "aws_ecr_registry_", "aws_ecs_account_setting_default", "aws_emr_block_public_access_configuration",
			"aws_iam_account_", "aws_iam_security_token_service_preferences", "aws_iam_service_linked_role", "aws_inspector2_",
			"aws_macie2_", "aws_s3_account_public_access_block", "aws_securityhub_account", "aws_ssm_default_patch_baseline",
			"aws_ssm_service_setting", "aws_vpc_block_public_access_options", "aws_xray_encryption_config",
		},
		"one for all environments is enough, and each more would cost or tell the same again": {
			"aws_accessanalyzer_", "aws_cloudtrail", "aws_config_config_rule", "aws_config_conformance_pack", "aws_guardduty_",
			"aws_securityhub_",
		},
		"an account can have ten, fewer than environments":    {"aws_cloudwatch_log_account_policy", "aws_cloudwatch_log_resource_policy"},
		"an account has one for each address, that of GitHub": {"aws_iam_openid_connect_provider"},
	}
}

// heldByAccounts are those that every account's stack must hold.
var heldByAccounts = []string{
	"aws_accessanalyzer_analyzer", "aws_api_gateway_account", "aws_backup_region_settings", "aws_cloudtrail",
	"aws_cloudwatch_log_resource_policy", "aws_config_config_rule", "aws_config_configuration_recorder",
	"aws_config_configuration_recorder_status", "aws_config_delivery_channel", "aws_ebs_encryption_by_default",
	"aws_ebs_snapshot_block_public_access", "aws_ec2_image_block_public_access", "aws_ec2_instance_metadata_defaults",
	"aws_guardduty_detector", "aws_iam_account_password_policy", "aws_iam_openid_connect_provider", "aws_iam_service_linked_role",
	"aws_s3_account_public_access_block", "aws_securityhub_account", "aws_securityhub_standards_subscription", "aws_ssm_service_setting",
}

// ofTheAccount says why resources of a type belong to the account, where they do.
func ofTheAccount(kind string) (reason string, is bool) {
	for reason, kinds := range once() {
		for _, k := range kinds {
			if kind == k || strings.HasSuffix(k, "_") && strings.HasPrefix(kind, k) {
				return reason, true
			}
		}
	}
	return "", false
}

// misplaced are the faults of a stack: what an environment holds of the account's, what an account's lacks.
func misplaced(tpl template) []string {
	var faults []string
	types, _ := tpl.body["resource"].(map[string]any)
	if strings.HasPrefix(tpl.name, "account-") {
		for _, kind := range heldByAccounts {
			if types[kind] == nil {
				faults = append(faults, fmt.Sprintf("no %s, which environments count on", kind))
			}
		}
		return faults
	}
	for _, r := range tpl.all("") {
		kind, _, _ := strings.Cut(r.Address, ".")
		if reason, is := ofTheAccount(kind); is {
			faults = append(faults, fmt.Sprintf("%s belongs to the account's stack: %s", r.Address, reason))
		}
	}
	return faults
}

// What there is once in an account its own stack holds, and no environment's: environments that share an account share it.
func TestAccountHoldsWhatIsOnce(t *testing.T) {
	eachStack(t, func(t *testing.T, tpl template) {
		for _, fault := range misplaced(tpl) {
			t.Errorf("%s: %s", tpl.name, fault)
		}
	})
	for _, kind := range heldByAccounts {
		if _, is := ofTheAccount(kind); !is {
			t.Errorf("%s is demanded of accounts, and not forbidden to environments", kind)
		}
	}
}

// The test notices each type that strays into an environment, and each that an account lacks.
func TestAccountHoldsWhatIsOnceNotices(t *testing.T) {
	clone := func(tpl template) (template, map[string]any) {
		body := maps.Clone(tpl.body)
		types := maps.Clone(body["resource"].(map[string]any))
		body["resource"] = types
		return template{name: tpl.name, body: body}, types
	}
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		for _, kinds := range once() {
			for _, kind := range kinds {
				if strings.HasSuffix(kind, "_") {
					kind += "anything"
				}
				stray, types := clone(tpl)
				types[kind] = map[string]any{"stray": map[string]any{}}
				if got := misplaced(stray); len(got) != 1 || !strings.HasPrefix(got[0], kind+".stray belongs to the account's stack") {
					t.Errorf("%s: want %s.stray found, got %v", tpl.name, kind, got)
				}
			}
		}
	})
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		for _, kind := range heldByAccounts {
			lacking, types := clone(tpl)
			delete(types, kind)
			if got := misplaced(lacking); !slices.Contains(got, "no "+kind+", which environments count on") {
				t.Errorf("%s: want the lack of %s found, got %v", tpl.name, kind, got)
			}
		}
	})
}
