package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/functions/internal/logging"
)

// secret is what no caller may ever see.
const secret = "arn:aws:dynamodb:us-east-1:111111111111:table/inner"

func router(log *bytes.Buffer) *Router {
	answer := func(_ context.Context, request *Request) (*Response, error) {
		return &Response{Status: http.StatusOK, Body: map[string]string{"author": request.Author, "id": request.Path("id")}}, nil
	}
	return &Router{
		AllowedOrigins: []string{"https://app.writersroom.example"},
		Logger:         logging.New(log, "test"),
		Routes: []Route{
			{Method: http.MethodGet, Resource: "/open", Handle: answer},
			{Method: http.MethodGet, Resource: "/things/{id}", Scope: "things:read", Handle: answer},
			{Method: http.MethodPut, Resource: "/things/{id}", Scope: "things:write", Handle: answer},
			{Method: http.MethodGet, Resource: "/panics", Handle: func(context.Context, *Request) (*Response, error) {
				panic("out of range: " + secret)
			}},
			{Method: http.MethodGet, Resource: "/fails", Handle: func(context.Context, *Request) (*Response, error) {
				return nil, errors.New("AccessDeniedException: " + secret)
			}},
			{Method: http.MethodGet, Resource: "/slow", Handle: func(context.Context, *Request) (*Response, error) {
				return nil, fmt.Errorf("GetItem %s: %w", secret, context.DeadlineExceeded)
			}},
			{Method: http.MethodGet, Resource: "/deadline", Handle: func(ctx context.Context, _ *Request) (*Response, error) {
				deadline, _ := ctx.Deadline()
				return &Response{Status: http.StatusOK, Body: deadline}, nil
			}},
			{Method: http.MethodGet, Resource: "/refuses", Handle: func(context.Context, *Request) (*Response, error) {
				return nil, fmt.Errorf("%s: %w", secret, &Error{
					Status: http.StatusTooManyRequests, Code: "busy", Message: "later", Headers: map[string]string{"Retry-After": "5"},
				})
			}},
			{Method: http.MethodGet, Resource: "/unwritable", Handle: func(context.Context, *Request) (*Response, error) {
				return &Response{Status: http.StatusOK, Body: make(chan int)}, nil
			}},
		},
	}
}

func event(method, resource string, claims map[string]any) events.APIGatewayProxyRequest {
	e := events.APIGatewayProxyRequest{HTTPMethod: method, Resource: resource, PathParameters: map[string]string{"id": "7"}}
	e.RequestContext.RequestID = "request-1"
	if claims != nil {
		e.RequestContext.Authorizer = map[string]any{"claims": claims}
	}
	return e
}

func handle(t *testing.T, r *Router, e events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
	t.Helper()
	answer, err := r.Handle(context.Background(), e)
	if err != nil {
		t.Fatalf("Handle: want no error, ever; got %v", err)
	}
	return answer
}

func TestAnswers(t *testing.T) {
	reader := map[string]any{"sub": "ann", "scope": "openid writersroom/things:read"}
	for _, test := range []struct {
		name             string
		method, resource string
		claims           map[string]any
		status           int
		body             string
	}{
		{"open to all", "GET", "/open", nil, 200, `{"author":"","id":"7"}`},
		{"with the scope", "GET", "/things/{id}", reader, 200, `{"author":"ann","id":"7"}`},
		{"without a token", "GET", "/things/{id}", nil, 401, fault("unauthenticated", "sign in first")},
		{
			"without the scope", "PUT", "/things/{id}", reader, 403,
			fault("forbidden", "the access token is not good for writersroom/things:write"),
		},
		{
			"with a scope that only looks like it", "GET", "/things/{id}",
			map[string]any{"sub": "ann", "scope": "things:read xwritersroom/things:read"},
			403, fault("forbidden", "the access token is not good for writersroom/things:read"),
		},
		{
			"with scopes of nobody", "GET", "/things/{id}",
			map[string]any{"scope": "writersroom/things:read"},
			401, fault("unauthenticated", "sign in first"),
		},
		{"an unknown resource", "GET", "/other", reader, 404, fault("not_found", "there is no such thing here")},
		{"an unknown method", "PATCH", "/things/{id}", reader, 405, fault("method_not_allowed", "this resource is called with GET, PUT")},
		{"a refusal", "GET", "/refuses", nil, 429, fault("busy", "later")},
		{"out of time", "GET", "/slow", nil, 504, fault("timeout", "this took too long; please try again")},
		{
			"a failure", "GET", "/fails", nil, 500,
			fault("internal", "something went wrong on our side; please try again, and tell us the correlationId if it stays so"),
		},
		{
			"a panic", "GET", "/panics", nil, 500,
			fault("internal", "something went wrong on our side; please try again, and tell us the correlationId if it stays so"),
		},
		{
			"an answer that is no JSON", "GET", "/unwritable", nil, 500,
			fault("internal", "something went wrong on our side; please try again, and tell us the correlationId if it stays so"),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			answer := handle(t, router(&log), event(test.method, test.resource, test.claims))
			if answer.StatusCode != test.status {
				t.Errorf("status: want %d, got %d", test.status, answer.StatusCode)
			}
			if got := strings.TrimSpace(answer.Body); got != test.body {
				t.Errorf("body: want\n%s\ngot\n%s", test.body, got)
			}
			if strings.Contains(fmt.Sprint(answer), "arn:") {
				t.Errorf("want nothing of what is inside, got %v", answer)
			}
			for name, want := range map[string]string{
				"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Vary": "Origin", "X-Correlation-Id": "request-1",
			} {
				if got := answer.Headers[name]; got != want {
					t.Errorf("%s: want %q, got %q", name, want, got)
				}
			}
		})
	}
}

