package e2e

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// screenplay is what a writer wrote: a title that HTML would take for its own, and Fountain.
const screenplay = "Title: <Brick> & Steel\n\nEXT. BRICK'S PATIO - DAY\n\nA gorgeous day.\n\nSTEEL\nBeer's ready!\n"

// serves has a deployed environment serve a writer: the functions' own code runs, as deployed and with the variables that it was given,
// against the deployed tables, buckets, queues and workflow.
func (p *project) serves(t *testing.T, environment string) {
	t.Helper()
	w := writer{p: p, environment: environment, sub: "writer-1", cloud: aws.Config{
		Region:       p.getenv("AWS_REGION"),
		BaseEndpoint: aws.String(p.getenv("AWS_ENDPOINT_URL")),
		Credentials: credentials.NewStaticCredentialsProvider(
			p.getenv("AWS_ACCESS_KEY_ID"), p.getenv("AWS_SECRET_ACCESS_KEY"), p.getenv("AWS_SESSION_TOKEN")),
	}}

	health := w.asks(t, "GET", "/health", nil, nil, nil)
	if health.StatusCode != http.StatusOK || !strings.Contains(health.Body, `"commit":"`) {
		t.Fatalf("%s: GET /health: want 200 and the commit, got %d %s", environment, health.StatusCode, health.Body)
	}
	id := w.writes(t)
	w.exports(t, id)
	w.exportsInVain(t, id)
	w.smokes(t)
}

// writer is somebody who is signed in.
type writer struct {
	p                *project
	environment, sub string
	cloud            aws.Config
}

// answer is what API Gateway would make an HTTP response of.
type answer struct {
	StatusCode int
	Headers    map[string]string
	Body       string
}

// asks has API Gateway's event for a request answered by the API's function.
func (w writer) asks(t *testing.T, method, route string, parameters, headers map[string]string, body any) answer {
	t.Helper()
	path := route
	for name, value := range parameters {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	text := ""
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(raw)
	}
	event := map[string]any{
		"resource": route, "path": path, "httpMethod": method, "pathParameters": parameters, "headers": headers, "body": text,
		"requestContext": map[string]any{
			"requestId": "request-1",
			"authorizer": map[string]any{"claims": map[string]any{
				"sub": w.sub, "token_use": "access",
				"scope": "writersroom/documents:read writersroom/documents:write writersroom/exports:read writersroom/exports:write",
			}},
		},
	}
	var answered answer
	w.invoke(t, "api", event, &answered)
	return answered
}

// invoke calls a function by its alias, as everybody does.
func (w writer) invoke(t *testing.T, function string, event, answer any) {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	name := "writersroom-" + w.environment + "-" + function
	out, err := lambda.NewFromConfig(w.cloud).Invoke(t.Context(), &lambda.InvokeInput{
		FunctionName: aws.String(name), Qualifier: aws.String("live"), Payload: payload,
	})
	if err != nil {
		t.Fatalf("invoke %s: %v", name, err)
	}
	if out.FunctionError != nil {
		t.Fatalf("invoke %s with %s: %s: %s", name, payload, *out.FunctionError, out.Payload)
	}
	if err := json.Unmarshal(out.Payload, answer); err != nil {
		t.Fatalf("invoke %s: %v: %s", name, err, out.Payload)
	}
}

