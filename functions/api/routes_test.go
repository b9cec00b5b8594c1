package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/functions/internal/logging"
)

// The table of the README is what people and API Gateway's own routes are written from.
func TestTheReadmeHasTheRoutes(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for line := range strings.Lines(string(readme)) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !strings.Contains(cells[1], "` /") && !strings.Contains(cells[1], " /") || strings.Contains(line, "/agents/") {
			continue
		}
		documented = append(documented, strings.Trim(strings.TrimSpace(cells[1]), "`")+" "+strings.Trim(strings.TrimSpace(cells[2]), "`"))
	}
	var routes []string
	for _, route := range newRoom(t).router.Routes {
		scope := route.Scope
		if scope == "" {
			scope = "open"
		}
		routes = append(routes, route.Method+" "+route.Resource+" "+scope)
	}
	if diff := cmp.Diff(routes, documented); diff != "" {
		t.Errorf("routes and README.md (-routes +README):\n%s", diff)
	}
}

func TestARouteIsThereOnceAndAllButHealthHaveAScope(t *testing.T) {
	seen := map[string]bool{}
	for _, route := range newRoom(t).router.Routes {
		name := route.Method + " " + route.Resource
		if seen[name] {
			t.Errorf("%s: want one route, got two", name)
		}
		seen[name] = true
		if (route.Scope == "") != (route.Resource == "/health") {
			t.Errorf("%s: want a scope of every route but /health, got %q", name, route.Scope)
		}
	}
}

// Whatever API Gateway lets through, no route but health does anything for whoever has no token, or one without the scope.
func TestNoRouteIsOpenByMistake(t *testing.T) {
	r := newRoom(t)
	for _, route := range r.router.Routes {
		if route.Scope == "" {
			continue
		}
		for name, test := range map[string]struct {
			authorizer map[string]any
			status     int
		}{
			"without a token": {nil, http.StatusUnauthorized},
			"without a scope": {map[string]any{"claims": map[string]any{"sub": "ann", "scope": "openid"}}, http.StatusForbidden},
		} {
			event := events.APIGatewayProxyRequest{HTTPMethod: route.Method, Resource: route.Resource}
			event.RequestContext.Authorizer = test.authorizer
			got, err := r.router.Handle(context.Background(), event)
			if err != nil || got.StatusCode != test.status {
				t.Errorf("%s %s %s: want %d, got %d and %v", route.Method, route.Resource, name, test.status, got.StatusCode, err)
			}
		}
	}
}

func TestMe(t *testing.T) {
	r := newRoom(t)
	event := events.APIGatewayProxyRequest{HTTPMethod: http.MethodGet, Resource: "/users/me"}
	event.RequestContext.Authorizer = map[string]any{"claims": map[string]any{
		"sub": "ann", "scope": "writersroom/users:read", "cognito:groups": "author,editor",
	}}
	got, err := r.router.Handle(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"groups":["author","editor"],"id":"ann","scopes":["writersroom/users:read"]}` + "\n"
	if got.Body != want {
		t.Errorf("want %s, got %s", want, got.Body)
	}
}

func TestTheFunctionTellsAllThatItIsNotTold(t *testing.T) {
	names := []string{
		"ALLOWED_ORIGINS", "DOCUMENTS_TABLE", "ENVIRONMENT", "EXPORTS_BUCKET", "EXPORT_JOBS_TABLE", "EXPORT_WORKFLOW_ARN",
		"MANUSCRIPTS_BUCKET", "REALTIME_URL", "TICKET_KEY_SECRET",
	}
	for _, name := range names {
		t.Setenv(name, "x") // restored after the test
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	_, err := newRouter(context.Background(), logging.New(&bytes.Buffer{}, "api"))
	for _, name := range names {
		if err == nil || !strings.Contains(err.Error(), " "+name+" ") {
			t.Errorf("want %s told, got %v", name, err)
		}
	}
}
