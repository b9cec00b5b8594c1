package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// items is what is used of DynamoDB.
type items interface {
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

// objects is what is used of S3.
type objects interface {
	DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadBucket(context.Context, *s3.HeadBucketInput, ...func(*s3.Options)) (*s3.HeadBucketOutput, error)
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

// workflows is what is used of Step Functions.
type workflows interface {
	StartExecution(context.Context, *sfn.StartExecutionInput, ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error)
}

// item is an item of a table, or its key.
type item = map[string]types.AttributeValue

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

// itemKey is the key of an item of the documents table.
func itemKey(pk, sk string) item { return item{"pk": text(pk), "sk": text(sk)} }

// getItem reads the newest state of an item into a pointer to a struct, and says whether there is one.
func (a *api) getItem(ctx context.Context, table string, key item, into any) (bool, error) {
	output, err := a.items.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(table), Key: key, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return false, err
	}
	if len(output.Item) == 0 {
		return false, nil
	}
	return true, attributevalue.UnmarshalMap(output.Item, into)
}

// putItem writes a whole item. With a condition, it is written only where the condition holds.
func (a *api) putItem(ctx context.Context, table string, from any, condition *string) error {
	values, err := attributevalue.MarshalMap(from)
	if err != nil {
		return err
	}
	_, err = a.items.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(table), Item: values, ConditionExpression: condition,
	})
	return err
}

// batchGetItems reads items of the documents table, at most 100 (as many as DynamoDB takes), in the order of their keys. An item
// that has gone since its key was read is left out.
func (a *api) batchGetItems(ctx context.Context, keys []item) ([]item, error) {
	found := map[string]item{}
	wanted := keys
	for attempt := range batchAttempts {
		if len(wanted) == 0 {
			break
		}
		if err := pause(ctx, time.Duration(attempt)*batchPause); err != nil {
			return nil, err
		}
		output, err := a.items.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			a.documentsTable: {Keys: wanted, ConsistentRead: aws.Bool(true)},
		}})
		if err != nil {
			return nil, err
		}
		for _, each := range output.Responses[a.documentsTable] {
			found[textOf(each["pk"])] = each
		}
		wanted = output.UnprocessedKeys[a.documentsTable].Keys
	}
	if len(wanted) > 0 {
		return nil, fmt.Errorf("%d of %d items of %s were not read in %d attempts", len(wanted), len(keys), a.documentsTable, batchAttempts)
	}
	var inOrder []item
	for _, key := range keys {
		if each, ok := found[textOf(key["pk"])]; ok {
			inOrder = append(inOrder, each)
		}
	}
	return inOrder, nil
}

// What DynamoDB leaves of a batch is asked for again, a little later each time.
const (
	batchAttempts = 4
	batchPause    = 50 * time.Millisecond
)

func pause(ctx context.Context, length time.Duration) error {
	if length == 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(length):
		return nil
	}
}

// textOf is the value of an attribute that is a string, or empty.
func textOf(value types.AttributeValue) string {
	if s, ok := value.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// newID is an id that nothing has and nobody guesses.
func newID() string { return strings.ToLower(rand.Text()) }

// timestamp is the time as the tables have it: UTC to the nanosecond, always of the same width, so that it sorts.
func (a *api) timestamp() string { return a.now().UTC().Format("2006-01-02T15:04:05.000000000Z") }