// writes puts a document, changes it and fetches it, and returns its id. Nobody else gets it, and nobody changes what they have not seen.
func (w writer) writes(t *testing.T) string {
	t.Helper()
	made := w.asks(t, "POST", "/documents", nil, nil, map[string]any{"title": "Draft", "format": "fountain", "text": "FADE IN:"})
	var document struct{ ID, Title, Text string }
	if err := json.Unmarshal([]byte(made.Body), &document); made.StatusCode != http.StatusCreated || err != nil || document.ID == "" {
		t.Fatalf("POST /documents: want 201 and an id, got %d %s", made.StatusCode, made.Body)
	}
	at := map[string]string{"documentId": document.ID}
	const route = "/documents/{documentId}"
	change := map[string]any{"title": "Brick & Steel", "format": "fountain", "text": screenplay}
	if stale := w.asks(t, "PUT", route, at, map[string]string{"If-Match": `"7"`}, change); stale.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("PUT with a revision that is not the document's: want 412, got %d %s", stale.StatusCode, stale.Body)
	}
	changed := w.asks(t, "PUT", route, at, map[string]string{"If-Match": made.Headers["ETag"]}, change)
	if changed.StatusCode != http.StatusOK || changed.Headers["ETag"] == made.Headers["ETag"] {
		t.Fatalf("PUT %s: want 200 and another ETag than %s, got %d %v %s", route, made.Headers["ETag"], changed.StatusCode, changed.Headers, changed.Body)
	}
	fetched := w.asks(t, "GET", route, at, nil, nil)
	if err := json.Unmarshal([]byte(fetched.Body), &document); err != nil || document.Text != screenplay || document.Title != "Brick & Steel" {
		t.Errorf("GET %s: want what was put, got %d %s", route, fetched.StatusCode, fetched.Body)
	}
	other := w
	other.sub = "writer-2"
	if foreign := other.asks(t, "GET", route, at, nil, nil); foreign.StatusCode != http.StatusNotFound {
		t.Errorf("GET %s of another writer's: want 404, got %d %s", route, foreign.StatusCode, foreign.Body)
	}
	// Both texts are still there: the first is an old version.
	bucket := "writersroom-" + w.environment + "-manuscripts-" + w.account(t)
	versions, err := w.objects().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(bucket)})
	if err != nil || len(versions.Versions) != 2 {
		t.Errorf("%s: want both versions of the document kept, got %+v, %v", bucket, versions, err)
	}
	return document.ID
}

// exports has the document exported by the workflow, which runs to its success, and reads what became of it.
func (w writer) exports(t *testing.T, document string) {
	t.Helper()
	job := w.export(t, document, "html")
	if job.Status != "succeeded" || job.Bucket == "" || !strings.HasPrefix(job.Key, "authors/writer-1/") {
		t.Fatalf("GET /exports/%s: want it succeeded, in the writer's folder, got %+v", job.ID, job)
	}
	object, err := w.objects().GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(job.Bucket), Key: aws.String(job.Key)})
	if err != nil {
		t.Fatalf("s3://%s/%s: %v", job.Bucket, job.Key, err)
	}
	defer func() { _ = object.Body.Close() }()
	html, err := io.ReadAll(object.Body)
	if err != nil || !strings.Contains(string(html), "&lt;Brick&gt; &amp; Steel") || !strings.Contains(string(html), "gorgeous day") {
		t.Errorf("s3://%s/%s: want the screenplay as HTML, got %s, %v", job.Bucket, job.Key, html, err)
	}
	if got := w.execution(t, job.ID); got != "SUCCEEDED" {
		t.Errorf("execution %s: want it SUCCEEDED, got %s", job.ID, got)
	}
	if told := w.receive(t, "notifications"); !strings.Contains(told, job.ID) || !strings.Contains(told, "export.finished") {
		t.Errorf("want the realtime service told of export %s, got %q", job.ID, told)
	}
}

// exportsInVain takes the text away from under an export: the writer is told, and people find the export in the dead-letter queue.
func (w writer) exportsInVain(t *testing.T, document string) {
	t.Helper()
	bucket := "writersroom-" + w.environment + "-manuscripts-" + w.account(t)
	versions, err := w.objects().ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(bucket)})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range versions.Versions {
		if _, err := w.objects().DeleteObject(t.Context(), &s3.DeleteObjectInput{
			Bucket: aws.String(bucket), Key: v.Key, VersionId: v.VersionId,
		}); err != nil {
			t.Fatal(err)
		}
	}
	job := w.export(t, document, "txt")
	if job.Status != "failed" {
		t.Errorf("GET /exports/%s: want it failed, got %+v", job.ID, job)
	}
	if got := w.execution(t, job.ID); got != "FAILED" { // which it has once the export is set aside
		t.Errorf("execution %s: want it FAILED, got %s", job.ID, got)
	}
	if aside := w.receive(t, "exports-dead-letters"); !strings.Contains(aside, job.ID) {
		t.Errorf("want export %s set aside, got %q", job.ID, aside)
	}
}

