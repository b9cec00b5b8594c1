package monitoring

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicsubscription"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Publishers are the services that publish alerts by themselves. The topic admits each of them, and so must its key: a message
// that a service may not encrypt is dropped without a word. Amazon ElastiCache is not among them, since it publishes to no encrypted
// topic (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html): alarms watch what it would have told.
func Publishers() []string {
	return []string{
		"backup.amazonaws.com",
		"budgets.amazonaws.com",
		"cloudwatch.amazonaws.com",
		"events.rds.amazonaws.com",
	}
}

// notInIDs is what an email address has and a construct id must not.
var notInIDs = regexp.MustCompile(`[^a-z0-9]+`)

// addAlerts makes the topic, says who may publish to it, and subscribes people.
func (b *builder) addAlerts(m *Monitoring) error {
	name := b.Label.Fit(naming.Topic, "alerts")
	policy, err := b.alertsPolicy(fmt.Sprintf("arn:%s:sns:%s:%s:%s", b.Partition, b.Region, b.Account, name)).JSON()
	if err != nil {
		return fmt.Errorf("alerts topic: %w", err)
	}
	topic := snstopic.NewSnsTopic(b.scope, tf.String("alerts"), &snstopic.SnsTopicConfig{
		Name:           tf.String(name),
		DisplayName:    tf.String("The Writers Room, " + b.Label.Environment),
		KmsMasterKeyId: tf.String(b.AlertsKeyARN),
	})
	// What the ARN is given to waits for the policy: RDS, for one, tries to publish when it is told of a topic.
	m.AlertsTopicARN = *snstopicpolicy.NewSnsTopicPolicy(b.scope, tf.String("alerts-policy"), &snstopicpolicy.SnsTopicPolicyConfig{
		Arn:    topic.Arn(),
		Policy: tf.String(policy),
	}).Arn()
	for _, email := range b.Settings.AlertEmails {
		id := "alerts-to-" + strings.Trim(notInIDs.ReplaceAllString(strings.ToLower(email), "-"), "-")
		snstopicsubscription.NewSnsTopicSubscription(b.scope, tf.String(id), &snstopicsubscription.SnsTopicSubscriptionConfig{
			TopicArn: topic.Arn(),
			Protocol: tf.String("email"),
			Endpoint: tf.String(email),
		})
	}
	return nil
}

// alertsPolicy lets the publishers publish, on this account's behalf and over TLS.
func (b *builder) alertsPolicy(topicARN string) iam.Policy {
	return iam.Policy{{
		Sid:        "Publishers",
		Principals: map[string][]string{"Service": Publishers()},
		Actions:    []string{"sns:Publish"},
		Resources:  []string{topicARN},
		Conditions: []iam.Condition{iam.SourceAccount(b.Account)},
		Reason:     "these services tell of alarms, failures and costs",
	}, {
		Sid:        "OnlyTLS",
		Effect:     iam.Deny,
		Principals: map[string][]string{"AWS": {"*"}},
		Actions:    []string{"sns:Publish"},
		Resources:  []string{topicARN},
		Conditions: []iam.Condition{{Test: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
		Reason:     "alerts name resources and travel encrypted",
	}}
}
