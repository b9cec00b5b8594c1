package writersroom.controls.dynamodb

table(values) := {"aws_dynamodb_table": {"t": object.union({"name": "writersroom-dev-t", "hash_key": "id"}, values)}}

retained(case) := object.union(case, {"stack": {"environment": "prod", "governance": {"retained": true}}})

scaled := {"aws_appautoscaling_target": {"t": {"resource_id": "table/${aws_dynamodb_table.t.name}"}}}

cases["DynamoDB.1"] := {
	"passes": [table({"billing_mode": "PAY_PER_REQUEST"}), object.union(table({"billing_mode": "PROVISIONED"}), scaled)],
	"fails": [table({}), table({"billing_mode": "PROVISIONED"})],
}

cases["DynamoDB.2"] := {
	"passes": [table({"point_in_time_recovery": {"enabled": true}}), table({"point_in_time_recovery": [{"enabled": true}]})],
	"fails": [table({}), table({"point_in_time_recovery": {"enabled": false}})],
}

cases["DynamoDB.6"] := {
	"passes": [retained(table({"deletion_protection_enabled": true}))],
	"fails": [retained(table({})), retained(table({"deletion_protection_enabled": false}))],
}

test_what_is_not_retained_may_be_deleted if {
	count([a | some a in subject["DynamoDB.6"] with input as {"resource": table({})}]) == 0
}
