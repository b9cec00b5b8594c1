package writersroom.controls.house_wildcards

statement(changed) := json.marshal({"Version": "2012-10-17", "Statement": [object.union(
	{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*"]},
	changed,
)]})

role(changed) := {"aws_iam_role_policy": {"p": {"policy": statement(changed)}}}

key(changed) := {"aws_kms_key": {"k": {"policy": statement(object.union(
	{"Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": ["kms:DescribeKey"], "Resource": ["*"]},
	changed,
))}}}

cases["House.Wildcards"] := {
	"passes": [
		role({}),
		role({"Effect": "Deny", "Action": "*", "Resource": "*"}),
		role({"Action": ["xray:PutTraceSegments", "ec2:DescribeSubnets"], "Resource": "*"}),
		role({"Action": ["logs:CreateLogDelivery"], "Resource": ["*"]}),
		key({}),
		{
			"aws_iam_policy": {"p": {"policy": statement({"Action": ["s3:*"], "Resource": ["*"]})}},
			"aws_iam_role": {"r": {"permissions_boundary": "${aws_iam_policy.p.arn}"}},
			"aws_iam_role_policy": {"p": {"policy": statement({})}},
		},
	],
	"fails": [
		role({"Action": "s3:Get*"}),
		role({"Action": ["s3:ListBucket", "*"]}),
		role({"Resource": "*"}),
		role({"Action": ["xray:PutTraceSegments", "s3:GetObject"], "Resource": "*"}),
		{"aws_iam_role_policy": {"p": {"policy": json.marshal({"Statement": [{
			"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b/*",
		}]})}}},
		{"aws_iam_policy": {"p": {"policy": statement({"Resource": "*"})}}},
		key({"Action": "kms:*"}),
	],
}
