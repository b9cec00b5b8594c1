package monitoring

import (
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/xraygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/xraysamplingrule"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// tracedPerSecond is how many requests of a second are followed in any case.
	tracedPerSecond = 1
	// samplingPriority comes before X-Ray's default rule, which has 10,000. No two environments' rules match one request.
	samplingPriority = 1000
)

// addTraces makes the group of the environment's traces, in which X-Ray looks for what has become slow or fails, and says how many
// requests it follows. The decision is made where a request comes in, at the API's stage: Lambda knows no sampling rules
// (https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html), and what runs on a schedule is followed at Lambda's own rate.
func (b *watcher) addTraces() {
	if b.API.Name == "" {
		return
	}
	stage := b.API.Name + "/" + b.API.Stage // as X-Ray calls it
	services := []string{service(stage, "AWS::ApiGateway::Stage")}
	for _, name := range sorted(b.Functions) {
		services = append(services, service(b.Functions[name].Name, "AWS::Lambda::Function"))
	}
	xraygroup.NewXrayGroup(b.scope, tf.String("traces"), &xraygroup.XrayGroupConfig{
		GroupName:        tf.String(b.Label.Fit(naming.TraceGroup, "traces")),
		FilterExpression: tf.String(strings.Join(services, " OR ")),
		InsightsConfiguration: &xraygroup.XrayGroupInsightsConfiguration{
			InsightsEnabled: tf.Bool(true),
			// Which go to EventBridge, where nobody listens.
			NotificationsEnabled: tf.Bool(false),
		},
	})
	xraysamplingrule.NewXraySamplingRule(b.scope, tf.String("sampling"), &xraysamplingrule.XraySamplingRuleConfig{
		RuleName:      tf.String(b.Label.Fit(naming.SamplingRule, "requests")),
		Priority:      tf.Number(samplingPriority),
		ReservoirSize: tf.Number(tracedPerSecond),
		FixedRate:     tf.Number(float64(b.Settings.TracePercent) / 100),
		ServiceName:   tf.String(stage),
		ServiceType:   tf.String("AWS::ApiGateway::Stage"),
		Host:          tf.String("*"),
		HttpMethod:    tf.String("*"),
		ResourceArn:   tf.String("*"),
		UrlPath:       tf.String("*"),
		Version:       tf.Number(1),
	})
}

// service is how a filter expression names a service.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
func service(name, kind string) string {
	return `service(id(name: "` + name + `", type: "` + kind + `"))`
}
