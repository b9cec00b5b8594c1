# https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html
package writersroom.controls.apigateway

import data.writersroom.terraform as tf

stages := tf.resources("aws_api_gateway_stage")

subject[control] contains address if {
	some control in ["APIGateway.1", "APIGateway.2", "APIGateway.3", "APIGateway.4", "APIGateway.9"]
	some address, _ in stages
}

title["APIGateway.1"] := "stages of REST APIs log what becomes of requests"

fault["APIGateway.1"] contains {
	"address": address,
	"message": "must have an aws_api_gateway_method_settings of */* with logging_level ERROR or INFO",
} if {
	some address, stage in stages
	not logs(stage)
}

logs(stage) if {
	some settings in tf.attached("aws_api_gateway_method_settings", "stage_name", stage)
	settings.values.method_path == "*/*"
	tf.block(settings.values, "settings").logging_level in {"ERROR", "INFO"}
}

# A method's own settings take the place of those of all.
fault["APIGateway.1"] contains {
	"address": stage,
	"message": sprintf("must log what becomes of requests, does not for %s", [settings.values.method_path]),
} if {
	some stage, of in stages
	some settings in tf.attached("aws_api_gateway_method_settings", "stage_name", of)
	tf.block(settings.values, "settings").logging_level == "OFF"
}

title["APIGateway.2"] := "stages of REST APIs show their backends a certificate"

fault["APIGateway.2"] contains {"address": address, "message": "must have a client_certificate_id"} if {
	some address, stage in stages
	not tf.given(stage, "client_certificate_id")
}

title["APIGateway.3"] := "stages of REST APIs are traced"

fault["APIGateway.3"] contains {"address": address, "message": "must have xray_tracing_enabled true"} if {
	some address, stage in stages
	not tf.on(stage, "xray_tracing_enabled")
}

title["APIGateway.4"] := "stages of REST APIs have a firewall"

fault["APIGateway.4"] contains {"address": address, "message": "must have an aws_wafv2_web_acl_association"} if {
	some address, stage in stages
	count(tf.attached("aws_wafv2_web_acl_association", "resource_arn", stage)) == 0
}

title["APIGateway.5"] := "answers that APIs cache are encrypted"

subject["APIGateway.5"] contains address if some address, _ in tf.resources("aws_api_gateway_method_settings")

fault["APIGateway.5"] contains {"address": address, "message": "must have cache_data_encrypted true, or no cache"} if {
	some address, of in tf.resources("aws_api_gateway_method_settings")
	settings := tf.block(of.values, "settings")
	tf.yes(settings.caching_enabled)
	not encrypted(settings)
}

encrypted(settings) if tf.yes(settings.cache_data_encrypted)

# Security Hub looks at the routes of HTTP APIs. Those of a REST API are in its description, and no better without.
title["APIGateway.8"] := "routes of APIs ask who calls"

subject["APIGateway.8"] contains address if some address, _ in tf.resources("aws_apigatewayv2_route")

subject["APIGateway.8"] contains address if some address, _ in tf.resources("aws_api_gateway_rest_api")

fault["APIGateway.8"] contains {"address": address, "message": "must have an authorization_type"} if {
	some address, route in tf.resources("aws_apigatewayv2_route")
	object.get(route.values, "authorization_type", "NONE") in {"NONE", "", null}
}

fault["APIGateway.8"] contains {
	"address": address,
	"message": sprintf("must have a security requirement for %s %s", [upper(method), path]),
} if {
	some address, api in tf.resources("aws_api_gateway_rest_api")
	json.is_valid(api.values.body)
	body := json.unmarshal(api.values.body)
	some path, methods in body.paths
	some method, operation in methods
	method in {"delete", "get", "head", "patch", "post", "put", "x-amazon-apigateway-any-method"}
	not path in for_anybody
	count(object.get(operation, "security", object.get(body, "security", []))) == 0
}

# for_anybody are the paths that answer without asking: whoever watches the API has no account. Browsers say nothing of themselves when
# they ask whether they may (OPTIONS).
for_anybody := {"/health"}

title["APIGateway.9"] := "stages of APIs log requests"

subject["APIGateway.9"] contains address if some address, _ in tf.resources("aws_apigatewayv2_stage")

fault["APIGateway.9"] contains {"address": address, "message": "must have access_log_settings"} if {
	some address, stage in object.union(stages, tf.resources("aws_apigatewayv2_stage"))
	not logs_requests(stage)
}

logs_requests(stage) if tf.block(stage.values, "access_log_settings").destination_arn
