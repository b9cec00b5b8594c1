package compute

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueuepolicy"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Queue is an SQS queue that is there.
type Queue struct {
	Name, ARN, URL string
	// DeadLetters says that what is in it could not be done.
	DeadLetters bool
}

// The queues. Notifications tells the realtime service what has been finished for whom; the others hold what could not be done.
const (
	notifications            = "notifications"
	notificationsDeadLetters = "notifications-dead-letters"
	functionsDeadLetters     = "functions-dead-letters"
	exportsDeadLetters       = "exports-dead-letters"
)

const (
	// secondsKept is how long SQS keeps a message that nobody takes: 14 days, its most. A weekend passes before people look.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
	secondsKept = 14 * 24 * 60 * 60
	// attempts is how often a notification is tried before it is put aside.
	attempts = 5
)

// queueNames are all there are; one that dead letters go to comes before the one that they come from.
func queueNames() []string {
	return []string{functionsDeadLetters, exportsDeadLetters, notificationsDeadLetters, notifications}
}

// addQueues makes the queues, encrypted with the data key.
func (b *builder) addQueues(c *Compute) error {
	c.Queues = map[string]Queue{}
	for _, name := range queueNames() {
		queue, err := b.addQueue(c, name)
		if err != nil {
			return err
		}
		c.Queues[name] = queue
	}
	return nil
}

func (b *builder) addQueue(c *Compute, name string) (Queue, error) {
	policy, err := iam.Policy{{
		Sid:        "OnlyTLS",
		Effect:     iam.Deny,
		Principals: map[string][]string{"AWS": {"*"}},
		Actions:    []string{"sqs:*"},
		Resources:  []string{b.queueARN(name)},
		Conditions: []iam.Condition{{Test: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
		Reason:     "nothing travels in the clear",
	}, {
		Sid:        "OnlyThisAccount",
		Effect:     iam.Deny,
		Principals: map[string][]string{"AWS": {"*"}},
		Actions:    []string{"sqs:*"},
		Resources:  []string{b.queueARN(name)},
		Conditions: []iam.Condition{{Test: "StringNotEquals", Key: "aws:PrincipalAccount", Values: []string{b.Account}}},
		Reason:     "no statement added later opens the queue to another account",
	}}.JSON()
	if err != nil {
		return Queue{}, fmt.Errorf("queue %s: %w", name, err)
	}
	cfg := &sqsqueue.SqsQueueConfig{
		Name:                         tf.String(b.Label.Fit(naming.Queue, name)),
		KmsMasterKeyId:               tf.String(b.DataKeyARN),
		KmsDataKeyReusePeriodSeconds: tf.Number(300),
		MessageRetentionSeconds:      tf.Number(secondsKept),
	}
	if name == notifications {
		cfg.RedrivePolicy = tf.String(fmt.Sprintf(`{"deadLetterTargetArn":"%s","maxReceiveCount":%d}`,
			c.Queues[notificationsDeadLetters].ARN, attempts))
	}
	queue := sqsqueue.NewSqsQueue(b.scope, tf.String(name), cfg)
	sqsqueuepolicy.NewSqsQueuePolicy(b.scope, tf.String(name+"-policy"), &sqsqueuepolicy.SqsQueuePolicyConfig{
		QueueUrl: queue.Url(),
		Policy:   tf.String(policy),
	})
	return Queue{Name: *queue.Name(), ARN: *queue.Arn(), URL: *queue.Url(), DeadLetters: name != notifications}, nil
}

// queueARN is a queue's, known before it is made.
func (c Config) queueARN(name string) string {
	return c.arn("sqs", c.Label.Fit(naming.Queue, name))
}

// queueURL is where a queue takes messages, known before it is made: names of ours, unlike tokens, make no cycle of a function, its
// role and what it calls.
func (c Config) queueURL(name string) string {
	return "https://" + c.endpoint("sqs") + "/" + c.Account + "/" + c.Label.Fit(naming.Queue, name)
}

// NotificationsURL is the queue's that tells the realtime service.
func (c Config) NotificationsURL() string { return c.queueURL(notifications) }

// QueueURLs are all queues'.
func (c Config) QueueURLs() []string {
	var urls []string
	for _, name := range queueNames() {
		urls = append(urls, c.queueURL(name))
	}
	return urls
}

// send lets a role send to a queue of the environment; sid begins the statements' Sids.
func (c Config) send(sid, name string) []iam.Statement {
	return []iam.Statement{{
		Sid:       "Send" + sid,
		Actions:   []string{"sqs:SendMessage"},
		Resources: []string{c.queueARN(name)},
		Reason:    "sends to its queue",
	}, c.useQueueKey("Send"+sid, "kms:Decrypt", "kms:GenerateDataKey")}
}

// receive lets a role take messages from a queue of the environment.
func (c Config) receive(sid, name string) []iam.Statement {
	return []iam.Statement{{
		Sid: "Receive" + sid,
		Actions: []string{
			"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
		},
		Resources: []string{c.queueARN(name)},
		Reason:    "takes what is sent to it",
	}, c.useQueueKey("Receive"+sid, "kms:Decrypt")}
}

// useQueueKey lets a role use the data key through SQS and in no other way.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (c Config) useQueueKey(sid string, actions ...string) iam.Statement {
	return iam.Statement{
		Sid:        sid + "Key",
		Actions:    actions,
		Resources:  []string{c.DataKeyARN},
		Conditions: []iam.Condition{{Test: "StringEquals", Key: "kms:ViaService", Values: []string{c.endpoint("sqs")}}},
		Reason:     "SQS encrypts and decrypts the queue's own key on the caller's behalf",
	}
}
