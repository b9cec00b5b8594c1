package writersroom.controls.lambda

function(changed) := {"aws_lambda_function": {"f": object.union({"runtime": "provided.al2023"}, changed)}}

cases["Lambda.1"] := {
	"passes": [{"aws_lambda_permission": {"p": {"principal": "apigateway.amazonaws.com", "source_arn": "${aws_api_gateway_rest_api.a.execution_arn}/*"}}}],
	"fails": [{"aws_lambda_permission": {"p": {"principal": "*"}}}, {"aws_lambda_permission": {"p": {"principal": "s3.amazonaws.com"}}}],
}

cases["Lambda.2"] := {
	"passes": [function({})],
	"fails": [function({"runtime": "go1.x"}), function({"runtime": "nodejs18.x"})],
}

subnets_of(zones) := {sprintf("s%d", [i]): {"availability_zone": zone} | some i, zone in zones}

in_subnets(zones) := object.union(function({"vpc_config": {"subnet_ids": [sprintf("${aws_subnet.s%d.id}", [i]) | some i, _ in zones]}}), {
	"aws_subnet": subnets_of(zones),
})

cases["Lambda.3"] := {
	"passes": [in_subnets(["us-east-1a"])],
	"fails": [function({}), function({"vpc_config": {"subnet_ids": []}})],
}

cases["Lambda.5"] := {
	"passes": [in_subnets(["us-east-1a", "us-east-1b"])],
	"fails": [in_subnets(["us-east-1a"]), in_subnets(["us-east-1a", "us-east-1a"]), function({})],
}

cases["Lambda.7"] := {
	"passes": [function({"tracing_config": {"mode": "Active"}}), function({"tracing_config": [{"mode": "Active"}]})],
	"fails": [function({}), function({"tracing_config": {"mode": "PassThrough"}})],
}
