package writersroom.controls.sqs

queue(values) := {"aws_sqs_queue": {"q": values}}

policy(statement) := json.marshal({"Statement": [object.union({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}, statement)]})

queue_with(statement) := {
	"aws_sqs_queue": {"q": {}},
	"aws_sqs_queue_policy": {"q": {"queue_url": "${aws_sqs_queue.q.url}", "policy": policy(statement)}},
}

cases["SQS.1"] := {
	"passes": [queue({"kms_master_key_id": "${aws_kms_key.k.arn}"}), queue({"sqs_managed_sse_enabled": true})],
	"fails": [queue({}), queue({"sqs_managed_sse_enabled": false})],
}

cases["SQS.3"] := {
	"passes": [
		queue({}),
		queue_with({"Principal": {"Service": "sns.amazonaws.com"}}),
		queue_with({"Principal": "*", "Effect": "Deny"}),
	],
	"fails": [queue_with({"Principal": "*"}), queue({"policy": policy({"Principal": {"AWS": "*"}})})],
}
