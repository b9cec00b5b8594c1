package writersroom.controls.iam_account

right := {
	"stack": {"environment": "account"},
	"aws_iam_account_password_policy": {"p": {
		"minimum_password_length": 14, "password_reuse_prevention": 24,
		"require_lowercase_characters": true, "require_numbers": true,
		"require_symbols": true, "require_uppercase_characters": true,
	}},
	"aws_accessanalyzer_analyzer": {"a": {"type": "ACCOUNT"}},
}

nothing := {"stack": {"environment": "account"}}

passwords_with(changed) := object.union(right, {"aws_iam_account_password_policy": {"p": changed}})

passwords_without(argument) := json.remove(right, [["aws_iam_account_password_policy", "p", argument]])

cases["IAM.7"] := {
	"passes": [right],
	"fails": [nothing, passwords_with({"require_symbols": false}), passwords_without("require_numbers")],
}

cases["IAM.15"] := {
	"passes": [right, passwords_with({"minimum_password_length": 20})],
	"fails": [nothing, passwords_with({"minimum_password_length": 13}), passwords_without("minimum_password_length")],
}

cases["IAM.16"] := {
	"passes": [right],
	"fails": [nothing, passwords_with({"password_reuse_prevention": 5}), passwords_without("password_reuse_prevention")],
}

cases["IAM.28"] := {
	"passes": [right, object.union(right, {"aws_accessanalyzer_analyzer": {"a": {"type": "ORGANIZATION"}}})],
	"fails": [nothing, object.union(right, {"aws_accessanalyzer_analyzer": {"a": {"type": "ACCOUNT_UNUSED_ACCESS"}}})],
}
