package storage

import (
	"errors"
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	cors "github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketcorsconfiguration"
	lifecycle "github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlogging"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketnotification"
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

// Bucket is an S3 bucket: private, versioned and encrypted. What is given its name or its ARN waits until the bucket's policy is in
// place.
type Bucket struct {
	Name string
	ARN  string
	// DomainName is the bucket's host in its region, which CloudFront reads from.
	DomainName string

	// keyARN is the KMS key of the bucket's objects; empty where S3 keeps the key.
	keyARN string
	// service is S3's host in the bucket's region.
	service string
}

const (
	// exportDays is how long what was rendered for download is kept: it can be rendered again.
	exportDays = 30
	// replacedDays is how long an old version of what can be made again is kept: long enough to undo a bad release of the web
	// application, and to look into a log that somebody deleted.
	replacedDays = 30
	// abandonedUploadDays is when what was uploaded in parts and never completed is deleted.
	abandonedUploadDays = 7
	// accessLogPrefix leaves the access logs' bucket room for the logs of other services.
	accessLogPrefix = "s3/"
)

// bucketKind is what tells one bucket from another.
type bucketKind struct {
	// name is the construct id, and the last part of the bucket's name before the account.
	name string
	// manuscripts is the value of ManuscriptsTag.
	manuscripts string
	// keyARN is the KMS key that encrypts; empty for S3's own, and s3Key then says why.
	keyARN, s3Key string
	// expireDays is how long an object is kept, 0 for ever; oldVersionDays is how long a version is kept after that, or after
	// another took its place.
	expireDays, oldVersionDays int
	// policy is what the bucket's policy has beside what every bucket's has.
	policy func(arn string) []iam.Statement
	// logs is the bucket that requests are logged to; nil for none.
	logs *Bucket
	// browsers are the methods that scripts of the web application may use; none keeps browsers out.
	browsers []string
	// waivers are the rules of policy/ that the bucket does not keep.
	waivers []tf.Waiver
}

// addBuckets makes the buckets, first the one that the others log to.
func (b *builder) addBuckets(s *Storage) error {
	var faults [4]error
	s.AccessLogs, faults[0] = b.addBucket(bucketKind{
		name:        "access-logs",
		manuscripts: None,
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
		s3Key:          "AWS supports no other default encryption for a bucket that access logs are delivered to",
		expireDays:     b.LogRetentionDays,
		oldVersionDays: replacedDays,
		policy: func(arn string) []iam.Statement {
			return []iam.Statement{b.logDelivery(arn, "manuscripts", "exports", "assets"), b.loadBalancerLogs(arn)}
		},
	})
	s.Manuscripts, faults[1] = b.addBucket(bucketKind{
		name:           "manuscripts",
		manuscripts:    Original,
		keyARN:         b.DataKeyARN,
		oldVersionDays: b.Settings.OldVersionDays,
		policy: func(arn string) []iam.Statement {
			policy := []iam.Statement{b.throughTheVPC(arn), b.optedOut(arn)}
			if b.Retain {
				policy = append(policy, keepEveryVersion(arn))
			}
			return policy
		},
		logs:     s.AccessLogs,
		browsers: []string{"DELETE", "GET", "HEAD", "POST", "PUT"}, // POST begins and completes an upload in parts
	})
	s.Exports, faults[2] = b.addBucket(bucketKind{
		name:           "exports",
		manuscripts:    Copy,
		keyARN:         b.DataKeyARN,
		expireDays:     exportDays,
		oldVersionDays: abandonedUploadDays,
		policy:         func(arn string) []iam.Statement { return []iam.Statement{b.throughTheVPC(arn), b.optedOut(arn)} },
		logs:           s.AccessLogs,
		browsers:       []string{"GET", "HEAD"},
	})
	const readByAnybody = "anybody may read these files; with the data key, CloudFront would have to be let use what manuscripts are behind"
	s.Assets, faults[3] = b.addBucket(bucketKind{
		name:           "assets",
		manuscripts:    None,
		s3Key:          readByAnybody,
		oldVersionDays: replacedDays,
		policy:         func(arn string) []iam.Statement { return []iam.Statement{b.webDelivery(arn)} },
		logs:           s.AccessLogs,
		waivers: []tf.Waiver{{
			Control: "S3.17",
			Reason:  readByAnybody,
			Expires: "2027-11-30",
		}},
	})
	return errors.Join(faults[:]...)
}

// bucketName is known before the bucket is made, for policies that name it.
func (c Config) bucketName(name string) string { return c.Label.Unique(naming.Bucket, name) }

func (c Config) bucketARN(bucket string) string { return "arn:" + c.Partition + ":s3:::" + bucket }

// addBucket makes a bucket with its settings and its policy.
func (b *builder) addBucket(kind bucketKind) (*Bucket, error) {
	scope := constructs.NewConstruct(b.scope, tf.String(kind.name))
	bucket := s3bucket.NewS3Bucket(scope, tf.String("bucket"), &s3bucket.S3BucketConfig{
		Bucket:       tf.String(b.bucketName(kind.name)),
		ForceDestroy: tf.Bool(!b.Retain),
		Tags:         tf.Map(holds(kind.manuscripts)),
		Lifecycle:    tf.Retained(b.Retain),
	})
	if len(kind.waivers) > 0 {
		tf.Waive(bucket, kind.waivers...)
	}
	versioning := s3bucketversioning.NewS3BucketVersioningA(scope, tf.String("versioning"),
		&s3bucketversioning.S3BucketVersioningAConfig{
			Bucket: bucket.Id(),
			VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{
				Status: tf.String("Enabled"),
			},
			Lifecycle: tf.Retained(b.Retain),
		})
	b.encrypt(scope, bucket, kind)
	b.expire(scope, bucket, kind, versioning)
	policy, err := b.protect(scope, bucket, kind)
	if err != nil {
		return nil, fmt.Errorf("%s bucket: %w", kind.name, err)
	}
	made := &Bucket{Name: *policy.Bucket(), DomainName: *bucket.BucketRegionalDomainName(), keyARN: kind.keyARN, service: b.endpoint("s3")}
	made.ARN = b.bucketARN(made.Name)

	if kind.logs != nil {
		b.logAccess(scope, made, kind.logs)
	}
	if len(kind.browsers) > 0 {
		b.allowBrowsers(scope, made, kind.browsers)
	}
	if kind.manuscripts == Original {
		// AWS Backup follows a bucket's changes through EventBridge, and would turn its events on itself. A notification of another
		// kind has to be added here: a second configuration of the bucket's would put this one out.
		s3bucketnotification.NewS3BucketNotification(scope, tf.String("events"), &s3bucketnotification.S3BucketNotificationConfig{
			Bucket:      tf.String(made.Name),
			Eventbridge: tf.Bool(true),
		})
	}
	return made, nil
}

// encrypt sets what an object is encrypted with when its upload does not say. A bucket key asks KMS once for many objects.
func (b *builder) encrypt(scope constructs.Construct, bucket s3bucket.S3Bucket, kind bucketKind) {
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
			Lifecycle: tf.Retained(b.Retain),
		})
	if kind.keyARN == "" {
		tf.Waive(set, tf.Waiver{Control: "trivy:AVD-AWS-0132", Reason: kind.s3Key, Expires: "2027-11-30"})
	}
}

