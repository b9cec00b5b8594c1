package test

import (
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
)

func TestOpenSearch(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		prod := env.Name == "prod"
		domain := tpl.one(t, "aws_opensearch_domain", "storage_opensearch")
		subnets := dataSubnets(env)[:1]
		autoTune := map[string]any{"desired_state": "DISABLED"}
		if prod {
			subnets = dataSubnets(env)
			autoTune = map[string]any{"desired_state": "ENABLED", "rollback_on_disable": "NO_ROLLBACK", "use_off_peak_window": true}
		}
		for path, want := range map[string]any{
			"domain_name":               "writersroom-" + env.Name + "-search",
			"engine_version":            "OpenSearch_3.1",
			"tags.Manuscripts":          storage.Copy,
			"lifecycle.prevent_destroy": map[string]any{"prod": true}[env.Name],

			// Where it is, and how it is encrypted.
			"vpc_options.subnet_ids":                      subnets,
			"vpc_options.security_group_ids":              []string{"${aws_security_group.networking_opensearch.id}"},
			"encrypt_at_rest.enabled":                     true,
			"encrypt_at_rest.kms_key_id":                  "${aws_kms_key.identity_data-key.arn}",
			"node_to_node_encryption.enabled":             true,
			"domain_endpoint_options.enforce_https":       true,
			"domain_endpoint_options.tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10",

			// Who gets in.
			"advanced_security_options": map[string]any{
				"enabled": true, "anonymous_auth_enabled": false, "internal_user_database_enabled": false,
				"master_user_options": map[string]string{
					"master_user_arn": "arn:aws:iam::" + env.Account + ":role/${aws_iam_role_policy.identity_search-administrator-role-policy.role}",
				},
			},
			"advanced_options": map[string]string{"rest.action.multi.allow_explicit_index": "false"},
			"cognito_options":  nil,

			"cluster_config.instance_type":                                 env.Storage.OpenSearchInstanceType,
			"cluster_config.instance_count":                                map[string]int{"dev": 1, "staging": 1, "prod": 3}[env.Name],
			"cluster_config.zone_awareness_enabled":                        prod,
			"cluster_config.zone_awareness_config.availability_zone_count": map[string]any{"prod": 3}[env.Name],
			"cluster_config.dedicated_master_enabled":                      prod,
			"cluster_config.dedicated_master_count":                        map[string]any{"prod": 3}[env.Name],
			"cluster_config.dedicated_master_type":                         map[string]any{"prod": "m7g.medium.search"}[env.Name],
			"ebs_options":                                                  map[string]any{"ebs_enabled": true, "volume_type": "gp3", "volume_size": env.Storage.OpenSearchVolumeGiB},

			"auto_tune_options":                                         autoTune,
			"software_update_options":                                   map[string]any{"auto_software_update_enabled": true},
			"off_peak_window_options.enabled":                           true,
			"off_peak_window_options.off_peak_window.window_start_time": map[string]int{"hours": 2, "minutes": 0},
			"timeouts": nil, // the emulator's alone
		} {
			domain.want(t, path, want)
		}
	})
}

func TestOpenSearchLogs(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		var want []any
		for _, log := range [][2]string{
			{"AUDIT_LOGS", "audit"}, {"ES_APPLICATION_LOGS", "application"}, {"INDEX_SLOW_LOGS", "index-slow"}, {"SEARCH_SLOW_LOGS", "search-slow"},
		} {
			group := tpl.one(t, "aws_cloudwatch_log_group", "storage_opensearch-"+log[1]+"-log")
			group.want(t, "name", "/writersroom/"+env.Name+"/opensearch/"+log[1])
			group.want(t, "kms_key_id", "${aws_kms_key.identity_logs-key.arn}")
			want = append(want, map[string]any{"log_type": log[0], "cloudwatch_log_group_arn": "${" + group.Address + ".arn}", "enabled": true})
		}
		tpl.one(t, "aws_opensearch_domain", "storage_opensearch").want(t, "log_publishing_options", want)
	})
}

