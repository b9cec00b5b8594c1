package writersroom.controls.elasticache

right := {
	"engine": "valkey", "snapshot_retention_limit": 7, "auto_minor_version_upgrade": "true", "automatic_failover_enabled": true,
	"at_rest_encryption_enabled": "true", "transit_encryption_enabled": true, "transit_encryption_mode": "required",
	"user_group_ids": ["${aws_elasticache_user_group.u.id}"], "subnet_group_name": "${aws_elasticache_subnet_group.s.name}",
}

with_(changed) := {"aws_elasticache_replication_group": {"g": object.union(right, changed)}}

without(argument) := {"aws_elasticache_replication_group": {"g": object.remove(right, [argument])}}

retained(case) := object.union(case, {"stack": {"environment": "prod", "governance": {"retained": true}}})

cases["ElastiCache.1"] := {
	"passes": [with_({})],
	"fails": [with_({"snapshot_retention_limit": 0}), without("snapshot_retention_limit")],
}

cases["ElastiCache.2"] := {
	"passes": [with_({}), with_({"auto_minor_version_upgrade": true})],
	"fails": [with_({"auto_minor_version_upgrade": "false"}), without("auto_minor_version_upgrade")],
}

cases["ElastiCache.3"] := {
	"passes": [retained(with_({}))],
	"fails": [retained(with_({"automatic_failover_enabled": false})), retained(without("automatic_failover_enabled"))],
}

test_one_node_is_enough_where_nothing_is_retained if {
	count([a | some a in subject["ElastiCache.3"] with input as {"resource": with_({})}]) == 0
}

cases["ElastiCache.4"] := {
	"passes": [with_({})],
	"fails": [with_({"at_rest_encryption_enabled": "false"}), without("at_rest_encryption_enabled")],
}

cases["ElastiCache.5"] := {
	"passes": [with_({}), without("transit_encryption_mode")],
	"fails": [
		with_({"transit_encryption_enabled": false}),
		with_({"transit_encryption_mode": "preferred"}),
		without("transit_encryption_enabled"),
	],
}

cases["ElastiCache.6"] := {
	"passes": [with_({}), {"aws_elasticache_replication_group": {"g": {"auth_token": "${aws_ssm_parameter.token.value}"}}}],
	"fails": [without("user_group_ids")],
}

cases["ElastiCache.7"] := {
	"passes": [with_({})],
	"fails": [with_({"subnet_group_name": "default"}), without("subnet_group_name")],
}
