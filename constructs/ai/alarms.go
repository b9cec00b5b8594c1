package ai

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// bedrockMetrics is the namespace of https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-runtime-metrics.html.
const bedrockMetrics = "AWS/Bedrock"

// An hour that costs this share of the month's budget is told of at once. At such a pace the month is spent in 20 hours, while AWS
// Budgets looks at what has been spent every 8 to 12
// (https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html).
const hourlyBudgetShare = 20

// tokensPerUSD is how many tokens a dollar buys where they are dearest: those that Amazon Nova Pro writes, at 3.20 USD a million in
// us-east-1 (https://aws.amazon.com/bedrock/pricing/). What it reads costs a quarter of that, so that the alarm is early
// rather than late; with a dearer model in the settings it would be late.
const tokensPerUSD = 1_000_000 * 10 / 32

// addAlarms watches each feature.
func (a *AI) addAlarms() {
	for _, feature := range a.cfg.features() {
		a.addFailureAlarm(feature.name, "throttles", "InvocationThrottles",
			"Bedrock refuses calls of "+feature.model+" for "+feature.name+" because there are too many: raise the account's quota, or "+
				"call less often")
		a.addFailureAlarm(feature.name, "server-errors", "InvocationServerErrors",
			"Bedrock fails to answer calls of "+feature.model+" for "+feature.name+": see the AWS Health Dashboard")
		a.addTokenAlarm(feature.name)
	}
}

// addFailureAlarm tells of what fails for a quarter of an hour. What fails for less, the SDKs' retries outlast.
func (a *AI) addFailureAlarm(feature, what, metric, description string) {
	id := feature + "-" + what
	cloudwatchmetricalarm.NewCloudwatchMetricAlarm(a.scope, tf.String(id), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName:          tf.String(a.cfg.Label.Fit(naming.Alarm, id)),
		AlarmDescription:   tf.String(description),
		Namespace:          tf.String(bedrockMetrics),
		MetricName:         tf.String(metric),
		Dimensions:         a.dimensions(feature),
		Statistic:          tf.String("Sum"),
		Period:             tf.Number(300),
		EvaluationPeriods:  tf.Number(3),
		Threshold:          tf.Number(0),
		ComparisonOperator: tf.String("GreaterThanThreshold"),
		TreatMissingData:   tf.String("notBreaching"), // nobody calls at night
		AlarmActions:       tf.Strings(a.cfg.AlertsTopicARN),
		OkActions:          tf.Strings(a.cfg.AlertsTopicARN),
	})
}

// addTokenAlarm tells of an hour in which a feature reads and writes more than its environment can pay for.
func (a *AI) addTokenAlarm(feature string) {
	id := feature + "-tokens"
	query := func(id, metric string) *cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
		return &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{
			Id: tf.String(id),
			Metric: &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQueryMetric{
				Namespace:  tf.String(bedrockMetrics),
				MetricName: tf.String(metric),
				Dimensions: a.dimensions(feature),
				Stat:       tf.String("Sum"),
				Period:     tf.Number(3600),
			},
		}
	}
	cloudwatchmetricalarm.NewCloudwatchMetricAlarm(a.scope, tf.String(id), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName: tf.String(a.cfg.Label.Fit(naming.Alarm, id)),
		AlarmDescription: tf.String("Within an hour, " + feature + " has read and written so many tokens that the month's budget is " +
			"gone within a day: look for a caller that repeats itself"),
		MetricQuery: &[]*cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{
			query("read", "InputTokenCount"),
			query("written", "OutputTokenCount"),
			{
				Id: tf.String("tokens"), Label: tf.String("tokens"), ReturnData: tf.Bool(true),
				Expression: tf.String("FILL(read, 0) + FILL(written, 0)"), // an embedding writes none
			},
		},
		EvaluationPeriods:  tf.Number(1),
		Threshold:          tf.Number(a.cfg.Settings.MonthlyBudgetUSD * tokensPerUSD / hourlyBudgetShare),
		ComparisonOperator: tf.String("GreaterThanThreshold"),
		TreatMissingData:   tf.String("notBreaching"),
		AlarmActions:       tf.Strings(a.cfg.AlertsTopicARN),
	})
}

// dimensions are what CloudWatch keeps a feature's metrics by. Of an application inference profile, ModelId is the profile's id and
// not the model's.
func (a *AI) dimensions(feature string) *map[string]*string {
	return tf.Map(map[string]string{"ModelId": a.Features[feature].ProfileID})
}
