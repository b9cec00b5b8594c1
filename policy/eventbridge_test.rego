package writersroom.controls.eventbridge

bus := {"aws_cloudwatch_event_bus": {"b": {"name": "writersroom-dev-b"}}}

cases["EventBridge.3"] := {
	"passes": [object.union(bus, {"aws_cloudwatch_event_bus_policy": {"p": {"event_bus_name": "${aws_cloudwatch_event_bus.b.name}"}}})],
	"fails": [bus],
}
