package writersroom.controls.stepfunctions

workflow(values) := {"aws_sfn_state_machine": {"w": values}}

cases["StepFunctions.1"] := {
	"passes": [workflow({"logging_configuration": {"level": "ALL", "log_destination": "${aws_cloudwatch_log_group.l.arn}:*"}})],
	"fails": [
		workflow({}),
		workflow({"logging_configuration": {"level": "OFF", "log_destination": "${aws_cloudwatch_log_group.l.arn}:*"}}),
		workflow({"logging_configuration": {"level": "ALL"}}),
	],
}
