package compute

import "github.com/writersroom/infrastructure/internal/iam"

// FunctionStatements is what every function's role must be allowed: to stand in the VPC, to write its own log, to trace what it does,
// to have its variables decrypted, and to leave what nobody waits for in the functions' dead-letter queue.
func FunctionStatements(cfg Config, name string) []iam.Statement {
	return append([]iam.Statement{cfg.trace(), {
		Sid: "NetworkInterfaces",
		Actions: []string{
			"ec2:AssignPrivateIpAddresses",
			"ec2:CreateNetworkInterface",
			"ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces",
			"ec2:DescribeSubnets",
			"ec2:UnassignPrivateIpAddresses",
		},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "StringEquals", Key: "aws:RequestedRegion", Values: []string{cfg.Region}}},
		Reason: "Lambda places the function in the VPC with the function's own role, and demands these of it on *: " +
			"https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
	}, {
		Sid:       "OwnLog",
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{cfg.arn("logs", "log-group:"+cfg.Label.Path("functions", name)+":log-stream:*")},
		Reason:    "writes its own log",
	}, {
		Sid:        "OwnVariables",
		Actions:    []string{"kms:Decrypt"},
		Resources:  []string{cfg.DataKeyARN},
		Conditions: []iam.Condition{{Test: "StringEquals", Key: "kms:ViaService", Values: []string{cfg.endpoint("lambda")}}},
		Reason:     "Lambda decrypts the function's variables with the function's own role",
	}}, cfg.send("DeadLetters", functionsDeadLetters)...)
}

// trace lets a role tell X-Ray what it does; more are further calls about that.
func (c Config) trace(more ...string) iam.Statement {
	return iam.Statement{
		Sid:        "Traces",
		Actions:    append([]string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, more...),
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "StringEquals", Key: "aws:RequestedRegion", Values: []string{c.Region}}},
		Reason:     "X-Ray knows no resource for what is sent to it",
	}
}

// SmokeStatements is what the smoke function must be allowed, beside what it tries of the stores: to look at every queue, and at the
// workflow.
func SmokeStatements(cfg Config) []iam.Statement {
	var queues []string
	for _, name := range queueNames() {
		queues = append(queues, cfg.queueARN(name))
	}
	return []iam.Statement{{
		Sid:       "LookAtQueues",
		Actions:   []string{"sqs:GetQueueAttributes"},
		Resources: queues,
		Reason:    "tries whether the queues answer",
	}, {
		Sid:       "LookAtTheWorkflow",
		Actions:   []string{"states:DescribeStateMachine"},
		Resources: []string{cfg.WorkflowARN()},
		Reason:    "tries whether the workflow answers",
	}}
}

// APIStatements is what the API's function must be allowed beside its stores: to start exports.
func APIStatements(cfg Config) []iam.Statement {
	return []iam.Statement{{
		Sid:       "StartExports",
		Actions:   []string{"states:StartExecution"},
		Resources: []string{cfg.WorkflowARN()},
		Reason:    "starts an export that a writer asks for",
	}}
}

// ExportStatements is what the export function must be allowed beside its stores: to tell of what is finished.
func ExportStatements(cfg Config) []iam.Statement { return cfg.send("Notifications", notifications) }
