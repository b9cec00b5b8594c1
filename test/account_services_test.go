package test

import (
	"testing"

	"github.com/writersroom/infrastructure/envs"
)

func TestOpenSearchServiceLinkedRole(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		role := tpl.one(t, "aws_iam_service_linked_role", "services_opensearch-role")
		role.want(t, "aws_service_name", "opensearchservice.amazonaws.com")
		role.want(t, "custom_suffix", nil)
		role.want(t, "lifecycle.prevent_destroy", true)
	})
}

// One policy for the logs of all environments: an account can have ten.
func TestLogDelivery(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		if all := tpl.all("aws_cloudwatch_log_resource_policy"); len(all) != 1 {
			t.Errorf("%s: want one resource policy for all log groups, got %v", tpl.name, all)
		}
		r := tpl.one(t, "aws_cloudwatch_log_resource_policy", "services_log-delivery")
		r.want(t, "policy_name", "writersroom-account-log-delivery")
		r.want(t, "lifecycle.prevent_destroy", true)
		if text, _ := r.get("policy_document").(string); len(text) > 5120 {
			t.Errorf("%s: %s: policy has %d characters, CloudWatch Logs takes 5,120", tpl.name, r.Address, len(text))
		}
		policy := document(t, r, "policy_document")

		const search, delivery = "Service es.amazonaws.com", "Service delivery.logs.amazonaws.com"
		arn := func(service, account_, resource string) string {
			return "arn:" + account.Partition + ":" + service + ":" + account.Region + ":" + account_ + ":" + resource
		}
		from := func(account_, source string) map[string]string {
			return map[string]string{"aws:SourceAccount": account_, "aws:SourceArn": source}
		}
		const stranger = "999999999999"
		ours := arn("logs", account.ID, "log-group:/writersroom/dev/opensearch/audit:log-stream:s")
		domain := arn("es", account.ID, "domain/writersroom-dev-search")
		source := arn("logs", account.ID, "*")
		for name, tc := range map[string]struct {
			by, action, resource string
			context              map[string]string
			want                 bool
		}{
			"OpenSearch makes a stream":             {search, "logs:CreateLogStream", ours, from(account.ID, domain), true},
			"OpenSearch writes":                     {search, "logs:PutLogEvents", ours, from(account.ID, domain), true},
			"OpenSearch reads":                      {search, "logs:GetLogEvents", ours, from(account.ID, domain), false},
			"OpenSearch for somebody else's domain": {search, "logs:PutLogEvents", ours, from(stranger, arn("es", stranger, "domain/writersroom-dev-search")), false},
			"OpenSearch for a domain not of ours":   {search, "logs:PutLogEvents", ours, from(account.ID, arn("es", account.ID, "domain/other")), false},
			"OpenSearch for nobody":                 {search, "logs:PutLogEvents", ours, nil, false},
			"OpenSearch to another log group": {
				search, "logs:PutLogEvents", arn("logs", account.ID, "log-group:/aws/lambda/x:log-stream:s"), from(account.ID, domain), false,
			},
			"ElastiCache's logs are delivered":    {delivery, "logs:PutLogEvents", ours, from(account.ID, source), true},
			"somebody else's logs are delivered":  {delivery, "logs:PutLogEvents", ours, from(stranger, arn("logs", stranger, "*")), false},
			"delivered to another log group":      {delivery, "logs:PutLogEvents", arn("logs", account.ID, "log-group:/other:log-stream:s"), from(account.ID, source), false},
			"another service":                     {"Service ec2.amazonaws.com", "logs:PutLogEvents", ours, from(account.ID, domain), false},
			"the account itself, for whom IAM is": {"AWS arn:aws:iam::" + account.ID + ":root", "logs:PutLogEvents", ours, from(account.ID, domain), false},
		} {
			t.Run(name, func(t *testing.T) {
				c := call{by: tc.by, action: tc.action, resource: tc.resource, context: tc.context}
				if got := may(t, c, policy); got != tc.want {
					t.Errorf("%s: allowed: want %t, got %t, for %+v of\n%s", tpl.name, tc.want, got, c, compact(policy))
				}
			})
		}
	})
}

// AWS answers with more types than are named, so a plan that compared them would never be empty.
func TestBackupSettings(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		settings := tpl.one(t, "aws_backup_region_settings", "services_backup-settings")
		settings.want(t, "resource_type_opt_in_preference", map[string]bool{"Aurora": true, "DynamoDB": true, "RDS": true, "S3": true})
		settings.want(t, "resource_type_management_preference", map[string]bool{"DynamoDB": true})
		settings.want(t, "lifecycle.ignore_changes", []string{"resource_type_opt_in_preference", "resource_type_management_preference"})
	})
}
