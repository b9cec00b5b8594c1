package test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/compute"
	"github.com/writersroom/infrastructure/envs"
)

// openAPI is what the tests read of the document that an API is made from.
type openAPI struct {
	Paths      map[string]map[string]openAPIOperation
	Components struct {
		Schemas         map[string]map[string]any
		SecuritySchemes map[string]struct {
			Type, Name, In string
			Authtype       string `json:"x-amazon-apigateway-authtype"`
			Authorizer     struct {
				Type         string
				ProviderARNs []string
			} `json:"x-amazon-apigateway-authorizer"`
		}
	}
	Validators map[string]struct{ ValidateRequestBody, ValidateRequestParameters bool } `json:"x-amazon-apigateway-request-validators"`
	Validator  string                                                                   `json:"x-amazon-apigateway-request-validator"`
	Responses  map[string]struct {
		StatusCode                            string
		ResponseParameters, ResponseTemplates map[string]string
	} `json:"x-amazon-apigateway-gateway-responses"`
	Endpoint struct{ DisableExecuteAPIEndpoint bool } `json:"x-amazon-apigateway-endpoint-configuration"`
}

type openAPIOperation struct {
	OperationID string
	Security    []map[string][]string
	Parameters  []struct {
		Name, In string
		Required bool
	}
	RequestBody struct {
		Required bool
		Content  map[string]struct {
			Schema struct {
				Ref string `json:"$ref"`
			}
		}
	}
	Integration struct {
		Type, HTTPMethod, URI string
		TimeoutInMillis       int
	} `json:"x-amazon-apigateway-integration"`
}

// apiOf is the API of an environment, and the document that it is made from.
func apiOf(t *testing.T, tpl template) (resource, openAPI) {
	t.Helper()
	api := tpl.one(t, "aws_api_gateway_rest_api", "compute_rest-api")
	var document openAPI
	if err := json.Unmarshal([]byte(api.get("body").(string)), &document); err != nil {
		t.Fatalf("%s: %s: body: %v\n%s", tpl.name, api.Address, err, api.get("body"))
	}
	return api, document
}

// Everything but health takes a token of our own pool, good for the route's scope, which the resource server has.
func TestEveryRouteButHealthIsForWriters(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		_, document := apiOf(t, tpl)
		var scopes []string
		for _, scope := range tpl.one(t, "aws_cognito_resource_server", "identity_api").get("scope").([]any) {
			scopes = append(scopes, "writersroom/"+dig(scope, "scope_name").(string))
		}
		writers := document.Components.SecuritySchemes["writers"]
		if writers.Type != "apiKey" || writers.In != "header" || writers.Name != "Authorization" ||
			writers.Authtype != "cognito_user_pools" || writers.Authorizer.Type != "cognito_user_pools" ||
			!slices.Equal(writers.Authorizer.ProviderARNs, []string{"${aws_cognito_user_pool.identity_user-pool.arn}"}) {
			t.Errorf("%s: want an authorizer by the user pool, got %+v", tpl.name, writers)
		}
		for path, operations := range document.Paths {
			for method, operation := range operations {
				if method == "options" || path == "/health" {
					if len(operation.Security) != 0 {
						t.Errorf("%s: %s %s: want it open, got %v", tpl.name, method, path, operation.Security)
					}
					continue
				}
				if len(operation.Security) != 1 || len(operation.Security[0]["writers"]) != 1 ||
					!slices.Contains(scopes, operation.Security[0]["writers"][0]) {
					t.Errorf("%s: %s %s: want one scope of %v, got %v", tpl.name, method, path, scopes, operation.Security)
				}
			}
		}
	})
}

