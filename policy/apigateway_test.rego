package writersroom.controls.apigateway

stage(changed) := {"aws_api_gateway_stage": {"s": object.union({"stage_name": "live"}, changed)}}

settings_of(path, level) := {"stage_name": "${aws_api_gateway_stage.s.stage_name}", "method_path": path, "settings": {"logging_level": level}}

cases["APIGateway.1"] := {
	"passes": [
		object.union(stage({}), {"aws_api_gateway_method_settings": {"all": settings_of("*/*", "ERROR"), "one": settings_of("~1a/GET", "INFO")}}),
		object.union(stage({}), {"aws_api_gateway_method_settings": {"all": settings_of("*/*", "INFO")}}),
	],
	"fails": [
		stage({}),
		object.union(stage({}), {"aws_api_gateway_method_settings": {"all": settings_of("*/*", "OFF")}}),
		object.union(stage({}), {"aws_api_gateway_method_settings": {"one": settings_of("~1a/GET", "ERROR")}}),
		object.union(stage({}), {"aws_api_gateway_method_settings": {"all": settings_of("*/*", "ERROR"), "one": settings_of("~1a/GET", "OFF")}}),
	],
}

cases["APIGateway.2"] := {
	"passes": [stage({"client_certificate_id": "${aws_api_gateway_client_certificate.c.id}"})],
	"fails": [stage({}), stage({"client_certificate_id": ""})],
}

cases["APIGateway.3"] := {
	"passes": [stage({"xray_tracing_enabled": true})],
	"fails": [stage({}), stage({"xray_tracing_enabled": false})],
}

association(of) := {"aws_wafv2_web_acl_association": {"a": {"resource_arn": of}}}

cases["APIGateway.4"] := {
	"passes": [object.union(stage({}), association("${aws_api_gateway_stage.s.arn}"))],
	"fails": [stage({}), object.union(stage({}), association("${aws_lb.l.arn}"))],
}

cached(settings) := {"aws_api_gateway_method_settings": {"s": {"settings": settings}}}

cases["APIGateway.5"] := {
	"passes": [cached({"caching_enabled": false}), cached({}), cached({"caching_enabled": true, "cache_data_encrypted": true})],
	"fails": [cached({"caching_enabled": true}), cached({"caching_enabled": true, "cache_data_encrypted": false})],
}

api(paths) := {"aws_api_gateway_rest_api": {"a": {"body": json.marshal({"paths": paths})}}}

cases["APIGateway.8"] := {
	"passes": [
		{"aws_apigatewayv2_route": {"r": {"authorization_type": "JWT"}}},
		api({"/a": {"get": {"security": [{"writers": ["a:read"]}]}, "options": {}, "parameters": []}, "/health": {"get": {}}}),
		{"aws_api_gateway_rest_api": {"a": {"body": json.marshal({"security": [{"writers": []}], "paths": {"/a": {"get": {}}}})}}},
	],
	"fails": [
		{"aws_apigatewayv2_route": {"r": {}}},
		{"aws_apigatewayv2_route": {"r": {"authorization_type": "NONE"}}},
		api({"/a": {"get": {}}}),
		api({"/a": {"get": {"security": [{"writers": []}]}, "x-amazon-apigateway-any-method": {"security": []}}}),
	],
}

cases["APIGateway.9"] := {
	"passes": [
		stage({"access_log_settings": {"destination_arn": "${aws_cloudwatch_log_group.l.arn}"}}),
		{"aws_apigatewayv2_stage": {"s": {"access_log_settings": [{"destination_arn": "arn"}]}}},
	],
	"fails": [stage({}), {"aws_apigatewayv2_stage": {"s": {}}}],
}
