package storage

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dbeventsubscription"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addAuroraEvents has RDS tell of what somebody must know (RDS.19, RDS.20): not of backups, and not of every pause. The sources are
// named, since other environments may share the account.
func (b *builder) addAuroraEvents(a *Aurora) {
	b.addEventSubscription("aurora-events", "db-cluster", []string{a.ClusterID}, "failover", "failure", "maintenance")
	b.addEventSubscription("aurora-instance-events", "db-instance", a.InstanceIDs, "configuration change", "failure", "maintenance")
}

func (b *builder) addEventSubscription(id, sourceType string, sources []string, categories ...string) {
	dbeventsubscription.NewDbEventSubscription(b.scope, tf.String(id), &dbeventsubscription.DbEventSubscriptionConfig{
		Name:            tf.String(b.Label.Name(id)),
		SnsTopic:        tf.String(b.AlertsTopicARN),
		SourceType:      tf.String(sourceType),
		SourceIds:       tf.Strings(sources...),
		EventCategories: tf.Strings(categories...),
		Enabled:         tf.Bool(true),
	})
}
