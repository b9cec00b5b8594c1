package monitoring

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// alarm is what people are told, and when.
type alarm struct {
	// what is watched and how it fails: writersroom-<env>-<what>-<symptom> is the alarm's name, <what>-<symptom> its construct id.
	what, symptom string
	// means says what has happened, and guide is the section of docs/runbooks/alarms.md that says what to do.
	means, guide string
	// metric is what is looked at; where an expression is set, its value is, made from metrics by their ids or from a query.
	metric     metric
	expression string
	metrics    map[string]metric

	limit  limit
	window window
	// missing is what a period without a value counts as; empty is a good one, since most metrics are silent when nobody calls.
	missing string
	// release says that the alarm tells of a bad release: it closes the deploy gate.
	release bool
}

// limit is what a value must not pass.
type limit struct {
	operator string
	value    float64
	// deviations, where it is set, is the width of the band that CloudWatch expects a value in, learned from two weeks of them.
	deviations float64
}

func above(value float64) limit { return limit{operator: "GreaterThanThreshold", value: value} }
func atLeast(value float64) limit {
	return limit{operator: "GreaterThanOrEqualToThreshold", value: value}
}
func below(value float64) limit { return limit{operator: "LessThanThreshold", value: value} }
func aboveBand(deviations float64) limit {
	return limit{operator: "GreaterThanUpperThreshold", deviations: deviations}
}

func outsideBand(deviations float64) limit {
	return limit{operator: "LessThanLowerOrGreaterThanUpperThreshold", deviations: deviations}
}

// window is for how long: that many bad ones of the last periods.
type window struct{ seconds, bad, of int }

// minutes is bad minutes of the last. Three of fifteen tell of what fails for all writers within three minutes, and of what fails
// for a few by the third; a single fault, which a retry outlasts, nobody is told of.
func minutes(bad, of int) window { return window{60, bad, of} }

// minute is a single one.
func minute() window { return window{60, 1, 1} }

// quarters is three bad periods of five minutes of the last, for what goes wrong slowly.
func quarters(of int) window { return window{300, 3, of} }

// breaching is what silence counts as where something must be heard.
const breaching = "breaching"

// guides is where a description sends whoever reads it.
const guides = "docs/runbooks/alarms.md#"

// addedAlarm is an alarm that is there.
type addedAlarm struct {
	name, arn string
	// length is the name's, which itself is a token.
	length  int
	release bool
}

// alarmName is known before the alarm is made.
func (c Config) alarmName(what, symptom string) string {
	return c.Label.Fit(naming.Alarm, what, symptom)
}

// addAlarm makes an alarm that tells the topic when it trips and when all is well again.
func (b *watcher) addAlarm(a alarm) {
	if a.missing == "" {
		a.missing = "notBreaching"
	}
	cfg := &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		AlarmName:          tf.String(b.alarmName(a.what, a.symptom)),
		AlarmDescription:   tf.String(a.means + ". What to do: " + guides + a.guide),
		ComparisonOperator: tf.String(a.limit.operator),
		EvaluationPeriods:  tf.Number(a.window.of),
		DatapointsToAlarm:  tf.Number(a.window.bad),
		TreatMissingData:   tf.String(a.missing),
		AlarmActions:       tf.Strings(b.topic),
		OkActions:          tf.Strings(b.topic),
		// CloudWatch deletes no alarm that a composite alarm looks at: the gate has to be changed before one of its alarms goes.
		Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: tf.Bool(true)},
	}
	switch {
	case a.limit.deviations > 0:
		cfg.MetricQuery = band(a)
		cfg.ThresholdMetricId = tf.String(bandID)
	case a.expression != "":
		cfg.MetricQuery = expressed(a)
		cfg.Threshold = tf.Number(a.limit.value)
	default:
		cfg.Namespace, cfg.MetricName = tf.String(a.metric.namespace), tf.String(a.metric.name)
		cfg.Dimensions = tf.Map(a.metric.dimensions)
		cfg.Period = tf.Number(a.window.seconds)
		cfg.Threshold = tf.Number(a.limit.value)
		if a.metric.percentile() {
			cfg.ExtendedStatistic = tf.String(a.metric.statistic)
		} else {
			cfg.Statistic = tf.String(a.metric.statistic)
		}
	}
	made := cloudwatchmetricalarm.NewCloudwatchMetricAlarm(b.scope, tf.String(a.what+"-"+a.symptom), cfg)
	b.alarms = append(b.alarms, addedAlarm{*made.AlarmName(), *made.Arn(), len(*cfg.AlarmName), a.release})
}

// bandID is how an alarm calls what CloudWatch expects.
const bandID = "expected"

// band is the metric with what CloudWatch expects of it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Anomaly_Detection_Alarm.html
func band(a alarm) *[]*cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
	watched := query("watched", a.metric, a.window)
	watched.ReturnData = tf.Bool(true)
	return &[]*cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{watched, {
		Id:         tf.String(bandID),
		Label:      tf.String(a.metric.name + " (expected)"),
		Expression: tf.String("ANOMALY_DETECTION_BAND(watched, " + decimal(a.limit.deviations) + ")"),
		ReturnData: tf.Bool(true),
	}}
}

// expressed is the expression with the metrics that it is made from. One without is a query, which has a period of its own.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-alarms.html
func expressed(a alarm) *[]*cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
	value := &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{
		Id:         tf.String("value"),
		Label:      tf.String(a.symptom),
		Expression: tf.String(a.expression),
		ReturnData: tf.Bool(true),
	}
	queries := []*cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{value}
	if len(a.metrics) == 0 {
		value.Period = tf.Number(a.window.seconds)
	}
	for _, id := range sorted(a.metrics) {
		queries = append(queries, query(id, a.metrics[id], a.window))
	}
	return &queries
}

func query(id string, m metric, over window) *cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery {
	return &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQuery{
		Id: tf.String(id),
		Metric: &cloudwatchmetricalarm.CloudwatchMetricAlarmMetricQueryMetric{
			Namespace:  tf.String(m.namespace),
			MetricName: tf.String(m.name),
			Dimensions: tf.Map(m.dimensions),
			Stat:       tf.String(m.statistic),
			Period:     tf.Number(over.seconds),
		},
	}
}
