# https://docs.aws.amazon.com/securityhub/latest/userguide/config-controls.html
package writersroom.controls.config

import data.writersroom.terraform as tf

title["Config.1"] := "the account records what there is of every type, with Config's own role"

subject["Config.1"] contains "account" if tf.environment == "account"

fault["Config.1"] contains {"address": "account", "message": message} if {
	tf.environment == "account"
	count([r | some r in tf.resources("aws_config_configuration_recorder"); records_all(r)]) == 0
	message := concat(" ", [
		"must have an aws_config_configuration_recorder of all_supported types, include_global_resource_types,",
		"with an aws_iam_service_linked_role",
	])
}

records_all(recorder) if {
	group := tf.block(recorder.values, "recording_group")
	group.all_supported == true
	group.include_global_resource_types == true
	some address in tf.refers(recorder, "role_arn")
	startswith(address, "aws_iam_service_linked_role.")
}

fault["Config.1"] contains {"address": "account", "message": "must have an aws_config_configuration_recorder_status with is_enabled"} if {
	tf.environment == "account"
	count([s | some s in tf.resources("aws_config_configuration_recorder_status"); s.values.is_enabled == true]) == 0
}

fault["Config.1"] contains {"address": "account", "message": "must have an aws_config_delivery_channel"} if {
	tf.environment == "account"
	count(tf.resources("aws_config_delivery_channel")) == 0
}
