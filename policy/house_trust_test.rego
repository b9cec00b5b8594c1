package writersroom.controls.house_trust

role(statement) := {"aws_iam_role": {"r": {"assume_role_policy": json.marshal({"Statement": [object.union(
	{"Effect": "Allow", "Action": "sts:AssumeRole"},
	statement,
)]})}}}

github(condition) := role({
	"Action": ["sts:AssumeRoleWithWebIdentity"],
	"Principal": {"Federated": "${aws_iam_openid_connect_provider.github.arn}"},
	"Condition": condition,
})

audience := {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}

deployment := {"token.actions.githubusercontent.com:sub": "repo:writersroom/infrastructure:environment:prod"}

cases["House.Trust"] := {
	"passes": [
		role({"Principal": {"Service": "lambda.amazonaws.com"}}),
		role({"Principal": {"AWS": "arn:aws:iam::111111111111:root"}}),
		role({"Effect": "Deny", "Principal": "*"}),
		github({"StringEquals": object.union(audience, deployment)}),
		github({"StringEquals": audience, "StringLike": {"token.actions.githubusercontent.com:sub": ["repo:writersroom/infrastructure:ref:refs/tags/*"]}}),
		role({
			"Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
			"Principal": {"Federated": "cognito-identity.amazonaws.com"},
			"Condition": {
				"StringEquals": {"cognito-identity.amazonaws.com:aud": ["${aws_cognito_identity_pool.p.id}"]},
				"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": ["authenticated"]},
			},
		}),
	],
	"fails": [
		role({"Principal": "*"}),
		role({"Principal": {"AWS": ["*"]}}),
		role({"NotPrincipal": {"AWS": "arn:aws:iam::111111111111:root"}}),
		github({}),
		github({"StringEquals": audience}),
		github({"StringEquals": deployment}),
		github({"StringNotEquals": object.union(audience, deployment)}),
		github({"StringEquals": audience, "StringLike": {"token.actions.githubusercontent.com:sub": "*"}}),
		github({"StringEquals": audience, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:writersroom/*"}}),
		github({"StringEquals": audience, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:*:environment:prod"}}),
	],
}
