package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/functions/internal/rest"
)

func (r *room) health() answer {
	r.Helper()
	return r.call(call{method: "GET", resource: "/health"})
}

func TestHealth(t *testing.T) {
	r := newRoom(t)
	want := map[string]any{"status": "ok", "commit": "abc1234", "stores": map[string]any{"documents": "ok", "manuscripts": "ok"}}
	if diff := cmp.Diff(want, r.want(http.StatusOK, r.health()).body); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	r.bucket.before["HeadBucket"] = fail(errLost)
	r.want(http.StatusOK, r.health()) // as it was found a moment ago
	r.clock = r.clock.Add(healthCached)
	got := r.want(http.StatusServiceUnavailable, r.health())
	want = map[string]any{"status": "degraded", "commit": "abc1234", "stores": map[string]any{"documents": "ok", "manuscripts": "unreachable"}}
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !strings.Contains(r.log.String(), errLost.Error()) {
		t.Errorf("want the reason in the log, got %s", r.log.String())
	}

	delete(r.bucket.before, "HeadBucket")
	r.clock = r.clock.Add(healthCached)
	r.want(http.StatusOK, r.health())
}

func TestTheStoresAreAskedOnceInAWhile(t *testing.T) {
	r := newRoom(t)
	asked := 0
	r.bucket.before["HeadBucket"] = func() error {
		asked++
		return errLost // what failed is not asked again at once either
	}
	for range 10 {
		r.health()
	}
	if asked != 1 {
		t.Errorf("want the bucket asked once, got %d times", asked)
	}
}

// All stores are asked at once, and none is waited for without end: each check here waits for the other to have begun.
func TestStoresAreAskedAtOnceWithADeadline(t *testing.T) {
	r := newRoom(t)
	first, second := make(chan struct{}), make(chan struct{})
	meet := func(mine, other chan struct{}) func(context.Context) error {
		return func(ctx context.Context) error {
			if _, limited := ctx.Deadline(); !limited {
				t.Error("want a deadline, got none")
			}
			close(mine)
			select {
			case <-other:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	h := &health{now: func() time.Time { return r.clock }, checks: map[string]func(context.Context) error{
		"a": meet(first, second), "b": meet(second, first),
	}}
	got, err := h.get(context.Background(), &rest.Request{})
	if err != nil || got.Status != http.StatusOK {
		t.Errorf("want 200, got %+v and %v", got, err)
	}
}
