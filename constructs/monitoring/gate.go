package monitoring

import (
	"fmt"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchcompositealarm"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// What CloudWatch takes of a composite alarm.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
const (
	maxGateAlarms = 100
	maxGateRule   = 10240
)

func (c Config) gateName() string { return c.Label.Fit(naming.Alarm, "deploy-gate") }

// releaseAlarms are those of the function Released and of the API in front of it.
func (c Config) releaseAlarms() []string {
	function := "function-" + c.Released
	return []string{
		c.alarmName("api", "latency"), c.alarmName("api", "server-errors"),
		c.alarmName(function, "duration"), c.alarmName(function, "errors"),
	}
}

// addGate makes the alarm that is on while any alarm is that tells of a bad release, and returns its ARN.
func (b *watcher) addGate() (arn string, err error) {
	var rule []string
	length := 0
	for _, alarm := range b.alarms {
		if !alarm.release {
			continue
		}
		rule = append(rule, `ALARM("`+alarm.name+`")`)
		length += len(`ALARM("") OR `) + alarm.length
	}
	if len(rule) > maxGateAlarms || length > maxGateRule {
		return "", fmt.Errorf("watched: %s: must look at no more than %d alarms by a rule of %d characters, got %d of %d",
			b.gateName(), maxGateAlarms, maxGateRule, len(rule), length)
	}
	return *cloudwatchcompositealarm.NewCloudwatchCompositeAlarm(b.scope, tf.String("deploy-gate"),
		&cloudwatchcompositealarm.CloudwatchCompositeAlarmConfig{
			AlarmName:        tf.String(b.gateName()),
			AlarmDescription: tf.String("The release in service is a bad one: go back to the one before. What to do: " + guides + "deploy-gate"),
			AlarmRule:        tf.String(strings.Join(rule, " OR ")),
			AlarmActions:     tf.Strings(b.topic),
			OkActions:        tf.Strings(b.topic),
		}).Arn(), nil
}
