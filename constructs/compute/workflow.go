package compute

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sfnstatemachine"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Workflow is the state machine that exports manuscripts.
type Workflow struct {
	Name, ARN, LogGroupName string
}

// exportWorkflow is the workflow's short name.
const exportWorkflow = "export"

// WorkflowARN is the workflow's, known before it is made.
func (c Config) WorkflowARN() string {
	return c.arn("states", "stateMachine:"+c.Label.Fit(naming.StateMachine, exportWorkflow))
}

// addWorkflow makes the workflow with its log. The log says which steps were taken and never what with: titles are the writer's own.
func (b *builder) addWorkflow(c *Compute) error {
	definition, err := b.exportDefinition(c.Functions[Export].AliasARN, c.Queues[exportsDeadLetters].URL)
	if err != nil {
		return fmt.Errorf("export workflow: %w", err)
	}
	logs := b.addLogGroup("export-workflow-log", b.Label.Path("workflows", exportWorkflow), nil)
	workflow := sfnstatemachine.NewSfnStateMachine(b.scope, tf.String("export-workflow"), &sfnstatemachine.SfnStateMachineConfig{
		Name:       tf.String(b.Label.Fit(naming.StateMachine, exportWorkflow)),
		RoleArn:    tf.String(b.WorkflowRoleARN),
		Type:       tf.String("STANDARD"),
		Definition: tf.String(definition),
		EncryptionConfiguration: &sfnstatemachine.SfnStateMachineEncryptionConfiguration{
			Type:                         tf.String("CUSTOMER_MANAGED_KMS_KEY"),
			KmsKeyId:                     tf.String(b.DataKeyARN),
			KmsDataKeyReusePeriodSeconds: tf.Number(300),
		},
		LoggingConfiguration: &sfnstatemachine.SfnStateMachineLoggingConfiguration{
			Level:                tf.String("ALL"),
			IncludeExecutionData: tf.Bool(false),
			LogDestination:       tf.String(*logs.Arn() + ":*"),
		},
		TracingConfiguration: &sfnstatemachine.SfnStateMachineTracingConfiguration{Enabled: tf.Bool(true)},
	})
	c.Workflow = Workflow{Name: *workflow.Name(), ARN: *workflow.Arn(), LogGroupName: *logs.Name()}
	return nil
}
