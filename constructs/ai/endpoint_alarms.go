package ai

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerendpoint"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// An alarm of the endpoint trips when three of the last five minutes were bad. Minutes without a call are not.
const (
	alarmMinutes = 5
	badMinutes   = 3
)

// The endpoint's metrics give times in microseconds.
// https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
const (
	// slowModel is half of what SageMaker waits for a container before it gives the call up, 60 seconds.
	// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
	slowModel = 30_000_000
	// slowOverhead is far more than SageMaker needs by itself for a fleet that keeps up.
	slowOverhead = 1_000_000
	// failedShare is the part of a minute's calls that fail.
	failedShare = 0.05
)

// addEndpointAlarms makes the endpoint's alarms, and says which of them roll a deployment back. Their names and their number must
// stay: the provider replaces an endpoint that comes to have other alarms, which takes it away from its callers meanwhile. They name
// the endpoint by its name alone, since it is made after them.
func (a *AI) addEndpointAlarms() *sagemakerendpoint.SagemakerEndpointDeploymentConfigAutoRollbackConfiguration {
	errors := a.addEndpointAlarm("errors", "Calls of the model fail", cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		MetricName: tf.String("Invocation5XXErrors"),
		Statistic:  tf.String("Average"), // each call counts as 0 or 1
		Threshold:  tf.Number(failedShare),
	})
	latency := a.addEndpointAlarm("latency", "The model takes long to answer", cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		MetricName:        tf.String("ModelLatency"),
		ExtendedStatistic: tf.String("p95"),
		Threshold:         tf.Number(slowModel),
	})
	// No reason to roll back: it says that there are too few instances for the calls, whichever model they serve.
	a.addEndpointAlarm("overhead", "Calls wait for an instance", cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
		MetricName:        tf.String("OverheadLatency"),
		ExtendedStatistic: tf.String("p95"),
		Threshold:         tf.Number(slowOverhead),
	})
	return &sagemakerendpoint.SagemakerEndpointDeploymentConfigAutoRollbackConfiguration{
		Alarms: []*sagemakerendpoint.SagemakerEndpointDeploymentConfigAutoRollbackConfigurationAlarms{
			{AlarmName: errors.AlarmName()},
			{AlarmName: latency.AlarmName()},
		},
	}
}

// addEndpointAlarm completes what is particular to one alarm.
func (a *AI) addEndpointAlarm(name, description string, alarm cloudwatchmetricalarm.CloudwatchMetricAlarmConfig,
) cloudwatchmetricalarm.CloudwatchMetricAlarm {
	alarm.AlarmName = tf.String(a.cfg.Label.Fit(naming.Alarm, "endpoint", name))
	alarm.AlarmDescription = tf.String(description)
	alarm.Namespace = tf.String("AWS/SageMaker")
	alarm.Dimensions = &map[string]*string{
		"EndpointName": tf.String(endpointName(a.cfg.Label)),
		"VariantName":  tf.String(endpointVariant),
	}
	alarm.ComparisonOperator = tf.String("GreaterThanThreshold")
	alarm.Period = tf.Number(60)
	alarm.EvaluationPeriods = tf.Number(alarmMinutes)
	alarm.DatapointsToAlarm = tf.Number(badMinutes)
	alarm.TreatMissingData = tf.String("notBreaching")
	alarm.AlarmActions = tf.Strings(a.cfg.AlertsTopicARN)
	alarm.OkActions = tf.Strings(a.cfg.AlertsTopicARN)
	return cloudwatchmetricalarm.NewCloudwatchMetricAlarm(a.scope, tf.String("endpoint-"+name+"-alarm"), &alarm)
}
