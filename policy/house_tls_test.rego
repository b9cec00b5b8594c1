package writersroom.controls.house_tls

refusal := {
	"Sid": "OnlyTLS", "Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["sns:Publish"], "Resource": ["*"],
	"Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
}

topic(statement) := {
	"aws_sns_topic": {"t": {"name": "t"}},
	"aws_sns_topic_policy": {"t": {"arn": "${aws_sns_topic.t.arn}", "policy": json.marshal({"Statement": [statement]})}},
}

cluster(engine, parameter) := {
	"aws_rds_cluster": {"c": {"engine": engine, "db_cluster_parameter_group_name": "${aws_rds_cluster_parameter_group.g.name}"}},
	"aws_rds_cluster_parameter_group": {"g": {"parameter": [{"name": "log_connections", "value": "1"}, parameter]}},
}

cases["House.TLS"] := {
	"passes": [
		topic(refusal),
		topic(object.union(refusal, {"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}})),
		{
			"aws_sqs_queue": {"q": {"name": "q"}},
			"aws_sqs_queue_policy": {"q": {"queue_url": "${aws_sqs_queue.q.url}", "policy": "${known after apply}"}},
		},
		{
			"aws_secretsmanager_secret": {"s": {"name": "s"}},
			"aws_secretsmanager_secret_policy": {"s": {
				"secret_arn": "${aws_secretsmanager_secret.s.arn}",
				"policy": json.marshal({"Statement": refusal}),
			}},
		},
		cluster("aurora-postgresql", {"name": "rds.force_ssl", "value": "1"}),
		cluster("aurora-mysql", {"name": "require_secure_transport", "value": "ON"}),
	],
	"fails": array.concat(
		[
			topic(object.union(refusal, {"Effect": "Allow"})),
			topic(object.union(refusal, {"Principal": {"AWS": "arn:aws:iam::111111111111:root"}})),
			topic(object.union(refusal, {"Condition": {"StringEquals": {"aws:PrincipalAccount": "999999999999"}}})),
			topic(object.union(object.remove(refusal, ["Condition"]), {"Condition": {"Bool": {"aws:SecureTransport": ["true"]}}})),
			cluster("aurora-postgresql", {"name": "rds.force_ssl", "value": "0"}),
			{"aws_rds_cluster": {"c": {"engine": "aurora-postgresql"}}},
		],
		[{type: {"r": {}}} | some type, _ in policies],
	),
}
