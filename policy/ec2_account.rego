# What EC2 holds of a whole account: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
package writersroom.controls.ec2_account

import data.writersroom.terraform as tf

title["EC2.7"] := "volumes are encrypted, whoever makes them"

subject["EC2.7"] contains "account" if tf.environment == "account"

fault["EC2.7"] contains {"address": "account", "message": "must have an aws_ebs_encryption_by_default that is enabled"} if {
	tf.environment == "account"
	count([e | some e in tf.resources("aws_ebs_encryption_by_default"); object.get(e.values, "enabled", true) != false]) == 0
}
