package storage

import (
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
)

// Connect lets a workload log in as the users named, each with a token that IAM signs in the place of a password. The users have to
// exist in PostgreSQL and be members of rds_iam. Where a workload is in the network is another matter.
func (a *Aurora) Connect(users ...string) []iam.Statement {
	var resources []string
	for _, user := range users {
		resources = append(resources, a.cfg.arn("rds-db", "dbuser:"+a.ResourceID+"/"+user))
	}
	return []iam.Statement{{
		Sid:       "ConnectToAurora",
		Actions:   []string{"rds-db:connect"},
		Resources: resources,
		Reason:    "logs in to the cluster with a token that is good for 15 minutes",
	}}
}

// Query lets a workload run SQL through the Data API, as the user of whichever secret it may read: that is the secret's own grant.
func (a *Aurora) Query() []iam.Statement {
	return []iam.Statement{{
		Sid: "QueryAurora",
		Actions: []string{
			"rds-data:BatchExecuteStatement",
			"rds-data:BeginTransaction",
			"rds-data:CommitTransaction",
			"rds-data:ExecuteStatement",
			"rds-data:RollbackTransaction",
		},
		Resources: []string{a.ClusterARN},
		Reason:    "runs SQL over HTTPS",
	}}
}

// osMetricsGroup is where RDS keeps the operating systems' metrics of all clusters of an account.
const osMetricsGroup = "RDSOSMetrics"

// MonitoringStatements are what the role that Aurora reports its operating system's metrics with may do. The log group that they
// go to is the account's, not the environment's: RDS makes it for the first cluster that reports, and it stays.
func MonitoringStatements(label naming.Label, partition, region string) []iam.Statement {
	group := "arn:" + partition + ":logs:" + region + ":" + label.Account + ":log-group:" + osMetricsGroup
	return []iam.Statement{{
		Sid:       "MakeMetricsGroup",
		Actions:   []string{"logs:CreateLogGroup", "logs:PutRetentionPolicy"},
		Resources: []string{group, group + ":*"},
		Reason:    "RDS makes the group that all clusters of the account report to, and keeps what is in it for 30 days",
	}, {
		Sid:       "WriteMetrics",
		Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"},
		Resources: []string{group + ":*"},
		Reason:    "RDS writes a stream for every instance, and goes on where it stopped",
	}}
}
