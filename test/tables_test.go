package test

import (
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
)

func TestTables(t *testing.T) {
	keys := map[string]map[string]any{
		"documents":     {"hash_key": "pk", "range_key": "sk", "ttl": nil, "stream_enabled": true, "tags.Manuscripts": "original"},
		"export-jobs":   {"hash_key": "id", "range_key": nil, "ttl.attribute_name": "expiresAt", "stream_enabled": nil, "tags.Manuscripts": "none"},
		"collaboration": {"hash_key": "documentId", "range_key": "connectionId", "ttl.attribute_name": "expiresAt", "tags.Manuscripts": "none"},
	}
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for id, own := range keys {
			table := tpl.one(t, "aws_dynamodb_table", "storage_"+id)
			for path, want := range own {
				table.want(t, path, want)
			}
			if own["ttl.attribute_name"] != nil {
				table.want(t, "ttl.enabled", true)
			}
			for path, want := range map[string]any{
				"name":                           "writersroom-" + env.Name + "-" + id,
				"billing_mode":                   "PAY_PER_REQUEST",
				"table_class":                    "STANDARD",
				"point_in_time_recovery.enabled": true,
				"point_in_time_recovery.recovery_period_in_days": map[string]int{"dev": 7, "staging": 7, "prod": 35}[env.Name],
				"server_side_encryption.enabled":                 true,
				"server_side_encryption.kms_key_arn":             "${aws_kms_key.identity_data-key.arn}",
				"deletion_protection_enabled":                    env.Name == "prod",
				"lifecycle.prevent_destroy":                      map[string]any{"prod": true}[env.Name],
			} {
				table.want(t, path, want)
			}
		}
	})
}

// An index that is asked for by its name is there, with the keys that it is asked by.
func TestTableIndexes(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		for id, want := range map[string]map[string][3]string{
			"documents": {
				storage.ByAuthor:  {"authorId", "updatedAt", "KEYS_ONLY"},
				storage.ByProject: {"projectId", "updatedAt", "KEYS_ONLY"},
			},
			"export-jobs":   {storage.ByAuthor: {"authorId", "createdAt", "ALL"}},
			"collaboration": {storage.ByConnection: {"connectionId", "documentId", "KEYS_ONLY"}},
		} {
			table := tpl.one(t, "aws_dynamodb_table", "storage_"+id)
			got := map[string][3]string{}
			indexes, _ := table.get("global_secondary_index").([]any)
			for _, i := range indexes {
				got[dig(i, "name").(string)] = [3]string{dig(i, "hash_key").(string), dig(i, "range_key").(string), dig(i, "projection_type").(string)}
			}
			if compact(got) != compact(want) {
				t.Errorf("%s: %s: want %s, got %s\n%s", tpl.name, table.Address, compact(want), compact(got), table)
			}
		}
	})
}

// Whatever an application's role is granted, the documents' table stays, and so does what it is restored from.
func TestDocumentsAreOutOfApplicationsReach(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		policy := tpl.one(t, "aws_dynamodb_resource_policy", "storage_documents-policy")
		policy.want(t, "resource_arn", "${aws_dynamodb_table.storage_documents.arn}")
		table := "arn:aws:dynamodb:" + env.Region + ":" + env.Account + ":table/writersroom-" + env.Name + "-documents"
		denies := document(t, policy, "policy")
		everything := withEverything(denies)
		everything.Statement[len(everything.Statement)-1].Principal = map[string][]string{"AWS": {"*"}}
		role := func(name string) map[string]string {
			return map[string]string{"aws:PrincipalArn": "arn:aws:iam::" + env.Account + ":role/" + name}
		}
		applications := []string{"api", "realtime", "authenticated", "model-endpoint"}
		for _, action := range strings.Fields("DeleteTable UpdateTable UpdateContinuousBackups UpdateTimeToLive " +
			"TagResource UntagResource PutResourcePolicy DeleteResourcePolicy") {
			c := call{by: "AWS *", action: "dynamodb:" + action, resource: table}
			for _, application := range applications {
				c.context = role("writersroom-" + env.Name + "-" + application)
				if may(t, c, everything) {
					t.Errorf("%s: %s lets %s %s\n%s", tpl.name, policy.Address, application, action, policy)
				}
			}
			for _, other := range []string{"writersroom-account-deploy", "writersroom-other-api", "deployer"} {
				c.context = role(other)
				if !may(t, c, everything) {
					t.Errorf("%s: %s keeps %s from %s\n%s", tpl.name, policy.Address, other, action, policy)
				}
			}
		}
		for _, action := range strings.Fields("GetItem PutItem UpdateItem DeleteItem Query StartAwsBackupJob") {
			c := call{by: "AWS *", action: "dynamodb:" + action, resource: table, context: role("writersroom-" + env.Name + "-api")}
			if !may(t, c, everything) {
				t.Errorf("%s: %s keeps applications from %s\n%s", tpl.name, policy.Address, action, policy)
			}
		}
		for _, s := range denies.Statement {
			if s.Effect != "Deny" {
				t.Errorf("%s: %s grants, which is the roles' own policies' business: %s", tpl.name, policy.Address, compact(s))
			}
		}
	})
}