// The document has the routes of the table, each as the table says, and beside them what browsers ask ahead of each path.
func TestTheAPIHasTheRoutesOfTheTable(t *testing.T) {
	parameter := regexp.MustCompile(`{([^}]+)}`)
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		_, document := apiOf(t, tpl)
		seen, asked, names := 0, map[string]bool{}, map[string]bool{}
		for _, route := range compute.Routes() {
			at := tpl.name + ": " + route.Method + " " + route.Path
			operation, there := document.Paths[route.Path][strings.ToLower(route.Method)]
			if !there {
				t.Errorf("%s: not in the document", at)
				continue
			}
			seen++
			if operation.OperationID != route.Name || names[route.Name] {
				t.Errorf("%s: want the operation %q, once, got %q", at, route.Name, operation.OperationID)
			}
			names[route.Name] = true
			want := map[string]int{compute.API: 16_000, compute.Agents: 29_000}[route.Function]
			for kind, each := range map[string]openAPIOperation{"route": operation, "preflight": document.Paths[route.Path]["options"]} {
				uri := "${aws_lambda_alias.compute_" + route.Function + "-live.invoke_arn}"
				got := each.Integration
				if got.Type != "aws_proxy" || got.HTTPMethod != http.MethodPost || got.URI != uri || got.TimeoutInMillis != want {
					t.Errorf("%s: %s: want it answered by %s within %d ms, got %+v", at, kind, uri, want, got)
				}
				var parameters []string
				for _, p := range each.Parameters {
					if p.In != "path" || !p.Required {
						t.Errorf("%s: %s: want parameters of the path, got %+v", at, kind, p)
					}
					parameters = append(parameters, "{"+p.Name+"}")
				}
				if declared := parameter.FindAllString(route.Path, -1); !slices.Equal(parameters, declared) {
					t.Errorf("%s: %s: want parameters %v, got %v", at, kind, declared, parameters)
				}
			}
			asked[route.Path] = true
			if route.SlowMilliseconds <= 0 || route.SlowMilliseconds >= want {
				t.Errorf("%s: slow above %d ms, which must be before it is given up after %d", at, route.SlowMilliseconds, want)
			}
			if _, known := document.Components.Schemas[route.Body]; !known && route.Body != "" {
				t.Errorf("%s: no model %q", at, route.Body)
			}
		}
		total := 0
		for _, operations := range document.Paths {
			total += len(operations)
		}
		if total != seen+len(asked) {
			t.Errorf("%s: want %d routes and %d preflights, the document has %d methods", tpl.name, seen, len(asked), total)
		}
	})
}

// What a function would refuse does not reach it.
func TestRequestsAreValidated(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		_, document := apiOf(t, tpl)
		validator := document.Validators[document.Validator]
		if !validator.ValidateRequestBody || !validator.ValidateRequestParameters {
			t.Errorf("%s: want bodies and parameters validated on every route, got %q of %+v", tpl.name, document.Validator, document.Validators)
		}
		for _, route := range compute.Routes() {
			body := document.Paths[route.Path][strings.ToLower(route.Method)].RequestBody
			takes := route.Method == http.MethodPost || route.Method == http.MethodPut
			if takes != (route.Body != "") {
				t.Errorf("%s: %s %s: model %q: want one on POST and PUT alone", tpl.name, route.Method, route.Path, route.Body)
			}
			if ref := "#/components/schemas/" + route.Body; takes && (!body.Required || body.Content["application/json"].Schema.Ref != ref) {
				t.Errorf("%s: %s %s: want a body of %s, got %+v", tpl.name, route.Method, route.Path, ref, body)
			}
		}
		schemas := document.Components.Schemas
		for path, want := range map[string]any{
			"Assignment.required":                         []string{"documentId"},
			"Assignment.properties.instruction.maxLength": 1000,
			"Assignment.properties.text.maxLength":        8000,
			"Document.required":                           []string{"title", "format", "text"},
			"Document.properties.format.enum":             []string{"text", "fountain"},
			"Document.properties.title.minLength":         1,
			"Document.properties.title.maxLength":         200,
			"Document.properties.text.maxLength":          5 << 20,
			"Document.properties.optedOut.type":           "boolean",
			"Document.additionalProperties":               false,
			"Export.required":                             []string{"documentId", "format"},
			"Export.properties.format.enum":               []string{"txt", "html"},
			"Export.properties.documentId.pattern":        "^[a-z0-9-]{1,64}$",
			"Ticket.required":                             []string{"documentId"},
			"Project.required":                            []string{"title"},
		} {
			model, rest, _ := strings.Cut(path, ".")
			if got := dig(schemas[model], rest); compact(got) != compact(want) {
				t.Errorf("%s: model %s: want %s, got %s", tpl.name, path, compact(want), compact(got))
			}
		}
	})
}

