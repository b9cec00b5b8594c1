# Names say whose a thing is: roles and boundaries are bound to them.
package writersroom.controls.house_names

import data.writersroom.terraform as tf

title["House.Names"] := "what has a name carries the project's and the environment's"

# arguments are those that name a resource of a type, where it is not "name".
arguments := {
	"aws_accessanalyzer_analyzer": "analyzer_name",
	"aws_cloudwatch_composite_alarm": "alarm_name",
	"aws_cloudwatch_dashboard": "dashboard_name",
	"aws_cloudwatch_log_resource_policy": "policy_name",
	"aws_cloudwatch_metric_alarm": "alarm_name",
	"aws_codedeploy_deployment_group": "deployment_group_name",
	"aws_cognito_identity_pool": "identity_pool_name",
	"aws_cognito_user_pool_domain": "domain",
	"aws_ecs_task_definition": "family",
	"aws_elasticache_replication_group": "replication_group_id",
	"aws_elasticache_user": "user_id",
	"aws_elasticache_user_group": "user_group_id",
	"aws_lambda_function": "function_name",
	"aws_opensearch_domain": "domain_name",
	"aws_rds_cluster": "cluster_identifier",
	"aws_rds_cluster_instance": "identifier",
	"aws_s3_bucket": "bucket",
	"aws_xray_group": "group_name",
	"aws_xray_sampling_rule": "rule_name",
}

# elsewhere are types whose names are in no list of the account's: names of the DNS, names within another resource, names of AWS's.
elsewhere := {
	"aws_cognito_user_group",
	"aws_guardduty_detector_feature",
	"aws_lambda_alias",
	"aws_route53_record",
	"aws_route53_zone",
}

named[address] contains name if {
	some type in tf.types
	not type in elsewhere
	some address, resource in tf.resources(type)
	some argument in [object.get(arguments, type, "name"), "name_prefix"]
	tf.given(resource, argument)
	name := resource.values[argument]
	begins_known(name)
}

# A name that ends in an expression has to begin like any other.
begins_known(name) if not startswith(name, "${")

subject["House.Names"] contains address if some address, _ in named

fault["House.Names"] contains {
	"address": address,
	"message": sprintf("must have a name that begins with %s- or %s, has %s", [label, folder, name]),
} if {
	some address, names in named
	some name in names
	not ours(name)
}

label := sprintf("writersroom-%s", [tf.environment])

# folder is where parameters, secrets and log groups are.
folder := sprintf("/writersroom/%s/", [tf.environment])

ours(name) if startswith(name, folder)

ours(name) if {
	some pattern in patterns
	regex.match(replace(pattern, "OURS", label), name)
}

patterns := {
	`^OURS(-|$)`,
	`^alias/OURS-`,
	# Log groups that AWS names, after what is ours, or wants to be named so.
	`^aws-waf-logs-OURS-`, # https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
	`^/aws/[A-Za-z/]+/OURS[-/]`,
	`^RDSOSMetrics$`, # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.CloudWatchLogs.html
	`^API-Gateway-Execution-Logs_\$\{`,
	`^API-Gateway-Execution-Logs_[a-z0-9]+/`,
}