// expire deletes what is no longer owed to anybody. No number of old versions is kept beyond their days: what a writer has deleted is
// to be gone some day. A delete marker goes with the last version behind it; where objects expire by themselves, S3 sees to that
// without being told (https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html).
func (b *builder) expire(scope constructs.Construct, bucket s3bucket.S3Bucket, kind bucketKind,
	versioning s3bucketversioning.S3BucketVersioningA,
) {
	expiration := &lifecycle.S3BucketLifecycleConfigurationRuleExpiration{ExpiredObjectDeleteMarker: tf.Bool(true)}
	if kind.expireDays > 0 {
		expiration = &lifecycle.S3BucketLifecycleConfigurationRuleExpiration{Days: tf.Number(kind.expireDays)}
	}
	lifecycle.NewS3BucketLifecycleConfiguration(scope, tf.String("lifecycle"), &lifecycle.S3BucketLifecycleConfigurationConfig{
		Bucket: bucket.Id(),
		Rule: &[]*lifecycle.S3BucketLifecycleConfigurationRule{{
			Id:         tf.String("expire"),
			Status:     tf.String("Enabled"),
			Filter:     &[]*lifecycle.S3BucketLifecycleConfigurationRuleFilter{{}},
			Expiration: &[]*lifecycle.S3BucketLifecycleConfigurationRuleExpiration{expiration},
			NoncurrentVersionExpiration: &[]*lifecycle.S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{{
				NoncurrentDays: tf.Number(kind.oldVersionDays),
			}},
			AbortIncompleteMultipartUpload: &[]*lifecycle.S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{{
				DaysAfterInitiation: tf.Number(abandonedUploadDays),
			}},
		}},
		// A rule about old versions is meant for a bucket that keeps them.
		DependsOn: &[]cdktf.ITerraformDependable{versioning},
		Lifecycle: tf.Retained(b.Retain),
	})
}

