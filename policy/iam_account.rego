# What IAM holds of a whole account: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html
package writersroom.controls.iam_account

import data.writersroom.terraform as tf

title := {
	"IAM.7": "passwords are not simple",
	"IAM.15": "passwords are long",
	"IAM.16": "passwords are not used again",
	"IAM.28": "the account is told what lets outsiders in",
}

subject[control] contains "account" if {
	tf.environment == "account"
	some control, _ in title
}

# An account without a policy takes AWS's, which keeps none of these.
passwords := [p.values | some p in tf.resources("aws_iam_account_password_policy")]

fault["IAM.7"] contains {"address": "account", "message": message} if {
	tf.environment == "account"
	some kind in {"require_lowercase_characters", "require_numbers", "require_symbols", "require_uppercase_characters"}
	count([p | some p in passwords; p[kind] == true]) == 0
	message := sprintf("must have an aws_iam_account_password_policy with %s", [kind])
}

fault["IAM.15"] contains {"address": "account", "message": message} if {
	tf.environment == "account"
	count([p | some p in passwords; p.minimum_password_length >= 14]) == 0
	message := "must have an aws_iam_account_password_policy with a minimum_password_length of at least 14"
}

fault["IAM.16"] contains {"address": "account", "message": message} if {
	tf.environment == "account"
	count([p | some p in passwords; p.password_reuse_prevention == 24]) == 0
	message := "must have an aws_iam_account_password_policy with a password_reuse_prevention of 24"
}

fault["IAM.28"] contains {"address": "account", "message": "must have an aws_accessanalyzer_analyzer of type ACCOUNT or ORGANIZATION"} if {
	tf.environment == "account"
	count([a |
		some a in tf.resources("aws_accessanalyzer_analyzer")
		object.get(a.values, "type", "ACCOUNT") in {"ACCOUNT", "ORGANIZATION"}
	]) == 0
}
