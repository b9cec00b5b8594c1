// Command smoke is the Lambda function that checks, from inside the network, everything that the environment's workloads depend on.
// It reads no data, changes nothing, and holds no password.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/settings"
)

// commit is the one that the function was built from; the build sets it.
var commit = "unknown" //nolint:gochecknoglobals // -ldflags -X sets a variable

func main() {
	log := logging.New(os.Stdout, "smoke").With("commit", commit)
	s, err := newSmoke(context.Background(), log, os.Stdout)
	if err != nil {
		log.Error("cannot start", "error", err.Error())
		os.Exit(1)
	}
	lambda.Start(s.handle)
}

// smoke is what the function knows when it is called.
type smoke struct {
	log         *slog.Logger
	metrics     io.Writer
	now         func() time.Time
	environment string
	checks      []check
}

// Event is what the function is called with.
type Event struct {
	// Except are the names of checks to leave out.
	Except []string `json:"except"`
}

// Verdict is what the function answers.
type Verdict struct {
	// OK says that every check is.
	OK     bool   `json:"ok"`
	Commit string `json:"commit"`
	// Checks are sorted by name.
	Checks []Result `json:"checks"`
}

// newSmoke makes a check of everything that the environment variables name. What they do not name the environment does not have: of
// all of them, only ENVIRONMENT has to be set.
func newSmoke(ctx context.Context, log *slog.Logger, metrics io.Writer) (*smoke, error) {
	var s settings.Reader
	environment := s.Text("ENVIRONMENT")
	if err := s.Err(); err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration of the AWS SDK: %w", err)
	}
	var checks []check
	checks = append(checks, awsChecks(cfg, &s)...)
	checks = append(checks, networkChecks(&s)...)
	return &smoke{
		log: log.With("environment", environment), metrics: metrics, now: time.Now, environment: environment, checks: checks,
	}, nil
}

// handle checks everything but what the event excepts. It fails only when it cannot check: what a check finds is in the verdict.
func (s *smoke) handle(ctx context.Context, event Event) (Verdict, error) {
	log := s.log
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		log = log.With("requestId", invocation.AwsRequestID)
	}
	checks, err := without(s.checks, event.Except)
	if err != nil {
		log.Error("cannot check", "error", err.Error())
		return Verdict{}, err
	}
	results := run(ctx, checks)
	failures := 0
	for _, r := range results {
		if !r.OK {
			failures++
			log.Error("check failed", "check", r.Name, "error", r.Error, "milliseconds", r.Milliseconds)
		}
	}
	if err := writeMetrics(s.metrics, s.now(), s.environment, failures, len(results)); err != nil {
		return Verdict{}, err
	}
	log.Info("checked", "checks", len(results), "failures", failures)
	return Verdict{OK: failures == 0, Commit: commit, Checks: results}, nil
}
