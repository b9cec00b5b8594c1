package test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
)

// The trail sees every call of every region, cannot be tampered with unseen, and sees what is done to manuscripts.
func TestTrail(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		trail := tpl.one(t, "aws_cloudtrail", "governance_trail")
		for path, want := range map[string]any{
			"name":                          "writersroom-account-trail",
			"enable_logging":                true,
			"is_multi_region_trail":         true, // CloudTrail.1
			"include_global_service_events": true,
			"kms_key_id":                    "${aws_kms_key.governance_key.arn}",                       // CloudTrail.2
			"enable_log_file_validation":    true,                                                      // CloudTrail.4
			"cloud_watch_logs_group_arn":    "${aws_cloudwatch_log_group.governance_trail-logs.arn}:*", // CloudTrail.5
			"cloud_watch_logs_role_arn":     "${aws_iam_role.governance_trail-logs-role.arn}",
			"s3_bucket_name":                "${aws_s3_bucket_policy.governance_audit_policy.bucket}",
			"depends_on":                    []string{"aws_iam_role_policy.governance_trail-logs-policy"},
			"advanced_event_selector":       nil,
			"insight_selector":              nil,
			"lifecycle.prevent_destroy":     true,
		} {
			trail.want(t, path, want)
		}
		var manuscripts []string
		for _, env := range account.Environments {
			for _, bucket := range stack(t, env.Name).all("aws_s3_bucket") {
				if bucket.get("tags."+storage.ManuscriptsTag) == storage.Original {
					manuscripts = append(manuscripts, "arn:aws:s3:::"+bucket.get("bucket").(string)+"/")
				}
			}
		}
		if len(manuscripts) != len(account.Environments) {
			t.Fatalf("%s: want a bucket of manuscripts in each of %d environments, got %q", tpl.name, len(account.Environments), manuscripts)
		}
		trail.want(t, "event_selector", []any{map[string]any{
			"include_management_events": true,
			"read_write_type":           "All",
			"data_resource":             []any{map[string]any{"type": "AWS::S3::Object", "values": manuscripts}},
		}})
	})
}

