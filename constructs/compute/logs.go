package compute

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addLogGroup makes a log group. Nothing here makes its own, which would come without key and retention, and once more after it is
// destroyed. The provider given makes it, and nil is the environment's own; in another region, which the logs key is not of, it is
// encrypted with CloudWatch's key.
func (b *builder) addLogGroup(id, name string, in cdktf.TerraformProvider) cloudwatchloggroup.CloudwatchLogGroup {
	cfg := &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name:            tf.String(name),
		RetentionInDays: tf.Number(b.LogRetentionDays),
		Provider:        in,
	}
	if in == nil {
		cfg.KmsKeyId = tf.String(b.LogsKeyARN)
	}
	group := cloudwatchloggroup.NewCloudwatchLogGroup(b.scope, tf.String(id), cfg)
	if in != nil {
		tf.Waive(group, tf.Waiver{
			Control: "House.Keys",
			Reason:  "CloudFront logs in us-east-1 alone; CloudWatch encrypts with its own key there, since the environment's is of its region",
			Expires: "2027-11-30",
		})
	}
	return group
}
