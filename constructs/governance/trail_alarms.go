package governance

import (
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogmetricfilter"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchmetricalarm"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// trailAlarm is an event of the trail that people are told of.
type trailAlarm struct {
	// control is what Security Hub, or the CIS AWS Foundations Benchmark where Security Hub has none, calls the demand for it.
	control string
	// name is the construct id before -filter and -alarm, the metric, and the last part of the alarm's name.
	name string
	// means says what has happened.
	means string
	// pattern is which events. Security Hub compares it with its own, character by character.
	pattern string
}

// trailAlarms are those that Security Hub looks for, in its order, and the one that CIS has beside them.
// https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
func trailAlarms() []trailAlarm {
	return []trailAlarm{
		{
			"CloudWatch.1", "root-used", "Somebody has used the root user",
			`{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`,
		},
		{
			"CloudWatch.2", "calls-denied", "Somebody has made calls that they have no right to",
			`{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`,
		},
		{
			"CloudWatch.3", "sign-in-without-mfa", "A user has signed in to the console without a second factor",
			`{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ` +
				`($.responseElements.ConsoleLogin = "Success") }`,
		},
		{
			"CloudWatch.4", "iam-policies-changed", "Somebody has changed what users, groups or roles may do",
			callsOf("iam",
				"DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy",
				"CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy",
				"AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy"),
		},
		{
			"CloudWatch.5", "trail-changed", "Somebody has changed or stopped a trail",
			calls("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
		},
		{
			"CloudWatch.6", "sign-in-failed", "Somebody has failed to sign in to the console",
			`{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}`,
		},
		{
			"CloudWatch.7", "key-disabled", "Somebody has disabled a key or scheduled its deletion",
			callsOf("kms", "DisableKey", "ScheduleKeyDeletion"),
		},
		{
			"CloudWatch.8", "bucket-policy-changed", "Somebody has changed who may reach a bucket, or what is kept there",
			callsOf("s3",
				"PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication", "DeleteBucketPolicy",
				"DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication"),
		},
		{
			"CloudWatch.9", "config-changed", "Somebody has changed or stopped what Config records",
			callsOf("config", "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder"),
		},
		{
			"CloudWatch.10", "security-groups-changed", "Somebody has changed a security group",
			calls("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress",
				"RevokeSecurityGroupEgress", "CreateSecurityGroup", "DeleteSecurityGroup"),
		},
		{
			"CloudWatch.11", "network-acls-changed", "Somebody has changed a network ACL",
			calls("CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry",
				"ReplaceNetworkAclAssociation"),
		},
		{
			"CloudWatch.12", "gateways-changed", "Somebody has changed a network's gateway",
			calls("CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
				"DeleteInternetGateway", "DetachInternetGateway"),
		},
		{
			"CloudWatch.13", "routes-changed", "Somebody has changed a route or a route table",
			callsOf("ec2",
				"CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable", "DeleteRoute",
				"DisassociateRouteTable"),
		},
		{
			"CloudWatch.14", "vpcs-changed", "Somebody has changed a VPC or a peering",
			calls("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection",
				"DeleteVpcPeeringConnection", "RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc",
				"DisableVpcClassicLink", "EnableVpcClassicLink"),
		},
		{
			"CIS 4.15", "organization-changed", "Somebody has changed the organization that the account is in",
			callsOf("organizations",
				"AcceptHandshake", "AttachPolicy", "CreateAccount", "CreateOrganizationalUnit", "CreatePolicy", "DeclineHandshake",
				"DeleteOrganization", "DeleteOrganizationalUnit", "DeletePolicy", "DetachPolicy", "DisablePolicyType",
				"EnablePolicyType", "InviteAccountToOrganization", "LeaveOrganization", "MoveAccount",
				"RemoveAccountFromOrganization", "UpdatePolicy", "UpdateOrganizationalUnit"),
		},
	}
}

// calls is the pattern of calls by those names, whatever service they are made to.
func calls(names ...string) string {
	return "{" + anyOf(names) + "}"
}

// callsOf is the pattern of calls by those names to a service.
func callsOf(service string, names ...string) string {
	return "{($.eventSource=" + service + ".amazonaws.com) && (" + anyOf(names) + ")}"
}

func anyOf(names []string) string {
	var each []string
	for _, name := range names {
		each = append(each, "($.eventName="+name+")")
	}
	return strings.Join(each, " || ")
}

// trailMetrics is the namespace of the metrics that the filters count events in.
const trailMetrics = "WritersRoom/Account"

// addTrailAlarms counts the events of each kind and tells the topic of any. It does not tell that there are no more: an event is over
// as soon as it has happened.
func (g *Governance) addTrailAlarms() error {
	for _, a := range trailAlarms() {
		filter := cloudwatchlogmetricfilter.NewCloudwatchLogMetricFilter(g.scope, tf.String(a.name+"-filter"),
			&cloudwatchlogmetricfilter.CloudwatchLogMetricFilterConfig{
				Name:         tf.String(g.cfg.Label.Name(a.name)),
				LogGroupName: tf.String(g.trailLogs),
				Pattern:      tf.String(a.pattern),
				// Without a default, which would be a value, and paid for, in every minute in which anything was called.
				MetricTransformation: &cloudwatchlogmetricfilter.CloudwatchLogMetricFilterMetricTransformation{
					Namespace: tf.String(trailMetrics),
					Name:      tf.String(a.name),
					Value:     tf.String("1"),
				},
				Lifecycle: tf.Retained(true),
			})
		cloudwatchmetricalarm.NewCloudwatchMetricAlarm(g.scope, tf.String(a.name+"-alarm"), &cloudwatchmetricalarm.CloudwatchMetricAlarmConfig{
			AlarmName:          tf.String(g.cfg.Label.Fit(naming.Alarm, a.name)),
			AlarmDescription:   tf.String(a.means + " [" + a.control + "]. What to do: docs/runbooks/alarms.md#trail"),
			Namespace:          tf.String(trailMetrics),
			MetricName:         filter.MetricTransformation().Name(),
			Statistic:          tf.String("Sum"),
			Period:             tf.Number(300),
			EvaluationPeriods:  tf.Number(1),
			ComparisonOperator: tf.String("GreaterThanOrEqualToThreshold"),
			Threshold:          tf.Number(1),
			TreatMissingData:   tf.String("notBreaching"),
			AlarmActions:       tf.Strings(g.TopicARN),
			Lifecycle:          tf.Retained(true),
		})
	}
	return nil
}