// Everything that governance keeps is behind one key, which nobody uses but through the service that keeps it.
func TestAuditKey(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		key := tpl.one(t, "aws_kms_key", "governance_key")
		for path, want := range map[string]any{
			"enable_key_rotation":                true,
			"rotation_period_in_days":            365,
			"deletion_window_in_days":            30,
			"bypass_policy_lockout_safety_check": false,
			"lifecycle.prevent_destroy":          true,
		} {
			key.want(t, path, want)
		}
		alias := tpl.one(t, "aws_kms_alias", "governance_key-alias")
		alias.want(t, "name", "alias/writersroom-account-audit")
		alias.want(t, "target_key_id", "${aws_kms_key.governance_key.key_id}")

		policy := document(t, key, "policy")
		us, them := "AWS arn:aws:iam::"+account.ID+":root", "AWS arn:aws:iam::999999999999:root"
		const trail, config, events = "Service cloudtrail.amazonaws.com", "Service config.amazonaws.com", "Service events.amazonaws.com"
		logs := "Service logs." + account.Region + ".amazonaws.com"
		arn := func(service, resource string) string {
			return "arn:aws:" + service + ":" + account.Region + ":" + account.ID + ":" + resource
		}
		reading := map[string]string{"kms:ViaService": "s3." + account.Region + ".amazonaws.com", "kms:CallerAccount": account.ID}
		delivering := map[string]string{
			"aws:SourceArn": arn("cloudtrail", "trail/writersroom-account-trail"),
			"kms:EncryptionContext:aws:cloudtrail:arn": arn("cloudtrail", "trail/writersroom-account-trail"),
		}
		const group, topic = "kms:EncryptionContext:aws:logs:arn", "kms:EncryptionContext:aws:sns:topicArn"
		for name, tc := range map[string]struct {
			by, action string
			context    map[string]string
			want       bool
		}{
			"mend the policy":                            {us, "kms:PutKeyPolicy", nil, true},
			"mend the policy from another account":       {them, "kms:PutKeyPolicy", nil, false},
			"read the bucket":                            {us, "kms:Decrypt", reading, true},
			"read it from another account":               {them, "kms:Decrypt", reading, false},
			"read it as a guest of ours":                 {us, "kms:Decrypt", with(reading, "kms:CallerAccount", "999999999999"), false},
			"read with the key itself":                   {us, "kms:Decrypt", with(reading, "kms:ViaService", ""), false},
			"read through another service":               {us, "kms:Decrypt", with(reading, "kms:ViaService", "lambda."+account.Region+".amazonaws.com"), false},
			"write to the bucket":                        {us, "kms:GenerateDataKey", reading, false},
			"pass the key on":                            {us, "kms:CreateGrant", with(reading, "kms:GrantIsForAWSResource", "true"), false},
			"the trail":                                  {trail, "kms:GenerateDataKey", delivering, true},
			"the trail of another region":                {trail, "kms:GenerateDataKey", with(delivering, "kms:EncryptionContext:aws:cloudtrail:arn", "arn:aws:cloudtrail:xx-west-9:"+account.ID+":trail/writersroom-account-trail"), true},
			"a trail for nobody":                         {trail, "kms:GenerateDataKey", with(delivering, "aws:SourceArn", ""), false},
			"another trail":                              {trail, "kms:GenerateDataKey", with(delivering, "aws:SourceArn", arn("cloudtrail", "trail/another")), false},
			"Config":                                     {config, "kms:GenerateDataKey", map[string]string{"aws:SourceAccount": account.ID}, true},
			"Config for nobody":                          {config, "kms:GenerateDataKey", nil, false},
			"the trail's log group":                      {logs, "kms:Encrypt", map[string]string{group: arn("logs", "log-group:/writersroom/account/trail")}, true},
			"where RDS reports to":                       {logs, "kms:Encrypt", map[string]string{group: arn("logs", "log-group:RDSOSMetrics")}, true},
			"an environment's log group":                 {logs, "kms:Encrypt", map[string]string{group: arn("logs", "log-group:/writersroom/dev/flow-log")}, false},
			"another region's CloudWatch Logs":           {"Service logs.xx-west-9.amazonaws.com", "kms:Encrypt", map[string]string{group: arn("logs", "log-group:/writersroom/account/trail")}, false},
			"findings, of which nobody says whose":       {events, "kms:GenerateDataKey", map[string]string{topic: arn("sns", "writersroom-account-alerts")}, true},
			"what EventBridge sends to another topic":    {events, "kms:GenerateDataKey", map[string]string{topic: arn("sns", "another")}, false},
			"what EventBridge does beside publishing":    {events, "kms:Decrypt", nil, false},
			"a service that has no business with it":     {"Service ec2.amazonaws.com", "kms:Decrypt", map[string]string{"aws:SourceAccount": account.ID}, false},
			"anybody who says that S3 sent them":         {"AWS *", "kms:Decrypt", reading, false},
			"the trail of another account tries the key": {trail, "kms:Decrypt", map[string]string{"aws:SourceArn": "arn:aws:cloudtrail:" + account.Region + ":999999999999:trail/writersroom-account-trail"}, false},
		} {
			t.Run(name, func(t *testing.T) {
				c := call{by: tc.by, action: tc.action, resource: "*", context: tc.context}
				if got := may(t, c, policy); got != tc.want {
					t.Errorf("%s: allowed: want %t, got %t, for %+v of\n%s", tpl.name, tc.want, got, c, compact(policy))
				}
			})
		}
	})
}

