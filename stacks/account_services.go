package stacks

import (
	"errors"
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/apigatewayaccount"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupregionsettings"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogresourcepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamservicelinkedrole"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// newAccountServices makes what AWS services want of an account once before an environment can use them. An environment that made
// them itself would fail in an account that has them, and take them from its neighbours when it is destroyed.
// The key of logsKeyARN encrypts log groups.
func newAccountServices(stack constructs.Construct, id string, account envs.Account, logsKeyARN string) error {
	scope := constructs.NewConstruct(stack, tf.String(id))
	openSearchRole(scope)
	backupSettings(scope)
	osMetrics(scope, account, logsKeyARN)
	if err := logDelivery(scope, account); err != nil {
		return fmt.Errorf("%s: log delivery: %w", id, err)
	}
	if err := apiGatewayLogs(scope, account); err != nil {
		return fmt.Errorf("%s: API Gateway's logs: %w", id, err)
	}
	return nil
}

// openSearchRole is the role by which OpenSearch places domains in VPCs; without it, it refuses to make one. An account in which
// somebody has made such a domain by hand has the role already, and bootstrap fails to make it; it is adopted, once, with
//
//	terraform -chdir=.work/bootstrap/<account> import aws_iam_service_linked_role.services_opensearch-role \
//	  arn:aws:iam::<account>:role/aws-service-role/opensearchservice.amazonaws.com/AWSServiceRoleForAmazonOpenSearchService
func openSearchRole(scope constructs.Construct) {
	iamservicelinkedrole.NewIamServiceLinkedRole(scope, tf.String("opensearch-role"),
		&iamservicelinkedrole.IamServiceLinkedRoleConfig{
			AwsServiceName: tf.String("opensearchservice.amazonaws.com"),
			Description:    tf.String("What OpenSearch places domains in VPCs with"),
			Lifecycle:      tf.Retained(true),
		})
}

// osMetricsGroup is where RDS keeps the operating systems' metrics of all clusters of an account: the name is AWS's.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.CloudWatchLogs.html
const osMetricsGroup = "RDSOSMetrics"

// osMetrics makes that log group before RDS does, which would leave it without a key. An account in which a cluster has reported has it
// already, and bootstrap fails to make it; it is adopted, once, with
//
//	terraform -chdir=.work/bootstrap/<account> import aws_cloudwatch_log_group.services_os-metrics RDSOSMetrics
func osMetrics(scope constructs.Construct, account envs.Account, keyARN string) {
	cloudwatchloggroup.NewCloudwatchLogGroup(scope, tf.String("os-metrics"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name:            tf.String(osMetricsGroup),
		RetentionInDays: tf.Number(account.LogRetentionDays()),
		KmsKeyId:        tf.String(keyARN),
		Lifecycle:       tf.Retained(true),
	})
}

// logDelivery lets the services that write logs by themselves write to every environment's log groups. It is one policy for all,
// since an account can have no more than ten, and AWS would write a statement for each group into one of its own, of at most 5,120
// characters. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
func logDelivery(scope constructs.Construct, account envs.Account) error {
	arn := func(service, resource string) string {
		return "arn:" + account.Partition + ":" + service + ":" + account.Region + ":" + account.ID + ":" + resource
	}
	logGroups := []string{arn("logs", "log-group:/"+naming.Project+"/*")}
	firewallLogs := arn("logs", "log-group:aws-waf-logs-"+naming.Project+"-*")
	onBehalfOf := func(source string) []iam.Condition {
		return []iam.Condition{
			iam.SourceAccount(account.ID),
			{Test: "ArnLike", Key: "aws:SourceArn", Values: []string{source}},
		}
	}
	policy, err := iam.Policy{
		{
			Sid:        "OpenSearch",
			Principals: map[string][]string{"Service": {"es.amazonaws.com"}},
			Actions:    []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resources:  logGroups,
			Conditions: onBehalfOf(arn("es", "domain/"+naming.Project+"-*")),
			Reason:     "OpenSearch makes no domain whose logs it may not write",
		},
		{
			Sid:        "LogDelivery",
			Principals: map[string][]string{"Service": {"delivery.logs.amazonaws.com"}},
			Actions:    []string{"logs:CreateLogStream", "logs:PutLogEvents"},
			Resources:  append(logGroups, firewallLogs),
			Conditions: onBehalfOf(arn("logs", "*")),
			Reason:     "ElastiCache and WAF have their logs delivered",
		},
	}.JSON()
	if err != nil {
		return err
	}
	cloudwatchlogresourcepolicy.NewCloudwatchLogResourcePolicy(scope, tf.String("log-delivery"),
		&cloudwatchlogresourcepolicy.CloudwatchLogResourcePolicyConfig{
			PolicyName:     tf.String(naming.OfAccount(account.ID).Name("log-delivery")),
			PolicyDocument: tf.String(policy),
			Lifecycle:      tf.Retained(true),
		})
	return nil
}

// apiGatewayLogs lets API Gateway write the logs of every API. The account has one such role, or none: without it no API with a log can
// be deployed. An account in which somebody has named another role loses it to this one.
//
// API Gateway sends no aws:SourceAccount that its documentation knows of. Another account could not hand it the role all the same: nobody
// may pass a role of an account that is not theirs.
func apiGatewayLogs(scope constructs.Construct, account envs.Account) error {
	trust, trustErr := iam.Policy{{
		Principals: map[string][]string{"Service": {"apigateway.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole"},
		Reason:     "writes the logs of the account's APIs",
	}}.TrustJSON()
	logs := func(group string) string {
		return "arn:" + account.Partition + ":logs:" + account.Region + ":" + account.ID + ":log-group:" + group
	}
	// The calls that API Gateway demands of the role. AmazonAPIGatewayPushToCloudWatchLogs, AWS's own policy for it, allows them on every log
	// group. https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
	rights, rightsErr := iam.Policy{{
		Sid: "WriteLogs",
		Actions: []string{
			"logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents",
			"logs:PutLogEvents",
		},
		Resources: []string{
			logs("/" + naming.Project + "/*"),
			logs("API-Gateway-Execution-Logs_*"),
			logs("/aws/apigateway/*"), // where API Gateway tries whether it may write
		},
		Reason: "access logs are where we say, execution logs where API Gateway does",
	}, {
		Sid:       "FindLogs",
		Actions:   []string{"logs:DescribeLogGroups"},
		Resources: []string{"*"},
		Reason:    "CloudWatch lists all log groups or none, and knows no resource for it",
	}}.JSON()
	if err := errors.Join(trustErr, rightsErr); err != nil {
		return err
	}
	name := naming.OfAccount(account.ID).Name("api-gateway-logs")
	role := iamrole.NewIamRole(scope, tf.String("api-gateway-logs-role"), &iamrole.IamRoleConfig{
		Name:             tf.String(name),
		Description:      tf.String("What API Gateway writes logs with"),
		AssumeRolePolicy: tf.String(trust),
		Lifecycle:        tf.Retained(true),
	})
	policy := iamrolepolicy.NewIamRolePolicy(scope, tf.String("api-gateway-logs-policy"), &iamrolepolicy.IamRolePolicyConfig{
		Name:      tf.String(name),
		Role:      role.Name(),
		Policy:    tf.String(rights),
		Lifecycle: tf.Retained(true),
	})
	apigatewayaccount.NewApiGatewayAccount(scope, tf.String("api-gateway"), &apigatewayaccount.ApiGatewayAccountConfig{
		CloudwatchRoleArn: role.Arn(),
		DependsOn:         &[]cdktf.ITerraformDependable{policy}, // API Gateway tries the role when it is given it
		Lifecycle:         tf.Retained(true),
	})
	return nil
}

// backupSettings lets AWS Backup work on the stores that keep manuscripts, and manage the tables' backups in full: encrypted with
// the vault's key and under its lock, as the buckets' are.
func backupSettings(scope constructs.Construct) {
	yes := func(types ...string) *map[string]any {
		on := map[string]any{}
		for _, t := range types {
			on[t] = true
		}
		return &on
	}
	backupregionsettings.NewBackupRegionSettings(scope, tf.String("backup-settings"),
		&backupregionsettings.BackupRegionSettingsConfig{
			ResourceTypeOptInPreference:      yes("Aurora", "DynamoDB", "RDS", "S3"),
			ResourceTypeManagementPreference: yes("DynamoDB"),
			Lifecycle: &cdktf.TerraformResourceLifecycle{
				// AWS answers with every type that it knows, more of them each year, so that no plan would ever be empty. After a
				// change of the types above, apply with -replace=aws_backup_region_settings.services_backup-settings, which deletes
				// nothing.
				IgnoreChanges: tf.Strings("resource_type_opt_in_preference", "resource_type_management_preference"),
			},
		})
}
