package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
)

type item = map[string]types.AttributeValue

func s(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

// fakeAWS is the part of AWS that the function sees. It fails a call that is named in fails.
type fakeAWS struct {
	items    map[string]item   // by table/key
	objects  map[string]object // by bucket/key, or bucket/key?version
	messages []string
	fails    map[string]error
	calls    []string
}

type object struct{ body, contentType, disposition string }

func (f *fakeAWS) call(name string) error {
	f.calls = append(f.calls, name)
	return f.fails[name]
}

func missing(code string) error {
	return &smithy.GenericAPIError{Code: code, Message: "it is not there"}
}

func (f *fakeAWS) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if err := f.call("GetItem"); err != nil {
		return nil, err
	}
	if !aws.ToBool(in.ConsistentRead) || in.Key["sk"].(*types.AttributeValueMemberS).Value != "document" {
		return &dynamodb.GetItemOutput{}, nil
	}
	return &dynamodb.GetItemOutput{Item: f.items[*in.TableName+"/"+in.Key["pk"].(*types.AttributeValueMemberS).Value]}, nil
}

// UpdateItem knows the one update that the function makes: it is given what is set by the names of the placeholders.
func (f *fakeAWS) UpdateItem(_ context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	if err := f.call("UpdateItem"); err != nil {
		return nil, err
	}
	job := f.items[*in.TableName+"/"+in.Key["id"].(*types.AttributeValueMemberS).Value]
	if job == nil || job["authorId"].(*types.AttributeValueMemberS).Value != in.ExpressionAttributeValues[":author"].(*types.AttributeValueMemberS).Value {
		return nil, &types.ConditionalCheckFailedException{}
	}
	job["status"] = in.ExpressionAttributeValues[":succeeded"]
	job["key"] = in.ExpressionAttributeValues[":key"]
	job["finishedAt"] = in.ExpressionAttributeValues[":now"]
	delete(job, "reason")
	return &dynamodb.UpdateItemOutput{}, nil
}

func (f *fakeAWS) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	if err := f.call("GetObject"); err != nil {
		return nil, err
	}
	o, ok := f.objects[*in.Bucket+"/"+*in.Key+"?"+*in.VersionId]
	if !ok {
		return nil, missing("NoSuchVersion")
	}
	return &s3.GetObjectOutput{Body: io.NopCloser(strings.NewReader(o.body))}, nil
}

func (f *fakeAWS) HeadObject(_ context.Context, in *s3.HeadObjectInput, _ ...func(*s3.Options)) (*s3.HeadObjectOutput, error) {
	if err := f.call("HeadObject"); err != nil {
		return nil, err
	}
	if _, ok := f.objects[*in.Bucket+"/"+*in.Key]; !ok {
		return nil, missing("NotFound")
	}
	return &s3.HeadObjectOutput{}, nil
}

func (f *fakeAWS) PutObject(_ context.Context, in *s3.PutObjectInput, _ ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	if err := f.call("PutObject"); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		return nil, err
	}
	f.objects[*in.Bucket+"/"+*in.Key] = object{body: string(body), contentType: *in.ContentType, disposition: *in.ContentDisposition}
	return &s3.PutObjectOutput{}, nil
}

func (f *fakeAWS) CopyObject(_ context.Context, in *s3.CopyObjectInput, _ ...func(*s3.Options)) (*s3.CopyObjectOutput, error) {
	if err := f.call("CopyObject"); err != nil {
		return nil, err
	}
	o, ok := f.objects[*in.CopySource]
	if !ok {
		return nil, missing("NoSuchKey")
	}
	f.objects[*in.Bucket+"/"+*in.Key] = o
	return &s3.CopyObjectOutput{}, nil
}

func (f *fakeAWS) DeleteObject(_ context.Context, in *s3.DeleteObjectInput, _ ...func(*s3.Options)) (*s3.DeleteObjectOutput, error) {
	if err := f.call("DeleteObject"); err != nil {
		return nil, err
	}
	delete(f.objects, *in.Bucket+"/"+*in.Key)
	return &s3.DeleteObjectOutput{}, nil
}

func (f *fakeAWS) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	if err := f.call("SendMessage"); err != nil {
		return nil, err
	}
	f.messages = append(f.messages, *in.QueueUrl+" "+*in.MessageBody)
	return &sqs.SendMessageOutput{}, nil
}

// newFake is an exporter of one document, d1 of author a1, and the job e1 that exports it. Its log is given too.
func newFake(t *testing.T) (*exporter, *fakeAWS, *bytes.Buffer) {
	t.Helper()
	f := &fakeAWS{
		items: map[string]item{
			"documents/document#d1": {
				"authorId": s("a1"), "title": s("The Sea"), "format": s("fountain"), "s3VersionId": s("v7"),
				"bytes": &types.AttributeValueMemberN{Value: "12"}, "optedOut": &types.AttributeValueMemberBOOL{Value: true},
			},
			"jobs/e1": {"id": s("e1"), "authorId": s("a1"), "status": s("failed"), "reason": s("States.Timeout")},
		},
		objects: map[string]object{"manuscripts/opted-out/a1/documents/d1?v7": {body: "INT. SEA\n\nA *secret* <wave>."}},
		fails:   map[string]error{},
	}
	log := &bytes.Buffer{}
	return &exporter{
		log:    slog.New(slog.NewJSONHandler(log, nil)),
		now:    func() time.Time { return time.Date(2026, 5, 3, 12, 0, 0, 120, time.FixedZone("CEST", 7200)) },
		tables: f, objects: f, queue: f,
		documentsTable: "documents", exportJobsTable: "jobs", manuscripts: "manuscripts", exports: "exports",
		notificationsQueueURL: "https://queue",
	}, f, log
}
