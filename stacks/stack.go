// Package stacks composes the modules into root modules: the environment, and what an AWS account holds once. It alone knows two
// modules at a time.
package stacks

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// ProviderVersion is the Terraform AWS provider that every stack pins and terraform.lock.hcl holds the checksums of.
const ProviderVersion = "5.100.0"

// place is the AWS account that a stack's resources and state are in, and the state's key in the account's bucket.
type place struct {
	account  envs.Account
	stateKey string
	label    naming.Label
	// retained says that Terraform refuses to destroy what keeps data, logRetentionDays how long logs are kept.
	retained         bool
	logRetentionDays int
}

// newStack makes a root module with its backend, its provider and its tags, guarded against the wrong account twice: in the
// backend and in the provider.
func newStack(app cdktf.App, id string, at place, target Target) cdktf.TerraformStack {
	stack := tf.NewStack(app, id)
	tf.Declare(stack, at.retained, at.logRetentionDays)
	state := StateOf(at.account)
	backend := &cdktf.S3BackendConfig{
		Bucket:            tf.String(state.Bucket),
		Key:               tf.String(at.stateKey),
		Region:            tf.String(at.account.Region),
		Encrypt:           tf.Bool(true),
		KmsKeyId:          tf.String(state.KeyARN), // without it, encrypt asks for S3's own key, over the bucket's default
		DynamodbTable:     tf.String(state.LockTable),
		AllowedAccountIds: tf.Strings(at.account.ID),
	}
	aws := &provider.AwsProviderConfig{
		Region:            tf.String(at.account.Region),
		AllowedAccountIds: tf.Strings(at.account.ID),
		DefaultTags:       &[]*provider.AwsProviderDefaultTags{{Tags: tf.Map(at.label.Tags())}},
	}
	if target.Emulated() {
		// The emulator answers a call it does not know with status 500, which the provider would otherwise repeat for minutes. On a
		// busy machine one of its answers is lost now and then all the same, which a repetition mends.
		aws.MaxRetries = tf.Number(3)
		aws.S3UsePathStyle = tf.Bool(true)
		backend.UsePathStyle = tf.Bool(true)
	}
	// The bindings know dynamodb_table but not yet use_lockfile, which is to take its place; both locks are held.
	cdktf.NewS3Backend(stack, backend)
	stack.AddOverride(tf.String("terraform.backend.s3.use_lockfile"), true)
	provider.NewAwsProvider(stack, tf.String("aws"), aws)
	stack.AddOverride(tf.String("terraform.required_version"), ">= 1.11")
	stack.AddOverride(tf.String("terraform.required_providers.aws"), map[string]string{
		"source":  "hashicorp/aws",
		"version": ProviderVersion,
	})
	return stack
}
