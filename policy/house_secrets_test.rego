package writersroom.controls.house_secrets

parameter(values) := {"aws_ssm_parameter": {"p": values}}

cases["House.Secrets"] := {
	"passes": [
		{"aws_secretsmanager_secret_version": {"v": {
			"secret_id": "${aws_secretsmanager_secret.s.arn}",
			"secret_string_wo": "${ephemeral.aws_secretsmanager_random_password.p.random_password}", "secret_string_wo_version": 1,
		}}},
		{"aws_rds_cluster": {"c": {"manage_master_user_password": true}}},
		{"aws_elasticache_user": {"u": {"authentication_mode": {"type": "iam"}}}},
		parameter({"name": "/writersroom/dev/bucket", "type": "String", "value": "writersroom-dev-b"}),
		parameter({"name": "/writersroom/dev/password", "type": "SecureString", "value_wo_version": 1}),
	],
	"fails": [
		{"aws_secretsmanager_secret_version": {"v": {"secret_string": "hunter2"}}},
		{"aws_secretsmanager_secret_version": {"v": {"secret_string": "${random_password.p.result}"}}},
		{"aws_rds_cluster": {"c": {"master_password": "hunter2"}}},
		{"aws_db_instance": {"i": {"password": "hunter2"}}},
		{"aws_elasticache_replication_group": {"g": {"auth_token": "hunter2"}}},
		{"aws_elasticache_user": {"u": {"passwords": ["hunter2"]}}},
		{"aws_elasticache_user": {"u": {"authentication_mode": {"type": "password", "passwords": ["hunter2"]}}}},
		parameter({"name": "/writersroom/dev/password", "type": "SecureString", "value": "hunter2"}),
		parameter({"name": "/writersroom/dev/api-key", "type": "String", "insecure_value": "hunter2"}),
	],
}
