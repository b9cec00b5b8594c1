# What was kept to be restored can be, for long enough.
package writersroom.controls.house_backups

import data.writersroom.terraform as tf

vaults := tf.resources("aws_backup_vault")

title["House.VaultLock"] := "nobody deletes backups before their time"

subject["House.VaultLock"] contains address if some address, _ in vaults

fault["House.VaultLock"] contains {"address": address, "message": message} if {
	message := "must have an aws_backup_vault_lock_configuration with min_retention_days"
	some address, vault in vaults
	not locked(vault)
}

# Without changeable_for_days an administrator can take a lock away.
fault["House.VaultLock"] contains {"address": address, "message": message} if {
	message := "must have a lock with changeable_for_days, which in the end nobody can take away"
	tf.retained
	some address, vault in vaults
	locked(vault)
	not locked_for_good(vault)
}

locked(vault) if {
	some lock in locks(vault)
	lock.values.min_retention_days >= 1
}

locked_for_good(vault) if {
	some lock in locks(vault)
	lock.values.changeable_for_days >= 3
}

locks(vault) := tf.attached("aws_backup_vault_lock_configuration", "backup_vault_name", vault)

# Databases are looked at by House.Recovery.
title["House.Retention"] := "backups of what is retained are kept for weeks"

subject["House.Retention"] contains address if {
	tf.retained
	some address, _ in tf.resources("aws_elasticache_replication_group")
}

fault["House.Retention"] contains {"address": address, "message": message} if {
	tf.retained
	some address, group in tf.resources("aws_elasticache_replication_group")
	kept := object.get(group.values, "snapshot_retention_limit", 0)
	kept < 7
	message := sprintf("must keep backups for at least 7 days, keeps %v (snapshot_retention_limit)", [kept])
}

subject["House.Retention"] contains address if {
	tf.retained
	some address, _ in tf.resources("aws_backup_plan")
}

fault["House.Retention"] contains {"address": address, "message": message} if {
	tf.retained
	some address, plan in tf.resources("aws_backup_plan")
	some rule in tf.blocks(plan.values, "rule")
	kept := object.get(tf.block(rule, "lifecycle"), "delete_after", null)
	is_number(kept)
	kept < 35
	message := sprintf("must keep backups for at least 35 days, keeps %d (rule %s)", [kept, rule.rule_name])
}
