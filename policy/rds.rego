# https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
package writersroom.controls.rds

import data.writersroom.terraform as tf

clusters := tf.resources("aws_rds_cluster")

instances := object.union(tf.resources("aws_rds_cluster_instance"), tf.resources("aws_db_instance"))

postgresql := of_engine("aurora-postgresql")

mysql := of_engine("aurora-mysql")

of_engine(engine) := {address: cluster | some address, cluster in clusters; cluster.values.engine == engine}

subject[control] contains address if {
	some control in {"RDS.12", "RDS.16", "RDS.19", "RDS.24", "RDS.27"}
	some address, _ in clusters
}

subject[control] contains address if {
	some control in {"RDS.2", "RDS.6", "RDS.13", "RDS.20"}
	some address, _ in instances
}

subject["RDS.37"] contains address if some address, _ in postgresql

subject[control] contains address if {
	some control in {"RDS.14", "RDS.34", "RDS.45"}
	some address, _ in mysql
}

subject[control] contains address if {
	some control in {"RDS.7", "RDS.15"}
	production
	some address, _ in clusters
}

# production is where data is retained; what other environments hold can be made anew.
production if tf.retained

# Clusters

title["RDS.7"] := "clusters that are retained are protected from deletion"

fault["RDS.7"] contains {"address": address, "message": "must have deletion_protection = true"} if {
	production
	some address, cluster in clusters
	not tf.on(cluster, "deletion_protection")
}

title["RDS.12"] := "clusters take IAM's word for who logs in"

fault["RDS.12"] contains {"address": address, "message": "must have iam_database_authentication_enabled = true"} if {
	some address, cluster in clusters
	not tf.on(cluster, "iam_database_authentication_enabled")
}

title["RDS.14"] := "Aurora MySQL clusters can be taken back in time"

fault["RDS.14"] contains {"address": address, "message": "must have a backtrack_window"} if {
	some address, cluster in mysql
	not object.get(cluster.values, "backtrack_window", 0) > 0
}

title["RDS.15"] := "clusters that are retained are in more than one availability zone"

fault["RDS.15"] contains {"address": address, "message": message} if {
	production
	some address, cluster in clusters
	n := count(tf.attached("aws_rds_cluster_instance", "cluster_identifier", cluster))
	n < 2
	message := sprintf("must have at least 2 instances, has %d", [n])
}

title["RDS.16"] := "snapshots of clusters have their tags"

fault["RDS.16"] contains {"address": address, "message": "must have copy_tags_to_snapshot = true"} if {
	some address, cluster in clusters
	not tf.on(cluster, "copy_tags_to_snapshot")
}

title["RDS.24"] := "the administrator of a cluster has a name that nobody guesses"

fault["RDS.24"] contains {"address": address, "message": sprintf("must have another master_username than %s", [name])} if {
	some address, cluster in clusters
	name := cluster.values.master_username
	name in {"admin", "postgres", "root"}
}

title["RDS.27"] := "clusters are encrypted at rest"

fault["RDS.27"] contains {"address": address, "message": "must have storage_encrypted = true"} if {
	some address, cluster in clusters
	not tf.on(cluster, "storage_encrypted")
}

# Logs

title["RDS.34"] := "Aurora MySQL clusters publish who did what"

fault["RDS.34"] contains {"address": address, "message": exports("audit", cluster)} if {
	some address, cluster in mysql
	not publishes("audit", cluster)
}

title["RDS.37"] := "Aurora PostgreSQL clusters publish their log"

fault["RDS.37"] contains {"address": address, "message": exports("postgresql", cluster)} if {
	some address, cluster in postgresql
	not publishes("postgresql", cluster)
}

publishes(log, cluster) if log in cluster.values.enabled_cloudwatch_logs_exports

exports(log, cluster) := sprintf("must have %s in enabled_cloudwatch_logs_exports, has %v", [
	log,
	object.get(cluster.values, "enabled_cloudwatch_logs_exports", []),
])

title["RDS.45"] := "Aurora MySQL clusters log who did what"

fault["RDS.45"] contains {"address": address, "message": "must have a parameter group that sets server_audit_logging to 1"} if {
	some address, cluster in mysql
	not audited(cluster)
}

audited(cluster) if parameters(cluster).server_audit_logging in {"1", "ON"}

# parameters are what a cluster's own parameter group sets, by name.
parameters(cluster) := {p.name: p.value |
	some group in tf.resources("aws_rds_cluster_parameter_group")
	group.address in tf.refers(cluster, "db_cluster_parameter_group_name")
	some p in tf.blocks(group.values, "parameter")
}

# Instances

title["RDS.2"] := "no instance has a public address"

fault["RDS.2"] contains {"address": address, "message": "must have publicly_accessible = false; if it is not said, its subnets decide"} if {
	some address, instance in instances
	object.get(instance.values, "publicly_accessible", null) != false
}

title["RDS.6"] := "instances are watched from within"

fault["RDS.6"] contains {"address": address, "message": "must have a monitoring_interval"} if {
	some address, instance in instances
	not object.get(instance.values, "monitoring_interval", 0) > 0
}

title["RDS.13"] := "instances get minor versions by themselves"

fault["RDS.13"] contains {"address": address, "message": "must not have auto_minor_version_upgrade = false"} if {
	some address, instance in instances
	instance.values.auto_minor_version_upgrade == false
}

# Events. RDS.21 and RDS.22 are about groups of a kind that Aurora has none of.

title["RDS.19"] := "people are told of clusters that fail"

fault["RDS.19"] contains {"address": address, "message": subscription("db-cluster", cluster_events)} if {
	some address, cluster in clusters
	not told(cluster, "db-cluster", cluster_events)
}

title["RDS.20"] := "people are told of instances that fail"

fault["RDS.20"] contains {"address": address, "message": subscription("db-instance", instance_events)} if {
	some address, instance in instances
	not told(instance, "db-instance", instance_events)
}

cluster_events := ["failure", "maintenance"]

instance_events := ["configuration change", "failure", "maintenance"]

subscription(kind, events) := sprintf("must be in an aws_db_event_subscription of %s events: %s", [kind, concat(", ", events)])

told(resource, kind, events) if {
	some s in tf.resources("aws_db_event_subscription")
	s.values.source_type == kind
	object.get(s.values, "enabled", true) != false
	about(s, resource)
	tf.given(s, "sns_topic")
	every event in events {
		event in s.values.event_categories
	}
}

# about all of its kind, where none is named.
about(s, _) if not tf.given(s, "source_ids")

about(s, resource) if resource.address in tf.refers(s, "source_ids")