// What API Gateway answers by itself is in the form of the functions' errors, and the page that called may read it.
func TestGatewayResponsesAreErrorsOfOurs(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		_, document := apiOf(t, tpl)
		origin := "*"
		if origins := env.Identity.Origins(); len(origins) == 1 {
			origin = origins[0]
		}
		for kind, status := range map[string]string{
			"DEFAULT_4XX": "", "DEFAULT_5XX": "", "ACCESS_DENIED": "403", "BAD_REQUEST_BODY": "400", "BAD_REQUEST_PARAMETERS": "400",
			"INTEGRATION_TIMEOUT": "504", "MISSING_AUTHENTICATION_TOKEN": "404", "REQUEST_TOO_LARGE": "413", "THROTTLED": "429",
			"UNAUTHORIZED": "401", "WAF_FILTERED": "403",
		} {
			response := document.Responses[kind]
			if response.StatusCode != status {
				t.Errorf("%s: %s: want status %q, got %q", tpl.name, kind, status, response.StatusCode)
			}
			if got := response.ResponseParameters["gatewayresponse.header.Access-Control-Allow-Origin"]; got != "'"+origin+"'" {
				t.Errorf("%s: %s: want the page of %s to read it, got %s", tpl.name, kind, origin, got)
			}
			var body struct {
				Error struct{ Code, Message, CorrelationID string }
			}
			text := response.ResponseTemplates["application/json"]
			if err := json.Unmarshal([]byte(text), &body); err != nil || body.Error.Code == "" || body.Error.Message == "" ||
				body.Error.CorrelationID != "$context.requestId" {
				t.Errorf("%s: %s: want an error with code, message and correlationId, got %s (%v)", tpl.name, kind, text, err)
			}
		}
		if len(document.Responses) != 11 {
			t.Errorf("%s: want 11 gateway responses, got %d", tpl.name, len(document.Responses))
		}
	})
}

// A new deployment is made when the document changes, and only then, before the old one goes.
func TestADeploymentIsOfOneDocument(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		deployment := tpl.one(t, "aws_api_gateway_deployment", "compute_api-deployment")
		deployment.want(t, "triggers", map[string]string{"body": "${sha256(aws_api_gateway_rest_api.compute_rest-api.body)}"})
		deployment.want(t, "lifecycle.create_before_destroy", true)
		deployment.want(t, "stage_name", nil) // a stage of its own would go with the deployment
		tpl.one(t, "aws_api_gateway_stage", "compute_api-stage").want(t, "deployment_id", "${"+deployment.Address+".id}")
	})
}

// The one way in: our own name, TLS 1.2 at least, the firewall before it.
func TestTheAPIIsReachedByItsNameAlone(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		api, document := apiOf(t, tpl)
		api.want(t, "name", "writersroom-"+env.Name+"-api")
		api.want(t, "disable_execute_api_endpoint", true)
		api.want(t, "endpoint_configuration.types", []string{"REGIONAL"})
		api.want(t, "put_rest_api_mode", "overwrite")
		if !document.Endpoint.DisableExecuteAPIEndpoint {
			t.Errorf("%s: the document opens AWS's own address as long as it is imported", tpl.name)
		}
		name := tpl.one(t, "aws_api_gateway_domain_name", "compute_api-domain")
		name.want(t, "domain_name", "api."+env.Domain())
		name.want(t, "security_policy", "TLS_1_2")
		name.want(t, "endpoint_configuration.types", []string{"REGIONAL"})
		name.want(t, "regional_certificate_arn", "${aws_acm_certificate_validation.compute_certificate-validation.certificate_arn}")
		mapping := tpl.one(t, "aws_api_gateway_base_path_mapping", "compute_api-mapping")
		mapping.want(t, "api_id", "${"+api.Address+".id}")
		mapping.want(t, "stage_name", "${aws_api_gateway_stage.compute_api-stage.stage_name}")
		mapping.want(t, "base_path", nil)
		for _, kind := range []string{"ipv4", "ipv6"} {
			record := tpl.one(t, "aws_route53_record", "compute_api-name-"+kind)
			record.want(t, "alias.name", "${"+name.Address+".regional_domain_name}")
			record.want(t, "alias.zone_id", "${"+name.Address+".regional_zone_id}")
		}
		association := tpl.one(t, "aws_wafv2_web_acl_association", "compute_api-firewall-association")
		association.want(t, "resource_arn", "${aws_api_gateway_stage.compute_api-stage.arn}")
		association.want(t, "web_acl_arn", "${aws_wafv2_web_acl.compute_api-firewall.arn}")
	})
}

