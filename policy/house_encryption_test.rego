package writersroom.controls.house_encryption

resource(type, path, value) := {type: {"r": json.patch({}, array.concat(
	[{"op": "add", "path": [block], "value": {}} | count(path) == 2; block := path[0]],
	[{"op": "add", "path": path, "value": value}],
))}}

cases["House.Encryption"] := {
	"passes": array.concat(
		[resource(type, path, "${aws_kms_key.k.arn}") | some type, path in arguments],
		[
			{"aws_ssm_parameter": {"p": {"type": "SecureString", "key_id": "${aws_kms_key.k.arn}"}, "q": {"type": "String"}}},
			{"aws_rds_cluster_instance": {"i": {"performance_insights_enabled": true, "performance_insights_kms_key_id": "${aws_kms_key.k.arn}"}, "j": {}}},
		],
	),
	"fails": array.concat(
		[{type: {"r": {}}} | some type, _ in arguments],
		array.concat(
			[resource(type, path, "") | some type, path in arguments],
			[
				{"aws_ssm_parameter": {"p": {"type": "SecureString"}}},
				{"aws_rds_cluster_instance": {"i": {"performance_insights_enabled": true}}},
			],
		),
	),
}
