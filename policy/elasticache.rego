# https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html
package writersroom.controls.elasticache

import data.writersroom.terraform as tf

groups := tf.resources("aws_elasticache_replication_group")

subject[control] contains address if {
	some control in {"ElastiCache.1", "ElastiCache.2", "ElastiCache.4", "ElastiCache.5", "ElastiCache.6", "ElastiCache.7"}
	some address, _ in groups
}

title["ElastiCache.1"] := "replication groups are backed up"

fault["ElastiCache.1"] contains {"address": address, "message": "must have a snapshot_retention_limit of at least 1 day"} if {
	some address, group in groups
	not object.get(group.values, "snapshot_retention_limit", 0) >= 1
}

title["ElastiCache.2"] := "replication groups get minor versions by themselves"

fault["ElastiCache.2"] contains {"address": address, "message": "must have auto_minor_version_upgrade = true"} if {
	some address, group in groups
	not tf.on(group, "auto_minor_version_upgrade")
}

title["ElastiCache.3"] := "replication groups that are retained survive the loss of a node"

subject["ElastiCache.3"] contains address if {
	tf.retained
	some address, _ in groups
}

fault["ElastiCache.3"] contains {"address": address, "message": "must have automatic_failover_enabled = true"} if {
	tf.retained
	some address, group in groups
	not tf.on(group, "automatic_failover_enabled")
}

title["ElastiCache.4"] := "replication groups are encrypted at rest"

fault["ElastiCache.4"] contains {"address": address, "message": "must have at_rest_encryption_enabled = true"} if {
	some address, group in groups
	not tf.on(group, "at_rest_encryption_enabled")
}

title["ElastiCache.5"] := "replication groups are reached over TLS only"

fault["ElastiCache.5"] contains {"address": address, "message": message} if {
	message := "must have transit_encryption_enabled = true, and transit_encryption_mode required where it is set"
	some address, group in groups
	not tls(group)
}

tls(group) if {
	tf.on(group, "transit_encryption_enabled")
	object.get(group.values, "transit_encryption_mode", null) != "preferred"
}

# Security Hub asks it of versions before 6.0 alone, which had no users yet.
title["ElastiCache.6"] := "replication groups know who they let in"

fault["ElastiCache.6"] contains {"address": address, "message": "must have user_group_ids, or an auth_token"} if {
	some address, group in groups
	not tf.given(group, "user_group_ids")
	not tf.given(group, "auth_token")
}

title["ElastiCache.7"] := "replication groups are in subnets of their own"

fault["ElastiCache.7"] contains {"address": address, "message": "must have a subnet_group_name, other than default"} if {
	some address, group in groups
	not placed(group)
}

placed(group) if {
	tf.given(group, "subnet_group_name")
	group.values.subnet_group_name != "default"
}
