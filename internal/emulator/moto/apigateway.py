"""Amazon API Gateway: what of an OpenAPI document moto does not import, method settings that are taken away, deployments in use."""

import json

from moto.apigateway.exceptions import StageStillActive
from moto.apigateway.models import APIGatewayBackend, RestAPI, Stage

from extend import replaces

INTEGRATION, VALIDATOR = "x-amazon-apigateway-integration", "x-amazon-apigateway-request-validator"


# apigateway:PutRestApi: authorizers of user pools, scopes, request validators, models, gateway responses, and what the document says
# of the API itself. In mode overwrite, what is not in the document is gone.
@replaces(APIGatewayBackend)
def put_rest_api(original, self, function_id, api_doc, fail_on_warnings, mode="merge"):
    api = self.get_rest_api(function_id)
    if mode == "overwrite":
        api.authorizers, api.request_validators, api.models, api.gateway_responses = {}, {}, {}, {}
        api.description = api_doc["info"].get("description", "")
        endpoint = api_doc.get("x-amazon-apigateway-endpoint-configuration", {})
        api.disableExecuteApiEndpoint = endpoint.get("disableExecuteApiEndpoint", False)
    api.name = api_doc["info"]["title"]
    original(self, function_id, api_doc, fail_on_warnings, mode)
    api.root_resource_id = api.default.id
    components = api_doc.get("components", {})
    for name, schema in components.get("schemas", {}).items():
        api.add_model(name, "", json.dumps(schema), "application/json")
    authorizers = {
        name: self.create_authorizer(
            function_id, name, scheme["x-amazon-apigateway-authorizer"]["type"].upper(),
            provider_arns=scheme["x-amazon-apigateway-authorizer"]["providerARNs"],
            identity_source=f"method.request.header.{scheme['name']}", authorizer_result_ttl=300,
        )
        for name, scheme in components.get("securitySchemes", {}).items()
        if scheme.get("x-amazon-apigateway-authtype") == "cognito_user_pools"
    }
    validators = {
        name: api.create_request_validator(name, given["validateRequestBody"], given["validateRequestParameters"])
        for name, given in api_doc.get("x-amazon-apigateway-request-validators", {}).items()
    }
    for kind, given in api_doc.get("x-amazon-apigateway-gateway-responses", {}).items():
        api.put_gateway_response(kind, given.get("statusCode"), given.get("responseParameters", {}), given.get("responseTemplates", {}))
    for path, methods in api_doc["paths"].items():
        resource = api.get_resource_for_path(path)
        for kind, given in methods.items():
            method = resource.resource_methods[kind.upper()]
            _import(method, given, authorizers, validators.get(given.get(VALIDATOR, api_doc.get(VALIDATOR))))
    return api


def _import(method, given, authorizers, validator):
    method.operation_name, method.authorization_type = given.get("operationId"), "NONE"
    for requirement in given.get("security", []):
        for name, scopes in requirement.items():
            method.authorization_type = "COGNITO_USER_POOLS"
            method.authorizer_id, method.authorization_scopes = authorizers[name].id, scopes
    if validator:
        method.request_validator_id = validator.id
    content = given.get("requestBody", {}).get("content", {})
    method.request_models = {kind: body["schema"]["$ref"].split("/")[-1] for kind, body in content.items()}
    method.request_parameters = {
        f"method.request.{ {'query': 'querystring'}.get(each['in'], each['in']) }.{each['name']}": each.get("required", False)
        for each in given.get("parameters", [])
    }
    if INTEGRATION in given:
        method.method_integration.integration_type = given[INTEGRATION]["type"].upper()


# apigateway:UpdateStage takes a method's settings away.
@replaces(Stage)
def apply_operations(original, self, patch_operations):
    kept = []
    for operation in patch_operations:
        if operation["op"] == "remove" and operation["path"].lstrip("/") in self.method_settings:
            del self.method_settings[operation["path"].lstrip("/")]
        else:
            kept.append(operation)
    return original(self, kept)


# apigateway:DeleteDeployment is refused while a stage has it.
@replaces(RestAPI)
def delete_deployment(original, self, deployment_id):
    if any(stage.deployment_id == deployment_id for stage in self.stages.values()):
        raise StageStillActive()
    return original(self, deployment_id)