func TestAuditBuckets(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		for name, want := range map[string]struct {
			key        any // nil for S3's own
			days       int
			transition any
		}{
			"audit":       {"${aws_kms_key.governance_key.arn}", 2557, []any{map[string]any{"days": 90, "storage_class": "GLACIER_IR"}}},
			"access-logs": {nil, 365, nil},
		} {
			part := func(kind, id string) resource {
				r := tpl.one(t, kind, "governance_"+name+"_"+id)
				r.want(t, "lifecycle.prevent_destroy", true)
				return r
			}
			bucket := part("aws_s3_bucket", "bucket")
			bucket.want(t, "bucket", "writersroom-account-"+name+"-"+account.ID)
			bucket.want(t, "force_destroy", nil)
			bucket.want(t, "object_lock_enabled", nil) // Config would not deliver
			block := part("aws_s3_bucket_public_access_block", "public-access")
			for _, way := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
				block.want(t, way, true) // CloudTrail.6
			}
			part("aws_s3_bucket_ownership_controls", "ownership").want(t, "rule.object_ownership", "BucketOwnerEnforced")
			part("aws_s3_bucket_versioning", "versioning").want(t, "versioning_configuration.status", "Enabled")
			algorithm, bucketKey := "AES256", any(nil)
			if want.key != nil {
				algorithm, bucketKey = "aws:kms", true
			}
			encryption := part("aws_s3_bucket_server_side_encryption_configuration", "encryption")
			encryption.want(t, "rule.0.apply_server_side_encryption_by_default.sse_algorithm", algorithm)
			encryption.want(t, "rule.0.apply_server_side_encryption_by_default.kms_master_key_id", want.key)
			encryption.want(t, "rule.0.bucket_key_enabled", bucketKey)
			expire := part("aws_s3_bucket_lifecycle_configuration", "lifecycle")
			expire.want(t, "rule.0.status", "Enabled")
			expire.want(t, "rule.0.expiration", []any{map[string]any{"days": want.days}})
			expire.want(t, "rule.0.transition", want.transition)
			expire.want(t, "rule.0.noncurrent_version_expiration", []any{map[string]any{"noncurrent_days": 30}})
			expire.want(t, "rule.0.abort_incomplete_multipart_upload.0.days_after_initiation", 7)
			expire.want(t, "rule.1", nil)
		}
		for name, bucket := range map[string]string{ // CloudTrail.7
			"audit": "${aws_s3_bucket_policy.governance_audit_policy.bucket}",
			"state": "${aws_s3_bucket_policy.state_policy.bucket}",
		} {
			logging := tpl.one(t, "aws_s3_bucket_logging", "governance_"+name+"-logging")
			logging.want(t, "bucket", bucket)
			logging.want(t, "target_bucket", "${aws_s3_bucket_policy.governance_access-logs_policy.bucket}")
			logging.want(t, "target_prefix", "s3/")
			logging.want(t, "target_object_key_format.partitioned_prefix.partition_date_source", "EventTime")
		}
	})
}

