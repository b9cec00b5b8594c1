package governance

import (
	"errors"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudtrail"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// addTrail records every call that manages anything in the account, in every region, and every object of the manuscripts' buckets that
// is read or written. It is delivered to the bucket, with digests that prove that nothing was changed there afterwards, and to a log
// group, for the alarms.
func (g *Governance) addTrail() error {
	g.TrailName = g.trailName()
	group := cloudwatchloggroup.NewCloudwatchLogGroup(g.scope, tf.String("trail-logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name:            tf.String(g.cfg.Label.Path("trail")),
		RetentionInDays: tf.Number(g.cfg.LogRetentionDays),
		KmsKeyId:        tf.String(g.keyARN),
		Lifecycle:       tf.Retained(true),
	})
	g.trailLogs = *group.Name()
	role, policy, err := g.addTrailRole()
	if err != nil {
		return err
	}
	cloudtrail.NewCloudtrail(g.scope, tf.String("trail"), &cloudtrail.CloudtrailConfig{
		Name:                       tf.String(g.TrailName),
		S3BucketName:               tf.String(g.bucket),
		KmsKeyId:                   tf.String(g.keyARN),
		CloudWatchLogsGroupArn:     tf.String(*group.Arn() + ":*"),
		CloudWatchLogsRoleArn:      role.Arn(),
		EnableLogging:              tf.Bool(true),
		EnableLogFileValidation:    tf.Bool(true),
		IsMultiRegionTrail:         tf.Bool(true),
		IncludeGlobalServiceEvents: tf.Bool(true),
		EventSelector:              &[]*cloudtrail.CloudtrailEventSelector{g.events()},
		DependsOn:                  &[]cdktf.ITerraformDependable{policy}, // CloudTrail tries the role when it is given it
		Lifecycle:                  tf.Retained(true),
	})
	return nil
}

// trailName is known before the trail is made, for policies that name it.
func (g *Governance) trailName() string { return g.cfg.Label.Name("trail") }

// events are a basic selector and no advanced one: it says all that is wanted, and more of those who check a trail understand it.
func (g *Governance) events() *cloudtrail.CloudtrailEventSelector {
	var objects []string
	for _, bucket := range g.cfg.ManuscriptBuckets {
		objects = append(objects, g.s3ARN(bucket)+"/")
	}
	all := &cloudtrail.CloudtrailEventSelector{IncludeManagementEvents: tf.Bool(true), ReadWriteType: tf.String("All")}
	if len(objects) > 0 {
		all.DataResource = &[]*cloudtrail.CloudtrailEventSelectorDataResource{{
			Type:   tf.String("AWS::S3::Object"),
			Values: tf.Strings(objects...),
		}}
	}
	return all
}

// addTrailRole makes the role that CloudTrail writes its log group with.
//
// CloudTrail says of no account that it acts for it. Another account could not hand it the role all the same: nobody may pass a role of
// an account that is not theirs.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
func (g *Governance) addTrailRole() (iamrole.IamRole, iamrolepolicy.IamRolePolicy, error) {
	trust, trustErr := iam.Policy{{
		Principals: map[string][]string{"Service": {"cloudtrail.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole"},
		Reason:     "writes what it records to a log group too",
	}}.TrustJSON()
	stream := g.cfg.Account + "_CloudTrail_" + g.cfg.Region // and a number, where one does not do
	rights, rightsErr := iam.Policy{{
		Sid:       "WriteTrail",
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []string{g.arn("logs", "log-group:"+g.cfg.Label.Path("trail")+":log-stream:"+stream+"*")},
		Reason:    "the alarms are about what is in that log group",
	}}.JSON()
	if err := errors.Join(trustErr, rightsErr); err != nil {
		return nil, nil, err
	}
	name := g.cfg.Label.Fit(naming.Role, "trail-logs")
	role := iamrole.NewIamRole(g.scope, tf.String("trail-logs-role"), &iamrole.IamRoleConfig{
		Name:             tf.String(name),
		Description:      tf.String("What CloudTrail writes its log group with"),
		AssumeRolePolicy: tf.String(trust),
		Lifecycle:        tf.Retained(true),
	})
	policy := iamrolepolicy.NewIamRolePolicy(g.scope, tf.String("trail-logs-policy"), &iamrolepolicy.IamRolePolicyConfig{
		Name:      tf.String(name),
		Role:      role.Name(),
		Policy:    tf.String(rights),
		Lifecycle: tf.Retained(true),
	})
	return role, policy, nil
}
