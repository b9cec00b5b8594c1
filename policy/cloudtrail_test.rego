package writersroom.controls.cloudtrail

right := {
	"stack": {"environment": "account"},
	"aws_cloudtrail": {"t": {
		"s3_bucket_name": "${aws_s3_bucket_policy.b.bucket}", "kms_key_id": "${aws_kms_key.k.arn}",
		"cloud_watch_logs_group_arn": "${aws_cloudwatch_log_group.t.arn}:*", "cloud_watch_logs_role_arn": "${aws_iam_role.t.arn}",
		"enable_logging": true, "enable_log_file_validation": true, "is_multi_region_trail": true,
		"event_selector": [{"include_management_events": true, "read_write_type": "All"}],
	}},
	"aws_s3_bucket": {"b": {"bucket": "b"}},
	"aws_s3_bucket_policy": {"b": {"bucket": "${aws_s3_bucket.b.id}", "policy": "{}"}},
	"aws_s3_bucket_public_access_block": {"b": {
		"bucket": "${aws_s3_bucket.b.id}",
		"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true,
	}},
	"aws_s3_bucket_logging": {"b": {"bucket": "b", "target_bucket": "logs"}},
}

with_(changed) := object.union(right, {"aws_cloudtrail": {"t": changed}})

without(argument) := json.remove(right, [["aws_cloudtrail", "t", argument]])

cases["CloudTrail.1"] := {
	"passes": [right, with_({"event_selector": [{"read_write_type": "ReadOnly"}, {"read_write_type": "All"}]})],
	"fails": [
		{"stack": {"environment": "account"}},
		with_({"enable_logging": false}),
		with_({"is_multi_region_trail": false}),
		without("is_multi_region_trail"),
		without("event_selector"),
		with_({"event_selector": [{"include_management_events": false}]}),
		with_({"event_selector": [{"read_write_type": "WriteOnly"}]}),
		with_({"event_selector": [{"exclude_management_event_sources": ["kms.amazonaws.com"]}]}),
	],
}

cases["CloudTrail.2"] := {"passes": [right], "fails": [without("kms_key_id")]}

cases["CloudTrail.4"] := {
	"passes": [right],
	"fails": [with_({"enable_log_file_validation": false}), without("enable_log_file_validation")],
}

cases["CloudTrail.5"] := {
	"passes": [right],
	"fails": [without("cloud_watch_logs_group_arn"), without("cloud_watch_logs_role_arn")],
}

cases["CloudTrail.6"] := {
	"passes": [right, with_({"s3_bucket_name": "${aws_s3_bucket.b.id}"})],
	"fails": [
		json.remove(right, ["aws_s3_bucket_public_access_block"]),
		with_({"s3_bucket_name": "somewhere-else"}),
	],
}

cases["CloudTrail.7"] := {
	"passes": [right],
	"fails": [json.remove(right, ["aws_s3_bucket_logging"]), with_({"s3_bucket_name": "somewhere-else"})],
}