// Nobody takes the past out of the two buckets or puts another into them, whatever IAM says, and of AWS's services each writes its own.
func TestAuditBucketPolicies(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		policies, arns := map[string]policyDocument{}, map[string]string{}
		for _, name := range []string{"access-logs", "audit"} {
			policies[name] = document(t, tpl.one(t, "aws_s3_bucket_policy", "governance_"+name+"_policy"), "policy")
			arns[name] = "arn:aws:s3:::writersroom-account-" + name + "-" + account.ID
		}
		check := func(t *testing.T, c call, key string, ofIAM bool, allowed []string) {
			t.Helper()
			for name, policy := range policies {
				if c.resource = arns[name] + key; ofIAM {
					policy = withEverything(policy)
				}
				if got, want := may(t, c, policy), slices.Contains(allowed, name); got != want {
					t.Errorf("%s: %s: allowed: want %t, got %t, for %+v of\n%s", tpl.name, name, want, got, c, compact(policy))
				}
			}
		}
		administrator := map[string]string{"aws:SecureTransport": "true", "s3:TlsVersion": "1.3", "aws:PrincipalIsAWSService": "false"}
		both := []string{"access-logs", "audit"}
		for name, tc := range map[string]struct {
			action, key string // the key of an object; empty for the bucket itself
			context     map[string]string
			allowed     []string
		}{
			"read":                         {"s3:GetObject", "/a", administrator, both},
			"read in the clear":            {"s3:GetObject", "/a", with(administrator, "aws:SecureTransport", "false"), nil},
			"read over TLS 1.1":            {"s3:GetObject", "/a", with(administrator, "s3:TlsVersion", "1.1"), nil},
			"list":                         {"s3:ListBucket", "", administrator, both},
			"set it up":                    {"s3:PutLifecycleConfiguration", "", administrator, both},
			"write":                        {"s3:PutObject", "/a", administrator, nil},
			"write, and nobody says who":   {"s3:PutObject", "/a", with(administrator, "aws:PrincipalIsAWSService", ""), nil},
			"hide":                         {"s3:DeleteObject", "/a", administrator, nil},
			"lose":                         {"s3:DeleteObjectVersion", "/a", administrator, nil},
			"lose it as a service would":   {"s3:DeleteObjectVersion", "/a", with(administrator, "aws:PrincipalIsAWSService", "true"), nil},
			"lose the bucket":              {"s3:DeleteBucket", "", administrator, nil},
			"put another account's there":  {"s3:ReplicateObject", "/a", administrator, nil},
			"take the policy away at last": {"s3:DeleteBucketPolicy", "", administrator, both},
		} {
			t.Run(name, func(t *testing.T) {
				check(t, call{by: "AWS *", action: tc.action, context: tc.context}, tc.key, true, tc.allowed)
			})
		}

		const trail, config, logging = "Service cloudtrail.amazonaws.com", "Service config.amazonaws.com", "Service logging.s3.amazonaws.com"
		service := with(administrator, "aws:PrincipalIsAWSService", "true", "aws:SourceAccount", account.ID)
		ofTrail := with(service, "aws:SourceArn", "arn:aws:cloudtrail:"+account.Region+":"+account.ID+":trail/writersroom-account-trail")
		ofBucket := with(service, "aws:SourceArn", arns["audit"])
		ours := "/AWSLogs/" + account.ID
		for name, tc := range map[string]struct {
			by, action, key string
			context         map[string]string
			allowed         []string
		}{
			"the trail is delivered":           {trail, "s3:PutObject", ours + "/CloudTrail/a", ofTrail, []string{"audit"}},
			"its digests are":                  {trail, "s3:PutObject", ours + "/CloudTrail-Digest/a", ofTrail, []string{"audit"}},
			"the bucket is looked at":          {trail, "s3:GetBucketAcl", "", ofTrail, []string{"audit"}},
			"another account's trail":          {trail, "s3:PutObject", ours + "/CloudTrail/a", with(ofTrail, "aws:SourceArn", "arn:aws:cloudtrail:"+account.Region+":999999999999:trail/writersroom-account-trail"), nil},
			"the trail somewhere else":         {trail, "s3:PutObject", "/a", ofTrail, nil},
			"the trail is read":                {trail, "s3:GetObject", ours + "/CloudTrail/a", ofTrail, nil},
			"Config delivers":                  {config, "s3:PutObject", ours + "/Config/a", service, []string{"audit"}},
			"Config looks at the bucket":       {config, "s3:ListBucket", "", service, []string{"audit"}},
			"Config for another account":       {config, "s3:PutObject", ours + "/Config/a", with(service, "aws:SourceAccount", "999999999999"), nil},
			"Config writes a trail":            {config, "s3:PutObject", ours + "/CloudTrail/a", service, nil},
			"requests are logged":              {logging, "s3:PutObject", "/s3/a", ofBucket, []string{"access-logs"}},
			"requests for the state are":       {logging, "s3:PutObject", "/s3/a", with(service, "aws:SourceArn", "arn:aws:s3:::writersroom-account-state-"+account.ID), []string{"access-logs"}},
			"requests for a stranger's bucket": {logging, "s3:PutObject", "/s3/a", with(service, "aws:SourceArn", "arn:aws:s3:::another"), nil},
			"logs are delivered in the clear":  {logging, "s3:PutObject", "/s3/a", with(ofBucket, "aws:SecureTransport", "false"), nil},
			"a role of ours, without IAM":      {"AWS arn:aws:iam::" + account.ID + ":role/r", "s3:GetObject", ours + "/CloudTrail/a", administrator, nil},
			"anybody":                          {"AWS *", "s3:GetObject", ours + "/CloudTrail/a", administrator, nil},
		} {
			t.Run(name, func(t *testing.T) {
				check(t, call{by: tc.by, action: tc.action, context: tc.context}, tc.key, false, tc.allowed)
			})
		}
	})
}

