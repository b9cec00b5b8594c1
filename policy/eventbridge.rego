# https://docs.aws.amazon.com/securityhub/latest/userguide/eventbridge-controls.html
package writersroom.controls.eventbridge

import data.writersroom.terraform as tf

title["EventBridge.3"] := "event buses say who may send to them"

subject["EventBridge.3"] contains address if some address, _ in tf.resources("aws_cloudwatch_event_bus")

fault["EventBridge.3"] contains {"address": address, "message": "must have an aws_cloudwatch_event_bus_policy"} if {
	some address, bus in tf.resources("aws_cloudwatch_event_bus")
	count(tf.attached("aws_cloudwatch_event_bus_policy", "event_bus_name", bus)) == 0
}
