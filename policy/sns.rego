# https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html
package writersroom.controls.sns

import data.writersroom.access
import data.writersroom.terraform as tf

topics := tf.resources("aws_sns_topic")

title["SNS.1"] := "topics are encrypted at rest"

subject["SNS.1"] contains address if some address, _ in topics

fault["SNS.1"] contains {"address": address, "message": "must have a kms_master_key_id"} if {
	some address, topic in topics
	not tf.given(topic, "kms_master_key_id")
}

title["SNS.4"] := "no topic is public"

subject["SNS.4"] contains address if some address, _ in topics

fault["SNS.4"] contains {"address": address, "message": sprintf("must not let everybody in, as statement %q does", [s.sid])} if {
	some address, topic in topics
	some policy in policies(topic)
	some s in tf.statements(policy)
	access.public(s)
}

policies(topic) := {p.values.policy | some p in tf.attached("aws_sns_topic_policy", "arn", topic)} | {policy |
	tf.given(topic, "policy")
	policy := topic.values.policy
}
