package writersroom.controls.cloudwatch

# watched is an account whose people are told of one pattern.
watched(text) := {
	"stack": {"environment": "account"},
	"aws_cloudtrail": {"t": {"is_multi_region_trail": true, "cloud_watch_logs_group_arn": "${aws_cloudwatch_log_group.t.arn}:*"}},
	"aws_cloudwatch_log_group": {"t": {"retention_in_days": 365}},
	"aws_cloudwatch_log_metric_filter": {"f": {
		"log_group_name": "${aws_cloudwatch_log_group.t.name}", "pattern": text,
		"metric_transformation": {"name": "seen", "namespace": "Account", "value": "1"},
	}},
	"aws_cloudwatch_metric_alarm": {"a": {
		"namespace": "Account", "metric_name": "${aws_cloudwatch_log_metric_filter.f.metric_transformation[0].name}",
		"alarm_actions": ["${aws_sns_topic_policy.t.arn}"],
	}},
}

cases[control] := {
	"passes": [watched(pattern(event))],
	"fails": [{"stack": {"environment": "account"}}, watched(`{$.eventName=Nothing}`)],
} if {
	some control, event in events
	control != "CloudWatch.6"
}

# What an alarm has to be made of is the same for all of them.
cases["CloudWatch.6"] := {
	"passes": [
		watched(sign_in_failed),
		watched(`{ ($.eventName = ConsoleLogin) &&   ($.errorMessage = "Failed authentication") }`),
		changed("aws_cloudwatch_metric_alarm", "a", {"metric_name": "seen"}),
		changed("aws_cloudwatch_metric_alarm", "a", {"alarm_actions": ["${aws_sns_topic.t.arn}"]}),
	],
	"fails": [
		{"stack": {"environment": "account"}},
		watched(`{$.eventName=ConsoleLogin}`),
		changed("aws_cloudtrail", "t", {"cloud_watch_logs_group_arn": "${aws_cloudwatch_log_group.other.arn}:*"}),
		changed("aws_cloudtrail", "t", {"is_multi_region_trail": false}),
		changed("aws_cloudwatch_metric_alarm", "a", {"metric_name": "another"}),
		changed("aws_cloudwatch_metric_alarm", "a", {"namespace": "Another"}),
		changed("aws_cloudwatch_metric_alarm", "a", {"alarm_actions": []}),
		changed("aws_cloudwatch_metric_alarm", "a", {"actions_enabled": false}),
	],
}

sign_in_failed := `{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}`

changed(type, name, values) := object.union(watched(sign_in_failed), {type: {name: values}})

group(days) := {"aws_cloudwatch_log_group": {"g": {"name": "/writersroom/dev/api", "retention_in_days": days}}}

kept(case, environment, retained, days) := object.union(case, {"stack": {
	"environment": environment,
	"governance": {"retained": retained, "logRetentionDays": days},
}})

cases["CloudWatch.16"] := {
	"passes": [
		kept(group(14), "dev", false, 14),
		kept(group(365), "prod", true, 365),
		kept(group(14), "account", true, 14),
	],
	"fails": [
		kept(group(7), "dev", false, 14),
		kept(group(0), "dev", false, 14),
		kept(group(null), "dev", false, 14),
		kept(group(180), "prod", true, 90),
		kept(group(365), "prod", true, 731),
		kept(group(14), "account", true, 365),
		kept({"aws_cloudwatch_log_group": {"g": {"name": "g"}}}, "dev", false, 14),
	],
}
