# https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html
package writersroom.controls.sqs

import data.writersroom.access
import data.writersroom.terraform as tf

queues := tf.resources("aws_sqs_queue")

title["SQS.1"] := "queues are encrypted at rest"

subject["SQS.1"] contains address if some address, _ in queues

fault["SQS.1"] contains {"address": address, "message": "must have a kms_master_key_id, or sqs_managed_sse_enabled = true"} if {
	some address, queue in queues
	not encrypted(queue)
}

encrypted(queue) if tf.given(queue, "kms_master_key_id")

encrypted(queue) if queue.values.sqs_managed_sse_enabled == true

title["SQS.3"] := "no queue is public"

subject["SQS.3"] contains address if some address, _ in queues

fault["SQS.3"] contains {"address": address, "message": sprintf("must not let everybody in, as statement %q does", [s.sid])} if {
	some address, queue in queues
	some policy in policies(queue)
	some s in tf.statements(policy)
	access.public(s)
}

policies(queue) := {p.values.policy | some p in tf.attached("aws_sqs_queue_policy", "queue_url", queue)} | {policy |
	tf.given(queue, "policy")
	policy := queue.values.policy
}
