package test

import (
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/stacks"
)

// eachAccount runs a test on every account's stack.
func eachAccount(t *testing.T, test func(t *testing.T, account envs.Account, tpl template)) {
	t.Helper()
	for _, account := range envs.Accounts(environments(t)) {
		t.Run(account.ID, func(t *testing.T) { test(t, account, stack(t, account.Stack())) })
	}
}

// eachDeployment runs a test on every deployment of every account, with an environment of it and the account's stack. Previews are
// represented by pr-12.
func eachDeployment(t *testing.T, test func(t *testing.T, d envs.Deployment, env envs.Environment, tpl template)) {
	t.Helper()
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		for _, d := range account.Deployments() {
			env := d.Environment
			env.Name = strings.Replace(d.Pattern, "*", "12", 1)
			t.Run(d.Name, func(t *testing.T) { test(t, d, env, tpl) })
		}
	})
}

// boundaryOf is the permissions boundary of an environment's roles: a policy of its account's stack or, in a stack of one test, of that.
func boundaryOf(t testing.TB, tpl template) resource {
	t.Helper()
	for _, role := range tpl.all("aws_iam_role") {
		if boundary, ok := boundaryNamed(tpl, role); ok {
			return boundary
		}
		t.Fatalf("%s: %s: no stack has its boundary\n%s", tpl.name, role.Address, role)
	}
	t.Fatalf("%s has no role", tpl.name)
	return resource{}
}

// boundaryNamed is the policy that a role names as its permissions boundary.
func boundaryNamed(tpl template, role resource) (resource, bool) {
	arn, _ := role.get("permissions_boundary").(string)
	for _, where := range []template{tpl, synthesized["account-"+accountOf(arn)]} {
		for _, policy := range where.all("aws_iam_policy") {
			name, _ := policy.get("name").(string)
			if arn == "${"+policy.Address+".arn}" || strings.HasSuffix(arn, ":policy/"+name) {
				return policy, true
			}
		}
	}
	return resource{}, false
}

// accountOf is the account that an ARN is of.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// The bucket keeps every version of every state, encrypted, for the account alone.
func TestStateBucket(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		bucket := tpl.one(t, "aws_s3_bucket", "state_bucket")
		bucket.want(t, "bucket", stacks.StateOf(account).Bucket)
		bucket.want(t, "force_destroy", nil)

		ofBucket := "${aws_s3_bucket.state_bucket.id}"
		for _, of := range []struct {
			kind, name string
			want       map[string]any
		}{
			{"aws_s3_bucket_versioning", "state_versioning", map[string]any{
				"versioning_configuration.status": "Enabled",
			}},
			{"aws_s3_bucket_server_side_encryption_configuration", "state_encryption", map[string]any{
				"rule.0.apply_server_side_encryption_by_default.sse_algorithm":     "aws:kms",
				"rule.0.apply_server_side_encryption_by_default.kms_master_key_id": "${aws_kms_alias.state_alias.target_key_arn}",
				"rule.0.bucket_key_enabled":                                        true,
			}},
			{"aws_s3_bucket_public_access_block", "state_public-access", map[string]any{
				"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true,
			}},
			{"aws_s3_bucket_ownership_controls", "state_ownership", map[string]any{
				"rule.object_ownership": "BucketOwnerEnforced",
			}},
			{"aws_s3_bucket_lifecycle_configuration", "state_lifecycle", map[string]any{
				"rule.0.status": "Enabled",
				"rule.0.noncurrent_version_expiration.0.noncurrent_days":           365,
				"rule.0.noncurrent_version_expiration.0.newer_noncurrent_versions": 50,
				"rule.0.abort_incomplete_multipart_upload.0.days_after_initiation": 7,
				"rule.0.expiration": nil, // a current state never expires
				"rule.1":            nil,
			}},
			{"aws_s3_bucket_policy", "state_policy", nil},
		} {
			r := tpl.one(t, of.kind, of.name)
			r.want(t, "bucket", ofBucket)
			for path, want := range of.want {
				r.want(t, path, want)
			}
		}
	})
}

