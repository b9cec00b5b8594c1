package governance

import "github.com/writersroom/infrastructure/internal/iam"

// bucketPolicy makes a bucket that nobody can take the past out of, or put another into. What it denies holds for administrators too:
// to retire the bucket they must first take the policy away, which is a deliberate step of its own, and tells the topic.
func (g *Governance) bucketPolicy(kind bucketKind) iam.Policy {
	arn := g.s3ARN(g.bucketName(kind.name))
	everyone := map[string][]string{"AWS": {"*"}}
	all, objects := []string{arn, arn + "/*"}, []string{arn + "/*"}
	return append(iam.Policy{{
		Sid:        "OnlyTLS",
		Effect:     iam.Deny,
		Principals: everyone,
		Actions:    []string{"s3:*"},
		Resources:  all,
		Conditions: []iam.Condition{{Test: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
		Reason:     "nothing travels in the clear",
	}, {
		Sid:        "OnlyModernTLS",
		Effect:     iam.Deny,
		Principals: everyone,
		Actions:    []string{"s3:*"},
		Resources:  all,
		Conditions: []iam.Condition{{Test: "NumericLessThan", Key: "s3:TlsVersion", Values: []string{"1.2"}}},
		Reason:     "TLS 1.0 and 1.1 can be broken",
	}, {
		Sid:        "OnlyServicesWrite",
		Effect:     iam.Deny,
		Principals: everyone,
		Actions:    []string{"s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectVersionTagging", "s3:ReplicateObject", "s3:RestoreObject"},
		Resources:  objects,
		Conditions: []iam.Condition{{Test: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}}},
		Reason:     "a record that people can write proves nothing",
	}, {
		Sid:        "KeepEverything",
		Effect:     iam.Deny,
		Principals: everyone,
		Actions:    []string{"s3:DeleteBucket", "s3:DeleteObject", "s3:DeleteObjectVersion"},
		Resources:  all,
		Reason:     "what was recorded leaves by the lifecycle rule, which no policy binds",
	}}, kind.deliveries(arn)...)
}

// trailDelivery lets CloudTrail deliver the account's own trail. The canned ACL that AWS's example asks for means nothing where the
// bucket's owner owns every object. Nor is the encryption asked for: log files come under the trail's key, digests under S3's.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
func (g *Governance) trailDelivery(arn string) []iam.Statement {
	cloudTrail := map[string][]string{"Service": {"cloudtrail.amazonaws.com"}}
	return []iam.Statement{{
		Sid:        "TrailChecks",
		Principals: cloudTrail,
		Actions:    []string{"s3:GetBucketAcl"},
		Resources:  []string{arn},
		Conditions: []iam.Condition{g.onBehalfOfTrail()},
		Reason:     "CloudTrail looks whether the bucket is there before it takes it",
	}, {
		Sid:        "TrailDelivers",
		Principals: cloudTrail,
		Actions:    []string{"s3:PutObject"},
		Resources:  []string{arn + "/AWSLogs/" + g.cfg.Account + "/*"},
		Conditions: []iam.Condition{g.onBehalfOfTrail()},
		Reason:     "CloudTrail writes who called what",
	}}
}

// configDelivery lets Config deliver for the account. It does so itself, and not with its service-linked role.
// https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
func (g *Governance) configDelivery(arn string) []iam.Statement {
	config := map[string][]string{"Service": {"config.amazonaws.com"}}
	forUs := []iam.Condition{iam.SourceAccount(g.cfg.Account)}
	return []iam.Statement{{
		Sid:        "ConfigChecks",
		Principals: config,
		Actions:    []string{"s3:GetBucketAcl", "s3:ListBucket"},
		Resources:  []string{arn},
		Conditions: forUs,
		Reason:     "Config looks whether the bucket is there before it takes it",
	}, {
		Sid:        "ConfigDelivers",
		Principals: config,
		Actions:    []string{"s3:PutObject"},
		Resources:  []string{arn + "/AWSLogs/" + g.cfg.Account + "/Config/*"},
		Conditions: forUs,
		Reason:     "Config writes what there was, and how it has changed",
	}}
}

// accessLogDelivery lets S3 write the access logs of the buckets of those ARNs.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
func (g *Governance) accessLogDelivery(arn string, sources []string) iam.Statement {
	return iam.Statement{
		Sid:        "LogDelivery",
		Principals: map[string][]string{"Service": {"logging.s3.amazonaws.com"}},
		Actions:    []string{"s3:PutObject"},
		Resources:  []string{arn + "/" + accessLogPrefix + "*"},
		Conditions: []iam.Condition{
			iam.SourceAccount(g.cfg.Account),
			{Test: "ArnLike", Key: "aws:SourceArn", Values: sources},
		},
		Reason: "S3 writes who asked what of the account's buckets",
	}
}
