package compute

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codedeployapp"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/codedeploydeploymentgroup"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// maxAlarms is the most that CodeDeploy watches. https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
const maxAlarms = 10

// CanaryStatements is what CodeDeploy's role must be allowed: to move the alias of the API's function, and to look at alarms.
func CanaryStatements(cfg Config) []iam.Statement {
	return []iam.Statement{{
		Sid:       "MoveTheAlias",
		Actions:   []string{"lambda:GetAlias", "lambda:UpdateAlias"},
		Resources: []string{cfg.functionARN(API)},
		Reason:    "gives a new version its share of the calls, and takes it back",
	}, {
		Sid:       "LookAtVersions",
		Actions:   []string{"lambda:GetProvisionedConcurrencyConfig"},
		Resources: []string{cfg.functionARN(API) + ":*"},
		Reason:    "finds out what of the function's versions and aliases is kept warm",
	}, {
		Sid:        "LookAtAlarms",
		Actions:    []string{"cloudwatch:DescribeAlarms"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "StringEquals", Key: "aws:RequestedRegion", Values: []string{cfg.Region}}},
		Reason: "CloudWatch tells of composite alarms only who may ask for all: " +
			"https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html",
	}}
}

// ShiftGradually has CodeDeploy move the API's alias to a new version, where the settings have a canary: a tenth of the calls for five
// minutes, then all of them, and back to where it was when the deployment fails or one of the alarms named goes off. It fills Release.
// Without a canary it does nothing. It refuses no alarm at all, and more than CodeDeploy watches.
func (c *Compute) ShiftGradually(alarms ...string) error {
	if !c.cfg.Settings.Canary {
		return nil
	}
	if len(alarms) == 0 || len(alarms) > maxAlarms {
		return fmt.Errorf("canary: alarms: must be 1 to %d, without which no version is taken back, got %d", maxAlarms, len(alarms))
	}
	defer tf.Within(c.scope, "canary")

	name := c.cfg.Label.Fit(naming.DeploymentGroup, "api")
	app := codedeployapp.NewCodedeployApp(c.scope, tf.String("canary"), &codedeployapp.CodedeployAppConfig{
		Name:            tf.String(name),
		ComputePlatform: tf.String("Lambda"),
	})
	group := codedeploydeploymentgroup.NewCodedeployDeploymentGroup(c.scope, tf.String("canary-group"),
		&codedeploydeploymentgroup.CodedeployDeploymentGroupConfig{
			AppName:              app.Name(),
			DeploymentGroupName:  tf.String(name),
			ServiceRoleArn:       tf.String(c.cfg.CodeDeployRoleARN),
			DeploymentConfigName: tf.String("CodeDeployDefault.LambdaCanary10Percent5Minutes"),
			DeploymentStyle: &codedeploydeploymentgroup.CodedeployDeploymentGroupDeploymentStyle{
				DeploymentOption: tf.String("WITH_TRAFFIC_CONTROL"),
				DeploymentType:   tf.String("BLUE_GREEN"),
			},
			AlarmConfiguration: &codedeploydeploymentgroup.CodedeployDeploymentGroupAlarmConfiguration{
				Enabled: tf.Bool(true),
				Alarms:  tf.Strings(alarms...),
				// An alarm that cannot be read is none that is quiet.
				IgnorePollAlarmFailure: tf.Bool(false),
			},
			AutoRollbackConfiguration: &codedeploydeploymentgroup.CodedeployDeploymentGroupAutoRollbackConfiguration{
				Enabled: tf.Bool(true),
				Events:  tf.Strings("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"),
			},
		})
	var err error
	c.Release, err = c.release(*app.Name(), *group.DeploymentGroupName())
	return err
}

// release is the input of `aws deploy create-deployment`: from the version that calls reach to the one that was published last.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
func (c *Compute) release(app, group string) (string, error) {
	function := c.Functions[API]
	appSpec, appSpecErr := json.Marshal(object{
		"version": 0.0,
		"Resources": []object{{API: object{
			"Type": "AWS::Lambda::Function",
			"Properties": object{
				"Name": function.Name, "Alias": function.Alias,
				"CurrentVersion": function.LiveVersion, "TargetVersion": function.Version,
			},
		}}},
	})
	input, inputErr := json.Marshal(object{
		"applicationName":     app,
		"deploymentGroupName": group,
		"revision":            object{"revisionType": "AppSpecContent", "appSpecContent": object{"content": string(appSpec)}},
	})
	return string(input), errors.Join(appSpecErr, inputErr)
}
