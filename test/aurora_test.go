package test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/networking"
	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/tf"
)

func TestAurora(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		cluster := tpl.one(t, "aws_rds_cluster", "storage_aurora")
		name := "writersroom-" + env.Name + "-aurora"
		for path, want := range map[string]any{
			"cluster_identifier":          name,
			"engine":                      "aurora-postgresql",
			"engine_mode":                 "provisioned",
			"allow_major_version_upgrade": false,
			"port":                        networking.AuroraPort,
			"database_name":               "writersroom",

			"db_subnet_group_name":   "${aws_db_subnet_group.storage_aurora-subnets.name}",
			"vpc_security_group_ids": []string{"${aws_security_group.networking_aurora.id}"},
			"enable_http_endpoint":   true,

			"manage_master_user_password":         true,
			"master_password":                     nil,
			"master_password_wo":                  nil,
			"master_user_secret_kms_key_id":       "${aws_kms_key.identity_secrets-key.arn}",
			"iam_database_authentication_enabled": true,
			"storage_encrypted":                   true,
			"kms_key_id":                          "${aws_kms_key.identity_data-key.arn}",

			"serverlessv2_scaling_configuration": map[string]any{
				"dev":     map[string]any{"min_capacity": 0, "max_capacity": 4, "seconds_until_auto_pause": 300},
				"staging": map[string]any{"min_capacity": 0, "max_capacity": 4, "seconds_until_auto_pause": 300},
				"prod":    map[string]any{"min_capacity": 1, "max_capacity": 16},
			}[env.Name],

			"backup_retention_period":   map[string]int{"dev": 7, "staging": 7, "prod": 35}[env.Name],
			"deletion_protection":       env.Name == "prod",
			"lifecycle.prevent_destroy": map[string]any{"prod": true}[env.Name],
			"delete_automated_backups":  env.Name != "prod",
			"skip_final_snapshot":       env.Name != "prod",
			"final_snapshot_identifier": map[string]any{"prod": name + "-final"}[env.Name],
			"copy_tags_to_snapshot":     true,
			"tags.Manuscripts":          "original",
			"lifecycle.ignore_changes":  []string{"engine_version"}, // AWS raises the minor version
		} {
			cluster.want(t, path, want)
		}
		if user := cluster.get("master_username"); slices.Contains([]any{nil, "postgres", "admin", "root", "rdsadmin"}, user) {
			t.Errorf("%s: %s: master_username must be its own, got %v", tpl.name, cluster.Address, user)
		}
		// Windows in UTC that do not touch: RDS refuses others.
		cluster.want(t, "preferred_backup_window", "03:00-03:30")
		cluster.want(t, "preferred_maintenance_window", "sun:04:30-sun:05:30")
		tpl.one(t, "aws_db_subnet_group", "storage_aurora-subnets").want(t, "subnet_ids", subnets(tpl, "data"))
	})
}

// subnets are references to the subnets of a tier, by zone.
func subnets(tpl template, tier string) (ids []string) {
	for _, r := range tpl.all("aws_subnet") {
		if strings.HasPrefix(r.Address, "aws_subnet.networking_"+tier+"-") {
			ids = append(ids, "${"+r.Address+".id}")
		}
	}
	return ids
}

// The log group is there before RDS looks for it, with a key and an end.
func TestAuroraLogsGoToAGroupOfOurs(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		logs := tpl.one(t, "aws_cloudwatch_log_group", "storage_aurora-logs")
		logs.want(t, "name", "/aws/rds/cluster/writersroom-"+env.Name+"-aurora/postgresql")
		logs.want(t, "kms_key_id", "${aws_kms_key.identity_logs-key.arn}")
		cluster := tpl.one(t, "aws_rds_cluster", "storage_aurora")
		cluster.want(t, "enabled_cloudwatch_logs_exports", []string{"postgresql"})
		if first, _ := cluster.get("depends_on").([]any); !slices.Contains(first, any(logs.Address)) {
			t.Errorf("%s: %s must be made after %s, got %s", tpl.name, cluster.Address, logs.Address, compact(first))
		}
	})
}

func TestAuroraParameters(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		group := tpl.one(t, "aws_rds_cluster_parameter_group", "storage_aurora-parameters")
		cluster := tpl.one(t, "aws_rds_cluster", "storage_aurora")
		cluster.want(t, "db_cluster_parameter_group_name", "${"+group.Address+".name}")
		version, _ := cluster.get("engine_version").(string)
		major, _, _ := strings.Cut(version, ".")
		group.want(t, "family", "aurora-postgresql"+major)

		values := map[string]any{}
		parameters, _ := group.get("parameter").([]any)
		for _, p := range parameters {
			values[dig(p, "name").(string)] = dig(p, "value")
		}
		for name, want := range map[string]any{
			"rds.force_ssl":      "1",
			"log_connections":    "1",
			"log_disconnections": "1",
			// Neither texts nor passwords get into the log.
			"log_statement":                     nil,
			"log_parameter_max_length":          "0",
			"log_parameter_max_length_on_error": "0",
			// An idle connection would keep a cluster that may pause from it.
			"idle_session_timeout": map[string]any{"dev": "300000", "staging": "300000"}[env.Name],
		} {
			if values[name] != want {
				t.Errorf("%s: %s: %s: want %v, got %v\n%s", tpl.name, group.Address, name, want, values[name], group)
			}
		}
	})
}

