package writersroom.controls.config

right := {
	"stack": {"environment": "account"},
	"aws_config_configuration_recorder": {"r": {
		"role_arn": "${aws_iam_service_linked_role.r.arn}",
		"recording_group": {"all_supported": true, "include_global_resource_types": true},
	}},
	"aws_config_configuration_recorder_status": {"r": {"is_enabled": true}},
	"aws_config_delivery_channel": {"d": {"s3_bucket_name": "b"}},
}

recorder(changed) := object.union(right, {"aws_config_configuration_recorder": {"r": changed}})

cases["Config.1"] := {
	"passes": [right],
	"fails": [
		{"stack": {"environment": "account"}},
		recorder({"role_arn": "${aws_iam_role.r.arn}"}),
		recorder({"recording_group": {"all_supported": false}}),
		recorder({"recording_group": {"include_global_resource_types": false}}),
		json.remove(right, [["aws_config_configuration_recorder", "r", "recording_group"]]),
		json.remove(right, ["aws_config_configuration_recorder"]),
		json.remove(right, ["aws_config_configuration_recorder_status"]),
		object.union(right, {"aws_config_configuration_recorder_status": {"r": {"is_enabled": false}}}),
		json.remove(right, ["aws_config_delivery_channel"]),
	],
}
