package stacks

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbtable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketlifecycleconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketownershipcontrols"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketserversideencryptionconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucketversioning"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// State is where an account keeps the Terraform state of everything deployed to it. The names follow from the account alone, so
// that a backend can name them before they exist.
type State struct {
	Bucket    string
	LockTable string
	// KeyAlias is the name of the key that encrypts both, KeyARN the same as an ARN.
	KeyAlias, KeyARN string
}

// StateOf is the state storage of an account.
func StateOf(account envs.Account) State {
	label := naming.OfAccount(account.ID)
	alias := "alias/" + label.Name("state")
	return State{
		Bucket:    label.Unique(naming.Bucket, "state"),
		LockTable: label.Name("state-lock"),
		KeyAlias:  alias,
		KeyARN:    fmt.Sprintf("arn:%s:kms:%s:%s:%s", account.Partition, account.Region, account.ID, alias),
	}
}

const (
	// oldStateDays is how long a version of a state is kept after a newer one took its place: long enough to look back on a year.
	oldStateDays = 365
	// oldStatesKept is how many old versions of each state are kept however old they are, for stacks that seldom change.
	oldStatesKept = 50
	// abandonedUploadDays is when what was uploaded in parts and never completed is deleted.
	abandonedUploadDays = 7
	// keyDeletionWindowDays is the longest that KMS offers: without the key, every state is lost.
	keyDeletionWindowDays = 30
)

// madeState is what other parts of the account's stack refer to. The bucket is there once its policy is.
type madeState struct {
	keyARN, bucket string
}

// newState makes the key, the bucket and the lock table of the account's state. Terraform refuses to destroy any of them.
// internal/bootstrap knows their addresses.
func newState(stack constructs.Construct, id string, account envs.Account) (madeState, error) {
	scope := constructs.NewConstruct(stack, tf.String(id))
	state := StateOf(account)
	key, err := stateKey(scope, account, state)
	if err != nil {
		return madeState{}, fmt.Errorf("%s: key: %w", id, err)
	}
	bucket, err := stateBucket(scope, state, key)
	if err != nil {
		return madeState{}, fmt.Errorf("%s: bucket: %w", id, err)
	}
	lockTable(scope, state, key)
	return madeState{keyARN: *key, bucket: bucket}, nil
}

// stateKey makes the key and its alias. The ARN it returns is the alias's to give: only one of two bootstraps at once can make
// the alias, so the other fails before it sets its own key anywhere.
func stateKey(scope constructs.Construct, account envs.Account, state State) (arn *string, err error) {
	policy, err := stateKeyPolicy(account).JSON()
	if err != nil {
		return nil, err
	}
	key := kmskey.NewKmsKey(scope, tf.String("key"), &kmskey.KmsKeyConfig{
		Description:                    tf.String("Terraform state and its locks"),
		Policy:                         tf.String(policy),
		EnableKeyRotation:              tf.Bool(true),
		DeletionWindowInDays:           tf.Number(keyDeletionWindowDays),
		BypassPolicyLockoutSafetyCheck: tf.Bool(false),
		// A key has no name. By this tag it is found again when a bootstrap was killed before it made the alias.
		Tags:      tf.Map(map[string]string{"Name": naming.OfAccount(account.ID).Name("state")}),
		Lifecycle: tf.Retained(true),
	})
	alias := kmsalias.NewKmsAlias(scope, tf.String("alias"), &kmsalias.KmsAliasConfig{
		Name:        tf.String(state.KeyAlias),
		TargetKeyId: key.KeyId(),
		Lifecycle:   tf.Retained(true),
	})
	return alias.TargetKeyArn(), nil
}

