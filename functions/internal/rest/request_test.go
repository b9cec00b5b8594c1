package rest

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestCorrelationID(t *testing.T) {
	for sent, want := range map[string]string{
		"6f1c2d0e-4c58-4f0e-9a3e-1f2f3a4b5c6d": "6f1c2d0e-4c58-4f0e-9a3e-1f2f3a4b5c6d",
		"web_1.save":                           "web_1.save",
		"":                                     "request-1",
		"a b":                                  "request-1",
		"a\r\nSet-Cookie: b":                   "request-1",
		`{"level":"ERROR"}`:                    "request-1",
		strings.Repeat("a", 64):                strings.Repeat("a", 64),
		strings.Repeat("a", 65):                "request-1",
	} {
		e := events.APIGatewayProxyRequest{Headers: map[string]string{"x-correlation-id": sent}}
		e.RequestContext.RequestID = "request-1"
		if got := newRequest(e).CorrelationID; got != want {
			t.Errorf("of %q: want %q, got %q", sent, want, got)
		}
	}
	if got := newRequest(events.APIGatewayProxyRequest{}).CorrelationID; got == "" {
		t.Error("of a call that did not come through API Gateway: want an id, got none")
	}
}

func TestClaims(t *testing.T) {
	e := events.APIGatewayProxyRequest{}
	e.RequestContext.Authorizer = map[string]any{"claims": map[string]any{
		"sub": "ann", "scope": "openid writersroom/users:read", "cognito:groups": "author,editor",
	}}
	request := newRequest(e)
	if request.Author != "ann" {
		t.Errorf("author: want ann, got %q", request.Author)
	}
	if want := []string{"openid", "writersroom/users:read"}; !slices.Equal(request.Scopes, want) {
		t.Errorf("scopes: want %q, got %q", want, request.Scopes)
	}
	if want := []string{"author", "editor"}; !slices.Equal(request.Groups, want) {
		t.Errorf("groups: want %q, got %q", want, request.Groups)
	}
	for name, authorizer := range map[string]map[string]any{
		"no claims": {}, "claims of another form": {"claims": "sub=ann"}, "a sub of another form": {"claims": map[string]any{"sub": 1}},
	} {
		e.RequestContext.Authorizer = authorizer
		if got := newRequest(e).Author; got != "" {
			t.Errorf("%s: want nobody, got %q", name, got)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`{"title":"Emma","pages":3}`, ""},
		{"", "the body is not a JSON object"},
		{"[]", "the body is not a JSON object"},
		{`{"title":"Emma"`, "the body is not a JSON object"},
		{`{"title":"Emma"} {}`, "the body is more than one JSON object"},
		{`{"title":3}`, "title: must not be a number"},
		{`{"pages":"three"}`, "pages: must not be a string"},
		{`{"tilte":"Emma"}`, "tilte: unknown field"},
		{"{\"title\":\"Em\xff\"}", "the body is not UTF-8"},
	} {
		var into struct {
			Title string `json:"title"`
			Pages int    `json:"pages"`
		}
		got := ""
		var told *Error
		if err := newRequest(events.APIGatewayProxyRequest{Body: test.body}).Decode(&into); errors.As(err, &told) {
			got = told.Message
		}
		if got != test.want {
			t.Errorf("%q: want %q, got %q", test.body, test.want, got)
		}
	}
}

func TestABodyInBase64IsDecoded(t *testing.T) {
	var into struct {
		Title string `json:"title"`
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(`{"title":"Emma"}`))
	if err := newRequest(events.APIGatewayProxyRequest{Body: encoded, IsBase64Encoded: true}).Decode(&into); err != nil {
		t.Fatal(err)
	}
	if into.Title != "Emma" {
		t.Errorf("want Emma, got %q", into.Title)
	}
	if err := newRequest(events.APIGatewayProxyRequest{Body: "{", IsBase64Encoded: true}).Decode(&into); err == nil {
		t.Error("of what is not base64: want an error, got none")
	}
}

func TestAnAnswerKeepsAngleBracketsAsTheyAre(t *testing.T) {
	answer, err := (&Response{Status: 200, Body: map[string]string{"text": "<b>&"}}).render()
	if err != nil {
		t.Fatal(err)
	}
	if want := "{\"text\":\"<b>&\"}\n"; answer.Body != want {
		t.Errorf("want %q, got %q", want, answer.Body)
	}
}
