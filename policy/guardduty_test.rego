package writersroom.controls.guardduty

cases["GuardDuty.1"] := {
	"passes": [
		{"stack": {"environment": "account"}, "aws_guardduty_detector": {"d": {"enable": true}}},
		{"stack": {"environment": "account"}, "aws_guardduty_detector": {"d": {}}},
	],
	"fails": [
		{"stack": {"environment": "account"}},
		{"stack": {"environment": "account"}, "aws_guardduty_detector": {"d": {"enable": false}}},
	],
}