// The domain's own policy keeps out whoever is no role of the environment, also one that IAM lets do everything.
func TestWhoTheSearchDomainLetsIn(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		policy := document(t, tpl.one(t, "aws_opensearch_domain", "storage_opensearch"), "access_policies")
		us := "AWS arn:aws:iam::" + env.Account + ":root"
		principal := func(name string) map[string]string {
			return map[string]string{"aws:PrincipalArn": "arn:aws:iam::" + env.Account + ":" + name}
		}
		own, path := principal("role/writersroom-"+env.Name+"-api"), "arn:aws:es:"+env.Region+":"+env.Account+":domain/writersroom-"+env.Name+"-search/documents/_search"
		for name, tc := range map[string]struct {
			by, action, resource string
			context              map[string]string
			want                 bool
		}{
			"a role of ours searches":         {us, "es:ESHttpPost", path, own, true},
			"a role of ours reads":            {us, "es:ESHttpGet", path, own, true},
			"a role of ours reconfigures":     {us, "es:UpdateDomainConfig", path, own, false},
			"a role of ours deletes":          {us, "es:DeleteDomain", path, own, false},
			"another domain":                  {us, "es:ESHttpGet", strings.Replace(path, "-search/", "-search-2/", 1), own, false},
			"another environment's role":      {us, "es:ESHttpGet", path, principal("role/writersroom-other-api"), false},
			"an administrator of the account": {us, "es:ESHttpGet", path, principal("role/Administrator"), false},
			"a user of the account":           {us, "es:ESHttpGet", path, principal("user/writersroom-" + env.Name + "-x"), false},
			"the root user":                   {us, "es:ESHttpGet", path, principal("root"), false},
			"another account": {
				"AWS arn:aws:iam::999999999999:root", "es:ESHttpGet", path,
				map[string]string{"aws:PrincipalArn": "arn:aws:iam::999999999999:role/writersroom-" + env.Name + "-api"},
				false,
			},
			"nobody that is signed in": {"AWS *", "es:ESHttpGet", path, nil, false},
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

func TestSearchGrants(t *testing.T) {
	const arn = "arn:aws:es:us-east-1:111111111111:domain/d"
	domain := &storage.OpenSearch{ARN: arn}
	read, write := domain.Read("documents", "users-*"), domain.Write("documents", "users-*")
	for name, tc := range map[string]struct {
		grant        []iam.Statement
		method, path string
		want         bool
	}{
		"search by GET":                    {read, "Get", "documents/_search", true},
		"search by POST":                   {read, "Post", "documents/_search", true},
		"count":                            {read, "Post", "documents/_count", true},
		"read a document":                  {read, "Get", "documents/_doc/1", true},
		"look for a document":              {read, "Head", "documents/_doc/1", true},
		"search what the pattern names":    {read, "Post", "users-1/_search", true},
		"search another index":             {read, "Post", "projects/_search", false},
		"search an index of a longer name": {read, "Post", "documents-2/_search", false},
		"search all indexes at once":       {read, "Post", "_search", false},
		"search ours and another index":    {read, "Post", "documents,projects/_search", false},
		"index by way of a read":           {read, "Post", "documents/_doc", false},
		"delete by way of a query":         {read, "Post", "documents/_delete_by_query", false},
		"read who may do what":             {read, "Get", "_plugins/_security/api/rolesmapping", false},
		"read the cluster's settings":      {read, "Get", "_cluster/settings", false},

		"index a document":              {write, "Put", "documents/_doc/1", true},
		"index a document under any id": {write, "Post", "documents/_doc", true},
		"change a document":             {write, "Post", "documents/_update/1", true},
		"index in bulk":                 {write, "Post", "users-1/_bulk", true},
		"add a field":                   {write, "Put", "documents/_mapping", true},
		"delete a document":             {write, "Delete", "documents/_doc/1", true},
		"delete the index":              {write, "Delete", "documents", false},
		"delete an alias":               {write, "Delete", "documents/_alias/a", false},
		"change the index's settings":   {write, "Put", "documents/_settings", false},
		"index elsewhere":               {write, "Post", "projects/_doc", false},
		"index in bulk anywhere":        {write, "Post", "_bulk", false},
		"read by way of a write":        {write, "Get", "documents/_doc/1", false},
		"let somebody else in":          {write, "Put", "_plugins/_security/api/rolesmapping/all_access", false},

		"search every index":                  {domain.Read(), "Post", "projects/_search", true},
		"index into every index":              {domain.Write(), "Post", "projects/_bulk", true},
		"delete every index":                  {domain.Write(), "Delete", "projects", false},
		"let somebody else in, from anywhere": {domain.Write(), "Put", "_plugins/_security/api/rolesmapping/all_access", false},
		"change the cluster, from anywhere":   {domain.Write(), "Put", "_cluster/settings", false},
	} {
		t.Run(name, func(t *testing.T) {
			policy := rendered(t, tc.grant)
			c := call{action: "es:ESHttp" + tc.method, resource: arn + "/" + tc.path}
			if got := may(t, c, policy); got != tc.want {
				t.Errorf("allowed: want %t, got %t, for %+v of\n%s", tc.want, got, c, compact(policy))
			}
			c.resource = strings.Replace(c.resource, "domain/d/", "domain/d-2/", 1)
			if may(t, c, policy) {
				t.Errorf("reaches another domain: %+v of\n%s", c, compact(policy))
			}
		})
	}
}

// The administrator says who may do what, and neither reads nor changes a document.
func TestSearchAdministrator(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		own := rights(t, tpl, tpl.one(t, "aws_iam_role", "identity_search-administrator-role"))
		domain := "arn:aws:es:" + env.Region + ":" + env.Account + ":domain/writersroom-" + env.Name + "-search/"
		for _, tc := range []struct {
			method, path string
			want         bool
		}{
			{"Put", "_plugins/_security/api/rolesmapping/writer", true},
			{"Patch", "_plugins/_security/api/audit", true},
			{"Get", "_plugins/_security/api/roles", true},
			{"Delete", "_plugins/_security/api/rolesmapping/writer", true},
			{"Get", "documents/_search", false},
			{"Put", "documents/_doc/1", false},
			{"Delete", "documents", false},
			{"Put", "_cluster/settings", false},
			{"Put", "_snapshot/elsewhere", false},
		} {
			c := call{action: "es:ESHttp" + tc.method, resource: domain + tc.path, context: ourContext(env)}
			if got := may(t, c, own); got != tc.want {
				t.Errorf("%s: %s %s: allowed: want %t, got %t of\n%s", tpl.name, tc.method, tc.path, tc.want, got, compact(own))
			}
		}
	})
}