func stateBucket(scope constructs.Construct, state State, keyARN *string) (name string, err error) {
	bucket := s3bucket.NewS3Bucket(scope, tf.String("bucket"), &s3bucket.S3BucketConfig{
		Bucket:    tf.String(state.Bucket),
		Lifecycle: tf.Retained(true),
	})
	s3bucketownershipcontrols.NewS3BucketOwnershipControls(scope, tf.String("ownership"),
		&s3bucketownershipcontrols.S3BucketOwnershipControlsConfig{
			Bucket:    bucket.Id(),
			Rule:      &s3bucketownershipcontrols.S3BucketOwnershipControlsRule{ObjectOwnership: tf.String("BucketOwnerEnforced")},
			Lifecycle: tf.Retained(true),
		})
	versioning := s3bucketversioning.NewS3BucketVersioningA(scope, tf.String("versioning"),
		&s3bucketversioning.S3BucketVersioningAConfig{
			Bucket: bucket.Id(),
			VersioningConfiguration: &s3bucketversioning.S3BucketVersioningVersioningConfiguration{
				Status: tf.String("Enabled"),
			},
			Lifecycle: tf.Retained(true),
		})
	s3bucketserversideencryptionconfiguration.NewS3BucketServerSideEncryptionConfigurationA(scope, tf.String("encryption"),
		&s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationAConfig{
			Bucket: bucket.Id(),
			Rule: &[]*s3bucketserversideencryptionconfiguration.S3BucketServerSideEncryptionConfigurationRuleA{{
				ApplyServerSideEncryptionByDefault: &s3bucketserversideencryptionconfiguration.
					S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA{
					SseAlgorithm:   tf.String("aws:kms"),
					KmsMasterKeyId: keyARN,
				},
				BucketKeyEnabled: tf.Bool(true),
			}},
			Lifecycle: tf.Retained(true),
		})
	block := s3bucketpublicaccessblock.NewS3BucketPublicAccessBlock(scope, tf.String("public-access"),
		&s3bucketpublicaccessblock.S3BucketPublicAccessBlockConfig{
			Bucket:                bucket.Id(),
			BlockPublicAcls:       tf.Bool(true),
			BlockPublicPolicy:     tf.Bool(true),
			IgnorePublicAcls:      tf.Bool(true),
			RestrictPublicBuckets: tf.Bool(true),
			Lifecycle:             tf.Retained(true),
		})
	policy, err := stateBucketPolicy(*bucket.Arn(), *keyARN, state.KeyARN).JSON()
	if err != nil {
		return "", err
	}
	expireOldStates(scope, bucket, versioning)
	return *s3bucketpolicy.NewS3BucketPolicy(scope, tf.String("policy"), &s3bucketpolicy.S3BucketPolicyConfig{
		Bucket: bucket.Id(),
		Policy: tf.String(policy),
		// S3 answers OperationAborted where both are set at once.
		DependsOn: &[]cdktf.ITerraformDependable{block},
		Lifecycle: tf.Retained(true),
	}).Bucket(), nil
}

func expireOldStates(scope constructs.Construct, bucket s3bucket.S3Bucket, versioning s3bucketversioning.S3BucketVersioningA) {
	s3bucketlifecycleconfiguration.NewS3BucketLifecycleConfiguration(scope, tf.String("lifecycle"),
		&s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationConfig{
			Bucket: bucket.Id(),
			Rule: &[]*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRule{{
				Id:     tf.String("old-versions"),
				Status: tf.String("Enabled"),
				Filter: &[]*s3bucketlifecycleconfiguration.S3BucketLifecycleConfigurationRuleFilter{{}},
				NoncurrentVersionExpiration: &[]*s3bucketlifecycleconfiguration.
					S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration{{
					NoncurrentDays:          tf.Number(oldStateDays),
					NewerNoncurrentVersions: tf.Number(oldStatesKept),
				}},
				AbortIncompleteMultipartUpload: &[]*s3bucketlifecycleconfiguration.
					S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload{{
					DaysAfterInitiation: tf.Number(abandonedUploadDays),
				}},
			}},
			// A rule about old versions is meant for a bucket that keeps them.
			DependsOn: &[]cdktf.ITerraformDependable{versioning},
			Lifecycle: tf.Retained(true),
		})
}

