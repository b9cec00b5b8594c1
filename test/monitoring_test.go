package test

import (
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/monitoring"
	"github.com/writersroom/infrastructure/envs"
)

func TestAlertsReachPeople(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		topic := tpl.one(t, "aws_sns_topic", "monitoring_alerts")
		topic.want(t, "name", "writersroom-"+env.Name+"-alerts")
		topic.want(t, "kms_master_key_id", "${aws_kms_key.identity_alerts-key.arn}")
		var told []string
		for _, r := range tpl.all("aws_sns_topic_subscription") {
			r.want(t, "protocol", "email")
			r.want(t, "topic_arn", "${"+topic.Address+".arn}")
			told = append(told, r.get("endpoint").(string))
		}
		slices.Sort(told)
		if want := slices.Sorted(slices.Values(env.Monitoring.AlertEmails)); !slices.Equal(told, want) {
			t.Errorf("%s: alerts are sent to %q, want %q", tpl.name, told, want)
		}
	})
}

// Who may publish to the topic, and who not.
func TestAlertsPolicy(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		policy := document(t, tpl.one(t, "aws_sns_topic_policy", "monitoring_alerts-policy"), "policy")
		ours := map[string]string{"aws:SourceAccount": env.Account, "aws:SecureTransport": "true"}
		const cloudwatch = "Service cloudwatch.amazonaws.com"
		for name, tc := range map[string]struct {
			by, action string
			context    map[string]string
			want       bool
		}{
			"an alarm":                    {cloudwatch, "sns:Publish", ours, true},
			"an alarm of another account": {cloudwatch, "sns:Publish", with(ours, "aws:SourceAccount", "999999999999"), false},
			"without TLS":                 {cloudwatch, "sns:Publish", with(ours, "aws:SecureTransport", "false"), false},
			"another service":             {"Service events.amazonaws.com", "sns:Publish", ours, false},
			"another account":             {"AWS arn:aws:iam::999999999999:root", "sns:Publish", ours, false},
			"another call":                {cloudwatch, "sns:Subscribe", ours, false},
		} {
			c := call{by: tc.by, action: tc.action, resource: alertsTopic(env), context: tc.context}
			if got := may(t, c, policy); got != tc.want {
				t.Errorf("%s: %s publishes: want %t, got %t: %+v\n%s", tpl.name, name, tc.want, got, c, compact(policy))
			}
		}
	})
}

func alertsTopic(env envs.Environment) string {
	return "arn:aws:sns:" + env.Region + ":" + env.Account + ":writersroom-" + env.Name + "-alerts"
}

// publishesAs is the service that publishes what a resource of a type was told to publish.
func publishesAs() map[string]string {
	return map[string]string{
		"aws_backup_vault_notifications": "backup.amazonaws.com",
		"aws_budgets_budget":             "budgets.amazonaws.com",
		"aws_budgets_budget_action":      "budgets.amazonaws.com",
		"aws_cloudwatch_composite_alarm": "cloudwatch.amazonaws.com",
		"aws_cloudwatch_metric_alarm":    "cloudwatch.amazonaws.com",
		"aws_db_event_subscription":      "events.rds.amazonaws.com",
	}
}

// From whatever publishes, by way of the topic, to its key: what a service may not do at either is dropped without a word.
func TestEveryAlertGetsThrough(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		topic := document(t, tpl.one(t, "aws_sns_topic_policy", "monitoring_alerts-policy"), "policy")
		key := document(t, tpl.one(t, "aws_kms_key", "identity_alerts-key"), "policy")
		for _, fault := range undelivered(t, env, tpl, topic, key) {
			t.Errorf("%s: %s", tpl.name, fault)
		}
	})
}

// Every statement of the two policies that lets a service publish is needed.
func TestNoStatementOfTheTopicOrItsKeyCanBeMissed(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		topic := document(t, tpl.one(t, "aws_sns_topic_policy", "monitoring_alerts-policy"), "policy")
		key := document(t, tpl.one(t, "aws_kms_key", "identity_alerts-key"), "policy")
		lacking := func(policy policyDocument, i int) policyDocument {
			policy.Statement = slices.Delete(slices.Clone(policy.Statement), i, i+1)
			return policy
		}
		removed := 0
		for name, policy := range map[string]policyDocument{"topic": topic, "key": key} {
			for i, s := range policy.Statement {
				if len(s.Principal["Service"]) == 0 {
					continue
				}
				removed++
				left := map[string]policyDocument{"topic": topic, "key": key}
				left[name] = lacking(policy, i)
				if len(undelivered(t, env, tpl, left["topic"], left["key"])) == 0 {
					t.Errorf("%s: without statement %s of the %s every alert still gets through", tpl.name, s.Sid, name)
				}
			}
		}
		if removed != 2 {
			t.Errorf("%s: want a statement of the topic's policy and one of its key's that speak of services, got %d", tpl.name, removed)
		}
	})
}

// undelivered tells what publishes to the topic and does not get through, by the topic's policy or by its key's, and who may publish
// though nothing makes it.
func undelivered(t *testing.T, env envs.Environment, tpl template, topic, key policyDocument) (faults []string) {
	t.Helper()
	found := map[string]int{}
	for _, r := range tpl.all("") {
		kind, _, _ := strings.Cut(r.Address, ".")
		if !strings.Contains(compact(r.Body), "aws_sns_topic_policy.monitoring_alerts-policy") {
			continue
		}
		service, known := publishesAs()[kind]
		if !known {
			faults = append(faults, r.Address+" publishes alerts as a service that publishesAs does not know")
			continue
		}
		found[service]++
		ours := map[string]string{"aws:SourceAccount": env.Account, "aws:SecureTransport": "true"}
		if !may(t, call{by: "Service " + service, action: "sns:Publish", resource: alertsTopic(env), context: ours}, topic) {
			faults = append(faults, r.Address+": the topic does not let "+service+" publish")
		}
		for _, action := range []string{"kms:GenerateDataKey", "kms:Decrypt"} {
			c := call{by: "Service " + service, action: action, resource: "arn:aws:kms:" + env.Region + ":" + env.Account + ":key/0", context: ours}
			if !may(t, c, key) {
				faults = append(faults, r.Address+": the topic's key does not let "+service+" "+action)
			}
		}
	}
	for _, service := range monitoring.Publishers() {
		if found[service] == 0 {
			faults = append(faults, service+" may publish alerts, and nothing makes it")
		}
	}
	return faults
}
