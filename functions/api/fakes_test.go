package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"
)

// before is run before a call of the name, and may fail it.
type before map[string]func() error

func (b before) call(name string) error {
	if run, ok := b[name]; ok {
		return run()
	}
	return nil
}

// once runs something before the first call alone.
func once(run func() error) func() error {
	done := false
	return func() error {
		if done {
			return nil
		}
		done = true
		return run()
	}
}

func fail(err error) func() error { return func() error { return err } }

// tables are DynamoDB in memory: what of its expressions the function uses, and nothing else.
type tables struct {
	before
	after before

	mu    sync.Mutex
	items map[string]map[string]item // by table and key
	// leave is how many keys of a batch stay unprocessed, the first time that it is asked for.
	leave int
}

func newTables() *tables {
	return &tables{before: before{}, after: before{}, items: map[string]map[string]item{"documents": {}, "jobs": {}}}
}

// keyOf is an item's key, as one text.
func keyOf(table string, of item) string {
	if table == "jobs" {
		return textOf(of["id"])
	}
	return textOf(of["pk"]) + "|" + textOf(of["sk"])
}

func (f *tables) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if err := f.call("GetItem"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return &dynamodb.GetItemOutput{Item: maps.Clone(f.items[*in.TableName][keyOf(*in.TableName, in.Key)])}, nil
}

func (f *tables) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if err := f.call("PutItem"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	table := f.items[*in.TableName]
	if err := holds(in.ConditionExpression, table[keyOf(*in.TableName, in.Item)], nil, nil); err != nil {
		return nil, err
	}
	table[keyOf(*in.TableName, in.Item)] = maps.Clone(in.Item)
	return &dynamodb.PutItemOutput{}, f.after.call("PutItem")
}

func (f *tables) UpdateItem(_ context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	if err := f.call("UpdateItem"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	table, key := f.items[*in.TableName], keyOf(*in.TableName, in.Key)
	if err := holds(in.ConditionExpression, table[key], in.ExpressionAttributeNames, in.ExpressionAttributeValues); err != nil {
		return nil, err
	}
	changed := maps.Clone(table[key])
	sets, removed, _ := strings.Cut(*in.UpdateExpression, " REMOVE ")
	for set := range strings.SplitSeq(strings.TrimPrefix(sets, "SET "), ", ") {
		name, value, _ := strings.Cut(set, " = ")
		changed[nameOf(name, in.ExpressionAttributeNames)] = in.ExpressionAttributeValues[value]
	}
	delete(changed, removed)
	table[key] = changed
	return &dynamodb.UpdateItemOutput{}, f.after.call("UpdateItem")
}

func (f *tables) DeleteItem(_ context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	if err := f.call("DeleteItem"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	table, key := f.items[*in.TableName], keyOf(*in.TableName, in.Key)
	if err := holds(in.ConditionExpression, table[key], in.ExpressionAttributeNames, in.ExpressionAttributeValues); err != nil {
		return nil, err
	}
	delete(table, key)
	return &dynamodb.DeleteItemOutput{}, nil
}

func (f *tables) BatchGetItem(_ context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := &dynamodb.BatchGetItemOutput{Responses: map[string][]item{}, UnprocessedKeys: map[string]types.KeysAndAttributes{}}
	for table, asked := range in.RequestItems {
		if len(asked.Keys) > 100 {
			return nil, fmt.Errorf("ValidationException: %d keys", len(asked.Keys))
		}
		left := min(f.leave, len(asked.Keys))
		f.leave = 0
		out.UnprocessedKeys[table] = types.KeysAndAttributes{Keys: asked.Keys[:left]}
		for _, key := range slices.Backward(asked.Keys[left:]) { // DynamoDB promises no order
			if found, ok := f.items[table][keyOf(table, key)]; ok {
				out.Responses[table] = append(out.Responses[table], maps.Clone(found))
			}
		}
	}
	return out, nil
}

func (f *tables) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	sorted := map[string]string{"documents": "updatedAt", "jobs": "createdAt"}[*in.TableName]
	hash, owner := in.ExpressionAttributeNames["#hash"], textOf(in.ExpressionAttributeValues[":owner"])
	if start := in.ExclusiveStartKey; start != nil && textOf(start[hash]) != owner {
		return nil, &smithy.GenericAPIError{Code: "ValidationException", Message: "The provided starting key is invalid"}
	}
	var found []item
	for _, each := range f.items[*in.TableName] {
		if textOf(each[hash]) == owner {
			found = append(found, each)
		}
	}
	order := func(a, b item) int {
		return -cmp.Or(cmp.Compare(textOf(a[sorted]), textOf(b[sorted])), cmp.Compare(keyOf(*in.TableName, a), keyOf(*in.TableName, b)))
	}
	slices.SortFunc(found, order)
	out := &dynamodb.QueryOutput{}
	for i, each := range found {
		if in.ExclusiveStartKey != nil && order(each, in.ExclusiveStartKey) <= 0 {
			continue
		}
		listed := item{hash: each[hash], sorted: each[sorted]}
		for _, name := range []string{"pk", "sk", "id"} {
			if value, ok := each[name]; ok {
				listed[name] = value
			}
		}
		last := maps.Clone(listed)
		if *in.TableName == "jobs" {
			listed = maps.Clone(each)
		}
		out.Items = append(out.Items, listed)
		if len(out.Items) == int(*in.Limit) && i < len(found)-1 {
			out.LastEvaluatedKey = last
			break
		}
	}
	return out, nil
}

// holds says whether a condition holds of an item: attribute_not_exists(x), or x = :y.
func holds(condition *string, of item, names map[string]string, values item) error {
	failed := &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed")}
	if condition == nil {
		return nil
	}
	if strings.HasPrefix(*condition, "attribute_not_exists(") {
		if of != nil {
			return failed
		}
		return nil
	}
	name, value, _ := strings.Cut(*condition, " = ")
	if of == nil || textOf(of[nameOf(name, names)]) != textOf(values[value]) {
		return failed
	}
	return nil
}

func nameOf(name string, names map[string]string) string {
	if long, ok := names[name]; ok {
		return long
	}
	return name
}

// bucket is a versioned bucket in memory.
type bucket struct {
	before
	now func() time.Time

	mu       sync.Mutex
	made     int
	versions map[string][]stored // by key, the oldest first
}

// stored is a version of an object, or a delete marker.
type stored struct {
	id, text string
	marker   bool
	modified time.Time
}

func (f *bucket) add(key string, s stored) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.made++
	s.id, s.modified = fmt.Sprintf("version-%d", f.made), f.now()
	f.versions[key] = append(f.versions[key], s)
	return s.id
}

