package writersroom.controls.iam

document(statement) := json.marshal({"Version": "2012-10-17", "Statement": [object.union(
	{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*"]},
	statement,
)]})

role_policy(statement) := {"aws_iam_role_policy": {"p": {"policy": document(statement)}}}

managed_policy(statement) := {"aws_iam_policy": {"p": {"name": "writersroom-dev-p", "policy": document(statement)}}}

# Policies in which such a statement grants nothing; and the same policies where it does.
ceilings(statement) := [
	role_policy(object.union(statement, {"Effect": "Deny"})),
	object.union_n([managed_policy(statement), role_policy({}), {"aws_iam_role": {"r": {"permissions_boundary": "${aws_iam_policy.p.arn}"}}}]),
	object.union_n([managed_policy(statement), role_policy({}), {"aws_iam_policy": {"p": {"name": "writersroom-account-boundary"}}}]),
]

attachments(statement) := [object.union(boundary, attachment) |
	boundary := ceilings(statement)[1]
	some attachment in [
		{"aws_iam_role_policy_attachment": {"a": {"policy_arn": "${aws_iam_policy.p.arn}"}}},
		{"aws_iam_role": {"other": {"managed_policy_arns": ["${aws_iam_policy.p.arn}"]}}},
	]
]

grants(statement) := array.concat(attachments(statement), [
	role_policy(statement),
	managed_policy(statement),
	{"aws_iam_user_policy": {"p": {"policy": document(statement)}}},
	{"aws_iam_group_policy": {"p": {"policy": document(statement)}}},
])

cases["IAM.1"] := {
	"passes": array.concat(
		[role_policy({}), managed_policy({}), role_policy({"Action": "s3:*"})],
		ceilings({"Action": "*", "Resource": "*"}),
	),
	"fails": array.concat(
		grants({"Action": "*", "Resource": "*"}),
		[
			role_policy({"Action": ["*:*"], "Resource": ["*"]}),
			{"aws_iam_role_policy": {"p": {"policy": json.marshal({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}})}}},
		],
	),
}

cases["IAM.21"] := {
	"passes": array.concat([role_policy({}), role_policy({"Action": "s3:Get*"})], ceilings({"Action": "s3:*"})),
	"fails": array.concat(grants({"Action": "s3:*"}), [role_policy({"Action": ["s3:GetObject", "dynamodb:*"]})]),
}
