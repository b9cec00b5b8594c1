package main

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/rest"
)

const (
	// healthTimeout is how long a store has to answer. Whoever asks about health, asks often and does not wait.
	healthTimeout = 1500 * time.Millisecond
	// healthCached is how long an answer is given again. Anybody may ask, and must not wear the stores out by it.
	healthCached = 5 * time.Second
)

// health tells whether the stores that the function uses can be reached.
type health struct {
	commit string
	checks map[string]func(context.Context) error
	now    func() time.Time

	mu       sync.Mutex
	response *rest.Response
	until    time.Time
}

// newHealth asks each store for what the function's role may have of it: an item that there is not, and whether the bucket is
// there.
func newHealth(a *api) *health {
	return &health{commit: a.commit, now: a.now, checks: map[string]func(context.Context) error{
		"documents": func(ctx context.Context) error {
			_, err := a.items.GetItem(ctx, &dynamodb.GetItemInput{
				TableName: aws.String(a.documentsTable), Key: itemKey("health#health", "health"),
			})
			return err
		},
		"manuscripts": func(ctx context.Context) error {
			_, err := a.objects.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String(a.manuscriptsBucket)})
			return err
		},
	}}
}

func (h *health) get(ctx context.Context, _ *rest.Request) (*rest.Response, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.response == nil || !h.now().Before(h.until) {
		h.response = h.check(ctx)
		h.until = h.now().Add(healthCached)
	}
	return h.response, nil
}

// check asks all stores at once. Why one does not answer is for the log alone.
func (h *health) check(ctx context.Context) *rest.Response {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	var (
		wait   sync.WaitGroup
		mu     sync.Mutex
		stores = map[string]string{}
		status = "ok"
		code   = http.StatusOK
	)
	for name, reach := range h.checks {
		wait.Go(func() {
			err := reach(ctx)
			mu.Lock()
			defer mu.Unlock()
			stores[name] = "ok"
			if err != nil {
				logging.From(ctx).Warn("store unreachable", "store", name, "error", err.Error())
				stores[name], status, code = "unreachable", "degraded", http.StatusServiceUnavailable
			}
		})
	}
	wait.Wait()
	return &rest.Response{Status: code, Body: map[string]any{"status": status, "commit": h.commit, "stores": stores}}
}
