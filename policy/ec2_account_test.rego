package writersroom.controls.ec2_account

cases["EC2.7"] := {
	"passes": [{"stack": {"environment": "account"}, "aws_ebs_encryption_by_default": {"e": {"enabled": true}}}],
	"fails": [
		{"stack": {"environment": "account"}},
		{"stack": {"environment": "account"}, "aws_ebs_encryption_by_default": {"e": {"enabled": false}}},
	],
}
