package compute

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogdelivery"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogdeliverydestination"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogdeliverysource"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// webLogFields are what is logged of a request: no cookie, no query, and no referrer, which would tell the query of the page before.
// The page that a writer signs in by has a code in it.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
func webLogFields() []string {
	return []string{
		"date", "time", "x-edge-location", "x-edge-request-id",
		"c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "cs(User-Agent)", "cs-protocol", "cs-protocol-version", "cs-bytes",
		"ssl-protocol", "ssl-cipher",
		"sc-status", "sc-bytes", "sc-content-type", "x-edge-result-type", "x-edge-response-result-type", "x-edge-detailed-result-type",
		"time-taken", "time-to-first-byte",
	}
}

// addWebLog has the distribution's requests logged, and returns the log group's name. CloudFront's older logs, to a bucket, want one
// with access control lists, which ours refuse. These are set up in us-east-1 alone; an environment elsewhere has its log group there
// too, encrypted with CloudWatch's own key, since the environment's are of its region.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
func (b *builder) addWebLog(distributionARN string) string {
	name := b.Label.Fit(naming.LogDelivery, "web-access")
	group := b.addLogGroup("web-access-log", b.Label.Path("web", "access"), b.GlobalProvider)
	source := cloudwatchlogdeliverysource.NewCloudwatchLogDeliverySource(b.scope, tf.String("web-log-source"),
		&cloudwatchlogdeliverysource.CloudwatchLogDeliverySourceConfig{
			Name:        tf.String(name),
			LogType:     tf.String("ACCESS_LOGS"),
			ResourceArn: tf.String(distributionARN),
			Provider:    b.GlobalProvider,
		})
	destination := cloudwatchlogdeliverydestination.NewCloudwatchLogDeliveryDestination(b.scope, tf.String("web-log-destination"),
		&cloudwatchlogdeliverydestination.CloudwatchLogDeliveryDestinationConfig{
			Name:         tf.String(name),
			OutputFormat: tf.String("json"),
			DeliveryDestinationConfiguration: []*cloudwatchlogdeliverydestination.
				CloudwatchLogDeliveryDestinationDeliveryDestinationConfiguration{{DestinationResourceArn: group.Arn()}},
			Provider: b.GlobalProvider,
		})
	// Other fields are another delivery: the provider's change of one to a log group is refused.
	// https://github.com/hashicorp/terraform-provider-aws/issues/46108
	fields := cdktf.NewDataResource(b.scope, tf.String("web-log-fields"), &cdktf.DataConfig{
		Input: &map[string]any{"fields": webLogFields()},
	})
	cloudwatchlogdelivery.NewCloudwatchLogDelivery(b.scope, tf.String("web-log-delivery"),
		&cloudwatchlogdelivery.CloudwatchLogDeliveryConfig{
			DeliverySourceName:     source.Name(),
			DeliveryDestinationArn: destination.Arn(),
			RecordFields:           tf.Strings(webLogFields()...),
			Provider:               b.GlobalProvider,
			Lifecycle:              &cdktf.TerraformResourceLifecycle{ReplaceTriggeredBy: &[]any{"terraform_data." + *fields.FriendlyUniqueId()}},
		})
	return *group.Name()
}
