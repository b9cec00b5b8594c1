package test

import (
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/networking"
	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
)

func TestValkey(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		prod := env.Name == "prod"
		group := tpl.one(t, "aws_elasticache_replication_group", "storage_valkey")
		for path, want := range map[string]any{
			"replication_group_id": "writersroom-" + env.Name + "-valkey",
			"engine":               "valkey",
			"engine_version":       "8.2",
			"parameter_group_name": "${aws_elasticache_parameter_group.storage_valkey-parameters.name}",
			"port":                 networking.ValkeyPort,
			"tags.Manuscripts":     storage.Copy,

			// Who gets in, and how.
			"transit_encryption_enabled": true,
			"transit_encryption_mode":    "required",
			"user_group_ids":             []string{"${aws_elasticache_user_group.storage_valkey-users.id}"},
			"auth_token":                 nil,
			"security_group_ids":         []string{"${aws_security_group.networking_valkey.id}"},
			"subnet_group_name":          "${aws_elasticache_subnet_group.storage_valkey-subnets.name}",

			// What is kept, and for how long.
			"at_rest_encryption_enabled": "true",
			"kms_key_id":                 "${aws_kms_key.identity_data-key.arn}",
			"snapshot_retention_limit":   env.Storage.PointInTimeDays,
			"final_snapshot_identifier":  map[string]any{"prod": "writersroom-prod-valkey-final"}[env.Name],
			"lifecycle.prevent_destroy":  map[string]any{"prod": true}[env.Name],

			"node_type":                  map[string]string{"dev": "cache.t4g.micro", "staging": "cache.t4g.micro", "prod": "cache.m7g.large"}[env.Name],
			"num_cache_clusters":         map[string]int{"dev": 1, "staging": 1, "prod": 3}[env.Name],
			"automatic_failover_enabled": prod,
			"multi_az_enabled":           prod,

			"auto_minor_version_upgrade": "true",
			"snapshot_window":            "04:00-05:00",
			"maintenance_window":         "sun:06:00-sun:07:00",
			"apply_immediately":          true, // changed logs are refused otherwise
			"notification_topic_arn":     nil,  // ElastiCache publishes to no encrypted topic
		} {
			group.want(t, path, want)
		}
		tpl.one(t, "aws_elasticache_subnet_group", "storage_valkey-subnets").want(t, "subnet_ids", dataSubnets(env))

		parameters := tpl.one(t, "aws_elasticache_parameter_group", "storage_valkey-parameters")
		parameters.want(t, "name", "writersroom-"+env.Name+"-valkey8")
		parameters.want(t, "family", "valkey8")
		parameters.want(t, "parameter", []any{map[string]string{"name": "maxmemory-policy", "value": "volatile-lfu"}})
		parameters.want(t, "lifecycle.create_before_destroy", true)
	})
}

// dataSubnets are the data tier's, in the order of the zones.
func dataSubnets(env envs.Environment) (ids []string) {
	for _, zone := range env.Zones() {
		ids = append(ids, "${aws_subnet.networking_data-"+strings.TrimPrefix(zone, env.Region)+".id}")
	}
	return ids
}

// Valkey logs to groups of the environment, in JSON, and to nothing that it makes itself.
func TestValkeyLogs(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		var want []any
		for _, name := range []string{"engine", "slow"} {
			group := tpl.one(t, "aws_cloudwatch_log_group", "storage_valkey-"+name+"-log")
			group.want(t, "name", "/writersroom/"+env.Name+"/valkey/"+name)
			group.want(t, "kms_key_id", "${aws_kms_key.identity_logs-key.arn}")
			want = append(want, map[string]string{
				"log_type": name + "-log", "log_format": "json", "destination_type": "cloudwatch-logs",
				"destination": "${" + group.Address + ".name}",
			})
		}
		tpl.one(t, "aws_elasticache_replication_group", "storage_valkey").want(t, "log_delivery_configuration", want)
	})
}

// Every user logs in through IAM, none has a password, and none is called default, as whom nobody would have to log in.
func TestValkeyUsers(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		var ids []string
		for _, user := range tpl.all("aws_elasticache_user") {
			ids = append(ids, "${"+user.Address+".user_id}")
			name, _ := user.get("user_name").(string)
			user.want(t, "user_id", name) // IAM authentication demands it
			user.want(t, "engine", "valkey")
			user.want(t, "authentication_mode", map[string]string{"type": "iam"})
			user.want(t, "passwords", nil)
			user.want(t, "no_password_required", nil)
			if name != strings.ToLower(name) || len(name) > 40 || !strings.HasPrefix(name, "writersroom-"+env.Name+"-") {
				t.Errorf("%s: %s: user_name must be ours, in lower case and at most 40 long, got %q", tpl.name, user.Address, name)
			}
		}
		if len(ids) != 2 {
			t.Errorf("%s: want the users of the functions and of the collaboration service, got %v", tpl.name, ids)
		}
		group := tpl.one(t, "aws_elasticache_user_group", "storage_valkey-users")
		group.want(t, "engine", "valkey")
		group.want(t, "user_ids", ids)
	})
}