type job struct{ ID, Status, Bucket, Key, Reason string }

// export asks for an export and waits for its end.
func (w writer) export(t *testing.T, document, format string) job {
	t.Helper()
	asked := w.asks(t, "POST", "/exports", nil, nil, map[string]string{"documentId": document, "format": format})
	var j job
	if err := json.Unmarshal([]byte(asked.Body), &j); asked.StatusCode != http.StatusAccepted || err != nil || j.ID == "" {
		t.Fatalf("POST /exports: want 202 and an id, got %d %s", asked.StatusCode, asked.Body)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for j.Status == "pending" {
		select {
		case <-ctx.Done():
			t.Fatalf("export %s is still %s", j.ID, j.Status)
		case <-time.After(time.Second):
		}
		found := w.asks(t, "GET", "/exports/{exportId}", map[string]string{"exportId": j.ID}, nil, nil)
		if err := json.Unmarshal([]byte(found.Body), &j); found.StatusCode != http.StatusOK || err != nil {
			t.Fatalf("GET /exports/%s: want 200, got %d %s", j.ID, found.StatusCode, found.Body)
		}
	}
	return j
}

// execution is the status of the workflow's execution of that name, once it has ended.
func (w writer) execution(t *testing.T, name string) string {
	t.Helper()
	arn := "arn:aws:states:" + w.cloud.Region + ":" + w.account(t) + ":execution:writersroom-" + w.environment + "-export:" + name
	for range 60 {
		out, err := sfn.NewFromConfig(w.cloud).DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: aws.String(arn)})
		if err != nil {
			t.Fatalf("%s: %v", arn, err)
		}
		if out.Status != "RUNNING" {
			return string(out.Status)
		}
		time.Sleep(time.Second)
	}
	return "RUNNING"
}

// smokes has every dependency tried. What is no more than an API on the emulator answers; what would be a server does not.
func (w writer) smokes(t *testing.T) {
	t.Helper()
	var verdict struct {
		OK     bool
		Commit string
		Checks []struct {
			Name, Error string
			OK          bool
		}
	}
	w.invoke(t, "smoke", map[string]any{}, &verdict)
	if verdict.OK || verdict.Commit == "" {
		t.Errorf("smoke: want it to tell that no database runs here, and its commit, got %+v", verdict)
	}
	ok := map[string]bool{}
	for _, check := range verdict.Checks {
		ok[check.Name] = check.OK
	}
	for _, name := range []string{"aurora", "valkey", "opensearch"} {
		if answers, tried := ok[name]; !tried || answers {
			t.Errorf("smoke: %s: want it tried and found missing, got %+v", name, verdict.Checks)
		}
	}
	for _, kind := range []string{"table/", "bucket/", "queue/", "secret/", "parameters", "workflow"} {
		found := 0
		for name, answers := range ok {
			if strings.HasPrefix(name, kind) {
				found++
				if !answers {
					t.Errorf("smoke: %s: want an answer, got %+v", name, verdict.Checks)
				}
			}
		}
		if found == 0 {
			t.Errorf("smoke: want a check of every %s, got %q", kind, slices.Sorted(maps.Keys(ok)))
		}
	}
}

func (w writer) objects() *s3.Client {
	return s3.NewFromConfig(w.cloud, func(o *s3.Options) { o.UsePathStyle = true })
}

// receive is the body of the one message in a queue, or "".
func (w writer) receive(t *testing.T, queue string) string {
	t.Helper()
	url := w.p.getenv("AWS_ENDPOINT_URL") + "/" + w.account(t) + "/writersroom-" + w.environment + "-" + queue
	out, err := sqs.NewFromConfig(w.cloud).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(url)})
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	if len(out.Messages) != 1 {
		return ""
	}
	return aws.ToString(out.Messages[0].Body)
}

// account is the environment's, as its overlay has it.
func (w writer) account(t *testing.T) string {
	t.Helper()
	account, ok := map[string]string{"dev": "111111111111", "staging": "222222222222", "prod": "333333333333"}[w.environment]
	if !ok {
		t.Fatalf("no account is known for %s", w.environment)
	}
	return account
}
