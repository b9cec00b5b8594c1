package writersroom.controls.house_regions

subnet(zone) := {"aws_subnet": {"s": {"availability_zone": zone}}}

profile(model) := {"aws_bedrock_inference_profile": {"p": {"model_source": [{"copy_from": model}]}}}

granted(resource) := {"aws_iam_role_policy": {"p": {"policy": json.marshal({"Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": resource}})}}}

cases["House.Regions"] := {
	"passes": [
		subnet("us-east-1a"),
		object.union(subnet("eu-west-1a"), {"stack": {"region": "eu-west-1"}}),
		profile("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"),
		object.union(
			{"aws_cloudfront_distribution": {"d": {"web_acl_id": "arn:aws:wafv2:us-east-1:111111111111:global/webacl/w/1"}}},
			{"stack": {"region": "eu-west-1"}},
		),
		{"aws_cloudwatch_log_group": {"l": {"provider": "aws.us-east-1"}}, "stack": {"region": "eu-west-1"}},
		granted("arn:aws:sqs:us-east-1:111111111111:writersroom-dev-*"),
		granted(["arn:aws:s3:::writersroom-dev-*", "arn:aws:iam::111111111111:role/writersroom-dev-*"]),
	],
	"fails": [
		subnet("us-west-2a"),
		object.union(subnet("us-east-1a"), {"stack": {"region": "eu-west-1"}}),
		granted("arn:aws:sqs:eu-central-1:111111111111:writersroom-dev-*"),
		granted("arn:aws:sqs:*:111111111111:writersroom-dev-*"),
		profile("arn:aws:bedrock:us-east-1:111111111111:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0"),
		{"aws_lambda_function": {"f": {"environment": {"variables": {"MODEL": "global.anthropic.claude-sonnet-4-20250514-v1:0"}}}}},
		object.union(
			{"aws_cloudfront_distribution": {"d": {"web_acl_id": "arn:aws:wafv2:us-west-2:111111111111:global/webacl/w/1"}}},
			{"stack": {"region": "eu-west-1"}},
		),
	],
}

with_second_provider(region) := object.union(one, {"provider": {"aws": array.concat(one.provider.aws, [{"alias": "second", "region": region}])}}) if {
	one := data.writersroom.cases_test.stack({"stack": {"region": "eu-west-1"}})
}

test_a_second_provider_is_for_cloudfront if {
	count(fault["House.Regions"]) == 0 with input as with_second_provider("us-east-1")
	count(fault["House.Regions"]) == 1 with input as with_second_provider("us-west-2")
}
