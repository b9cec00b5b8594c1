# https://docs.aws.amazon.com/securityhub/latest/userguide/stepfunctions-controls.html
package writersroom.controls.stepfunctions

import data.writersroom.terraform as tf

title["StepFunctions.1"] := "workflows log"

subject["StepFunctions.1"] contains address if some address, _ in tf.resources("aws_sfn_state_machine")

fault["StepFunctions.1"] contains {
	"address": address,
	"message": "must have a logging_configuration with a log_destination, of a level other than OFF",
} if {
	some address, workflow in tf.resources("aws_sfn_state_machine")
	not logs(workflow)
}

logs(workflow) if {
	logging := tf.block(workflow.values, "logging_configuration")
	logging.level in {"ALL", "ERROR", "FATAL"}
	logging.log_destination
}
