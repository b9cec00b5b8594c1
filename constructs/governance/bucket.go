package governance

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	lifecycle "github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlogging"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	encryption "github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// auditDays is how long it is kept what was done in the account and what there was: seven years, leap days included, as
	// long as tax and contract law commonly let anybody ask.
	auditDays = 7*365 + 2
	// archiveDays is when it moves to where storing costs about a sixth and reading costs extra, and is still a matter of milliseconds: most
	// questions are about the last quarter. S3 leaves objects under 128 KB where they are, for which moving would cost more.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
	archiveDays = 90
	// accessLogDays is how long it is kept who asked what of the account's buckets: long enough to look back on a year.
	accessLogDays = 365
	// replacedDays is how long a version is kept after it has expired.
	replacedDays = 30
	// abandonedUploadDays is when what was uploaded in parts and never completed is deleted.
	abandonedUploadDays = 7
)

// bucketKind is what tells the account's two buckets apart.
type bucketKind struct {
	// name is the construct id, and the last part of the bucket's name before the account.
	name string
	// keyARN is the KMS key that encrypts; empty for S3's own.
	keyARN string
	// expireDays is how long an object is kept; archiveDays is when it moves to cheaper storage, 0 for never.
	expireDays, archiveDays int
	// deliveries are who may write to the bucket of that ARN.
	deliveries func(arn string) []iam.Statement
}

// addBucket makes the bucket that CloudTrail and Config deliver to, after the one that the requests to it are logged in. Those to the
// buckets of cfg.LoggedBuckets are logged there too.
//
// Neither has S3's object lock: Config delivers to no bucket that has it, and S3 its access logs to none with a default retention
// (https://docs.aws.amazon.com/config/latest/APIReference/API_DeliveryChannel.html). What keeps the past is the buckets' policy.
func (g *Governance) addBucket() error {
	logged := maps.Clone(g.cfg.LoggedBuckets)
	if logged == nil {
		logged = map[string]string{}
	}
	const audit = "audit"
	var faults [2]error
	accessLogs, fault := g.addBucketOf(bucketKind{
		name: "access-logs",
		// AWS supports no other default for a bucket that access logs are delivered to:
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
		keyARN:     "",
		expireDays: accessLogDays,
		deliveries: func(arn string) []iam.Statement {
			sources := []string{g.s3ARN(g.bucketName(audit))}
			for _, name := range slices.Sorted(maps.Keys(logged)) {
				sources = append(sources, g.s3ARN(logged[name]))
			}
			return []iam.Statement{g.accessLogDelivery(arn, sources)}
		},
	})
	faults[0] = fault
	g.bucket, faults[1] = g.addBucketOf(bucketKind{
		name:        audit,
		keyARN:      g.keyARN,
		expireDays:  auditDays,
		archiveDays: archiveDays,
		deliveries:  func(arn string) []iam.Statement { return append(g.trailDelivery(arn), g.configDelivery(arn)...) },
	})
	if err := errors.Join(faults[:]...); err != nil {
		return err
	}
	g.bucketARN = g.s3ARN(g.bucket)
	logged[audit] = g.bucket
	for _, name := range slices.Sorted(maps.Keys(logged)) {
		g.logAccess(name, logged[name], accessLogs)
	}
	return nil
}

// bucketName is known before the bucket is made, for policies that name it.
func (g *Governance) bucketName(name string) string { return g.cfg.Label.Unique(naming.Bucket, name) }

func (g *Governance) s3ARN(bucket string) string { return "arn:" + g.cfg.Partition + ":s3:::" + bucket }

// addBucketOf makes a bucket with its settings and its policy, and returns its name, which is there once the policy is.
func (g *Governance) addBucketOf(kind bucketKind) (name string, err error) {
	policy, err := g.bucketPolicy(kind).JSON()
	if err != nil {
		return "", fmt.Errorf("%s bucket: %w", kind.name, err)
	}
	scope := constructs.NewConstruct(g.scope, tf.String(kind.name))
	bucket := s3bucket.NewS3Bucket(scope, tf.String("bucket"), &s3bucket.S3BucketConfig{
		Bucket:    tf.String(g.bucketName(kind.name)),
		Lifecycle: tf.Retained(true),
	})
	versioning := s3bucketversioning.NewS3BucketVersioningA(scope, tf.String("versioning"), &s3bucketversioning.S3BucketVersioningAConfig{
		Bucket:                  bucket.Id(),
		VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{Status: tf.String("Enabled")},
		Lifecycle:               tf.Retained(true),
	})
	encrypt(scope, bucket, kind)
	expire(scope, bucket, kind, versioning)
	// One after the other: S3 answers OperationAborted where two of these are set at once.
	block := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(scope, tf.String("public-access"),
		&s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
			Bucket:                bucket.Id(),
			BlockPublicAcls:       tf.Bool(true),
			BlockPublicPolicy:     tf.Bool(true),
			IgnorePublicAcls:      tf.Bool(true),
			RestrictPublicBuckets: tf.Bool(true),
			Lifecycle:             tf.Retained(true),
		})
	ownership := s3bucketownershipcontrols.NewS3BucketOwnershipControls(scope, tf.String("ownership"),
		&s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
			Bucket:    bucket.Id(),
			Rule:      &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: tf.String("BucketOwnerEnforced")},
			DependsOn: &[]cdktf.ITerraformDependable{block},
			Lifecycle: tf.Retained(true),
		})
	return *s3bucketpolicy.NewS3BucketPolicy(scope, tf.String("policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket:    bucket.Id(),
		Policy:    tf.String(policy),
		DependsOn: &[]cdktf.ITerraformDependable{ownership},
		Lifecycle: tf.Retained(true),
	}).Bucket(), nil
}

