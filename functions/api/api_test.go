package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// room is the function over stores in memory, with a clock that a test moves.
type room struct {
	*testing.T
	tables *tables
	bucket *bucket
	flows  *executions
	vault  *vault
	log    *bytes.Buffer
	clock  time.Time
	router *rest.Router
}

func newRoom(t *testing.T) *room {
	r := &room{
		T: t, tables: newTables(), log: &bytes.Buffer{}, vault: &vault{value: "the key"},
		flows: &executions{before: before{}, inputs: map[string]string{}},
		clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	now := func() time.Time { return r.clock }
	r.bucket = &bucket{before: before{}, now: now, versions: map[string][]stored{}}
	a := &api{
		documentsTable: "documents", exportJobsTable: "jobs", manuscriptsBucket: "manuscripts", exportsBucket: "exports",
		exportWorkflowARN: "arn:workflow", realtimeURL: "wss://realtime.example", commit: "abc1234", now: now,
		items: r.tables, objects: r.bucket, workflows: r.flows,
	}
	a.ticketKey = &secret{client: r.vault, arn: "arn:secret", now: now}
	a.health = newHealth(a)
	r.router = &rest.Router{Routes: a.routes(), Logger: logging.New(r.log, "api")}
	return r
}

// call is a request by an author whose token is good for everything.
type call struct {
	author, method, resource string
	id                       string
	query                    map[string]string
	headers                  map[string]string
	body                     any
}

// answer is what a caller gets.
type answer struct {
	status  int
	headers map[string]string
	body    map[string]any
	text    string
}

func (r *room) call(c call) answer {
	r.Helper()
	r.clock = r.clock.Add(time.Millisecond) // so that no two things are of one age
	var scopes []string
	for _, route := range r.router.Routes {
		scopes = append(scopes, "writersroom/"+route.Scope)
	}
	event := events.APIGatewayProxyRequest{
		HTTPMethod: c.method, Resource: c.resource, QueryStringParameters: c.query, Headers: c.headers,
		PathParameters: map[string]string{"documentId": c.id, "projectId": c.id, "exportId": c.id},
	}
	event.RequestContext.RequestID = "request-1"
	event.RequestContext.Authorizer = map[string]any{"claims": map[string]any{"sub": c.author, "scope": strings.Join(scopes, " ")}}
	if c.body != nil {
		body, err := json.Marshal(c.body)
		if err != nil {
			r.Fatal(err)
		}
		event.Body = string(body)
	}
	got, err := r.router.Handle(context.Background(), event)
	if err != nil {
		r.Fatal(err)
	}
	a := answer{status: got.StatusCode, headers: got.Headers, text: got.Body}
	if got.Body != "" {
		if err := json.Unmarshal([]byte(got.Body), &a.body); err != nil {
			r.Fatalf("%s %s: not JSON: %v in %s", c.method, c.resource, err, got.Body)
		}
	}
	return a
}

// want fails the test unless the answer has the status.
func (r *room) want(status int, got answer) answer {
	r.Helper()
	if got.status != status {
		r.Fatalf("status: want %d, got %d %s", status, got.status, got.text)
	}
	return got
}

// code is the code of an error.
func (a answer) code() string {
	fault, _ := a.body["error"].(map[string]any)
	code, _ := fault["code"].(string)
	return code
}

func (a answer) message() string {
	fault, _ := a.body["error"].(map[string]any)
	message, _ := fault["message"].(string)
	return message
}

type fields = map[string]any

// with is a body with some fields changed; nil takes a field away.
func with(body, changes fields) fields {
	body = maps.Clone(body)
	for name, value := range changes {
		body[name] = value
		if value == nil {
			delete(body, name)
		}
	}
	return body
}

func emma() fields {
	return fields{"title": "Emma", "format": "text", "text": "Emma Woodhouse, handsome."}
}

// write makes a document and returns its id.
func (r *room) write(author string, body fields) string {
	r.Helper()
	got := r.want(http.StatusCreated, r.call(call{author: author, method: "POST", resource: "/documents", body: body}))
	return got.body["id"].(string)
}

func (r *room) read(author, id string) answer {
	r.Helper()
	return r.call(call{author: author, method: "GET", resource: "/documents/{documentId}", id: id})
}

func (r *room) save(author, id, etag string, body fields) answer {
	r.Helper()
	return r.call(call{
		author: author, method: "PUT", resource: "/documents/{documentId}", id: id, headers: map[string]string{"If-Match": etag}, body: body,
	})
}

func (r *room) delete(author, id, etag string) answer {
	r.Helper()
	return r.call(call{
		author: author, method: "DELETE", resource: "/documents/{documentId}", id: id, headers: map[string]string{"If-Match": etag},
	})
}

// project makes a project of Ann's and returns its id.
func (r *room) project(title string) string {
	r.Helper()
	got := r.want(http.StatusCreated, r.call(call{author: "ann", method: "POST", resource: "/projects", body: fields{"title": title}}))
	return got.body["id"].(string)
}