// protect keeps the public out and says who else may do what, one after the other: S3 answers OperationAborted where two of these are
// set at once.
func (b *builder) protect(scope constructs.Construct, bucket s3bucket.S3Bucket, kind bucketKind) (s3bucketpolicy.S3BucketPolicy, error) {
	policy, err := b.bucketPolicy(kind).JSON()
	if err != nil {
		return nil, err
	}
	block := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(scope, tf.String("public-access"),
		&s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
			Bucket:                bucket.Id(),
			BlockPublicAcls:       tf.Bool(true),
			BlockPublicPolicy:     tf.Bool(true),
			IgnorePublicAcls:      tf.Bool(true),
			RestrictPublicBuckets: tf.Bool(true),
			Lifecycle:             tf.Retained(b.Retain),
		})
	ownership := s3bucketownershipcontrols.NewS3BucketOwnershipControls(scope, tf.String("ownership"),
		&s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
			Bucket:    bucket.Id(),
			Rule:      &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: tf.String("BucketOwnerEnforced")},
			DependsOn: &[]cdktf.ITerraformDependable{block},
			Lifecycle: tf.Retained(b.Retain),
		})
	return s3bucketpolicy.NewS3BucketPolicy(scope, tf.String("policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket:    bucket.Id(),
		Policy:    tf.String(policy),
		DependsOn: &[]cdktf.ITerraformDependable{ownership},
		Lifecycle: tf.Retained(b.Retain),
	}), nil
}

// preflightSeconds is how long a browser remembers what it may do, which is as long as any does.
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Access-Control-Max-Age
const preflightSeconds = 7200

// allowBrowsers lets scripts of the web application, and of no other page, read what the bucket answers. It grants nothing: a request
// is still signed by the writer's own credentials.
func (b *builder) allowBrowsers(scope constructs.Construct, bucket *Bucket, methods []string) {
	cors.NewS3BucketCorsConfiguration(scope, tf.String("cors"), &cors.S3BucketCorsConfigurationConfig{
		Bucket: tf.String(bucket.Name),
		CorsRule: &[]*cors.S3BucketCorsConfigurationCorsRule{{
			AllowedOrigins: tf.Strings(b.WebOrigins...),
			AllowedMethods: tf.Strings(methods...),
			AllowedHeaders: tf.Strings("*"), // a signed request names its own
			// Without these a script cannot tell which version it wrote, or put the parts of an upload together.
			ExposeHeaders: tf.Strings("ETag", "x-amz-version-id"),
			MaxAgeSeconds: tf.Number(preflightSeconds),
		}},
	})
}

// logAccess records every request, under a key that a query by bucket and day finds: s3/<account>/<region>/<bucket>/<year>/<month>/<day>/.
func (b *builder) logAccess(scope constructs.Construct, bucket, logs *Bucket) {
	s3bucketlogging.NewS3BucketLoggingA(scope, tf.String("logging"), &s3bucketlogging.S3BucketLoggingAConfig{
		Bucket:       tf.String(bucket.Name),
		TargetBucket: tf.String(logs.Name),
		TargetPrefix: tf.String(accessLogPrefix),
		TargetObjectKeyFormat: &s3bucketlogging.S3BucketLoggingTargetObjectKeyFormat{
			PartitionedPrefix: &s3bucketlogging.S3BucketLoggingTargetObjectKeyFormatPartitionedPrefix{
				PartitionDateSource: tf.String("EventTime"),
			},
		},
	})
}
