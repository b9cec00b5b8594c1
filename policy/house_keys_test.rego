package writersroom.controls.house_keys

topic(key) := {"aws_sns_topic": {"t": {"kms_master_key_id": key}}}

cases["House.Keys"] := {
	"passes": [
		topic("${aws_kms_key.k.arn}"),
		topic("${aws_kms_alias.k.target_key_arn}"),
		topic("arn:aws:kms:us-east-1:111111111111:key/1234"),
		topic("arn:aws:kms:us-east-1:111111111111:alias/writersroom-dev-data"),
		{"aws_dynamodb_table": {"t": {"server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.k.arn}"}}}},
		{"aws_dynamodb_table": {"t": {"server_side_encryption": [{"kms_key_arn": "arn:aws:kms:us-east-1:111111111111:key/1234"}]}}},
		{"aws_codepipeline": {"p": {"artifact_store": {"encryption_key": {"id": "${aws_kms_key.k.arn}", "type": "KMS"}}}}},
	],
	"fails": array.concat(
		[
			topic("alias/aws/sns"),
			topic("arn:aws:kms:us-east-1:111111111111:alias/aws/sns"),
			topic("arn:aws:kms:us-east-1:999999999999:key/1234"),
			topic(null),
			{"aws_dynamodb_table": {"t": {"server_side_encryption": {"enabled": true}}}},
			{"aws_codepipeline": {"p": {"artifact_store": {"location": "${aws_s3_bucket.artifacts.id}"}}}},
		],
		[{type: {"r": {}}} | some type, _ in keys],
	),
}

key(values) := {"aws_kms_key": {"k": values}, "stack": {"environment": "prod", "governance": {"retained": true}}}

cases["House.KeyDeletion"] := {
	"passes": [key({"deletion_window_in_days": 30}), key({"deletion_window_in_days": null}), key({})],
	"fails": [key({"deletion_window_in_days": 7}), key({"deletion_window_in_days": 29})],
}

test_keys_of_what_is_not_retained_may_go_sooner if {
	count([a | some a in subject["House.KeyDeletion"] with input as {"resource": {"aws_kms_key": {"k": {"deletion_window_in_days": 7}}}}]) == 0
}