// encrypt sets what a delivery is encrypted with that does not say. A bucket key asks KMS once for many objects.
func encrypt(scope constructs.Construct, bucket s3bucket.S3Bucket, kind bucketKind) {
	rule := &encryption.S3BucketServerSideEncryptionConfigurationRuleA{
		ApplyServerSideEncryptionByDefault: &encryption.
			S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{SseAlgorithm: tf.String("AES256")},
	}
	if kind.keyARN != "" {
		rule.ApplyServerSideEncryptionByDefault.SseAlgorithm = tf.String("aws:kms")
		rule.ApplyServerSideEncryptionByDefault.KmsMasterKeyId = tf.String(kind.keyARN)
		rule.BucketKeyEnabled = tf.Bool(true)
	}
	set := encryption.NewS3BucketServerSideEncryptionConfigurationA(scope, tf.String("encryption"),
		&encryption.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket:    bucket.Id(),
			Rule:      &[]*encryption.S3BucketServerSideEncryptionConfigurationRuleA{rule},
			Lifecycle: tf.Retained(true),
		})
	if kind.keyARN == "" {
		tf.Waive(set, tf.Waiver{
			Control: "trivy:AVD-AWS-0132",
			Reason:  "AWS supports no other default encryption for a bucket that access logs are delivered to",
			Expires: "2027-11-30",
		})
	}
}

// expire deletes what has been kept long enough, which no policy binds, and moves what is kept longest to cheaper storage.
func expire(scope constructs.Construct, bucket s3bucket.S3Bucket, kind bucketKind, versioning s3bucketversioning.S3BucketVersioningA) {
	rule := &lifecycle.S3BucketLifecycleConfigurationRule{
		Id:         tf.String("expire"),
		Status:     tf.String("Enabled"),
		Filter:     &[]*lifecycle.S3BucketLifecycleConfigurationRuleFilter{{}},
		Expiration: &[]*lifecycle.S3BucketLifecycleConfigurationRuleExpiration{{Days: tf.Number(kind.expireDays)}},
		NoncurrentVersionExpiration: &[]*lifecycle.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{{
			NoncurrentDays: tf.Number(replacedDays),
		}},
		AbortIncompleteMultipartUpload: &[]*lifecycle.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{{
			DaysAfterInitiation: tf.Number(abandonedUploadDays),
		}},
	}
	if kind.archiveDays > 0 {
		rule.Transition = &[]*lifecycle.S3BucketLifecycleConfigurationRuleTransition{{
			Days:         tf.Number(kind.archiveDays),
			StorageClass: tf.String("GLACIER_IR"),
		}}
	}
	lifecycle.NewS3BucketLifecycleConfiguration(scope, tf.String("lifecycle"), &lifecycle.S3BucketLifecycleConfigurationConfig{
		Bucket: bucket.Id(),
		Rule:   &[]*lifecycle.S3BucketLifecycleConfigurationRule{rule},
		// A rule about old versions is meant for a bucket that keeps them.
		DependsOn: &[]cdktf.ITerraformDependable{versioning},
		Lifecycle: tf.Retained(true),
	})
}

// accessLogPrefix leaves the access logs' bucket room for the logs of other services.
const accessLogPrefix = "s3/"

// logAccess records every request, under a key that a query by bucket and day finds:
// s3/<account>/<region>/<bucket>/<year>/<month>/<day>/.
func (g *Governance) logAccess(id, bucket, logs string) {
	s3bucketlogging.NewS3BucketLoggingA(g.scope, tf.String(id+"-logging"), &s3bucketlogging.S3BucketLoggingAConfig{
		Bucket:       tf.String(bucket),
		TargetBucket: tf.String(logs),
		TargetPrefix: tf.String(accessLogPrefix),
		TargetObjectKeyFormat: &s3bucketlogging.S3BucketLoggingTargetObjectKeyFormat{
			PartitionedPrefix: &s3bucketlogging.S3BucketLoggingTargetObjectKeyFormatPartitionedPrefix{
				PartitionDateSource: tf.String("EventTime"),
			},
		},
		Lifecycle: tf.Retained(true),
	})
}
