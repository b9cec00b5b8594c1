package writersroom.controls.house_principals

policy(principal, conditions) := json.marshal({"Statement": [{
	"Effect": "Allow", "Principal": principal, "Action": "a:Do",
	"Resource": "*", "Condition": conditions,
}]})

queue(principal) := {"aws_sqs_queue_policy": {"q": {"policy": policy(principal, {})}}}

cases["House.Principals"] := {
	"passes": [
		queue({"AWS": "arn:aws:iam::111111111111:role/writersroom-dev-api"}),
		queue({"Service": ["sns.amazonaws.com"]}),
		{"aws_sqs_queue_policy": {"q": {"policy": "${known after apply}"}}},
		{"aws_secretsmanager_secret_policy": {"s": {"policy": policy("*", {"StringEquals": {"aws:PrincipalAccount": "111111111111"}})}}},
		{"aws_iam_role": {"r": {"assume_role_policy": policy(
			{"Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},
			{},
		)}}},
	],
	"fails": array.concat(
		[queue("*"), queue({"AWS": ["999999999999"]})],
		[{type: {"r": {argument: policy({"AWS": "arn:aws:iam::999999999999:root"}, {})}}} | some type, argument in policies],
	),
}
