package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/functions/internal/logging"
)

func fine(context.Context) error { return nil }

// newTestSmoke has the checks given, at a time that stands still.
func newTestSmoke(checks ...check) (s *smoke, metrics *bytes.Buffer) {
	metrics = &bytes.Buffer{}
	return &smoke{
		log: logging.New(io.Discard, "smoke"), metrics: metrics, now: func() time.Time { return time.UnixMilli(1777800000000) },
		environment: "dev", checks: checks,
	}, metrics
}

func TestVerdict(t *testing.T) {
	broken := func(context.Context) error { return errors.New("it is\n broken") }
	s, metrics := newTestSmoke(check{"valkey", generous, fine}, check{"aurora", generous, broken}, check{"bucket/b", generous, fine})
	got, err := s.handle(context.Background(), Event{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got.Checks {
		got.Checks[i].Milliseconds = 0
	}
	answer, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"ok":false,"commit":"unknown","checks":[` +
		`{"name":"aurora","ok":false,"milliseconds":0,"error":"it is broken"},` +
		`{"name":"bucket/b","ok":true,"milliseconds":0,"error":""},` +
		`{"name":"valkey","ok":true,"milliseconds":0,"error":""}]}`; string(answer) != want {
		t.Errorf("want\n%s, got\n%s", want, answer)
	}
	if want := `{"_aws":{"Timestamp":1777800000000,"CloudWatchMetrics":[{"Namespace":"WritersRoom","Dimensions":[["Environment"]],` +
		`"Metrics":[{"Name":"SmokeFailures","Unit":"Count"},{"Name":"SmokeChecks","Unit":"Count"}]}]},` +
		`"Environment":"dev","SmokeFailures":1,"SmokeChecks":3}` + "\n"; metrics.String() != want {
		t.Errorf("want the metrics\n%s, got\n%s", want, metrics)
	}
}

func TestExcept(t *testing.T) {
	broken := func(context.Context) error { return errors.New("broken") }
	s, metrics := newTestSmoke(check{"valkey", generous, fine}, check{"aurora", generous, broken})
	got, err := s.handle(context.Background(), Event{Except: []string{"aurora"}})
	if err != nil || !got.OK || len(got.Checks) != 1 || got.Checks[0].Name != "valkey" {
		t.Errorf("want valkey alone, and well, got %+v, %v", got, err)
	}
	if !strings.Contains(metrics.String(), `"SmokeFailures":0,"SmokeChecks":1`) {
		t.Errorf("want one check without a failure, got %s", metrics)
	}
	_, err = s.handle(context.Background(), Event{Except: []string{"redis", "aurora", "postgres"}})
	if want := `except: must be of aurora, valkey, got "redis", "postgres"`; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
}

// Checks that wait for one another end only when they run at once.
func TestChecksRunAtOnce(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	meet := func(context.Context) error {
		both.Done()
		both.Wait()
		return nil
	}
	for _, r := range run(context.Background(), []check{{"a", generous, meet}, {"b", generous, meet}}) {
		if !r.OK {
			t.Errorf("want it well, got %+v", r)
		}
	}
}

func TestEachCheckHasItsOwnLimit(t *testing.T) {
	wait := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	results := run(context.Background(), []check{{"a", brief, wait}, {"b", generous, fine}})
	if results[0].Error != "no answer within 50ms" || !results[1].OK {
		t.Errorf("want a to end by its limit and b to be well, got %+v", results)
	}
}

func TestShort(t *testing.T) {
	got := short(errors.New(strings.Repeat("é\n", 300)))
	if n := len([]rune(got)); n != maxError || strings.Contains(got, "\n") || !strings.HasSuffix(got, "…") {
		t.Errorf("want one line of %d characters, got %d: %q", maxError, n, got)
	}
}

// fakeAWS answers as AWS does, each call by its name; what is not among the answers it denies. The calls are told with their JSON in
// the order of its names.
func fakeAWS(t *testing.T, answers map[string]string) (url string, calls func() []string) {
	t.Helper()
	var lock sync.Mutex
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call := r.Header.Get("X-Amz-Target")
		if call == "" {
			call = r.Method + " " + r.URL.Path
		}
		var body any
		_ = json.NewDecoder(r.Body).Decode(&body)
		sorted, _ := json.Marshal(body)
		lock.Lock()
		seen = append(seen, call+" "+string(sorted))
		lock.Unlock()
		answer, ok := answers[call]
		if !ok {
			answer = `{"__type":"AccessDeniedException","message":"you may not"}`
		}
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(answer))), 10)) // DynamoDB's
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		slices.Sort(seen)
		return seen
	}
}

// configure sets the environment variables of a function that has one of each.
func configure(t *testing.T, endpoint string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_SESSION_TOKEN": "", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
		"ENVIRONMENT":     "dev",
		"TABLES":          "documents",
		"BUCKETS":         "manuscripts",
		"QUEUES":          endpoint + "/123456789012/notifications",
		"SECRETS":         "arn:aws:secretsmanager:us-east-1:123456789012:secret:/writersroom/dev/realtime/ticket-key-AbC123",
		"HEALTH_URLS":     endpoint + "/health?token=1",
		"ISSUER":          endpoint + "/pool",
		"PARAMETERS_PATH": "/writersroom/dev/storage", "EXPORT_WORKFLOW_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:export",
		"AURORA_ENDPOINT": "", "VALKEY_ENDPOINT": "", "OPENSEARCH_ENDPOINT": "",
	} {
		t.Setenv(name, value)
	}
}

func TestAWS(t *testing.T) {
	answers := map[string]string{
		"DynamoDB_20120810.DescribeTable":       `{"Table":{"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}}`,
		"DynamoDB_20120810.GetItem":             `{}`,
		"HEAD /manuscripts":                     ``,
		"AmazonSQS.GetQueueAttributes":          `{}`,
		"secretsmanager.DescribeSecret":         `{}`,
		"AmazonSSM.GetParametersByPath":         `{"Parameters":[{"Name":"a"}]}`,
		"AWSStepFunctions.DescribeStateMachine": `{"status":"ACTIVE"}`,
		"GET /pool/.well-known/jwks.json":       `{"keys":[{}]}`,
		"GET /health":                           `ok`,
	}
	url, calls := fakeAWS(t, answers)
	configure(t, url)
	host := strings.TrimPrefix(url, "http://")
	verdict := func() map[string]string {
		s, err := newSmoke(context.Background(), logging.New(io.Discard, "smoke"), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.handle(context.Background(), Event{})
		if err != nil {
			t.Fatal(err)
		}
		errs := map[string]string{}
		for _, r := range got.Checks {
			errs[r.Name] = r.Error
		}
		return errs
	}
	want := map[string]string{
		"table/documents": "", "bucket/manuscripts": "", "queue/notifications": "", "secret/writersroom/dev/realtime/ticket-key": "",
		"parameters": "", "workflow": "", "issuer": "", "health/" + host + "/health": "",
	}
	if diff := cmp.Diff(want, verdict()); diff != "" {
		t.Errorf("when all is well (-want +got):\n%s", diff)
	}
	if want := `DynamoDB_20120810.GetItem {"ConsistentRead":true,"Key":{"pk":{"S":"smoke"},"sk":{"S":"smoke"}},"TableName":"documents"}`; !slices.Contains(calls(), want) {
		t.Errorf("want the call %s, got\n%s", want, strings.Join(calls(), "\n"))
	}

	delete(answers, "DynamoDB_20120810.GetItem")
	delete(answers, "AmazonSQS.GetQueueAttributes")
	delete(answers, "HEAD /manuscripts")
	answers["secretsmanager.DescribeSecret"] = `{"DeletedDate":1777800000}`
	answers["AmazonSSM.GetParametersByPath"] = `{"Parameters":[]}`
	answers["AWSStepFunctions.DescribeStateMachine"] = `{"status":"DELETING"}`
	want = map[string]string{
		"table/documents":                            "AccessDeniedException: you may not",
		"bucket/manuscripts":                         "BadRequest: Bad Request",
		"queue/notifications":                        "AccessDeniedException: you may not",
		"secret/writersroom/dev/realtime/ticket-key": "it is scheduled for deletion",
		"parameters":                                 "there is no parameter under /writersroom/dev/storage",
		"workflow":                                   "it is DELETING", "issuer": "", "health/" + host + "/health": "",
	}
	if diff := cmp.Diff(want, verdict()); diff != "" {
		t.Errorf("when it is not (-want +got):\n%s", diff)
	}
}

func TestWhatIsNotNamedIsNotChecked(t *testing.T) {
	configure(t, "http://127.0.0.1")
	for _, name := range []string{"TABLES", "BUCKETS", "QUEUES", "SECRETS", "HEALTH_URLS", "ISSUER", "PARAMETERS_PATH", "EXPORT_WORKFLOW_ARN"} {
		t.Setenv(name, "")
	}
	t.Setenv("AURORA_ENDPOINT", "aurora:5432")
	t.Setenv("VALKEY_ENDPOINT", "valkey:6379")
	t.Setenv("OPENSEARCH_ENDPOINT", "search")
	s, err := newSmoke(context.Background(), logging.New(io.Discard, "smoke"), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range s.checks {
		names = append(names, c.name)
	}
	if want := []string{"aurora", "valkey", "opensearch"}; !slices.Equal(names, want) {
		t.Errorf("want %q, got %q", want, names)
	}
}