// The log groups' key and retention are TestEveryLogGroupIsEncryptedAndExpires's.
func TestTheStageIsLoggedAndTraced(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		stage := tpl.one(t, "aws_api_gateway_stage", "compute_api-stage")
		stage.want(t, "stage_name", "live")
		stage.want(t, "xray_tracing_enabled", true)
		stage.want(t, "cache_cluster_enabled", false)
		stage.want(t, "access_log_settings.destination_arn", "${aws_cloudwatch_log_group.compute_api-access-log.arn}")
		stage.want(t, "depends_on", []string{"aws_cloudwatch_log_group.compute_api-execution-log"})
		tpl.one(t, "aws_cloudwatch_log_group", "compute_api-access-log").want(t, "name", "/writersroom/"+env.Name+"/api/access")
		tpl.one(t, "aws_cloudwatch_log_group", "compute_api-execution-log").
			want(t, "name", "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.compute_rest-api.id}/live")

		var line map[string]string
		format := stage.get("access_log_settings.format").(string)
		if err := json.Unmarshal([]byte(format), &line); err != nil {
			t.Fatalf("%s: access log: want JSON of texts on one line: %v\n%s", tpl.name, err, format)
		}
		for key, want := range map[string]string{
			"correlationId": "requestId", "integrationError": "integration.error", "integrationLatency": "integration.latency",
			"integrationStatus": "integration.status", "ip": "identity.sourceIp", "latency": "responseLatency", "method": "httpMethod",
			"requestId": "extendedRequestId", "route": "resourcePath", "status": "status", "sub": "authorizer.claims.sub",
			"time": "requestTimeEpoch", "trace": "xrayTraceId", "waf": "wafResponseCode",
		} {
			if line[key] != "$context."+want {
				t.Errorf("%s: access log: %s: want $context.%s, got %q", tpl.name, key, want, line[key])
			}
		}
		// A path has ids, claims say who somebody is, and a header may be the token itself.
		for key, value := range line {
			if regexp.MustCompile(`\.(path|claims|header)`).MatchString(value) && value != "$context.authorizer.claims.sub" {
				t.Errorf("%s: access log: %s: %s is no log's business", tpl.name, key, value)
			}
		}
	})
}

func TestThrottling(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		limits := map[string][2]int{"*/*": {env.Compute.APIRequestsPerSecond, env.Compute.APIBurst}}
		tenth := [2]int{max(1, env.Compute.APIRequestsPerSecond/10), max(1, env.Compute.APIBurst/10)}
		for _, path := range []string{"~1health/GET", "~1agents~1draft/POST", "~1agents~1review/POST"} {
			limits[path] = tenth
		}
		for _, r := range tpl.all("aws_api_gateway_method_settings") {
			path := r.get("method_path").(string)
			want, known := limits[path]
			if !known {
				t.Errorf("%s: %s: throttles %s, which has no limit of its own\n%s", tpl.name, r.Address, path, r)
				continue
			}
			delete(limits, path)
			r.want(t, "settings.throttling_rate_limit", want[0])
			r.want(t, "settings.throttling_burst_limit", want[1])
			// One's own settings take the place of all of the stage's.
			r.want(t, "settings.metrics_enabled", true)
			r.want(t, "settings.logging_level", "ERROR")
			r.want(t, "settings.data_trace_enabled", false)
			r.want(t, "settings.caching_enabled", false)
		}
		if len(limits) != 0 {
			t.Errorf("%s: nothing throttles %v", tpl.name, limits)
		}
	})
}

// The routes may call their functions, and nothing else of the API gateway may.
func TestEveryRouteMayCallItsFunctionAlone(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		const live = "${aws_api_gateway_rest_api.compute_rest-api.execution_arn}/live/"
		want := map[string]string{}
		for _, route := range compute.Routes() {
			want[route.Function+" "+live+route.Method+regexp.MustCompile(`{[^}]+}`).ReplaceAllString(route.Path, "*")] = route.Path
			want[route.Function+" "+live+"OPTIONS/*"] = "preflight"
		}
		for _, r := range tpl.all("aws_lambda_permission") {
			if r.get("principal") != "apigateway.amazonaws.com" {
				continue
			}
			r.want(t, "action", "lambda:InvokeFunction")
			function := strings.TrimSuffix(strings.TrimPrefix(r.get("function_name").(string), "${aws_lambda_function.compute_"), ".function_name}")
			r.want(t, "qualifier", "live")
			allowed := function + " " + r.get("source_arn").(string)
			if _, wanted := want[allowed]; !wanted {
				t.Errorf("%s: %s: lets a call through that is no route\n%s", tpl.name, r.Address, r)
			}
			delete(want, allowed)
		}
		if len(want) != 0 {
			t.Errorf("%s: may not call: %v", tpl.name, want)
		}
	})
}