func TestAccountAlerts(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		topic := tpl.one(t, "aws_sns_topic", "governance_alerts")
		topic.want(t, "name", "writersroom-account-alerts")
		topic.want(t, "kms_master_key_id", "${aws_kms_key.governance_key.arn}")
		var told []string
		for _, r := range tpl.all("aws_sns_topic_subscription") {
			r.want(t, "topic_arn", "${aws_sns_topic.governance_alerts.arn}")
			r.want(t, "protocol", "email")
			told = append(told, r.get("endpoint").(string))
		}
		if slices.Sort(told); !slices.Equal(told, account.AlertEmails()) {
			t.Errorf("%s: want %q told, got %q", tpl.name, account.AlertEmails(), told)
		}

		policy := document(t, tpl.one(t, "aws_sns_topic_policy", "governance_alerts-policy"), "policy")
		const alarms, events = "Service cloudwatch.amazonaws.com", "Service events.amazonaws.com"
		arn := "arn:aws:sns:" + account.Region + ":" + account.ID + ":writersroom-account-alerts"
		ours := map[string]string{"aws:SourceAccount": account.ID, "aws:SecureTransport": "true"}
		for name, tc := range map[string]struct {
			by, action string
			context    map[string]string
			want       bool
		}{
			"an alarm":                            {alarms, "sns:Publish", ours, true},
			"another account's alarm":             {alarms, "sns:Publish", with(ours, "aws:SourceAccount", "999999999999"), false},
			"an alarm of nobody":                  {alarms, "sns:Publish", with(ours, "aws:SourceAccount", ""), false},
			"an alarm in the clear":               {alarms, "sns:Publish", with(ours, "aws:SecureTransport", "false"), false},
			"a finding":                           {events, "sns:Publish", with(ours, "aws:SourceAccount", ""), true},
			"a finding in the clear":              {events, "sns:Publish", with(ours, "aws:SecureTransport", "false"), false},
			"EventBridge subscribes":              {events, "sns:Subscribe", ours, false},
			"another service":                     {"Service ec2.amazonaws.com", "sns:Publish", ours, false},
			"the account itself, for whom IAM is": {"AWS arn:aws:iam::" + account.ID + ":root", "sns:Publish", ours, false},
		} {
			t.Run(name, func(t *testing.T) {
				c := call{by: tc.by, action: tc.action, resource: arn, context: tc.context}
				if got := may(t, c, policy); got != tc.want {
					t.Errorf("%s: allowed: want %t, got %t, for %+v of\n%s", tpl.name, tc.want, got, c, compact(policy))
				}
			})
		}
	})
}

// demanded are the metric filters that Security Hub looks for, by its control.
func demanded(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "security_hub", "metric_filters.txt"))
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if control, pattern, found := strings.Cut(line, " "); found && control != "#" {
			patterns[control] = pattern
		}
	}
	return patterns
}

