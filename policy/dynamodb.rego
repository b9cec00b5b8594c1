# https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html
package writersroom.controls.dynamodb

import data.writersroom.terraform as tf

tables := tf.resources("aws_dynamodb_table")

subject[control] contains address if {
	some control in {"DynamoDB.1", "DynamoDB.2"}
	some address, _ in tables
}

title["DynamoDB.1"] := "tables scale by themselves"

fault["DynamoDB.1"] contains {"address": address, "message": message} if {
	some address, table in tables
	mode := object.get(table.values, "billing_mode", "PROVISIONED")
	mode != "PAY_PER_REQUEST"
	not autoscaled(table)
	message := sprintf("must have billing_mode PAY_PER_REQUEST, or an aws_appautoscaling_target, has %v", [mode])
}

autoscaled(table) if count(tf.attached("aws_appautoscaling_target", "resource_id", table)) > 0

title["DynamoDB.2"] := "tables can be restored to any moment"

fault["DynamoDB.2"] contains {"address": address, "message": "must have point_in_time_recovery enabled"} if {
	some address, table in tables
	not recoverable(table)
}

recoverable(table) if tf.block(table.values, "point_in_time_recovery").enabled == true

title["DynamoDB.6"] := "tables that are retained are protected from deletion"

subject["DynamoDB.6"] contains address if {
	tf.retained
	some address, _ in tables
}

fault["DynamoDB.6"] contains {"address": address, "message": "must have deletion_protection_enabled = true"} if {
	tf.retained
	some address, table in tables
	not tf.on(table, "deletion_protection_enabled")
}
