package writersroom.controls.rds

# right are a PostgreSQL and a MySQL cluster with all that is asked of either.
right := {
	"aws_rds_cluster": {
		"p": object.union(common, {
			"engine": "aurora-postgresql", "enabled_cloudwatch_logs_exports": ["postgresql"],
			"db_cluster_parameter_group_name": "${aws_rds_cluster_parameter_group.p.name}",
		}),
		"m": object.union(common, {
			"engine": "aurora-mysql", "enabled_cloudwatch_logs_exports": ["audit", "error"], "backtrack_window": 86400,
			"db_cluster_parameter_group_name": "${aws_rds_cluster_parameter_group.m.name}",
		}),
	},
	"aws_rds_cluster_parameter_group": {
		"p": {"parameter": [{"name": "rds.force_ssl", "value": "1"}]},
		"m": {"parameter": [{"name": "server_audit_logging", "value": "1"}, {"name": "require_secure_transport", "value": "ON"}]},
	},
	"aws_rds_cluster_instance": {
		"p-1": instance("p"), "p-2": instance("p"),
		"m-1": instance("m"), "m-2": instance("m"),
	},
	"aws_db_event_subscription": {
		"clusters": {
			"source_type": "db-cluster", "sns_topic": "${aws_sns_topic.t.arn}",
			"event_categories": ["failover", "failure", "maintenance"],
			"source_ids": ["${aws_rds_cluster.p.cluster_identifier}", "${aws_rds_cluster.m.cluster_identifier}"],
		},
		"instances": {
			"source_type": "db-instance", "sns_topic": "${aws_sns_topic.t.arn}",
			"event_categories": ["configuration change", "failure", "maintenance"],
		},
	},
}

common := {
	"deletion_protection": true, "iam_database_authentication_enabled": true, "copy_tags_to_snapshot": true,
	"master_username": "steward", "storage_encrypted": true,
}

instance(cluster) := {
	"cluster_identifier": sprintf("${aws_rds_cluster.%s.id}", [cluster]),
	"publicly_accessible": false, "monitoring_interval": 60, "auto_minor_version_upgrade": true,
}

retained(case) := object.union(case, {"stack": {"environment": "prod", "governance": {"retained": true}}})

cluster(name, changed) := object.union(right, {"aws_rds_cluster": {name: changed}})

cluster_without(name, argument) := json.remove(right, [["aws_rds_cluster", name, argument]])

instance_with(changed) := object.union(right, {"aws_rds_cluster_instance": {"p-1": changed}})

instance_without(argument) := json.remove(right, [["aws_rds_cluster_instance", "p-1", argument]])

subscription_with(name, changed) := object.union(right, {"aws_db_event_subscription": {name: changed}})

cases["RDS.2"] := {
	"passes": [right],
	"fails": [
		instance_with({"publicly_accessible": true}),
		instance_without("publicly_accessible"),
		{"aws_db_instance": {"i": {"publicly_accessible": true}}},
	],
}

cases["RDS.6"] := {
	"passes": [right],
	"fails": [instance_with({"monitoring_interval": 0}), instance_without("monitoring_interval")],
}

cases["RDS.7"] := {
	"passes": [retained(right)],
	"fails": [
		retained(cluster("p", {"deletion_protection": false})),
		retained(cluster_without("p", "deletion_protection")),
	],
}

test_what_is_not_retained_may_be_deleted if {
	count([a | some a in subject["RDS.7"] with input as {"resource": right}]) == 0
}

cases["RDS.12"] := {
	"passes": [right],
	"fails": [
		cluster("p", {"iam_database_authentication_enabled": false}),
		cluster_without("p", "iam_database_authentication_enabled"),
	],
}

cases["RDS.13"] := {
	"passes": [right, instance_without("auto_minor_version_upgrade")],
	"fails": [instance_with({"auto_minor_version_upgrade": false})],
}

cases["RDS.14"] := {
	"passes": [right],
	"fails": [cluster("m", {"backtrack_window": 0}), cluster_without("m", "backtrack_window")],
}

cases["RDS.15"] := {
	"passes": [retained(right)],
	"fails": [
		retained(json.remove(right, [["aws_rds_cluster_instance", "p-1"]])),
		retained(json.remove(right, ["aws_rds_cluster_instance"])),
	],
}

cases["RDS.16"] := {
	"passes": [right],
	"fails": [cluster("p", {"copy_tags_to_snapshot": false}), cluster_without("p", "copy_tags_to_snapshot")],
}

cases["RDS.19"] := {
	"passes": [right, json.remove(right, [["aws_db_event_subscription", "clusters", "source_ids"]])],
	"fails": [
		json.remove(right, [["aws_db_event_subscription", "clusters"]]),
		subscription_with("clusters", {"enabled": false}),
		subscription_with("clusters", {"event_categories": ["failure"]}),
		subscription_with("clusters", {"source_ids": ["${aws_rds_cluster.m.cluster_identifier}"]}),
		subscription_with("clusters", {"sns_topic": ""}),
	],
}

cases["RDS.20"] := {
	"passes": [right],
	"fails": [
		json.remove(right, [["aws_db_event_subscription", "instances"]]),
		subscription_with("instances", {"event_categories": ["failure", "maintenance"]}),
		subscription_with("instances", {"source_ids": ["${aws_rds_cluster_instance.m-1.identifier}"]}),
	],
}

cases["RDS.24"] := {
	"passes": [right, cluster("p", {"master_username": "${aws_ssm_parameter.name.value}"})],
	"fails": [cluster("p", {"master_username": "postgres"}), cluster("m", {"master_username": "admin"})],
}

cases["RDS.27"] := {
	"passes": [right],
	"fails": [cluster("p", {"storage_encrypted": false}), cluster_without("p", "storage_encrypted")],
}

cases["RDS.34"] := {
	"passes": [right],
	"fails": [cluster("m", {"enabled_cloudwatch_logs_exports": ["error"]}), cluster_without("m", "enabled_cloudwatch_logs_exports")],
}

cases["RDS.37"] := {
	"passes": [right],
	"fails": [cluster("p", {"enabled_cloudwatch_logs_exports": []}), cluster_without("p", "enabled_cloudwatch_logs_exports")],
}

cases["RDS.45"] := {
	"passes": [right],
	"fails": [
		cluster_without("m", "db_cluster_parameter_group_name"),
		object.union(right, {"aws_rds_cluster_parameter_group": {"m": {"parameter": [{"name": "server_audit_logging", "value": "0"}]}}}),
	],
}
