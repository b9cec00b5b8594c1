# https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
package writersroom.controls.cloudwatch

import data.writersroom.terraform as tf

# CloudWatch.1 to CloudWatch.14: what of the trail people are told of

title[control] := sprintf("people are told of %s", [event.of]) if event := events[control]

subject[control] contains "account" if {
	tf.environment == "account"
	events[control]
}

fault[control] contains {"address": "account", "message": message} if {
	tf.environment == "account"
	event := events[control]
	wanted := pattern(event)
	count([filter | some filter in counted(wanted); some alarm in alarms(filter); tells(alarm)]) == 0
	message := sprintf(
		"must have an aws_cloudwatch_log_metric_filter of the trail's log group with the pattern %s, and an alarm of its metric that tells a topic",
		[wanted],
	)
}

# counted are the filters of that pattern on the log group of a trail of all regions. Security Hub compares it with its own; what is
# between the words is all that may differ.
counted(wanted) := {filter |
	some filter in tf.resources("aws_cloudwatch_log_metric_filter")
	words(filter.values.pattern) == words(wanted)
	some trail in tf.resources("aws_cloudtrail")
	trail.values.is_multi_region_trail == true
	count(tf.refers(trail, "cloud_watch_logs_group_arn") & tf.refers(filter, "log_group_name")) > 0
}

words(text) := regex.replace(text, `\s`, "")

# alarms are those of a filter's metric, by reference or by its name.
alarms(filter) := {alarm |
	some alarm in tf.resources("aws_cloudwatch_metric_alarm")
	metric := tf.block(filter.values, "metric_transformation")
	alarm.values.namespace == metric.namespace
	of_metric(alarm, filter, metric)
}

of_metric(alarm, filter, _) if filter.address in tf.refers(alarm, "metric_name")

of_metric(alarm, _, metric) if alarm.values.metric_name == metric.name

tells(alarm) if {
	object.get(alarm.values, "actions_enabled", true) != false
	some address in tf.refers(alarm, "alarm_actions")
	regex.match(`^aws_sns_topic(_policy)?\.`, address)
}

events := {
	"CloudWatch.1": {
		"of": "what the root user does",
		"pattern": `{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`,
	},
	"CloudWatch.2": {
		"of": "calls that are denied",
		"pattern": `{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`,
	},
	"CloudWatch.3": {
		"of": "sign-ins without a second factor",
		"all": [
			`($.eventName = "ConsoleLogin")`, `($.additionalEventData.MFAUsed != "Yes")`, `($.userIdentity.type = "IAMUser")`,
			`($.responseElements.ConsoleLogin = "Success")`,
		],
	},
	"CloudWatch.4": {"of": "changes of IAM policies", "service": "iam", "calls": [
		"DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy", "CreatePolicy",
		"DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy",
		"DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy",
	]},
	"CloudWatch.5": {
		"of": "changes of trails",
		"calls": ["CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"],
	},
	"CloudWatch.6": {
		"of": "sign-ins that fail",
		"pattern": `{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}`,
	},
	"CloudWatch.7": {"of": "keys that are disabled or deleted", "service": "kms", "calls": ["DisableKey", "ScheduleKeyDeletion"]},
	"CloudWatch.8": {"of": "changes of bucket policies", "service": "s3", "calls": [
		"PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication", "DeleteBucketPolicy",
		"DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication",
	]},
	"CloudWatch.9": {
		"of": "changes of what Config records",
		"service": "config", "calls": [
			"StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel",
			"PutConfigurationRecorder",
		],
	},
	"CloudWatch.10": {"of": "changes of security groups", "calls": [
		"AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress",
		"CreateSecurityGroup", "DeleteSecurityGroup",
	]},
	"CloudWatch.11": {"of": "changes of network ACLs", "calls": [
		"CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry",
		"ReplaceNetworkAclAssociation",
	]},
	"CloudWatch.12": {"of": "changes of gateways", "calls": [
		"CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway", "DeleteInternetGateway",
		"DetachInternetGateway",
	]},
	"CloudWatch.13": {"of": "changes of routes", "service": "ec2", "calls": [
		"CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable", "DeleteRoute",
		"DisassociateRouteTable",
	]},
	"CloudWatch.14": {"of": "changes of VPCs", "calls": [
		"CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection",
		"DeleteVpcPeeringConnection", "RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc",
		"DisableVpcClassicLink", "EnableVpcClassicLink",
	]},
}

# pattern is the event's own, or that of all its conditions, or of any of its calls.
pattern(event) := event.pattern

pattern(event) := sprintf("{%s}", [concat(" && ", event.all)])

pattern(event) := sprintf("{%s}", [any_of(event.calls)]) if not event.service

pattern(event) := sprintf("{($.eventSource=%s.amazonaws.com) && (%s)}", [event.service, any_of(event.calls)])

any_of(names) := concat(" || ", [sprintf("($.eventName=%s)", [name]) | some name in names])

# CloudWatch.16: how long logs are kept

title["CloudWatch.16"] := "logs are kept as long as the environment says, and for a year where data is retained"

subject["CloudWatch.16"] contains address if some address, _ in tf.resources("aws_cloudwatch_log_group")

fault["CloudWatch.16"] contains {"address": address, "message": message} if {
	some address, group in tf.resources("aws_cloudwatch_log_group")
	not long_enough(group)
	message := sprintf("must have retention_in_days of at least %d, has %v", [least, object.get(group.values, "retention_in_days", null)])
}

# A log group without an end is none that anybody decided on.
long_enough(group) if {
	days := group.values.retention_in_days
	is_number(days)
	days >= least
}

# What an expression makes of it, a plan shows.
long_enough(group) if {
	days := group.values.retention_in_days
	not tf.known(days)
}

least := max({tf.log_retention_days, 365}) if {
	production
} else := tf.log_retention_days

# production is retained, as is the account, whose past is in the trail's bucket: its log groups are kept as its environments' are.
production if {
	tf.retained
	tf.environment != "account"
}