func TestAuroraInstances(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		instances := tpl.all("aws_rds_cluster_instance")
		if want := map[string]int{"dev": 1, "staging": 1, "prod": 2}[env.Name]; len(instances) != want {
			t.Errorf("%s: want %d instances, got %d", tpl.name, want, len(instances))
		}
		for i, r := range instances {
			for path, want := range map[string]any{
				"identifier":                            fmt.Sprintf("writersroom-%s-aurora-%d", env.Name, i+1),
				"cluster_identifier":                    "${aws_rds_cluster.storage_aurora.id}",
				"instance_class":                        "db.serverless",
				"promotion_tier":                        i,
				"publicly_accessible":                   false,
				"auto_minor_version_upgrade":            true,
				"ca_cert_identifier":                    "rds-ca-rsa2048-g1",
				"monitoring_interval":                   60,
				"monitoring_role_arn":                   roleARN(env, "aurora-monitoring"),
				"performance_insights_enabled":          true,
				"performance_insights_kms_key_id":       "${aws_kms_key.identity_data-key.arn}",
				"performance_insights_retention_period": 7,
			} {
				r.want(t, path, want)
			}
		}
	})
}

// roleARN is how a role that NewRole made is referred to.
func roleARN(env envs.Environment, name string) string {
	return "arn:aws:iam::" + env.Account + ":role/${aws_iam_role_policy.identity_" + name + "-role-policy.role}"
}

// RDS tells of this environment's databases, and of no other's in the account.
func TestAuroraEvents(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		var instances []string
		for _, r := range tpl.all("aws_rds_cluster_instance") {
			instances = append(instances, "${"+r.Address+".identifier}")
		}
		for name, want := range map[string]map[string]any{
			"storage_aurora-events": {
				"source_type":      "db-cluster",
				"source_ids":       []string{"${aws_rds_cluster.storage_aurora.cluster_identifier}"},
				"event_categories": []string{"failover", "failure", "maintenance"},
			},
			"storage_aurora-instance-events": {
				"source_type":      "db-instance",
				"source_ids":       instances,
				"event_categories": []string{"configuration change", "failure", "maintenance"},
			},
		} {
			subscription := tpl.one(t, "aws_db_event_subscription", name)
			subscription.want(t, "enabled", true)
			subscription.want(t, "sns_topic", "${aws_sns_topic_policy.monitoring_alerts-policy.arn}")
			for path, value := range want {
				subscription.want(t, path, value)
			}
		}
	})
}

// databaseGrants is what a role that was given the statements may do, with storage synthesized alone.
func databaseGrants(t *testing.T, statements func(*storage.Storage) []iam.Statement) policyDocument {
	t.Helper()
	tpl := scratchStorage(t, func(stack cdktf.TerraformStack, s *storage.Storage) {
		policy, err := iam.Policy(statements(s)).JSON()
		if err != nil {
			t.Error(err)
		}
		iamrolepolicy.NewIamRolePolicy(stack, tf.String("grants"), &iamrolepolicy.IamRolePolicyConfig{
			Role:   tf.String("scratch"),
			Policy: tf.String(policy),
		})
	})
	return document(t, tpl.one(t, "aws_iam_role_policy", "grants"), "policy")
}

// decides checks calls against what a role was granted.
func decides(t *testing.T, granted policyDocument, calls map[databaseCall]bool) {
	t.Helper()
	for c, want := range calls {
		context := map[string]string{}
		if c.via != "" {
			context["kms:ViaService"] = c.via + ".us-east-1.amazonaws.com"
		}
		if got := may(t, call{action: c.action, resource: c.resource, context: context}, granted); got != want {
			t.Errorf("%+v: allowed: want %t, got %t\n%s", c, want, got, compact(granted))
		}
	}
}

// databaseCall is a call of a role, and for one of KMS the service that it comes through.
type databaseCall struct{ action, resource, via string }

func TestAuroraGrants(t *testing.T) {
	const (
		user    = "arn:aws:rds-db:us-east-1:111111111111:dbuser:${aws_rds_cluster.storage_aurora.cluster_resource_id}/"
		cluster = "${aws_rds_cluster.storage_aurora.arn}"
	)
	connect := databaseGrants(t, func(s *storage.Storage) []iam.Statement { return s.Aurora.Connect("api", "realtime") })
	decides(t, connect, map[databaseCall]bool{
		{"rds-db:connect", user + "api", ""}:                                                     true,
		{"rds-db:connect", user + "realtime", ""}:                                                true,
		{"rds-db:connect", user + "steward", ""}:                                                 false,
		{"rds-db:connect", user + "api2", ""}:                                                    false,
		{"rds-data:ExecuteStatement", cluster, ""}:                                               false,
		{"secretsmanager:GetSecretValue", cluster, ""}:                                           false,
		{"rds-db:connect", "arn:aws:rds-db:us-east-1:111111111111:dbuser:cluster-OTHER/api", ""}: false,
	})
	query := databaseGrants(t, func(s *storage.Storage) []iam.Statement { return s.Aurora.Query() })
	decides(t, query, map[databaseCall]bool{
		{"rds-data:ExecuteStatement", cluster, ""}:                                            true,
		{"rds-data:BatchExecuteStatement", cluster, ""}:                                       true,
		{"rds-data:BeginTransaction", cluster, ""}:                                            true,
		{"rds-data:CommitTransaction", cluster, ""}:                                           true,
		{"rds-data:RollbackTransaction", cluster, ""}:                                         true,
		{"rds:DescribeDBClusters", cluster, ""}:                                               false,
		{"rds:DeleteDBCluster", cluster, ""}:                                                  false,
		{"rds:ModifyDBCluster", cluster, ""}:                                                  false,
		{"rds-db:connect", user + "api", ""}:                                                  false,
		{"rds-data:ExecuteStatement", "arn:aws:rds:us-east-1:111111111111:cluster:other", ""}: false,
	})
}