// Every firewall turns away who calls too often and what AWS knows to be bad, lets manuscripts through, and logs neither token nor cookie.
func TestFirewalls(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		logged := map[string]resource{}
		for _, r := range tpl.all("aws_wafv2_web_acl_logging_configuration") {
			logged[r.get("resource_arn").(string)] = r
		}
		all := tpl.all("aws_wafv2_web_acl")
		if len(all) == 0 {
			t.Fatalf("%s: no firewall", tpl.name)
		}
		for _, acl := range all {
			acl.want(t, "default_action.allow", map[string]any{})
			acl.want(t, "visibility_config.cloudwatch_metrics_enabled", true)
			rules := acl.get("rule").([]any)
			priorities := map[string]bool{}
			for i, name := range []string{
				"rate", "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet",
			} {
				rule := resource{Address: acl.Address, Body: rules[i].(map[string]any), stack: tpl.name}
				rule.want(t, "priority", i)
				rule.want(t, "visibility_config.cloudwatch_metrics_enabled", true)
				priorities[strconv.Itoa(i)] = true
				if i == 0 {
					rule.want(t, "action.block", map[string]any{})
					rule.want(t, "statement.rate_based_statement", map[string]any{
						"aggregate_key_type": "IP", "limit": env.Compute.RequestsPerAddress, "evaluation_window_sec": 300,
					})
					continue
				}
				rule.want(t, "override_action.none", map[string]any{})
				rule.want(t, "statement.managed_rule_group_statement.name", name)
				rule.want(t, "statement.managed_rule_group_statement.vendor_name", "AWS")
				var counted []string
				overrides, _ := rule.get("statement.managed_rule_group_statement.rule_action_override").([]any)
				for _, override := range overrides {
					counted = append(counted, dig(override, "name").(string))
					if compact(dig(override, "action_to_use")) != `{"count":{}}` {
						t.Errorf("%s: %s: want it counted, got %s", tpl.name, acl.Address, compact(override))
					}
				}
				// Bodies alone are let through: they are manuscripts.
				other := slices.ContainsFunc(counted, func(rule string) bool { return !strings.HasSuffix(rule, "_BODY") })
				if strict := i < 3; strict != (len(counted) == 0) || other {
					t.Errorf("%s: %s: %s: counted are %v", tpl.name, acl.Address, name, counted)
				}
			}
			if len(rules) != len(priorities) {
				t.Errorf("%s: %s: want %d rules, got %d", tpl.name, acl.Address, len(priorities), len(rules))
			}
			log, ok := logged["${"+acl.Address+".arn}"]
			if !ok {
				t.Errorf("%s: %s is not logged", tpl.name, acl.Address)
				continue
			}
			log.want(t, "redacted_fields", []any{
				map[string]any{"single_header": map[string]any{"name": "authorization"}},
				map[string]any{"single_header": map[string]any{"name": "cookie"}},
			})
			group := strings.TrimSuffix(strings.TrimPrefix(compact(log.get("log_destination_configs.0")), `"${aws_cloudwatch_log_group.`), `.arn}"`)
			name := acl.get("name").(string)
			tpl.one(t, "aws_cloudwatch_log_group", group).want(t, "name", "aws-waf-logs-"+name)
		}
	})
}