// lockTable has the form that Terraform's backend asks for: https://developer.hashicorp.com/terraform/language/backend/s3
func lockTable(scope constructs.Construct, state State, keyARN *string) {
	dynamodbtable.NewDynamodbTable(scope, tf.String("lock-table"), &dynamodbtable.DynamodbTableConfig{
		Name:                      tf.String(state.LockTable),
		BillingMode:               tf.String("PAY_PER_REQUEST"),
		HashKey:                   tf.String("LockID"),
		Attribute:                 &[]*dynamodbtable.DynamodbTableAttribute{{Name: tf.String("LockID"), Type: tf.String("S")}},
		DeletionProtectionEnabled: tf.Bool(true),
		PointInTimeRecovery:       &dynamodbtable.DynamodbTablePointInTimeRecovery{Enabled: tf.Bool(true)},
		ServerSideEncryption:      &dynamodbtable.DynamodbTableServerSideEncryption{Enabled: tf.Bool(true), KmsKeyArn: keyARN},
		Lifecycle:                 tf.Retained(true),
	})
}

// stateKeyPolicy keeps the key's administration apart from its use. Both are the account's to grant through IAM; neither can be
// granted to another account.
func stateKeyPolicy(account envs.Account) iam.Policy {
	root := map[string][]string{"AWS": {fmt.Sprintf("arn:%s:iam::%s:root", account.Partition, account.ID)}}
	s3 := fmt.Sprintf("s3.%s.amazonaws.com", account.Region)
	dynamodb := fmt.Sprintf("dynamodb.%s.amazonaws.com", account.Region)
	thisKey := []string{"*"}
	return iam.Policy{
		iam.KeyAdministrators(account.Partition, account.ID),
		{
			Sid:        "Users",
			Principals: root,
			Actions: []string{
				"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo",
			},
			Resources:  thisKey,
			Conditions: []iam.Condition{{Test: "StringEquals", Key: "kms:ViaService", Values: []string{s3, dynamodb}}},
			Reason:     "whoever IAM lets read and write states and locks does so through S3 and DynamoDB, never with the key itself",
		},
		{
			Sid:        "UsersGrants",
			Principals: root,
			Actions:    []string{"kms:CreateGrant"},
			Resources:  thisKey,
			Conditions: []iam.Condition{
				{Test: "StringEquals", Key: "kms:ViaService", Values: []string{dynamodb}},
				{Test: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"}},
			},
			Reason: "DynamoDB encrypts a table through a grant that it makes when the table is created",
		},
	}
}

// stateBucketPolicy grants nothing. What it denies holds for administrators too: to retire the bucket they must first take the
// policy away, which is a deliberate step of its own.
func stateBucketPolicy(bucket, key, alias string) iam.Policy {
	everyone := map[string][]string{"AWS": {"*"}}
	objects := bucket + "/*"
	return iam.Policy{
		{
			Sid:        "TLSOnly",
			Effect:     iam.Deny,
			Principals: everyone,
			Actions:    []string{"s3:*"},
			Resources:  []string{bucket, objects},
			Conditions: []iam.Condition{{Test: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
			Reason:     "a state holds what an attacker would look for, and must not be read on its way",
		},
		{
			Sid:        "ThisKeyOnly",
			Effect:     iam.Deny,
			Principals: everyone,
			Actions:    []string{"s3:PutObject"},
			Resources:  []string{objects},
			Conditions: []iam.Condition{
				{Test: "Null", Key: "s3:x-amz-server-side-encryption", Values: []string{"false"}},
				{Test: "StringNotEquals", Key: "s3:x-amz-server-side-encryption-aws-kms-key-id", Values: []string{key, alias}},
			},
			Reason: "an upload that names an encryption overrides the bucket's, so it must name this key, as Terraform's backend does " +
				"with kms_key_id; one that names none gets this key from the bucket",
		},
		{
			Sid:        "NoKeyOfTheCaller",
			Effect:     iam.Deny,
			Principals: everyone,
			Actions:    []string{"s3:PutObject"},
			Resources:  []string{objects},
			Conditions: []iam.Condition{
				{Test: "Null", Key: "s3:x-amz-server-side-encryption-customer-algorithm", Values: []string{"false"}},
			},
			Reason: "a state encrypted with a key that S3 forgets can be held to ransom",
		},
		{
			Sid:        "KeepEveryVersion",
			Effect:     iam.Deny,
			Principals: everyone,
			Actions:    []string{"s3:DeleteBucket", "s3:DeleteObjectVersion"},
			Resources:  []string{bucket, objects},
			Reason: "an earlier version is the way back from a broken state; the oldest leave by the lifecycle rule, which no policy " +
				"binds",
		},
	}
}
