package networking

import (
	"fmt"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/flowlog"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// flowLogAggregationSeconds is the shorter of the two intervals that AWS offers, 60 and 600: a burst is seen while it lasts.
const flowLogAggregationSeconds = 60

// flowLogFields are the default format's (version 2) in its order, then what an investigation asks next: where (vpc, subnet, zone),
// the packet's own addresses behind NAT and load balancers, which AWS service, which way, how it left, and what refused it.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html#flow-logs-fields
func flowLogFields() []string {
	return []string{
		"version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start",
		"end", "action", "log-status",
		"vpc-id", "subnet-id", "az-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr", "pkt-src-aws-service",
		"pkt-dst-aws-service", "flow-direction", "traffic-path", "reject-reason",
	}
}

// flowLogFormat writes the fields as VPC Flow Logs wants them, ${version} ${account-id} …, with the dollar that keeps Terraform
// from reading them as its own expressions.
func flowLogFormat() string {
	var fields []string
	for _, field := range flowLogFields() {
		fields = append(fields, "$${"+field+"}")
	}
	return strings.Join(fields, " ")
}

// flowLogGroup is the log group's name, known before the group is made so that the writing role's policy can name it.
func flowLogGroup(label naming.Label) string {
	return label.Path("networking", "flow-log")
}

// FlowLogStatements are what the role that VPC Flow Logs writes with may do: write to the flow log's group and no other. It may
// not make the group, which would come back without its key and its retention after it is destroyed.
func FlowLogStatements(label naming.Label, partition, region string) []iam.Statement {
	account := fmt.Sprintf("arn:%s:logs:%s:%s:log-group:", partition, region, label.Account)
	return []iam.Statement{
		{
			Sid:       "WriteFlowLog",
			Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []string{account + flowLogGroup(label) + ":*"},
			Reason:    "VPC Flow Logs writes one stream for every network interface",
		},
		{
			Sid:        "FindFlowLogGroup",
			Actions:    []string{"logs:DescribeLogGroups"},
			Resources:  []string{"*"},
			Conditions: []iam.Condition{{Test: "StringEquals", Key: "aws:RequestedRegion", Values: []string{region}}},
			Reason:     "VPC Flow Logs looks its group up; the call knows no resource finer than *",
		},
	}
}

// addFlowLog records every connection, accepted or refused (EC2.6).
func (b *builder) addFlowLog(n *Network) {
	group := cloudwatchloggroup.NewCloudwatchLogGroup(b.scope, tf.String("flow-log-group"),
		&cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name:            tf.String(flowLogGroup(b.Label)),
			RetentionInDays: tf.Number(b.LogRetentionDays),
			KmsKeyId:        tf.String(b.LogsKeyARN),
		})
	log := flowlog.NewFlowLog(b.scope, tf.String("flow-log"), &flowlog.FlowLogConfig{
		VpcId:                  b.vpc.Id(),
		TrafficType:            tf.String("ALL"),
		LogDestinationType:     tf.String("cloud-watch-logs"),
		LogDestination:         group.Arn(),
		LogFormat:              tf.String(flowLogFormat()),
		MaxAggregationInterval: tf.Number(flowLogAggregationSeconds),
		IamRoleArn:             tf.String(b.FlowLogRoleARN),
		Tags:                   b.name("flow-log"),
	})
	n.FlowLogID = *log.Id()
	n.FlowLogLogGroupName = flowLogGroup(b.Label)
	n.FlowLogLogGroupARN = *group.Arn()
}