func TestTableGrants(t *testing.T) {
	const (
		documents = "${aws_dynamodb_table.storage_documents.arn}"
		jobs      = "${aws_dynamodb_table.storage_export-jobs.arn}"
		key       = "arn:aws:kms:us-east-1:111111111111:key/data"
	)
	read := databaseGrants(t, func(s *storage.Storage) []iam.Statement { return s.Documents.Read(storage.ByAuthor) })
	decides(t, read, map[databaseCall]bool{
		{"dynamodb:GetItem", documents, ""}:                                     true,
		{"dynamodb:BatchGetItem", documents, ""}:                                true,
		{"dynamodb:Query", documents, ""}:                                       true,
		{"dynamodb:ConditionCheckItem", documents, ""}:                          true,
		{"dynamodb:Query", documents + "/index/by-author", ""}:                  true,
		{"dynamodb:Query", documents + "/index/by-project", ""}:                 false,
		{"dynamodb:Scan", documents, ""}:                                        false,
		{"dynamodb:Scan", documents + "/index/by-author", ""}:                   false,
		{"dynamodb:PutItem", documents, ""}:                                     false,
		{"dynamodb:GetItem", jobs, ""}:                                          false,
		{"dynamodb:GetRecords", documents + "/stream/2026", ""}:                 false,
		{"dynamodb:DeleteTable", documents, ""}:                                 false,
		{"kms:Decrypt", key, "dynamodb"}:                                        true,
		{"kms:Decrypt", key, "s3"}:                                              false,
		{"kms:Decrypt", key, ""}:                                                false,
		{"kms:GenerateDataKey", key, "dynamodb"}:                                false,
		{"kms:Decrypt", strings.Replace(key, "data", "secrets", 1), "dynamodb"}: false,
	})
	bare := databaseGrants(t, func(s *storage.Storage) []iam.Statement { return s.Documents.Read() })
	decides(t, bare, map[databaseCall]bool{
		{"dynamodb:Query", documents, ""}:                      true,
		{"dynamodb:Query", documents + "/index/by-author", ""}: false,
	})
	write := databaseGrants(t, func(s *storage.Storage) []iam.Statement { return s.Documents.Write() })
	decides(t, write, map[databaseCall]bool{
		{"dynamodb:PutItem", documents, ""}:          true,
		{"dynamodb:UpdateItem", documents, ""}:       true,
		{"dynamodb:DeleteItem", documents, ""}:       true,
		{"dynamodb:BatchWriteItem", documents, ""}:   true,
		{"dynamodb:GetItem", documents, ""}:          false,
		{"dynamodb:PutItem", jobs, ""}:               false,
		{"dynamodb:UpdateTable", documents, ""}:      false,
		{"dynamodb:DeleteTable", documents, ""}:      false,
		{"dynamodb:UpdateTimeToLive", documents, ""}: false,
		{"kms:GenerateDataKey", key, "dynamodb"}:     true,
		{"kms:GenerateDataKey", key, "sqs"}:          false,
	})
	follow := databaseGrants(t, func(s *storage.Storage) []iam.Statement { return s.Documents.ReadStream() })
	decides(t, follow, map[databaseCall]bool{
		{"dynamodb:GetRecords", documents + "/stream/2026-11-23T00:00:00.000", ""}:  true,
		{"dynamodb:ListStreams", documents + "/stream/2026-11-23T00:00:00.000", ""}: true,
		{"dynamodb:GetItem", documents, ""}:                                         false,
		{"dynamodb:GetRecords", jobs + "/stream/2026", ""}:                          false,
		{"kms:Decrypt", key, "dynamodb"}:                                            true,
	})
	// One role may use several tables in several ways: Sids do not meet.
	databaseGrants(t, func(s *storage.Storage) []iam.Statement {
		var all []iam.Statement
		for _, table := range []*storage.Table{s.Documents, s.ExportJobs, s.Collaboration} {
			all = append(append(all, table.Read(storage.ByAuthor)...), table.Write()...)
		}
		return append(append(append(all, s.Documents.ReadStream()...), s.Aurora.Connect("api")...), s.Aurora.Query()...)
	})
}
