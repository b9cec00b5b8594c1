package writersroom.controls.house_public

document(changed) := json.marshal({"Version": "2012-10-17", "Statement": [object.union(object.remove(open, object.keys(changed)), changed)]})

open := {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "a:B", "Resource": "*"}

bucket_policy(changed) := {"aws_s3_bucket_policy": {"p": {"policy": document(changed)}}}

on(operator, key, value) := bucket_policy({"Condition": {operator: {key: value}}})

permission(values) := {"aws_lambda_permission": {"p": object.union({"action": "lambda:InvokeFunction"}, values)}}

cases["House.Public"] := {
	"passes": [
		bucket_policy({"Principal": {"AWS": ["arn:aws:iam::111111111111:root"]}}),
		bucket_policy({"Principal": {"Service": "logging.s3.amazonaws.com"}}),
		bucket_policy({"Effect": "Deny"}),
		bucket_policy({"Effect": "Deny", "Principal": "*"}),
		on("StringEquals", "aws:PrincipalOrgID", "o-1"),
		on("StringEquals", "AWS:SourceAccount", ["111111111111"]),
		on("ArnLike", "aws:SourceArn", ["arn:aws:sns:us-east-1:111111111111:*"]),
		on("StringEquals", "aws:SourceVpce", "${aws_vpc_endpoint.s3.id}"),
		{"aws_kms_key": {"k": {"policy": document({"Condition": {"StringEquals": {"kms:CallerAccount": "111111111111"}}})}}},
		permission({"principal": "apigateway.amazonaws.com", "source_arn": "${aws_api_gateway_rest_api.a.execution_arn}/*"}),
		permission({"principal": "*", "principal_org_id": "o-1"}),
		permission({"principal": "111111111111"}),
	],
	"fails": array.concat(
		[{type: {"r": {argument: document({})}}} | some type, argument in arguments],
		[
			bucket_policy({"Principal": "*"}),
			{"aws_s3_bucket_policy": {"p": {"policy": json.marshal({"Statement": {
				"Sid": "AllButOne", "Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "s3:GetObject",
			}})}}},
			on("StringEquals", "aws:SecureTransport", "true"),
			on("StringNotEquals", "aws:PrincipalAccount", "111111111111"),
			on("StringEqualsIfExists", "aws:SourceAccount", "111111111111"),
			on("StringLike", "aws:PrincipalArn", "*"),
			on("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*"),
			on("StringEquals", "aws:SourceAccount", ["111111111111", "*"]),
			permission({"principal": "*"}),
			permission({"principal": "s3.amazonaws.com"}),
			permission({"principal": "s3.amazonaws.com", "source_arn": ""}),
		],
	),
}
