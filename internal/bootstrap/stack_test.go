package bootstrap

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const synthesized = `{
  "resource": {
    "aws_cloudwatch_log_group": {"trail_log-group": {"name": "trail"}},
    "aws_dynamodb_table": {"state_lock-table": {}},
    "aws_kms_alias": {"state_alias": {}},
    "aws_kms_key": {"state_key": {"tags": {"Name": "the-key"}}, "trail_key": {"tags": {"Name": "another"}}},
    "aws_s3_bucket": {"state_bucket": {}}
  },
  "terraform": {"backend": {"s3": {
    "allowed_account_ids": ["333333333333"],
    "bucket": "the-bucket", "key": "account/terraform.tfstate", "region": "eu-central-1",
    "kms_key_id": "arn:aws:kms:eu-central-1:333333333333:alias/the-key", "dynamodb_table": "the-table"
  }}}
}`

// written is a folder with those files.
func written(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadStack(t *testing.T) {
	dir := written(t, map[string]string{"cdk.tf.json": synthesized, ".terraform.lock.hcl": "checksums"})
	s, err := readStack(dir, "333333333333")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ got, want string }{
		"account":         {s.Account, "333333333333"},
		"region":          {s.Backend.Region, "eu-central-1"},
		"state":           {s.Backend.address(), "s3://the-bucket/account/terraform.tfstate"},
		"lock in bucket":  {s.Backend.lockKey(), "account/terraform.tfstate.tflock"},
		"lock in table":   {s.Backend.lockID(), "the-bucket/account/terraform.tfstate"},
		"name of the key": {s.KeyName, "the-key"},
		"configuration":   {string(s.Config), synthesized},
		"provider lock":   {string(s.LockFile), "checksums"},
		"storage to make": {strings.Join(s.storage(), " "), strings.Join([]string{
			tableAddress, aliasAddress, keyAddress, bucketAddress,
		}, " ")},
		"of all addresses": {strings.Join(s.addresses, " "), strings.Join([]string{
			"aws_cloudwatch_log_group.trail_log-group", tableAddress, aliasAddress, keyAddress, "aws_kms_key.trail_key", bucketAddress,
		}, " ")},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: want %q, got %q", name, tc.want, tc.got)
		}
	}
}

func TestReadStackRefuses(t *testing.T) {
	lock := map[string]string{".terraform.lock.hcl": "checksums"}
	with := func(config string) map[string]string {
		return map[string]string{".terraform.lock.hcl": "checksums", "cdk.tf.json": config}
	}
	for name, tc := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"nothing synthesized": {lock, []string{"account 333333333333: ", "cdk.tf.json is not there; make it with: cdktf synth"}},
		"no lock file":        {map[string]string{"cdk.tf.json": synthesized}, []string{".terraform.lock.hcl"}},
		"no JSON":             {with("{"), []string{"unexpected end of JSON input", "make it anew with: cdktf synth"}},
		"another account's": {
			with(strings.Replace(synthesized, `["333333333333"]`, `["111111111111"]`, 1)),
			[]string{"allowed_account_ids must be [333333333333], got [111111111111]"},
		},
		"every fault at once": {with("{}"), []string{
			"must hold aws_kms_key.state_key, got none", "must hold aws_kms_alias.state_alias, got none",
			"must hold aws_s3_bucket.state_bucket, got none", "must hold aws_dynamodb_table.state_lock-table, got none",
			"terraform.backend.s3.bucket: must be set", "terraform.backend.s3.key: must be set",
			"terraform.backend.s3.region: must be set", "terraform.backend.s3.kms_key_id: must be set",
			"terraform.backend.s3.dynamodb_table: must be set",
			"aws_kms_key.state_key: tags.Name: must be set",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readStack(written(t, tc.files), "333333333333")
			if err == nil {
				t.Fatal("want it refused")
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("want %q in\n%v", want, err)
				}
			}
		})
	}
}

func TestStorageLeavesTheStackAsItIs(t *testing.T) {
	s := stack{addresses: []string{"aws_sns_topic.alarms", bucketAddress}}
	s.storage()
	if want := []string{"aws_sns_topic.alarms", bucketAddress}; !slices.Equal(s.addresses, want) {
		t.Errorf("want %v, got %v", want, s.addresses)
	}
}
