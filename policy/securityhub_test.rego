package writersroom.controls.securityhub

right := {
	"stack": {"environment": "account"},
	"aws_securityhub_account": {"a": {}},
	"aws_securityhub_standards_subscription": {
		"fsbp": {"standards_arn": "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"},
		"cis": {"standards_arn": "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/3.0.0"},
	},
}

cases["House.SecurityHub"] := {
	"passes": [right],
	"fails": [
		{"stack": {"environment": "account"}},
		json.remove(right, ["aws_securityhub_account"]),
		json.remove(right, [["aws_securityhub_standards_subscription", "fsbp"]]),
		json.remove(right, [["aws_securityhub_standards_subscription", "cis"]]),
	],
}

association(status) := {"aws_securityhub_standards_control_association": {"a": {
	"security_control_id": "Macie.1",
	"association_status": status,
}}}

cases["SecurityHub.waiver"] := {
	"passes": [
		association("ENABLED"),
	],
	"fails": [association("DISABLED")],
}
