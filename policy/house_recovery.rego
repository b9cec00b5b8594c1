# What somebody or something ruins can be had back as it was.
package writersroom.controls.house_recovery

import data.writersroom.terraform as tf

title["House.Recovery"] := "databases that are retained can be taken back to any moment of 35 days"

# days are how many such days a database has, by the most that AWS offers for each.
days[address] := object.get(cluster.values, "backup_retention_period", 1) if {
	tf.retained
	some address, cluster in tf.resources("aws_rds_cluster")
}

days[address] := recoverable(table) if {
	tf.retained
	some address, table in tf.resources("aws_dynamodb_table")
}

recoverable(table) := period if {
	recovery := tf.block(table.values, "point_in_time_recovery")
	tf.yes(recovery.enabled)
	period := given_days(recovery)
} else := 0

# DynamoDB keeps 35 days if it is not told.
given_days(recovery) := recovery.recovery_period_in_days if {
	is_number(recovery.recovery_period_in_days)
} else := 35

subject["House.Recovery"] contains address if some address, _ in days

fault["House.Recovery"] contains {
	"address": address,
	"message": sprintf("must keep 35 days to go back to, keeps %v", [kept]),
} if {
	some address, kept in days
	is_number(kept)
	kept < 35
}

# So long, nobody can take them away from the vault either.
subject["House.Recovery"] contains address if some address, _ in locks

fault["House.Recovery"] contains {
	"address": address,
	"message": sprintf("must have min_retention_days of at least 35, has %v", [least]),
} if {
	some address, lock in locks
	least := object.get(lock.values, "min_retention_days", 0)
	least < 35
}

locks[address] := lock if {
	tf.retained
	some address, lock in tf.resources("aws_backup_vault_lock_configuration")
}