// newest is the newest version of an object, or nil where it is hidden or was never there.
func (f *bucket) newest(key string) *stored {
	f.mu.Lock()
	defer f.mu.Unlock()
	versions := f.versions[key]
	if len(versions) == 0 || versions[len(versions)-1].marker {
		return nil
	}
	return &versions[len(versions)-1]
}

// expire takes a version away, as a lifecycle rule does.
func (f *bucket) expire(key, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.versions[key] = slices.DeleteFunc(f.versions[key], func(s stored) bool { return s.id == id })
}

func (f *bucket) PutObject(_ context.Context, in *s3.PutObjectInput, _ ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	if err := f.call("PutObject"); err != nil {
		return nil, err
	}
	content, err := io.ReadAll(in.Body)
	if err != nil {
		return nil, err
	}
	id := f.add(*in.Key, stored{text: string(content)})
	return &s3.PutObjectOutput{VersionId: aws.String(id)}, nil
}

func (f *bucket) DeleteObject(_ context.Context, in *s3.DeleteObjectInput, _ ...func(*s3.Options)) (*s3.DeleteObjectOutput, error) {
	if err := f.call("DeleteObject"); err != nil {
		return nil, err
	}
	f.add(*in.Key, stored{marker: true})
	return &s3.DeleteObjectOutput{}, nil
}

func (f *bucket) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	if err := f.call("GetObject"); err != nil {
		return nil, err
	}
	found := f.newest(*in.Key)
	if in.VersionId != nil {
		found = nil
		for _, each := range f.versions[*in.Key] {
			if each.id == *in.VersionId {
				found = &each
			}
		}
		if found == nil {
			return nil, &smithy.GenericAPIError{Code: "NoSuchVersion"}
		}
	}
	if found == nil {
		return nil, &s3types.NoSuchKey{}
	}
	return &s3.GetObjectOutput{
		Body: io.NopCloser(strings.NewReader(found.text)), VersionId: aws.String(found.id), LastModified: aws.Time(found.modified),
	}, nil
}

func (f *bucket) HeadObject(_ context.Context, in *s3.HeadObjectInput, _ ...func(*s3.Options)) (*s3.HeadObjectOutput, error) {
	found := f.newest(*in.Key)
	if found == nil {
		return nil, &s3types.NotFound{}
	}
	return &s3.HeadObjectOutput{VersionId: aws.String(found.id), ContentLength: aws.Int64(int64(len(found.text)))}, nil
}

func (f *bucket) HeadBucket(context.Context, *s3.HeadBucketInput, ...func(*s3.Options)) (*s3.HeadBucketOutput, error) {
	return &s3.HeadBucketOutput{}, f.call("HeadBucket")
}

// executions are Step Functions in memory.
type executions struct {
	before
	inputs map[string]string // by name
}

func (f *executions) StartExecution(_ context.Context, in *sfn.StartExecutionInput, _ ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error) {
	if err := f.call("StartExecution"); err != nil {
		return nil, err
	}
	if _, ok := f.inputs[*in.Name]; ok {
		return nil, &sfntypes.ExecutionAlreadyExists{}
	}
	f.inputs[*in.Name] = *in.Input
	return &sfn.StartExecutionOutput{}, nil
}

// vault is Secrets Manager in memory, and counts how often it is asked.
type vault struct {
	value string
	asked int
}

func (f *vault) GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (
	*secretsmanager.GetSecretValueOutput, error,
) {
	f.asked++
	return &secretsmanager.GetSecretValueOutput{SecretString: aws.String(f.value)}, nil
}
