package storage

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addLogGroup makes the group /writersroom/<env>/<store>/<name> that a store writes to. No store makes its own, which would come
// without key and retention.
func (b *builder) addLogGroup(store, name string) cloudwatchloggroup.CloudwatchLogGroup {
	return cloudwatchloggroup.NewCloudwatchLogGroup(b.scope, tf.String(store+"-"+name+"-log"),
		&cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name:            tf.String(b.Label.Path(store, name)),
			RetentionInDays: tf.Number(b.LogRetentionDays),
			KmsKeyId:        tf.String(b.LogsKeyARN),
		})
}
