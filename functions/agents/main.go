// Command agents is the function by which writers have models draft and review.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"

	"github.com/writersroom/infrastructure/functions/internal/buckets"
	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/rest"
	"github.com/writersroom/infrastructure/functions/internal/settings"
)

// commit is what the function was built from.
var commit = "unknown" //nolint:gochecknoglobals // the linker sets it: -ldflags "-X main.commit=..."

func main() {
	logger := logging.New(os.Stdout, "agents")
	router, err := newRouter(context.Background(), logger)
	if err != nil {
		logger.Error("not started", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(router.Handle)
}

// modelAttempts is how often a model is called for one request: a writer waits, and there are seconds for little more than one
// answer.
const modelAttempts = 2

func newRouter(ctx context.Context, logger *slog.Logger) (*rest.Router, error) {
	var read settings.Reader
	a := &agents{
		manuscriptsBucket: read.Text("MANUSCRIPTS_BUCKET"),
		guardrailID:       read.Text("GUARDRAIL_ID"),
		guardrailVersion:  read.Text("GUARDRAIL_VERSION"),
	}
	draftModel, reviewModel := read.Text("DRAFT_MODEL"), read.Text("REVIEW_MODEL")
	origins := read.List("ALLOWED_ORIGINS")
	logger = logger.With("environment", read.Text("ENVIRONMENT"), "commit", commit)
	if err := read.Err(); err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	a.objects = buckets.Client(cfg)
	a.models = bedrockruntime.NewFromConfig(cfg, func(o *bedrockruntime.Options) { o.RetryMaxAttempts = modelAttempts })
	return &rest.Router{Routes: a.routes(draftModel, reviewModel), AllowedOrigins: origins, Logger: logger}, nil
}
