package compute

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
)

const (
	apiDescription = "What the web application calls"
	// authorizer is the name of the one that there is: writers who have signed in.
	authorizer = "writers"
	// validator is the name of the one that there is: it looks at a request's parameters and body before a function is called.
	validator = "all"
)

// object is one of OpenAPI's.
type object = map[string]any

// openAPI is the API as an OpenAPI document with API Gateway's extensions: routes, models and what API Gateway answers by itself. The same
// routes give the same bytes. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
func (b *builder) openAPI(functions map[string]Function) (string, error) {
	timeouts := map[string]int{}
	for _, kind := range functionKinds() {
		// A second more than the function has, so that what it says of the matter comes first.
		timeouts[kind.name] = (kind.timeoutSeconds + 1) * 1000
	}
	integration := func(function string) object {
		return object{
			"type": "aws_proxy", "httpMethod": http.MethodPost, "uri": functions[function].InvokeARN, "timeoutInMillis": timeouts[function],
		}
	}
	paths := map[string]object{}
	for _, route := range Routes() {
		path := paths[route.Path]
		if path == nil {
			// A browser asks without a token whether a page may call. The function answers, which knows the pages: a mock integration
			// could name but one of them.
			path = object{"options": operation("ask-"+slug(route.Path), route.Path, integration(route.Function))}
			paths[route.Path] = path
		}
		called := operation(route.Name, route.Path, integration(route.Function))
		if route.Scope != "" {
			called["security"] = []object{{authorizer: []string{b.Scopes[route.Scope]}}}
		}
		if route.Body != "" {
			called["requestBody"] = object{
				"required": true,
				"content":  object{"application/json": object{"schema": object{"$ref": "#/components/schemas/" + route.Body}}},
			}
		}
		path[strings.ToLower(route.Method)] = called
	}
	return render(object{
		"openapi": "3.0.1",
		"info":    object{"title": b.Label.Name("api"), "description": apiDescription, "version": "1"},
		"paths":   paths,
		"components": object{
			"schemas": models(),
			"securitySchemes": object{authorizer: object{
				"type": "apiKey", "name": "Authorization", "in": "header",
				"x-amazon-apigateway-authtype":   "cognito_user_pools",
				"x-amazon-apigateway-authorizer": object{"type": "cognito_user_pools", "providerARNs": []string{b.UserPoolARN}},
			}},
		},
		"x-amazon-apigateway-request-validators": object{
			validator: object{"validateRequestBody": true, "validateRequestParameters": true},
		},
		"x-amazon-apigateway-request-validator": validator,
		"x-amazon-apigateway-gateway-responses": b.gatewayResponses(),
		// Said here too, so that a change of the document opens no other address for the time between its import and the next call.
		"x-amazon-apigateway-endpoint-configuration": object{"disableExecuteApiEndpoint": true},
	})
}

// operation is what is common to every method of a path.
func operation(id, path string, integration object) object {
	called := object{
		"operationId":                     id,
		"responses":                       object{"200": object{"description": "What the function answers"}},
		"x-amazon-apigateway-integration": integration,
	}
	var parameters []object
	for _, match := range parameter().FindAllStringSubmatch(path, -1) {
		parameters = append(parameters, object{"name": match[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	if len(parameters) > 0 {
		called["parameters"] = parameters
	}
	return called
}

// parameter is a part of a path that stands for what callers put there.
func parameter() *regexp.Regexp { return regexp.MustCompile(`{([^}]+)}`) }

// slug is a path in the form of a construct's id: documents-documentid.
func slug(path string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("/{}", r) }), "-"))
}

// gatewayResponse is what API Gateway answers where no function is asked, or none answers.
type gatewayResponse struct {
	// kind is API Gateway's name for it, status the HTTP status; 0 leaves that to API Gateway.
	kind   string
	status string
	// code and message are what the functions would say (functions/internal/rest).
	code, message string
}

// gatewayResponses are in the form of the functions' own errors, with nothing of what is inside, and without what the caller sent: the
// templates quote nothing. Pages may read them as they may read an answer.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
func (b *builder) gatewayResponses() object {
	const again = "something went wrong on our side; please try again, and tell us the correlationId if it stays so"
	responses := object{}
	for _, r := range []gatewayResponse{
		{"DEFAULT_4XX", "", "refused", "the request was refused"},
		{"DEFAULT_5XX", "", "internal", again},
		{"ACCESS_DENIED", "403", "forbidden", "the access token is not good for this"},
		{"BAD_REQUEST_BODY", "400", "invalid", "the body is not what this route takes"},
		{"BAD_REQUEST_PARAMETERS", "400", "invalid", "a parameter is missing"},
		{"INTEGRATION_TIMEOUT", "504", "timeout", "this took too long; please try again"},
		// API Gateway's name for a route that there is not.
		{"MISSING_AUTHENTICATION_TOKEN", "404", "not_found", "there is no such thing here"},
		{"REQUEST_TOO_LARGE", "413", "too_large", "the request is too large"},
		{"THROTTLED", "429", "throttled", "too many requests at once; please try again in a moment"},
		{"UNAUTHORIZED", "401", "unauthenticated", "sign in first"},
		{"WAF_FILTERED", "403", "filtered", "this looks like an attack, or like too much; tell us the correlationId if it is neither"},
	} {
		response := object{
			"responseParameters": object{
				"gatewayresponse.header.Access-Control-Allow-Origin": "'" + b.errorOrigin() + "'",
				"gatewayresponse.header.Cache-Control":               "'no-store'",
			},
			"responseTemplates": object{
				"application/json": `{"error":{"code":"` + r.code + `","message":"` + r.message + `","correlationId":"$context.requestId"}}`,
			},
		}
		if r.status != "" {
			response["statusCode"] = r.status
		}
		responses[r.kind] = response
	}
	return responses
}

// errorOrigin is whose pages may read what API Gateway answers by itself. It can name one origin or all, but not choose: where there are
// several, as in development, every page may read an error, which says nothing of anybody.
func (b *builder) errorOrigin() string {
	if len(b.WebOrigins) == 1 {
		return b.WebOrigins[0]
	}
	return "*"
}

// render writes a document on one line, with its keys in order.
func render(document object) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // the tokens that stand for ARNs until synthesis stay as they are
	if err := encoder.Encode(document); err != nil {
		return "", err
	}
	return strings.TrimSpace(out.String()), nil
}
