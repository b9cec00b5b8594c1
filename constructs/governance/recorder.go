package governance

import (
	"github.com/aws/constructs-go/constructs/v10"
	recorder "github.com/cdktf/cdktf-provider-aws-go/aws/v19/configconfigurationrecorder"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/configconfigurationrecorderstatus"
	channel "github.com/cdktf/cdktf-provider-aws-go/aws/v19/configdeliverychannel"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamservicelinkedrole"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// noisyTypes are recorded once a day. A network interface comes and goes with every task of a service and with every deployment, and
// nobody asks what one of them was like at noon. Everything else is recorded whenever it changes, so that a rule finds a fault within
// minutes.
func noisyTypes() *[]*string { return tf.Strings("AWS::EC2::NetworkInterface") }

// addRecorder has AWS Config record every resource of the account, the global ones too, and deliver what it recorded to the bucket.
// An account has one recorder in a region. Where somebody has made one by hand, bootstrap fails to make this one: delete that first,
// which loses none of what it recorded.
func (g *Governance) addRecorder() error {
	scope := constructs.NewConstruct(g.scope, tf.String("recorder"))
	name := g.cfg.Label.Name("recorder")

	// Security Hub takes no other role for good [Config.1]. An account in which Config was once used has it already; it is adopted with
	//
	//	terraform -chdir=.work/bootstrap/<account> import aws_iam_service_linked_role.governance_recorder_role \
	//	  arn:aws:iam::<account>:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig
	role := iamservicelinkedrole.NewIamServiceLinkedRole(scope, tf.String("role"), &iamservicelinkedrole.IamServiceLinkedRoleConfig{
		AwsServiceName: tf.String("config.amazonaws.com"),
		Description:    tf.String("What AWS Config looks at resources with"),
		Lifecycle:      tf.Retained(true),
	})
	configuration := recorder.NewConfigConfigurationRecorder(scope, tf.String("configuration"),
		&recorder.ConfigConfigurationRecorderConfig{
			Name:    tf.String(name),
			RoleArn: role.Arn(),
			RecordingGroup: &recorder.ConfigConfigurationRecorderRecordingGroup{
				AllSupported:               tf.Bool(true),
				IncludeGlobalResourceTypes: tf.Bool(true),
			},
			RecordingMode: &recorder.ConfigConfigurationRecorderRecordingMode{
				RecordingFrequency: tf.String("CONTINUOUS"),
				RecordingModeOverride: &recorder.ConfigConfigurationRecorderRecordingModeRecordingModeOverride{
					Description:        tf.String("What comes and goes by itself"),
					RecordingFrequency: tf.String("DAILY"),
					ResourceTypes:      noisyTypes(),
				},
			},
			Lifecycle: tf.Retained(true),
		})
	delivery := channel.NewConfigDeliveryChannel(scope, tf.String("delivery"), &channel.ConfigDeliveryChannelConfig{
		Name:         tf.String(name),
		S3BucketName: tf.String(g.bucket),
		S3KmsKeyArn:  tf.String(g.keyARN),
		SnapshotDeliveryProperties: &channel.ConfigDeliveryChannelSnapshotDeliveryProperties{
			// Histories come every six hours anyway; a whole picture of the account is wanted for audits.
			DeliveryFrequency: tf.String("TwentyFour_Hours"),
		},
		DependsOn: &[]cdktf.ITerraformDependable{configuration}, // Config takes no channel before there is a recorder
		Lifecycle: tf.Retained(true),
	})
	g.recording = configconfigurationrecorderstatus.NewConfigConfigurationRecorderStatus(scope, tf.String("status"),
		&configconfigurationrecorderstatus.ConfigConfigurationRecorderStatusConfig{
			Name:      configuration.Name(),
			IsEnabled: tf.Bool(true),
			DependsOn: &[]cdktf.ITerraformDependable{delivery}, // nor does it start one without a channel
			Lifecycle: tf.Retained(true),
		})
	return nil
}
