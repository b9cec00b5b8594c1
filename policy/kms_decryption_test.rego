package writersroom.controls.kms_decryption

policy(action, resource) := {"policy": json.marshal({"Statement": {"Effect": "Allow", "Action": action, "Resource": resource}})}

one := "arn:aws:kms:us-east-1:111111111111:key/1234"

cases["KMS.1"] := {
	"passes": [
		{"aws_iam_policy": {"p": policy("kms:Decrypt", one)}},
		{"aws_iam_policy": {"p": policy("kms:DescribeKey", "*")}},
		{
			"aws_iam_policy": {"p": policy("kms:Decrypt", one), "b": policy("kms:*", "*")},
			"aws_iam_role": {"r": {"permissions_boundary": "${aws_iam_policy.b.arn}"}},
		},
	],
	"fails": [
		{"aws_iam_policy": {"p": policy("kms:Decrypt", "*")}},
		{"aws_iam_policy": {"p": policy(["kms:DescribeKey", "kms:ReEncrypt*"], [one, "arn:aws:kms:us-east-1:111111111111:key/*"])}},
	],
}

cases["KMS.2"] := {
	"passes": [{"aws_iam_role_policy": {"p": policy("kms:Decrypt", [one, "${aws_kms_key.k.arn}"])}}],
	"fails": [
		{"aws_iam_role_policy": {"p": policy("kms:Decrypt", "*")}},
		{"aws_iam_role_policy": {"p": policy("kms:*", "arn:aws:kms:*:111111111111:*")}},
		{"aws_iam_role_policy": {"p": policy("*", "*")}},
		{"aws_iam_user_policy": {"p": policy("kms:D*", "*")}},
	],
}
