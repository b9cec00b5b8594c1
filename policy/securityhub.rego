# https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html
package writersroom.controls.securityhub

import data.writersroom.terraform as tf

title["House.SecurityHub"] := "Security Hub holds the account to AWS's and to CIS's standards"

subject["House.SecurityHub"] contains "account" if tf.environment == "account"

fault["House.SecurityHub"] contains {"address": "account", "message": "must have an aws_securityhub_account"} if {
	tf.environment == "account"
	count(tf.resources("aws_securityhub_account")) == 0
}

fault["House.SecurityHub"] contains {"address": "account", "message": message} if {
	tf.environment == "account"
	some standard in {"aws-foundational-security-best-practices", "cis-aws-foundations-benchmark"}
	count([s |
		some s in tf.resources("aws_securityhub_standards_subscription")
		contains(s.values.standards_arn, sprintf("/%s/", [standard]))
	]) == 0
	message := sprintf("must have an aws_securityhub_standards_subscription to %s", [standard])
}

# A control that is off in the account is waived beside the resource that switches it off, like any other: so it has a last day.
title["SecurityHub.waiver"] := "controls of Security Hub are on"

subject["SecurityHub.waiver"] contains address if some address, _ in associations

fault["SecurityHub.waiver"] contains {"address": address, "message": message} if {
	some address, association in associations
	association.values.association_status == "DISABLED"
	message := sprintf("must not switch %s off without a waiver", [association.values.security_control_id])
}

associations := tf.resources("aws_securityhub_standards_control_association")
