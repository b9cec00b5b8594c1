package compute

import (
	"slices"

	"github.com/writersroom/infrastructure/internal/iam"
)

// WorkflowStatements is what the export workflow's role must be allowed: to invoke the function's alias, to say in the table of jobs,
// whose ARN is given, that one has failed, to set it aside, to write its log, and to use the key that its executions are encrypted with.
func WorkflowStatements(cfg Config, exportJobsTableARN string) []iam.Statement {
	executions := iam.Condition{
		Test: "StringEquals", Key: "kms:EncryptionContext:aws:states:stateMachineArn", Values: []string{cfg.WorkflowARN()},
	}
	return slices.Concat([]iam.Statement{{
		Sid:       "Steps",
		Actions:   []string{"lambda:InvokeFunction"},
		Resources: []string{cfg.functionARN(Export) + ":" + alias},
		Reason:    "each step is a call of the function",
	}, {
		Sid:       "TellFailure",
		Actions:   []string{"dynamodb:UpdateItem"},
		Resources: []string{exportJobsTableARN},
		Reason:    "says that an export has failed",
	}, {
		Sid:        "TellFailureKey",
		Actions:    []string{"kms:Decrypt"},
		Resources:  []string{cfg.DataKeyARN},
		Conditions: []iam.Condition{{Test: "StringEquals", Key: "kms:ViaService", Values: []string{cfg.endpoint("dynamodb")}}},
		Reason:     "DynamoDB decrypts the table's own key on the caller's behalf",
	}, {
		Sid:        "Executions",
		Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resources:  []string{cfg.DataKeyARN},
		Conditions: []iam.Condition{executions},
		Reason: "Step Functions encrypts the workflow and its executions with the workflow's own role: " +
			"https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html",
	}, {
		Sid:       "ExecutionsInTheLog",
		Actions:   []string{"kms:GenerateDataKey"},
		Resources: []string{cfg.DataKeyARN},
		Conditions: []iam.Condition{
			{Test: "StringLike", Key: "kms:EncryptionContext:SourceArn", Values: []string{cfg.arn("logs", "*")}},
		},
		Reason: "what an encrypted workflow logs is encrypted on its way to the log",
	}, {
		// Not PutResourcePolicy: the account's own policy admits the delivery to every environment's groups, so that none has to be
		// added. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
		Sid: "Log",
		Actions: []string{
			"logs:CreateLogDelivery",
			"logs:DeleteLogDelivery",
			"logs:DescribeLogGroups",
			"logs:DescribeResourcePolicies",
			"logs:GetLogDelivery",
			"logs:ListLogDeliveries",
			"logs:UpdateLogDelivery",
		},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "StringEquals", Key: "aws:RequestedRegion", Values: []string{cfg.Region}}},
		Reason:     "Step Functions has its log delivered with the workflow's own role, and these calls know no resource",
	}, cfg.trace("xray:GetSamplingRules", "xray:GetSamplingTargets")}, cfg.send("DeadLetters", exportsDeadLetters))
}
