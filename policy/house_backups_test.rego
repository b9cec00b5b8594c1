package writersroom.controls.house_backups

vault(lock) := {
	"aws_backup_vault": {"v": {"name": "v"}},
	"aws_backup_vault_lock_configuration": {"v": object.union({"backup_vault_name": "${aws_backup_vault.v.name}"}, lock)},
}

retained(case) := object.union(case, {"stack": {"environment": "prod", "governance": {"retained": true}}})

cases["House.VaultLock"] := {
	"passes": [vault({"min_retention_days": 7}), retained(vault({"min_retention_days": 35, "changeable_for_days": 7}))],
	"fails": [
		{"aws_backup_vault": {"v": {"name": "v"}}},
		vault({}),
		vault({"backup_vault_name": "${aws_backup_vault.other.name}", "min_retention_days": 7}),
		retained(vault({"min_retention_days": 35})),
	],
}

plan(rule) := retained({"aws_backup_plan": {"p": {"rule": [object.union({"rule_name": "daily"}, rule)]}}})

group(values) := retained({"aws_elasticache_replication_group": {"g": values}})

cases["House.Retention"] := {
	"passes": [
		plan({"lifecycle": {"delete_after": 35}}),
		plan({"lifecycle": [{"delete_after": 365}]}),
		plan({}), # is kept for ever
		group({"snapshot_retention_limit": 7}),
	],
	"fails": [
		plan({"lifecycle": {"delete_after": 34}}),
		group({"snapshot_retention_limit": 6}),
		group({"snapshot_retention_limit": null}),
		group({}),
	],
}

test_what_is_not_retained_is_kept_for_as_long_as_is_wanted if {
	count([a | some a in subject["House.Retention"] with input as {"resource": {"aws_elasticache_replication_group": {"g": {}}}}]) == 0
}