func TestStateLockTable(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		table := tpl.one(t, "aws_dynamodb_table", "state_lock-table")
		for path, want := range map[string]any{
			"name":                               stacks.StateOf(account).LockTable,
			"billing_mode":                       "PAY_PER_REQUEST",
			"hash_key":                           "LockID",
			"attribute":                          []map[string]string{{"name": "LockID", "type": "S"}},
			"point_in_time_recovery.enabled":     true,
			"deletion_protection_enabled":        true,
			"server_side_encryption.enabled":     true,
			"server_side_encryption.kms_key_arn": "${aws_kms_alias.state_alias.target_key_arn}",
		} {
			table.want(t, path, want)
		}
	})
}

func TestStateKey(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		key := tpl.one(t, "aws_kms_key", "state_key")
		for path, want := range map[string]any{
			"enable_key_rotation":                true,
			"deletion_window_in_days":            30,
			"bypass_policy_lockout_safety_check": false,
			"tags.Name":                          "writersroom-account-state",
		} {
			key.want(t, path, want)
		}
		alias := tpl.one(t, "aws_kms_alias", "state_alias")
		alias.want(t, "name", stacks.StateOf(account).KeyAlias)
		alias.want(t, "target_key_id", "${aws_kms_key.state_key.key_id}")
	})
}

// Terraform itself refuses to destroy or replace any part of where its state is.
func TestStateIsRetained(t *testing.T) {
	eachAccount(t, func(t *testing.T, _ envs.Account, tpl template) {
		for _, r := range tpl.all("") {
			if strings.Contains(r.Address, ".state_") {
				r.want(t, "lifecycle.prevent_destroy", true)
			}
		}
	})
}

// The key's administrators decrypt nothing, its users do so through S3 and DynamoDB alone, and nobody can be locked out.
func TestWhoMayUseTheStateKey(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		policy := document(t, tpl.one(t, "aws_kms_key", "state_key"), "policy")
		us := "AWS arn:" + account.Partition + ":iam::" + account.ID + ":root"
		them := "AWS arn:" + account.Partition + ":iam::999999999999:root"
		via := func(service string) map[string]string {
			return map[string]string{"kms:ViaService": service + "." + account.Region + ".amazonaws.com"}
		}
		elsewhere := map[string]string{"kms:ViaService": "s3.xx-west-9.amazonaws.com"}
		grant := via("dynamodb")
		grant["kms:GrantIsForAWSResource"] = "true"
		for name, tc := range map[string]struct {
			by, action string
			context    map[string]string
			want       bool
		}{
			"mend the policy":                       {us, "kms:PutKeyPolicy", nil, true},
			"delete the key":                        {us, "kms:ScheduleKeyDeletion", nil, true},
			"read a state":                          {us, "kms:Decrypt", via("s3"), true},
			"write a state":                         {us, "kms:GenerateDataKey", via("s3"), true},
			"read a lock":                           {us, "kms:Decrypt", via("dynamodb"), true},
			"decrypt with the key itself":           {us, "kms:Decrypt", nil, false},
			"decrypt through another service":       {us, "kms:Decrypt", via("lambda"), false},
			"decrypt through another region's S3":   {us, "kms:Decrypt", elsewhere, false},
			"let DynamoDB work with the table":      {us, "kms:CreateGrant", grant, true},
			"pass the key on":                       {us, "kms:CreateGrant", nil, false},
			"pass the key on through the table":     {us, "kms:CreateGrant", via("dynamodb"), false},
			"read a state from another account":     {them, "kms:Decrypt", via("s3"), false},
			"mend the policy from another account":  {them, "kms:PutKeyPolicy", nil, false},
			"read a state as anybody":               {"AWS *", "kms:Decrypt", via("s3"), false},
			"change what only the key's owner may":  {us, "kms:ReplicateKey", nil, false},
			"use the key as a service of AWS would": {"Service s3.amazonaws.com", "kms:Decrypt", via("s3"), false},
		} {
			t.Run(name, func(t *testing.T) {
				if got := may(t, call{by: tc.by, action: tc.action, resource: "*", context: tc.context}, policy); got != tc.want {
					t.Errorf("%s by %s with %v: want %v, got %v of\n%s", tc.action, tc.by, tc.context, tc.want, got, compact(policy))
				}
			})
		}
	})
}

