package writersroom.controls.house_names

topic(name) := {"aws_sns_topic": {"t": {"name": name}}}

log_group(name) := {"aws_cloudwatch_log_group": {"l": {"name": name}}}

of(environment, case) := object.union(case, {"stack": {"environment": environment}})

cases["House.Names"] := {
	"passes": [
		topic("writersroom-dev-alerts"),
		of("account", topic("writersroom-account-alerts")),
		of("pr-12", topic("writersroom-pr-12-alerts")),
		{"aws_ecs_cluster": {"c": {"name": "writersroom-dev"}}, "aws_lambda_alias": {"a": {"name": "live"}}},
		{"aws_kms_alias": {"a": {"name": "alias/writersroom-dev-data"}}},
		{"aws_sagemaker_model": {"m": {"name": "writersroom-dev-endpoint-${terraform_data.r.id}"}}},
		{"aws_sagemaker_endpoint_configuration": {"m": {"name_prefix": "writersroom-dev-endpoint-"}}},
		object.union(
			{"aws_route53_zone": {"z": {"name": "writersroom.example"}}},
			{"aws_ssm_parameter": {"p": {"name": "/writersroom/dev/storage/documents-table"}}},
		),
		log_group("/writersroom/dev/functions/api"),
		log_group("/aws/ecs/containerinsights/writersroom-dev/performance"),
		log_group("/aws/rds/cluster/writersroom-dev-aurora/postgresql"),
		log_group("aws-waf-logs-writersroom-dev-api"),
		log_group("API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.a.id}/live"),
	],
	"fails": array.concat(
		[{type: {"r": {argument: "mine"}}} | some type, argument in arguments],
		[
			topic("alerts"),
			topic("writersroom-prod-alerts"),
			topic("writersroom-development-alerts"),
			of("pr-12", topic("writersroom-pr-1-alerts")),
			{"aws_sns_topic": {"t": {"name_prefix": "alerts-"}}},
			{"aws_s3_bucket": {"b": {"bucket": "manuscripts-111111111111"}}},
			{"aws_kms_alias": {"a": {"name": "alias/data"}}},
			log_group("/writersroom/prod/functions/api"),
			log_group("/aws/lambda/api"),
			{"aws_ssm_parameter": {"p": {"name": "/storage/documents-table"}}},
		],
	),
}