// What each user may do in Valkey: https://valkey.io/topics/acl. A rule further right goes before one further left.
func TestValkeyAccess(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		for user, want := range map[string]struct{ keys, channels, commands []string }{
			"functions": {
				[]string{"~cache:*"},
				[]string{"&documents:*"},
				[]string{"+@connection", "+@read", "+@write", "+publish"},
			},
			"realtime": {
				[]string{"~documents:*", "~presence:*"},
				[]string{"&documents:*"},
				[]string{"+@connection", "+@pubsub", "+@read", "+@transaction", "+@write"},
			},
		} {
			r := tpl.one(t, "aws_elasticache_user", "storage_valkey-"+user+"-user")
			rules := strings.Fields(r.get("access_string").(string))
			var keys, channels, granted, taken []string
			for i, rule := range rules {
				switch {
				case i == 0 && rule == "on", rule == "resetchannels" && channels == nil, rule == "-@all" && granted == nil:
				case rule[0] == '~':
					keys = append(keys, rule)
				case rule[0] == '&':
					channels = append(channels, rule)
				case rule[0] == '+' && taken == nil:
					granted = append(granted, rule)
				case rule[0] == '-':
					taken = append(taken, rule)
				default:
					t.Errorf("%s: %s: rule %d, %q, must not be there: %v", tpl.name, r.Address, i, rule, rules)
				}
			}
			for _, part := range []struct {
				of        string
				got, want []string
			}{
				{"keys", keys, want.keys},
				{"channels", channels, want.channels},
				{"commands", granted, want.commands},
				{"commands taken away", taken, []string{"-@dangerous", "-@scripting", "-randomkey", "-scan"}},
			} {
				if !slices.Equal(part.got, part.want) {
					t.Errorf("%s: %s: %s: want %v, got %v of %v", tpl.name, r.Address, part.of, part.want, part.got, rules)
				}
			}
			for _, reset := range []string{"resetchannels", "-@all"} {
				if !slices.Contains(rules, reset) {
					t.Errorf("%s: %s: must begin from nothing, with %s: %v", tpl.name, r.Address, reset, rules)
				}
			}
		}
	})
}

func TestValkeyConnect(t *testing.T) {
	arn := func(resource string) string { return "arn:aws:elasticache:us-east-1:111111111111:" + resource }
	group, functions, realtime := arn("replicationgroup:a"), arn("user:a-functions"), arn("user:a-realtime")
	valkey := &storage.Valkey{ARN: group, Users: map[string]storage.ValkeyUser{
		storage.ValkeyFunctions: {Name: "a-functions", ARN: functions},
		storage.ValkeyRealtime:  {Name: "a-realtime", ARN: realtime},
	}}
	for name, tc := range map[string]struct {
		grant []iam.Statement
		want  []string // of the resources that the call reaches
	}{
		"as one user":          {valkey.Connect(storage.ValkeyRealtime), []string{group, realtime}},
		"as either":            {valkey.Connect(storage.ValkeyFunctions, storage.ValkeyRealtime), []string{group, functions, realtime}},
		"as whoever there are": {valkey.Connect(), []string{group, functions, realtime}},
	} {
		t.Run(name, func(t *testing.T) {
			policy := rendered(t, tc.grant)
			for _, resource := range []string{group, functions, realtime, arn("replicationgroup:b"), arn("user:a-functions-b"), arn("user:default")} {
				c := call{action: "elasticache:Connect", resource: resource}
				if got, want := may(t, c, policy), slices.Contains(tc.want, resource); got != want {
					t.Errorf("%s: allowed: want %t, got %t of %s", resource, want, got, compact(policy))
				}
				c.action = "elasticache:ModifyUser"
				if may(t, c, policy) {
					t.Errorf("%s: %s is allowed by %s", resource, c.action, compact(policy))
				}
			}
		})
	}
	if _, err := iam.Policy(valkey.Connect("editor")).JSON(); err == nil {
		t.Error("want a user that is not there refused")
	}
}
