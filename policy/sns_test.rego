package writersroom.controls.sns

topic(values) := {"aws_sns_topic": {"t": values}}

policy(statement) := json.marshal({"Statement": [object.union({"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}, statement)]})

topic_with(statement) := {
	"aws_sns_topic": {"t": {}},
	"aws_sns_topic_policy": {"t": {"arn": "${aws_sns_topic.t.arn}", "policy": policy(statement)}},
}

cases["SNS.1"] := {
	"passes": [topic({"kms_master_key_id": "${aws_kms_key.k.arn}"})],
	"fails": [topic({}), topic({"kms_master_key_id": ""})],
}

cases["SNS.4"] := {
	"passes": [
		topic({}),
		topic_with({"Principal": {"Service": "cloudwatch.amazonaws.com"}}),
		topic_with({"Principal": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}}}),
	],
	"fails": [topic_with({"Principal": "*"}), topic({"policy": policy({"Principal": {"AWS": "*"}})})],
}
