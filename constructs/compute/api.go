package compute

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaybasepathmapping"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaydeployment"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaydomainname"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaymethodsettings"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayrestapi"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewaystage"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdapermission"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webaclassociation"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// RESTAPI is the API that writers' browsers call.
type RESTAPI struct {
	ID, Name, StageName string
	// URL is where it answers: https://api.<domain>.
	URL    string
	Routes []Route
	// AccessLogGroupName holds a line for every request.
	AccessLogGroupName string
	WebACLName         string
}

// stage is the API's only one, which is in no address that a caller sees.
const stage = "live"

// addAPI makes the API. That API Gateway may write logs at all is the account's to say: stacks/account_services.go.
func (b *builder) addAPI(c *Compute) error {
	document, documentErr := b.openAPI(c.Functions)
	format, formatErr := accessLogFormat()
	if err := errors.Join(documentErr, formatErr); err != nil {
		return fmt.Errorf("api: %w", err)
	}
	api := apigatewayrestapi.NewApiGatewayRestApi(b.scope, tf.String("rest-api"), &apigatewayrestapi.ApiGatewayRestApiConfig{
		Name:           tf.String(b.Label.Name("api")),
		Description:    tf.String(apiDescription),
		Body:           tf.String(document),
		PutRestApiMode: tf.String("overwrite"), // what the document does not say, the API has not
		FailOnWarnings: tf.Bool(true),
		EndpointConfiguration: &apigatewayrestapi.ApiGatewayRestApiEndpointConfiguration{
			Types: tf.Strings("REGIONAL"),
		},
		// The address that AWS gives takes older TLS than ours does.
		DisableExecuteApiEndpoint: tf.Bool(true),
	})
	live, accessLog := b.addStage(api, format)
	b.addMethodSettings(live)
	webACLARN, webACLName := b.addFirewall("api", "REGIONAL", nil)
	wafv2webaclassociation.NewWafv2WebAclAssociation(b.scope, tf.String("api-firewall-association"),
		&wafv2webaclassociation.Wafv2WebAclAssociationConfigA{ResourceArn: live.Arn(), WebAclArn: tf.String(webACLARN)})
	b.addAPIName(api, live)
	b.addPermissions(c, api)
	c.API = RESTAPI{
		ID: *api.Id(), Name: *api.Name(), StageName: *live.StageName(), URL: b.APIURL(), Routes: Routes(),
		AccessLogGroupName: *accessLog.Name(), WebACLName: webACLName,
	}
	return nil
}

// addStage deploys the API as its document says it is. Another document is another deployment, which takes the old one's place.
func (b *builder) addStage(api apigatewayrestapi.ApiGatewayRestApi, logFormat string) (
	live apigatewaystage.ApiGatewayStage, accessLog cloudwatchloggroup.CloudwatchLogGroup,
) {
	deployment := apigatewaydeployment.NewApiGatewayDeployment(b.scope, tf.String("api-deployment"),
		&apigatewaydeployment.ApiGatewayDeploymentConfig{
			RestApiId: api.Id(),
			Triggers:  tf.Map(map[string]string{"body": "${sha256(" + *api.Fqn() + ".body)}"}),
			Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: tf.Bool(true)},
		})
	accessLog = b.addLogGroup("api-access-log", b.Label.Path("api", "access"), nil)
	// AWS says what this one is called. It is there before the stage, or API Gateway would make it without key and retention.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
	executionLog := b.addLogGroup("api-execution-log", "API-Gateway-Execution-Logs_"+*api.Id()+"/"+stage, nil)
	live = apigatewaystage.NewApiGatewayStage(b.scope, tf.String("api-stage"), &apigatewaystage.ApiGatewayStageConfig{
		RestApiId:           api.Id(),
		DeploymentId:        deployment.Id(),
		StageName:           tf.String(stage),
		XrayTracingEnabled:  tf.Bool(true),
		CacheClusterEnabled: tf.Bool(false), // what it would keep is each writer's own
		AccessLogSettings: &apigatewaystage.ApiGatewayStageAccessLogSettings{
			DestinationArn: accessLog.Arn(),
			Format:         tf.String(logFormat),
		},
		DependsOn: &[]cdktf.ITerraformDependable{executionLog},
	})
	tf.Waive(live, tf.Waiver{
		Control: "APIGateway.2",
		Reason: "the API asks functions alone, through Lambda's own interface: they see no certificate. Who may invoke them, and for which " +
			"route, their permissions say",
		Expires: "2027-11-30",
	})
	return live, accessLog
}

