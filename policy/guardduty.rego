# https://docs.aws.amazon.com/securityhub/latest/userguide/guardduty-controls.html
package writersroom.controls.guardduty

import data.writersroom.terraform as tf

title["GuardDuty.1"] := "GuardDuty watches the account"

subject["GuardDuty.1"] contains "account" if tf.environment == "account"

fault["GuardDuty.1"] contains {"address": "account", "message": "must have an aws_guardduty_detector that is enabled"} if {
	tf.environment == "account"
	count([d | some d in tf.resources("aws_guardduty_detector"); object.get(d.values, "enable", true) != false]) == 0
}
