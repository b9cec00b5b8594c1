package compute

import (
	"encoding/json"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/schedulerschedule"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// ScheduleStatements is what the role must be allowed that EventBridge Scheduler tries the dependencies with: to invoke the smoke
// function's alias.
func ScheduleStatements(cfg Config) []iam.Statement {
	return []iam.Statement{{
		Sid:       "Smoke",
		Actions:   []string{"lambda:InvokeFunction"},
		Resources: []string{cfg.functionARN(Smoke) + ":" + alias},
		Reason:    "has every dependency tried",
	}}
}

// addSmokeSchedule has the smoke function run every so often. A run that is missed is not made up for: the next one is soon, and an
// alarm sees that none came.
func (b *builder) addSmokeSchedule(c *Compute) error {
	input, err := json.Marshal(map[string][]string{"except": append([]string{}, b.SmokeExcept...)})
	if err != nil {
		return fmt.Errorf("smoke schedule: %w", err)
	}
	unit := "minutes"
	if b.SmokeMinutes == 1 {
		unit = "minute" // EventBridge takes the plural for one alone as a fault
	}
	schedulerschedule.NewSchedulerSchedule(b.scope, tf.String("smoke-schedule"), &schedulerschedule.SchedulerScheduleConfig{
		Name:               tf.String(b.Label.Fit(naming.Schedule, "smoke")),
		Description:        tf.String("Tries every dependency from inside the VPC"),
		ScheduleExpression: tf.String(fmt.Sprintf("rate(%d %s)", b.SmokeMinutes, unit)),
		FlexibleTimeWindow: &schedulerschedule.SchedulerScheduleFlexibleTimeWindow{Mode: tf.String("OFF")},
		Target: &schedulerschedule.SchedulerScheduleTarget{
			Arn:     tf.String(c.Functions[Smoke].AliasARN),
			RoleArn: tf.String(b.ScheduleRoleARN),
			Input:   tf.String(string(input)),
			RetryPolicy: &schedulerschedule.SchedulerScheduleTargetRetryPolicy{
				MaximumRetryAttempts: tf.Number(0), MaximumEventAgeInSeconds: tf.Number(60),
			},
		},
	})
	return nil
}