// accessLogFormat is a line of the access log, as JSON on one line. Values are quoted even where they are numbers: API Gateway writes - for
// what there is none of. A route is logged as it is declared, without the ids in its path, and nothing of what writers wrote.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
func accessLogFormat() (string, error) {
	format, err := json.Marshal(map[string]string{
		"authorizerError":    "$context.authorizer.error",
		"bytes":              "$context.responseLength",
		"correlationId":      "$context.requestId", // unless the caller sent one, which the function's log has together with the trace
		"errorType":          "$context.error.responseType",
		"integrationError":   "$context.integration.error",
		"integrationLatency": "$context.integration.latency",
		"integrationStatus":  "$context.integration.status",
		"ip":                 "$context.identity.sourceIp",
		"latency":            "$context.responseLatency",
		"method":             "$context.httpMethod",
		"requestId":          "$context.extendedRequestId",
		"route":              "$context.resourcePath",
		"status":             "$context.status",
		"sub":                "$context.authorizer.claims.sub",
		"time":               "$context.requestTimeEpoch",
		"trace":              "$context.xrayTraceId",
		"waf":                "$context.wafResponseCode",
		"wafError":           "$context.waf.error",
	})
	return string(format), err
}

// addMethodSettings says how much the routes take and what is told of them. A route's own settings take the place of all of the stage's.
func (b *builder) addMethodSettings(live apigatewaystage.ApiGatewayStage) {
	add := func(id, path string, share int) {
		apigatewaymethodsettings.NewApiGatewayMethodSettings(b.scope, tf.String(id),
			&apigatewaymethodsettings.ApiGatewayMethodSettingsConfig{
				RestApiId:  live.RestApiId(),
				StageName:  live.StageName(),
				MethodPath: tf.String(path),
				Settings: &apigatewaymethodsettings.ApiGatewayMethodSettingsSettings{
					MetricsEnabled:       tf.Bool(true),
					LoggingLevel:         tf.String("ERROR"),
					DataTraceEnabled:     tf.Bool(false), // which would log what writers wrote, and their tokens
					CachingEnabled:       tf.Bool(false),
					ThrottlingRateLimit:  tf.Number(max(1, b.Settings.APIRequestsPerSecond/share)),
					ThrottlingBurstLimit: tf.Number(max(1, b.Settings.APIBurst/share)),
				},
			})
	}
	add("api-settings", "*/*", 1)
	for _, route := range Routes() {
		if route.Throttled {
			// With ~1 for each slash: https://docs.aws.amazon.com/cli/latest/reference/apigateway/update-stage.html
			add("api-"+route.Name+"-settings", strings.ReplaceAll(route.Path, "/", "~1")+"/"+route.Method, throttledShare)
		}
	}
}

// throttledShare is how many times fewer requests a throttled route takes: of health, which is open and asks every store, and of models,
// which are paid for by the word.
const throttledShare = 10

// addAPIName gives the API its address. TLS 1.2 is the least that it speaks; API Gateway has no policy for 1.3 alone.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html
func (b *builder) addAPIName(api apigatewayrestapi.ApiGatewayRestApi, live apigatewaystage.ApiGatewayStage) {
	name := apigatewaydomainname.NewApiGatewayDomainName(b.scope, tf.String("api-domain"),
		&apigatewaydomainname.ApiGatewayDomainNameConfig{
			DomainName:             tf.String(b.apiDomain()),
			RegionalCertificateArn: tf.String(b.certificateARN),
			SecurityPolicy:         tf.String("TLS_1_2"),
			EndpointConfiguration: &apigatewaydomainname.ApiGatewayDomainNameEndpointConfiguration{
				Types: tf.Strings("REGIONAL"),
			},
		})
	apigatewaybasepathmapping.NewApiGatewayBasePathMapping(b.scope, tf.String("api-mapping"),
		&apigatewaybasepathmapping.ApiGatewayBasePathMappingConfig{
			ApiId:      api.Id(),
			StageName:  live.StageName(),
			DomainName: name.DomainName(),
		})
	b.addName("api-name", b.apiDomain(), *name.RegionalDomainName(), *name.RegionalZoneId())
}

// addPermissions lets this API's routes call the functions, and no other API, stage or route: the function that answers a route, and what
// browsers ask ahead of it.
func (b *builder) addPermissions(c *Compute, api apigatewayrestapi.ApiGatewayRestApi) {
	allow := func(id, function, methodAndPath string) {
		lambdapermission.NewLambdaPermission(b.scope, tf.String(id), &lambdapermission.LambdaPermissionConfig{
			StatementId:  tf.String(id),
			FunctionName: tf.String(c.Functions[function].Name),
			Qualifier:    tf.String(c.Functions[function].Alias),
			Action:       tf.String("lambda:InvokeFunction"),
			Principal:    tf.String("apigateway.amazonaws.com"),
			SourceArn:    tf.String(*api.ExecutionArn() + "/" + stage + "/" + methodAndPath),
		})
	}
	for _, route := range Routes() {
		allow("api-"+route.Name, route.Function, route.Method+parameter().ReplaceAllString(route.Path, "*"))
	}
	for _, function := range []string{API, Agents} {
		allow(function+"-preflight", function, http.MethodOptions+"/*")
	}
}

func (c Config) apiDomain() string { return "api." + c.Domain }

// APIURL is where the API answers, known before it is made.
func (c Config) APIURL() string { return "https://" + c.apiDomain() }
