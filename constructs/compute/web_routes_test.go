package compute

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

// The function runs as CloudFront runs it, with the event that CloudFront gives it.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
func TestWebRoutes(t *testing.T) {
	cases := []struct{ path, want string }{
		{"/", "/index.html"},
		{"/auth/callback", "/index.html"},
		{"/documents/7f3a", "/index.html"},
		{"/documents/", "/index.html"},
		{"/v1.2/documents", "/index.html"}, // a dot before the last part is no ending
		{"//", "/index.html"},
		{"/index.html", "/index.html"},
		{"/favicon.ico", "/favicon.ico"},
		{"/missing.js", "/missing.js"},
		{"/.well-known/security.txt", "/.well-known/security.txt"},
		{"/documents/.", "/documents/."},
	}
	type request struct {
		URI         string         `json:"uri"`
		Method      string         `json:"method"`
		QueryString map[string]any `json:"querystring"`
	}
	type event struct {
		Version string  `json:"version"`
		Request request `json:"request"`
	}
	query := map[string]any{"code": map[string]any{"value": "1"}}
	var events []event
	for _, tc := range cases {
		events = append(events, event{Version: "1.0", Request: request{URI: tc.path, Method: http.MethodGet, QueryString: query}})
	}
	input, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command("node", "-e", webRoutes+";console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0)).map(handler)))")
	run.Stdin = bytes.NewReader(input)
	var complaints strings.Builder
	run.Stderr = &complaints
	output, err := run.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, complaints.String())
	}
	var got []request
	if err := json.Unmarshal(output, &got); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for i, tc := range cases {
		if got[i].URI != tc.want {
			t.Errorf("%s: want %s, got %s", tc.path, tc.want, got[i].URI)
		}
		if got[i].Method != http.MethodGet || len(got[i].QueryString) != 1 {
			t.Errorf("%s: want the rest of the request as it came, got %+v", tc.path, got[i])
		}
	}
}

// A larger function is refused. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
func TestWebRoutesFit(t *testing.T) {
	if most := 10 * 1024; len(webRoutes) > most {
		t.Errorf("web_routes.js: want at most %d bytes, got %d", most, len(webRoutes))
	}
}