// CodeDeploy moves the API's alias where the settings say so; elsewhere Terraform does.
func TestCanary(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		alias := tpl.one(t, "aws_lambda_alias", "compute_api-live")
		outputs, _ := tpl.body["output"].(map[string]any)
		release, released := outputs["api-release"]
		if !env.Compute.Canary {
			if apps := append(tpl.all("aws_codedeploy_app"), tpl.all("aws_codedeploy_deployment_group")...); len(apps) != 0 || released {
				t.Errorf("%s: no canary in the settings, and yet %v, output %v", tpl.name, apps, release)
			}
			alias.want(t, "lifecycle.ignore_changes", nil)
			return
		}
		alias.want(t, "lifecycle.ignore_changes", []string{"function_version", "routing_config"})
		app := tpl.one(t, "aws_codedeploy_app", "compute_canary")
		app.want(t, "compute_platform", "Lambda")
		group := tpl.one(t, "aws_codedeploy_deployment_group", "compute_canary-group")
		group.want(t, "app_name", "${"+app.Address+".name}")
		group.want(t, "deployment_config_name", "CodeDeployDefault.LambdaCanary10Percent5Minutes")
		group.want(t, "deployment_style", map[string]string{"deployment_option": "WITH_TRAFFIC_CONTROL", "deployment_type": "BLUE_GREEN"})
		group.want(t, "auto_rollback_configuration", map[string]any{
			"enabled": true, "events": []string{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"},
		})
		group.want(t, "alarm_configuration.enabled", true)
		if alarms, _ := group.get("alarm_configuration.alarms").([]any); len(alarms) == 0 {
			t.Errorf("%s: %s: no alarm takes a version back\n%s", tpl.name, group.Address, group)
		}

		var input struct {
			ApplicationName, DeploymentGroupName string
			Revision                             struct {
				RevisionType   string
				AppSpecContent struct{ Content string }
			}
		}
		value, _ := dig(release, "value").(string)
		if err := json.Unmarshal([]byte(value), &input); err != nil || input.Revision.RevisionType != "AppSpecContent" {
			t.Fatalf("%s: api-release: want the input of create-deployment, got %s (%v)", tpl.name, value, err)
		}
		want := `{"Resources":[{"api":{"Properties":{"Alias":"live","CurrentVersion":"${aws_lambda_alias.compute_api-live.function_version}",` +
			`"Name":"${aws_lambda_function.compute_api.function_name}","TargetVersion":"${aws_lambda_function.compute_api.version}"},` +
			`"Type":"AWS::Lambda::Function"}}],"version":0}`
		if input.Revision.AppSpecContent.Content != want {
			t.Errorf("%s: api-release: AppSpec: want %s, got %s", tpl.name, want, input.Revision.AppSpecContent.Content)
		}
		if input.ApplicationName != "${"+app.Address+".name}" || input.DeploymentGroupName != "${"+group.Address+".deployment_group_name}" {
			t.Errorf("%s: api-release: of another group: %+v", tpl.name, input)
		}
	})
}

// The account lets API Gateway write logs, once for all of its APIs.
func TestAPIGatewayMayWriteLogs(t *testing.T) {
	eachAccount(t, func(t *testing.T, account envs.Account, tpl template) {
		r := tpl.one(t, "aws_api_gateway_account", "services_api-gateway")
		r.want(t, "cloudwatch_role_arn", "${aws_iam_role.services_api-gateway-logs-role.arn}")
		r.want(t, "depends_on", []string{"aws_iam_role_policy.services_api-gateway-logs-policy"})
		r.want(t, "lifecycle.prevent_destroy", true)
		rights := document(t, tpl.one(t, "aws_iam_role_policy", "services_api-gateway-logs-policy"), "policy")
		arn := func(group string) string {
			return "arn:" + account.Partition + ":logs:" + account.Region + ":" + account.ID + ":log-group:" + group
		}
		for name, tc := range map[string]struct {
			action, resource string
			want             bool
		}{
			"writes the access log":     {"logs:PutLogEvents", arn("/writersroom/dev/api/access:log-stream:s"), true},
			"writes the execution log":  {"logs:PutLogEvents", arn("API-Gateway-Execution-Logs_abc/live:log-stream:s"), true},
			"writes another log":        {"logs:PutLogEvents", arn("/aws/lambda/x:log-stream:s"), false},
			"deletes a log":             {"logs:DeleteLogGroup", arn("/writersroom/dev/api/access"), false},
			"lists log groups":          {"logs:DescribeLogGroups", arn(""), true},
			"reads what others log":     {"logs:GetLogEvents", arn("/aws/rds/cluster/writersroom-dev/postgresql:log-stream:s"), false},
			"changes a group's key":     {"logs:AssociateKmsKey", arn("/writersroom/dev/api/access"), false},
			"does anything but logging": {"lambda:InvokeFunction", "*", false},
		} {
			if got := may(t, call{action: tc.action, resource: tc.resource}, rights); got != tc.want {
				t.Errorf("%s: %s: want %t, got %t: %s", tpl.name, name, tc.want, got, compact(rights))
			}
		}
	})
}

// The API sends each route to the function that answers it, with the scope that the function asks for again. functions/README.md has the
// functions' own routes, which a test beside them holds it to.
func TestAPIHasTheFunctionsRoutes(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "functions", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z]+) (/\\S*)` \\| (?:`([a-z:]+)`|open) \\| `([a-z]+)` \\|").FindAllStringSubmatch(string(readme), -1) {
		want = append(want, strings.Join(row[1:], " "))
	}
	for _, r := range compute.Routes() {
		got = append(got, strings.Join([]string{r.Method, r.Path, r.Scope, r.Function}, " "))
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(want, got) {
		t.Errorf("want the functions' routes\n%s\ngot\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
}
