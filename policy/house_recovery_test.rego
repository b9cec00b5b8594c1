package writersroom.controls.house_recovery

kept(case) := object.union(case, {"stack": {"governance": {"retained": true}}})

cluster(values) := kept({"aws_rds_cluster": {"c": values}})

table(values) := kept({"aws_dynamodb_table": {"t": values}})

lock(values) := kept({"aws_backup_vault_lock_configuration": {"l": values}})

cases["House.Recovery"] := {
	"passes": [
		cluster({"backup_retention_period": 35}),
		table({"point_in_time_recovery": {"enabled": true}}),
		table({"point_in_time_recovery": {"enabled": true, "recovery_period_in_days": 35}}),
		lock({"min_retention_days": 35}),
	],
	"fails": [
		cluster({}),
		cluster({"backup_retention_period": 7}),
		table({}),
		table({"point_in_time_recovery": {"enabled": false}}),
		table({"point_in_time_recovery": [{"enabled": true, "recovery_period_in_days": 7}]}),
		lock({"min_retention_days": 7}),
		lock({}),
	],
}
