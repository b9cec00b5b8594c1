package governance

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// keyDeletionWindowDays is the longest that KMS offers: without the key, everything that was ever recorded is lost.
const keyDeletionWindowDays = 30

// addKey makes the key of all that governance keeps and tells: what is delivered to the audit bucket, the trail's log group, and the
// topic. It is rotated every year.
func (g *Governance) addKey() error {
	policy, err := g.keyPolicy().JSON()
	if err != nil {
		return err
	}
	key := kmskey.NewKmsKey(g.scope, tf.String("key"), &kmskey.KmsKeyConfig{
		Description:                    tf.String("What was done in the account, and alerts of it"),
		Policy:                         tf.String(policy),
		EnableKeyRotation:              tf.Bool(true),
		RotationPeriodInDays:           tf.Number(365),
		DeletionWindowInDays:           tf.Number(keyDeletionWindowDays),
		BypassPolicyLockoutSafetyCheck: tf.Bool(false),
		Lifecycle:                      tf.Retained(true),
	})
	kmsalias.NewKmsAlias(g.scope, tf.String("key-alias"), &kmsalias.KmsAliasConfig{
		Name:        tf.String("alias/" + g.cfg.Label.Fit(naming.KeyAlias, "audit")),
		TargetKeyId: key.KeyId(),
		Lifecycle:   tf.Retained(true),
	})
	g.keyARN = *key.Arn()
	g.LogsKeyARN = g.keyARN
	return nil
}

// keyPolicy lets services write under the key and the account's readers read what lies in buckets. No reader, however wide the grants
// of IAM, writes with it.
func (g *Governance) keyPolicy() iam.Policy {
	thisKey := []string{"*"}
	groups := []string{g.arn("logs", "log-group:"+g.cfg.Label.Path("*"))}
	for _, name := range g.cfg.LogGroups {
		groups = append(groups, g.arn("logs", "log-group:"+name))
	}
	return iam.Policy{
		iam.KeyAdministrators(g.cfg.Partition, g.cfg.Account),
		{
			Sid:        "Readers",
			Principals: map[string][]string{"AWS": {"arn:" + g.cfg.Partition + ":iam::" + g.cfg.Account + ":root"}},
			Actions:    []string{"kms:Decrypt"},
			Resources:  thisKey,
			Conditions: []iam.Condition{
				{Test: "StringEquals", Key: "kms:CallerAccount", Values: []string{g.cfg.Account}},
				{Test: "StringEquals", Key: "kms:ViaService", Values: []string{"s3." + g.cfg.Region + ".amazonaws.com"}},
			},
			Reason: "whoever IAM lets read the audit bucket does so through S3; * is this key",
		},
		{
			Sid:        "TrailEncrypts",
			Principals: map[string][]string{"Service": {"cloudtrail.amazonaws.com"}},
			Actions:    []string{"kms:GenerateDataKey"},
			Resources:  thisKey,
			Conditions: []iam.Condition{
				g.onBehalfOfTrail(),
				{
					Test: "StringLike", Key: "kms:EncryptionContext:aws:cloudtrail:arn",
					Values: []string{"arn:" + g.cfg.Partition + ":cloudtrail:*:" + g.cfg.Account + ":trail/" + g.trailName()},
				},
			},
			Reason: "CloudTrail encrypts the files that it delivers; * is this key",
		},
		{
			// CloudTrail takes no key that it may not describe, and for a bucket with a bucket key none that it may not decrypt with.
			// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
			Sid:        "TrailTries",
			Principals: map[string][]string{"Service": {"cloudtrail.amazonaws.com"}},
			Actions:    []string{"kms:Decrypt", "kms:DescribeKey"},
			Resources:  thisKey,
			Conditions: []iam.Condition{g.onBehalfOfTrail()},
			Reason:     "CloudTrail tries the key before it takes it; * is this key",
		},
		{
			Sid:        "Delivery",
			Principals: map[string][]string{"Service": {"config.amazonaws.com"}},
			Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resources:  thisKey,
			Conditions: []iam.Condition{iam.SourceAccount(g.cfg.Account)},
			Reason:     "Config encrypts what it delivers to the bucket; * is this key",
		},
		{
			// CloudWatch Logs sends no aws:SourceAccount; what binds it is the log group's ARN, which it gives as encryption context.
			// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
			Sid:        "LogGroups",
			Principals: map[string][]string{"Service": {"logs." + g.cfg.Region + ".amazonaws.com"}},
			Actions: []string{
				"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom",
				"kms:ReEncryptTo",
			},
			Resources:  thisKey,
			Conditions: []iam.Condition{{Test: "ArnLike", Key: "kms:EncryptionContext:aws:logs:arn", Values: groups}},
			Reason:     "CloudWatch Logs encrypts the account's log groups and decrypts them for readers; * is this key",
		},
		{
			Sid:        "Alarms",
			Principals: map[string][]string{"Service": {"cloudwatch.amazonaws.com"}},
			Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resources:  thisKey,
			Conditions: []iam.Condition{iam.SourceAccount(g.cfg.Account)},
			Reason:     "an alarm that CloudWatch may not encrypt is dropped without a word; * is this key",
		},
		{
			// EventBridge sends neither aws:SourceAccount nor aws:SourceArn to KMS, so that under either nothing would ever arrive.
			// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
			Sid:        "Events",
			Principals: map[string][]string{"Service": {"events.amazonaws.com"}},
			Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resources:  thisKey,
			Conditions: []iam.Condition{
				{Test: "StringEquals", Key: "kms:EncryptionContext:aws:sns:topicArn", Values: []string{g.arn("sns", g.topicName())}},
			},
			Reason: "EventBridge encrypts what it publishes to the topic, and nothing else; * is this key",
		},
	}
}

// onBehalfOfTrail is the condition that CloudTrail acts for the account's own trail, whose ARN holds the account.
func (g *Governance) onBehalfOfTrail() iam.Condition {
	return iam.Condition{Test: "StringEquals", Key: "aws:SourceArn", Values: []string{g.arn("cloudtrail", "trail/"+g.trailName())}}
}
