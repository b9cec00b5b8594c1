// Command export is the Lambda function behind the export workflow: each of the workflow's steps calls it. Every step can be repeated
// after it was cut off anywhere, and comes to the same end.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/writersroom/infrastructure/functions/internal/buckets"
	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/settings"
)

// commit is the one that the function was built from; the build sets it.
var commit = "unknown" //nolint:gochecknoglobals // -ldflags -X sets a variable

func main() {
	log := logging.New(os.Stdout, "export").With("commit", commit)
	e, err := newExporter(context.Background(), log)
	if err != nil {
		log.Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(e.handle)
}

// exporter is what the steps work with.
type exporter struct {
	log *slog.Logger
	now func() time.Time

	tables  tables
	objects objects
	queue   queue

	documentsTable, exportJobsTable string
	manuscripts, exports            string // buckets
	notificationsQueueURL           string
}

// tables are DynamoDB's calls.
type tables interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
}

// objects are S3's calls.
type objects interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	HeadObject(context.Context, *s3.HeadObjectInput, ...func(*s3.Options)) (*s3.HeadObjectOutput, error)
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
	CopyObject(context.Context, *s3.CopyObjectInput, ...func(*s3.Options)) (*s3.CopyObjectOutput, error)
	DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
}

// queue is SQS's call.
type queue interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
}

func newExporter(ctx context.Context, log *slog.Logger) (*exporter, error) {
	var s settings.Reader
	e := &exporter{
		log:                   log.With("environment", s.Text("ENVIRONMENT")),
		now:                   time.Now,
		documentsTable:        s.Text("DOCUMENTS_TABLE"),
		exportJobsTable:       s.Text("EXPORT_JOBS_TABLE"),
		manuscripts:           s.Text("MANUSCRIPTS_BUCKET"),
		exports:               s.Text("EXPORTS_BUCKET"),
		notificationsQueueURL: s.Text("NOTIFICATIONS_QUEUE_URL"),
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration of the AWS SDK: %w", err)
	}
	e.tables = dynamodb.NewFromConfig(cfg)
	e.objects = buckets.Client(cfg)
	e.queue = sqs.NewFromConfig(cfg)
	return e, nil
}

// handle takes one step of an export, and answers the export as the next step needs it.
func (e *exporter) handle(ctx context.Context, event Event) (Export, error) {
	log := e.log.With("step", event.Step, "exportId", event.Export.ExportID, "documentId", event.Export.DocumentID)
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		log = log.With("requestId", invocation.AwsRequestID)
	}
	began := e.now()
	export, err := e.take(logging.Into(ctx, log), event)
	log = log.With("milliseconds", e.now().Sub(began).Milliseconds())
	if err != nil {
		log.Error("step failed", "error", err.Error())
		return Export{}, err
	}
	log.Info("step taken")
	return export, nil
}

func (e *exporter) take(ctx context.Context, event Event) (Export, error) {
	if err := event.Export.check(); err != nil {
		return Export{}, err
	}
	switch event.Step {
	case "validate":
		return e.validate(ctx, event.Export)
	case "render":
		return e.render(ctx, event.Export)
	case "store":
		return e.store(ctx, event.Export)
	case "notify":
		return e.notify(ctx, event.Export)
	}
	return Export{}, invalid("step: must be validate, render, store or notify, got %q", event.Step)
}
