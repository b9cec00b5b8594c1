// Command api is the function behind the REST API: who the caller is, and their projects, documents, exports and tickets.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/writersroom/infrastructure/functions/internal/buckets"
	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/rest"
	"github.com/writersroom/infrastructure/functions/internal/settings"
)

// commit is what the function was built from.
var commit = "unknown" //nolint:gochecknoglobals // the linker sets it: -ldflags "-X main.commit=..."

func main() {
	logger := logging.New(os.Stdout, "api")
	router, err := newRouter(context.Background(), logger)
	if err != nil {
		logger.Error("not started", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(router.Handle)
}

func newRouter(ctx context.Context, logger *slog.Logger) (*rest.Router, error) {
	var read settings.Reader
	a := &api{
		documentsTable:    read.Text("DOCUMENTS_TABLE"),
		exportJobsTable:   read.Text("EXPORT_JOBS_TABLE"),
		manuscriptsBucket: read.Text("MANUSCRIPTS_BUCKET"),
		exportsBucket:     read.Text("EXPORTS_BUCKET"),
		exportWorkflowARN: read.Text("EXPORT_WORKFLOW_ARN"),
		realtimeURL:       read.Text("REALTIME_URL"),
		commit:            commit,
		now:               time.Now,
	}
	ticketKeySecret := read.Text("TICKET_KEY_SECRET")
	origins := read.List("ALLOWED_ORIGINS")
	logger = logger.With("environment", read.Text("ENVIRONMENT"), "commit", commit)
	if err := read.Err(); err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	a.items = dynamodb.NewFromConfig(cfg)
	a.objects = buckets.Client(cfg)
	a.workflows = sfn.NewFromConfig(cfg)
	a.ticketKey = &secret{client: secretsmanager.NewFromConfig(cfg), arn: ticketKeySecret, now: time.Now}
	a.health = newHealth(a)
	return &rest.Router{Routes: a.routes(), AllowedOrigins: origins, Logger: logger}, nil
}