func fault(code, message string) string {
	return `{"error":{"code":"` + code + `","message":"` + message + `","correlationId":"request-1"}}`
}

func TestHeadersOfARefusalAreTheRefusals(t *testing.T) {
	var log bytes.Buffer
	r := router(&log)
	if got := handle(t, r, event("GET", "/refuses", nil)).Headers["Retry-After"]; got != "5" {
		t.Errorf("Retry-After: want 5, got %q", got)
	}
	if got := handle(t, r, event("DELETE", "/things/{id}", nil)).Headers["Allow"]; got != "GET, PUT" {
		t.Errorf("Allow: want GET, PUT, got %q", got)
	}
}

func TestAHandlerIsToldToStopBeforeLambdaStopsIt(t *testing.T) {
	var log bytes.Buffer
	ends := time.Now().Add(time.Hour).UTC()
	ctx, cancel := context.WithDeadline(context.Background(), ends)
	defer cancel()
	answer, err := router(&log).Handle(ctx, event("GET", "/deadline", nil))
	if err != nil {
		t.Fatal(err)
	}
	var got time.Time
	if err := json.Unmarshal([]byte(answer.Body), &got); err != nil {
		t.Fatal(err)
	}
	if want := ends.Add(-farewell); !got.Equal(want) {
		t.Errorf("want the handler's deadline at %v, got %v", want, got)
	}
}

func TestARequestIsOneLineAndWhatFailedIsAnother(t *testing.T) {
	for _, test := range []struct {
		resource string
		want     []map[string]any
	}{
		{"/things/{id}", []map[string]any{{
			"level": "INFO", "message": "request", "method": "GET", "route": "/things/{id}", "status": 200.0,
			"author": "ann", "correlationId": "request-1", "function": "test",
		}}},
		{"/fails", []map[string]any{{
			"level": "ERROR", "message": "failed", "error": "AccessDeniedException: " + secret,
			"correlationId": "request-1", "function": "test",
		}, {
			"level": "ERROR", "message": "request", "method": "GET", "route": "/fails", "status": 500.0,
			"author": "ann", "correlationId": "request-1", "function": "test",
		}}},
	} {
		var log bytes.Buffer
		handle(t, router(&log), event("GET", test.resource, map[string]any{"sub": "ann", "scope": "writersroom/things:read"}))
		var lines []map[string]any
		for line := range strings.Lines(log.String()) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatalf("not JSON: %v in %s", err, line)
			}
			if _, ok := fields["milliseconds"]; !ok && fields["message"] == "request" {
				t.Errorf("want milliseconds, got %s", line)
			}
			delete(fields, "timestamp")
			delete(fields, "milliseconds")
			lines = append(lines, fields)
		}
		if diff := cmp.Diff(test.want, lines); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.resource, diff)
		}
	}
}

func TestAPanicIsLoggedWithWhereItWas(t *testing.T) {
	var log bytes.Buffer
	handle(t, router(&log), event("GET", "/panics", nil))
	if !strings.Contains(log.String(), "router_test.go") {
		t.Errorf("want the stack in the log, got %s", log.String())
	}
}

func TestOnlyThePagesOfTheApplicationMayRead(t *testing.T) {
	var log bytes.Buffer
	r := router(&log)
	for origin, want := range map[string]string{
		"https://app.writersroom.example":      "https://app.writersroom.example",
		"https://app.writersroom.example.evil": "",
		"null":                                 "",
		"":                                     "",
	} {
		e := event("GET", "/fails", nil) // of a failure, too, a page learns
		e.Headers = map[string]string{"origin": origin}
		if got := handle(t, r, e).Headers["Access-Control-Allow-Origin"]; got != want {
			t.Errorf("origin %q: want %q, got %q", origin, want, got)
		}
	}
}

func TestABrowserMayAskFirst(t *testing.T) {
	var log bytes.Buffer
	r := router(&log)
	e := event("OPTIONS", "/things/{id}", nil)
	e.Headers = map[string]string{"Origin": "https://app.writersroom.example"}
	answer := handle(t, r, e)
	if answer.StatusCode != http.StatusNoContent || answer.Body != "" {
		t.Errorf("want 204 without a body, got %d %q", answer.StatusCode, answer.Body)
	}
	for name, want := range map[string]string{
		"Access-Control-Allow-Methods": "GET, PUT",
		"Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, X-Correlation-Id",
		"Access-Control-Allow-Origin":  "https://app.writersroom.example",
	} {
		if got := answer.Headers[name]; got != want {
			t.Errorf("%s: want %q, got %q", name, want, got)
		}
	}
	if got := handle(t, r, event("OPTIONS", "/other", nil)).StatusCode; got != http.StatusNotFound {
		t.Errorf("of an unknown resource: want 404, got %d", got)
	}
}
