package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/writersroom/infrastructure/functions/internal/buckets"
	"github.com/writersroom/infrastructure/functions/internal/settings"
)

// awsChecks are of what is reached through an API of AWS. A failure tells of the network, of the function's grants, or of the
// resource itself.
func awsChecks(cfg aws.Config, s *settings.Reader) (checks []check) {
	add := func(name string, run func(context.Context) error) {
		checks = append(checks, check{name: name, limit: limit, run: run})
	}
	tables := dynamodb.NewFromConfig(cfg)
	for _, name := range s.List("TABLES") {
		add("table/"+name, func(ctx context.Context) error { return checkTable(ctx, tables, name) })
	}
	objects := buckets.Client(cfg)
	for _, name := range s.List("BUCKETS") {
		add("bucket/"+name, func(ctx context.Context) error {
			_, err := objects.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String(name)})
			return err
		})
	}
	queues := sqs.NewFromConfig(cfg)
	for _, url := range s.List("QUEUES") {
		add("queue/"+path.Base(url), func(ctx context.Context) error {
			_, err := queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
				QueueUrl: aws.String(url), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn},
			})
			return err
		})
	}
	secrets := secretsmanager.NewFromConfig(cfg)
	for _, arn := range s.List("SECRETS") {
		add("secret/"+secretName(arn), func(ctx context.Context) error { return checkSecret(ctx, secrets, arn) })
	}
	parameters := ssm.NewFromConfig(cfg)
	for _, path := range s.List("PARAMETERS_PATH") {
		add("parameters", func(ctx context.Context) error { return checkParameters(ctx, parameters, path) })
	}
	workflows := sfn.NewFromConfig(cfg)
	for _, arn := range s.List("EXPORT_WORKFLOW_ARN") {
		add("workflow", func(ctx context.Context) error { return checkWorkflow(ctx, workflows, arn) })
	}
	return checks
}

// checkTable reads an item that is not there, which takes all that reading one that is does: the table, its key in KMS, and the grants.
// What the keys of a table are called, only the table says.
func checkTable(ctx context.Context, tables *dynamodb.Client, name string) error {
	table, err := tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(name)})
	if err != nil {
		return err
	}
	key := map[string]types.AttributeValue{}
	for _, part := range table.Table.KeySchema {
		key[*part.AttributeName] = &types.AttributeValueMemberS{Value: "smoke"}
	}
	_, err = tables.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(name), Key: key, ConsistentRead: aws.Bool(true)})
	return err
}

// checkSecret sees whether a secret is there and is to stay. It does not read the value, for which the function would need the grant.
func checkSecret(ctx context.Context, secrets *secretsmanager.Client, arn string) error {
	secret, err := secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(arn)})
	if err != nil {
		return err
	}
	if secret.DeletedDate != nil {
		return errors.New("it is scheduled for deletion")
	}
	return nil
}

// secretSuffix is what Secrets Manager adds to a secret's name in its ARN.
var secretSuffix = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)

// secretName is the name of the secret with an ARN, without a slash before it.
func secretName(arn string) string {
	_, name, _ := strings.Cut(arn, ":secret:")
	return strings.TrimPrefix(secretSuffix.ReplaceAllString(name, ""), "/")
}

// checkParameters wants at least one: of a path that is not there, Parameter Store answers that nothing is there.
func checkParameters(ctx context.Context, parameters *ssm.Client, path string) error {
	out, err := parameters.GetParametersByPath(ctx, &ssm.GetParametersByPathInput{
		Path: aws.String(path), Recursive: aws.Bool(true), MaxResults: aws.Int32(1),
	})
	if err != nil {
		return err
	}
	if len(out.Parameters) == 0 {
		return fmt.Errorf("there is no parameter under %s", path)
	}
	return nil
}

func checkWorkflow(ctx context.Context, workflows *sfn.Client, arn string) error {
	workflow, err := workflows.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(arn)})
	if err != nil {
		return err
	}
	if workflow.Status != sfntypes.StateMachineStatusActive {
		return fmt.Errorf("it is %s", workflow.Status)
	}
	return nil
}