// Of each event that Security Hub wants people told of, they are: filter, metric, alarm and topic are one chain, and the topic and its
// key let the alarm through.
func TestTrailAlarms(t *testing.T) {
	patterns := demanded(t)
	if len(patterns) != 14 {
		t.Fatalf("want CloudWatch.1 to CloudWatch.14 demanded, got %d controls", len(patterns))
	}
	patterns["CIS 4.15"] = "" // which Security Hub does not look for
	guide := runbook(t, "alarms.md")
	describes := regexp.MustCompile(`^[A-Z].* \[(.+)\]\. What to do: docs/runbooks/alarms\.md#([a-z-]+)$`)
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		filters := map[string]resource{} // by metric
		for _, r := range tpl.all("aws_cloudwatch_log_metric_filter") {
			r.want(t, "log_group_name", "${aws_cloudwatch_log_group.governance_trail-logs.name}")
			r.want(t, "metric_transformation.namespace", "WritersRoom/Account")
			r.want(t, "metric_transformation.value", "1")
			if pattern, _ := r.get("pattern").(string); len(pattern) > 1024 {
				t.Errorf("%s: %s: the pattern has %d characters, CloudWatch Logs takes 1,024", tpl.name, r.Address, len(pattern))
			}
			filters["${"+r.Address+".metric_transformation[0].name}"] = r
		}
		told := map[string]bool{}
		for _, r := range tpl.all("aws_cloudwatch_metric_alarm") {
			if !strings.HasPrefix(r.Address, "aws_cloudwatch_metric_alarm.governance_") {
				continue
			}
			description, _ := r.get("alarm_description").(string)
			parts := describes.FindStringSubmatch(description)
			if parts == nil || !guide[parts[2]] {
				t.Errorf("%s: %s: want what has happened, a control and a section of docs/runbooks/alarms.md, got %q", tpl.name, r.Address, description)
				continue
			}
			for path, want := range map[string]any{
				"alarm_actions":       []string{"${aws_sns_topic_policy.governance_alerts-policy.arn}"},
				"namespace":           "WritersRoom/Account",
				"statistic":           "Sum",
				"comparison_operator": "GreaterThanOrEqualToThreshold",
				"threshold":           1,
				"evaluation_periods":  1,
				"treat_missing_data":  "notBreaching",
				"actions_enabled":     nil,
			} {
				r.want(t, path, want)
			}
			metric, _ := r.get("metric_name").(string)
			filter, there := filters[metric]
			if !there {
				t.Errorf("%s: %s: no filter makes the metric %q", tpl.name, r.Address, metric)
				continue
			}
			control := parts[1]
			want, known := patterns[control]
			if !known || told[control] {
				t.Errorf("%s: %s: want each of the controls once, got %q", tpl.name, r.Address, control)
			}
			if told[control] = true; want != "" {
				filter.want(t, "pattern", want)
			}
		}
		if len(told) != len(patterns) || len(filters) != len(patterns) {
			t.Errorf("%s: want a filter and an alarm for each of %d controls, got %d filters and alarms for %d", tpl.name, len(patterns), len(filters), len(told))
		}

		topic := document(t, tpl.one(t, "aws_sns_topic_policy", "governance_alerts-policy"), "policy")
		key := document(t, tpl.one(t, "aws_kms_key", "governance_key"), "policy")
		alarm := call{by: "Service cloudwatch.amazonaws.com", context: map[string]string{"aws:SourceAccount": account.ID, "aws:SecureTransport": "true"}}
		alarm.resource = "arn:aws:sns:" + account.Region + ":" + account.ID + ":writersroom-account-alerts"
		for action, policy := range map[string]policyDocument{"sns:Publish": topic, "kms:Decrypt": key, "kms:GenerateDataKey": key} {
			if alarm.action = action; !may(t, alarm, policy) {
				t.Errorf("%s: the alarms do not get through: %s is denied by\n%s", tpl.name, action, compact(policy))
			}
		}
	})
}

// The account's log groups are ours to make, with a key that CloudWatch Logs may use for each.
func TestAccountLogGroups(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		names := map[string]bool{}
		key := document(t, tpl.one(t, "aws_kms_key", "governance_key"), "policy")
		for _, r := range tpl.all("aws_cloudwatch_log_group") {
			r.want(t, "retention_in_days", account.LogRetentionDays())
			r.want(t, "kms_key_id", "${aws_kms_key.governance_key.arn}")
			r.want(t, "lifecycle.prevent_destroy", true)
			name, _ := r.get("name").(string)
			names[name] = true
			c := call{by: "Service logs." + account.Region + ".amazonaws.com", action: "kms:GenerateDataKey", resource: "*"}
			c.context = map[string]string{
				"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:" + account.Region + ":" + account.ID + ":log-group:" + name,
			}
			if !may(t, c, key) {
				t.Errorf("%s: %s: CloudWatch Logs may not use its key for it: %s", tpl.name, r.Address, compact(key))
			}
		}
		for _, want := range []string{"/writersroom/account/trail", "RDSOSMetrics"} {
			if !names[want] {
				t.Errorf("%s: want a log group %s, got %v", tpl.name, want, names)
			}
		}
	})
}
