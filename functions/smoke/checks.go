package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/smithy-go"
)

// check is one thing that has to be there.
type check struct {
	name string
	// limit is how long it may take.
	limit time.Duration
	run   func(context.Context) error
}

// limit is how long a check may take: far more than any dependency that is well takes to answer.
const limit = 5 * time.Second

// Result is what a check found.
type Result struct {
	Name         string `json:"name"`
	OK           bool   `json:"ok"`
	Milliseconds int64  `json:"milliseconds"`
	// Error is in one short line, and empty when the check is OK.
	Error string `json:"error"`
}

// run runs the checks at once, each under its own limit.
func run(ctx context.Context, checks []check) []Result {
	results := make([]Result, len(checks))
	var all sync.WaitGroup
	for i, c := range checks {
		all.Go(func() { results[i] = c.result(ctx) })
	}
	all.Wait()
	slices.SortFunc(results, func(a, b Result) int { return cmp.Compare(a.Name, b.Name) })
	return results
}

func (c check) result(ctx context.Context) Result {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	began := time.Now()
	err := c.run(ctx)
	result := Result{Name: c.name, OK: err == nil, Milliseconds: time.Since(began).Milliseconds()}
	switch {
	case err != nil && (errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil):
		result.Error = fmt.Sprintf("no answer within %s", c.limit)
	case err != nil:
		result.Error = short(err)
	}
	return result
}

// maxError is how long an error in the verdict may be, in characters.
const maxError = 200

// short is an error in one line. Of what AWS answers and of what a URL is asked for, only the cause is kept: the rest repeats the
// check's name.
func short(err error) string {
	text := err.Error()
	var answer smithy.APIError
	var request *url.Error
	switch {
	case errors.As(err, &answer):
		text = strings.TrimSuffix(answer.ErrorCode()+": "+answer.ErrorMessage(), ": ") // to HEAD, S3 says no more than the code
	case errors.As(err, &request):
		text = request.Err.Error()
	}
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > maxError {
		line = append(line[:maxError-1], '…')
	}
	return string(line)
}

// without leaves out the checks of the names given, each of which must be one.
func without(checks []check, names []string) ([]check, error) {
	known := map[string]bool{}
	for _, c := range checks {
		known[c.name] = true
	}
	var unknown []string
	for _, name := range names {
		if !known[name] {
			unknown = append(unknown, fmt.Sprintf("%q", name))
		}
	}
	if unknown != nil {
		return nil, fmt.Errorf("except: must be of %s, got %s",
			strings.Join(slices.Sorted(maps.Keys(known)), ", "), strings.Join(unknown, ", "))
	}
	return slices.DeleteFunc(slices.Clone(checks), func(c check) bool { return slices.Contains(names, c.name) }), nil
}
