package governance

import (
	"regexp"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopic"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/snstopicsubscription"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// notInIDs is what an email address has and a construct id must not.
var notInIDs = regexp.MustCompile(`[^a-z0-9]+`)

// addTopic makes the topic, says who may publish to it, and subscribes people.
func (g *Governance) addTopic() error {
	policy, err := g.topicPolicy().JSON()
	if err != nil {
		return err
	}
	topic := snstopic.NewSnsTopic(g.scope, tf.String("alerts"), &snstopic.SnsTopicConfig{
		Name:           tf.String(g.topicName()),
		DisplayName:    tf.String("The Writers Room, account " + g.cfg.Account),
		KmsMasterKeyId: tf.String(g.keyARN),
		Lifecycle:      tf.Retained(true),
	})
	// What the ARN is given to waits for the policy.
	g.TopicARN = *snstopicpolicy.NewSnsTopicPolicy(g.scope, tf.String("alerts-policy"), &snstopicpolicy.SnsTopicPolicyConfig{
		Arn:       topic.Arn(),
		Policy:    tf.String(policy),
		Lifecycle: tf.Retained(true),
	}).Arn()
	for _, email := range g.cfg.AlertEmails {
		id := "alerts-to-" + strings.Trim(notInIDs.ReplaceAllString(strings.ToLower(email), "-"), "-")
		// People come and go: nothing is lost with a subscription, which is therefore not retained.
		snstopicsubscription.NewSnsTopicSubscription(g.scope, tf.String(id), &snstopicsubscription.SnsTopicSubscriptionConfig{
			TopicArn: topic.Arn(),
			Protocol: tf.String("email"),
			Endpoint: tf.String(email),
		})
	}
	return nil
}

// topicName is known before the topic is made, for the key's policy.
func (g *Governance) topicName() string { return g.cfg.Label.Fit(naming.Topic, "alerts") }

// topicPolicy lets alarms and EventBridge publish, over TLS.
func (g *Governance) topicPolicy() iam.Policy {
	topic := []string{g.arn("sns", g.topicName())}
	return iam.Policy{{
		Sid:        "Alarms",
		Principals: map[string][]string{"Service": {"cloudwatch.amazonaws.com"}},
		Actions:    []string{"sns:Publish"},
		Resources:  topic,
		Conditions: []iam.Condition{iam.SourceAccount(g.cfg.Account)},
		Reason:     "the account's alarms tell people",
	}, {
		// Under a condition EventBridge would publish nothing: it tells a topic neither whose the rule is nor which. What that leaves
		// open is a false alert, should a rule of a stranger be let name the topic; nothing can be read.
		// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
		Sid:        "Events",
		Principals: map[string][]string{"Service": {"events.amazonaws.com"}},
		Actions:    []string{"sns:Publish"},
		Resources:  topic,
		Reason:     "rules of EventBridge tell people of findings",
	}, {
		Sid:        "OnlyTLS",
		Effect:     iam.Deny,
		Principals: map[string][]string{"AWS": {"*"}},
		Actions:    []string{"sns:Publish"},
		Resources:  topic,
		Conditions: []iam.Condition{{Test: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
		Reason:     "alerts name resources and travel encrypted",
	}}
}
