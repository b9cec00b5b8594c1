package test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/policy"
	"github.com/writersroom/infrastructure/stacks"
)

// rules are compiled once for all tests.
var rules = sync.OnceValues(func() (policy.Rules, error) { return policy.Load(context.Background()) })

// judged is what the rules in policy/ say of a document.
func judged(t testing.TB, document []byte) policy.Verdict {
	t.Helper()
	all, err := rules()
	if err != nil {
		t.Fatal(err)
	}
	verdict, err := all.Judge(t.Context(), document)
	if err != nil {
		t.Fatal(err)
	}
	return verdict
}

// mutated is a stack's JSON in which the values at paths within resource are others: type, name, argument and so on. A path to nil is
// taken away. What is not there is not: a path that leads nowhere fails the test.
func mutated(t testing.TB, tpl template, values map[string]any) []byte {
	t.Helper()
	body := normal(t, tpl.body).(map[string]any)
	for path, value := range values {
		i := strings.LastIndex(path, ".")
		parent, last := "resource."+path[:i], path[i+1:]
		object, _ := dig(body, parent).(map[string]any)
		if _, found := object[last]; !found {
			t.Fatalf("%s: nothing is at %s", tpl.name, path)
		}
		if object[last] = value; value == nil {
			delete(object, last)
		}
		if len(object) == 0 { // which Terraform does not take for a type of resources
			delete(body["resource"].(map[string]any), strings.TrimPrefix(parent, "resource."))
		}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestRulesSeeWhatIsTakenAway takes one protection after the other away from real stacks, of which no rule finds anything wrong
// otherwise.
func TestRulesSeeWhatIsTakenAway(t *testing.T) {
	eachStack(t, func(t *testing.T, tpl template) {
		verdict := judged(t, tpl.raw)
		if len(verdict.Results) == 0 {
			t.Errorf("%s: want the rules to be about something in it", tpl.name)
		}
		if err := verdict.Err(tpl.name); err != nil {
			t.Errorf("as it is synthesized: %v", err)
		}
	})
	for name, tc := range map[string]struct {
		stack  string
		change map[string]any
		want   []string
	}{
		"a bucket that is not shut": {
			"prod",
			map[string]any{"aws_s3_bucket_public_access_block.storage_manuscripts_public-access.restrict_public_buckets": false},
			[]string{"S3.8 aws_s3_bucket.storage_manuscripts_bucket"},
		},
		"a bucket without versions": {
			"prod",
			map[string]any{"aws_s3_bucket_versioning.storage_manuscripts_versioning.versioning_configuration.status": "Suspended"},
			[]string{"S3.14 aws_s3_bucket.storage_manuscripts_bucket"},
		},
		"the state's bucket without a key": {
			"account-333333333333",
			map[string]any{"aws_s3_bucket_server_side_encryption_configuration.state_encryption": nil},
			[]string{"S3.17 aws_s3_bucket.state_bucket"},
		},
		"a database that can be deleted": {
			"prod",
			map[string]any{"aws_rds_cluster.storage_aurora.deletion_protection": false},
			[]string{"RDS.7 aws_rds_cluster.storage_aurora"},
		},
		"a database with passwords": {
			"dev",
			map[string]any{"aws_rds_cluster.storage_aurora.iam_database_authentication_enabled": nil},
			[]string{"RDS.12 aws_rds_cluster.storage_aurora"},
		},
		"a table that cannot be restored": {
			"staging",
			map[string]any{"aws_dynamodb_table.storage_documents.point_in_time_recovery.enabled": false},
			[]string{"DynamoDB.2 aws_dynamodb_table.storage_documents"},
		},
		"a cache that speaks in the clear": {
			"dev",
			map[string]any{"aws_elasticache_replication_group.storage_valkey.transit_encryption_enabled": false},
			[]string{"ElastiCache.5 aws_elasticache_replication_group.storage_valkey"},
		},
		"a key that never rotates": {
			"prod",
			map[string]any{"aws_kms_key.identity_data-key.enable_key_rotation": false},
			[]string{"KMS.4 aws_kms_key.identity_data-key"},
		},
		"a network that nobody watches": {
			"dev",
			map[string]any{"aws_flow_log.networking_flow-log": nil},
			[]string{"EC2.6 aws_vpc.networking_vpc"},
		},
		"a database open to the world": {
			"dev",
			map[string]any{"aws_vpc_security_group_ingress_rule.networking_aurora-from-functions": map[string]any{
				"security_group_id": "${aws_security_group.networking_aurora.id}", "description": "Anybody queries the database",
				"cidr_ipv4": "0.0.0.0/0", "ip_protocol": "tcp", "from_port": 5432, "to_port": 5432,
			}},
			[]string{
				"EC2.18 aws_vpc_security_group_ingress_rule.networking_aurora-from-functions",
				"EC2.19 aws_vpc_security_group_ingress_rule.networking_aurora-from-functions",
			},
		},
		"a container with a public address": {
			"prod",
			map[string]any{"aws_ecs_service.compute_realtime-service.network_configuration.assign_public_ip": true},
			[]string{"ECS.2 aws_ecs_service.compute_realtime-service"},
		},
		"a topic without a key": {
			"dev",
			map[string]any{"aws_sns_topic.monitoring_alerts.kms_master_key_id": nil},
			[]string{"House.Keys aws_sns_topic.monitoring_alerts", "SNS.1 aws_sns_topic.monitoring_alerts"},
		},
		"a web application without a firewall": {
			"staging",
			map[string]any{"aws_wafv2_web_acl_association.compute_api-firewall-association": nil},
			[]string{"APIGateway.4 aws_api_gateway_stage.compute_api-stage"},
		},
		"an image that can be replaced": {
			"dev",
			map[string]any{"aws_ecr_repository.compute_realtime-repository.image_tag_mutability": "MUTABLE"},
			[]string{"ECR.2 aws_ecr_repository.compute_realtime-repository"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, v := range judged(t, mutated(t, stack(t, tc.stack), tc.change)).Violations {
				got = append(got, v.Control+" "+v.Address)
			}
			if got = slices.Compact(got); !slices.Equal(got, tc.want) {
				t.Errorf("%s: want violations of %q, got %q", tc.stack, tc.want, got)
			}
		})
	}
}

// TestSynthesisRefuses synthesizes an environment that nothing has validated: production that can be restored to any moment of one day.
func TestSynthesisRefuses(t *testing.T) {
	all := environments(t)
	i := slices.IndexFunc(all, func(e envs.Environment) bool { return e.Name == "prod" })
	env := all[i]
	env.Storage.PointInTimeDays = 1
	dir := t.TempDir()
	app := stacks.Application{Environments: []envs.Environment{env}, Outdir: dir}
	err := app.Synth(t.Context(), "prod")
	if err == nil {
		t.Fatal("want it refused")
	}
	file := filepath.Join(dir, "stacks", "prod", "refused.json")
	for _, want := range []string{
		": aws_rds_cluster.storage_aurora must keep ",
		"prod: must not be applied, and is in " + file + ": mend each, or waive it beside the resource",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in\n%v", want, err)
		}
	}
	refused, err := os.ReadFile(file)
	if err != nil || len(judged(t, refused).Violations) == 0 {
		t.Errorf("want what was refused in %s: %v", file, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "stacks", "prod", "cdk.tf.json")); err == nil {
		t.Error("want nothing there that could be applied")
	}

	// Once it is mended, nothing tells of it.
	app.Environments = all[i : i+1]
	if err := app.Synth(t.Context(), "prod"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(stack(t, "prod").raw), string(parsed(t, dir, "prod").raw)); diff != "" {
		t.Errorf("the mended stack (-before +now):\n%s", diff)
	}
	if _, err := os.Stat(file); err == nil {
		t.Errorf("want %s gone", file)
	}
}