// Whatever IAM lets a caller do, the bucket takes no state that it would not keep safe, and loses none.
func TestWhatTheStateBucketRefuses(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		policy := document(t, tpl.one(t, "aws_s3_bucket_policy", "state_policy"), "policy")
		for _, s := range policy.Statement {
			if s.Effect != "Deny" {
				t.Errorf("%s: the bucket's policy grants by itself: %s", tpl.name, compact(s))
			}
		}
		bucket := "arn:aws:s3:::" + stacks.StateOf(account).Bucket
		state := bucket + "/dev/terraform.tfstate"
		encrypted := func(algorithm, key string) map[string]string {
			context := map[string]string{"aws:SecureTransport": "true", "s3:x-amz-server-side-encryption": algorithm}
			if key != "" {
				context["s3:x-amz-server-side-encryption-aws-kms-key-id"] = key
			}
			return context
		}
		tls, noTLS := map[string]string{"aws:SecureTransport": "true"}, map[string]string{"aws:SecureTransport": "false"}
		callersKey := map[string]string{"aws:SecureTransport": "true", "s3:x-amz-server-side-encryption-customer-algorithm": "AES256"}
		alias, key := stacks.StateOf(account).KeyARN, applied(tpl.name, "${aws_kms_alias.state_alias.target_key_arn}")
		another := strings.Replace(alias, account.ID, "999999999999", 1)
		for name, tc := range map[string]struct {
			action, resource string
			context          map[string]string
			want             bool
		}{
			"read a state":                          {"s3:GetObject", state, tls, true},
			"read a state without TLS":              {"s3:GetObject", state, noTLS, false},
			"list states without TLS":               {"s3:ListBucket", bucket, noTLS, false},
			"write as Terraform's backend does":     {"s3:PutObject", state, encrypted("aws:kms", alias), true},
			"write with the key's own ARN":          {"s3:PutObject", state, encrypted("aws:kms", key), true},
			"write what the bucket encrypts":        {"s3:PutObject", state, tls, true},
			"write with S3's own key":               {"s3:PutObject", state, encrypted("AES256", ""), false},
			"write with the account's default key":  {"s3:PutObject", state, encrypted("aws:kms", ""), false},
			"write with another key":                {"s3:PutObject", state, encrypted("aws:kms", another), false},
			"write with a key that S3 forgets":      {"s3:PutObject", state, callersKey, false},
			"release a lock":                        {"s3:DeleteObject", state + ".tflock", tls, true},
			"read an earlier version":               {"s3:GetObjectVersion", state, tls, true},
			"lose an earlier version":               {"s3:DeleteObjectVersion", state, tls, false},
			"lose the bucket":                       {"s3:DeleteBucket", bucket, tls, false},
			"take the policy away to retire it all": {"s3:DeleteBucketPolicy", bucket, tls, true},
		} {
			t.Run(name, func(t *testing.T) {
				everything := policyStatement{Effect: "Allow", Action: []string{"s3:*"}, Resource: []string{"*"}}
				allowed := policyDocument{Statement: append([]policyStatement{everything}, policy.Statement...)}
				if got := may(t, call{by: "AWS *", action: tc.action, resource: tc.resource, context: tc.context}, allowed); got != tc.want {
					t.Errorf("%s with %v: want %v, got %v of\n%s", tc.action, tc.context, tc.want, got, compact(policy))
				}
			})
		}
	})
}
