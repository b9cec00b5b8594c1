package writersroom.controls.house_protection

import data.writersroom.stores

kept(case) := object.union(case, {"stack": {"governance": {"retained": true}}})

protected(values) := object.union({"lifecycle": {"prevent_destroy": true}}, values)

stack_alone(case) := object.union(kept(case), {"stack": {"forms": {"stack"}}})

cases["House.Protection"] := {
	"passes": array.concat(
		[kept({type: {"s": protected({})}}) | some type in stores.types],
		[
			kept({"aws_rds_cluster": {"c": protected({"skip_final_snapshot": false, "delete_automated_backups": false})}}),
			kept({"aws_secretsmanager_secret": {"s": protected({"recovery_window_in_days": 30})}}),
		],
	),
	"fails": array.concat(
		[stack_alone({type: {"s": {}}}) | some type in stores.types],
		[
			stack_alone({"aws_s3_bucket": {"b": protected({"lifecycle": {"prevent_destroy": false}})}}),
			kept({"aws_s3_bucket": {"b": protected({"force_destroy": true})}}),
			kept({"aws_ecr_repository": {"r": protected({"force_delete": true})}}),
			kept({"aws_rds_cluster": {"c": protected({"skip_final_snapshot": true})}}),
			kept({"aws_rds_cluster": {"c": protected({"delete_automated_backups": true})}}),
			kept({"aws_secretsmanager_secret": {"s": protected({"recovery_window_in_days": 0})}}),
		],
	),
}
