package rest

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// Request is a call and who makes it.
type Request struct {
	// Author is the "sub" claim of the caller's access token: the id of whoever signed in, or empty where nobody did.
	Author string
	// Groups and Scopes are what the token says the caller belongs to, and is good for.
	Groups []string
	Scopes []string
	// CorrelationID is in every line that is logged of the call and in its answer: the caller's own X-Correlation-Id where that has
	// a sane form, so that a call can be followed from where it began.
	CorrelationID string

	event events.APIGatewayProxyRequest
}

func newRequest(event events.APIGatewayProxyRequest) *Request {
	request := &Request{event: event}
	claims, _ := event.RequestContext.Authorizer["claims"].(map[string]any)
	claim := func(name string) string {
		value, _ := claims[name].(string)
		return value
	}
	request.Author = claim("sub")
	request.Scopes = strings.Fields(claim("scope"))
	// API Gateway makes one text of a claim that is a list.
	request.Groups = strings.FieldsFunc(claim("cognito:groups"), func(r rune) bool { return r == ',' || r == ' ' })
	request.CorrelationID = request.correlationID()
	return request
}

// Path is the part of the path that the resource has {name} for.
func (r *Request) Path(name string) string { return r.event.PathParameters[name] }

// Query is a parameter of the query, or empty.
func (r *Request) Query(name string) string { return r.event.QueryStringParameters[name] }

// Header is a header's value, in whichever case the caller wrote its name, or empty.
func (r *Request) Header(name string) string {
	for header, value := range r.event.Headers {
		if strings.EqualFold(header, name) {
			return value
		}
	}
	return ""
}

// Decode reads the body, a JSON object, into a pointer to a struct. What the struct has no field for is refused rather than lost.
func (r *Request) Decode(into any) error {
	body := []byte(r.event.Body)
	if r.event.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(r.event.Body)
		if err != nil {
			return Invalid("the body is not base64")
		}
		body = decoded
	}
	// The decoder would put U+FFFD where a text is not UTF-8, and a manuscript would be saved with it.
	if !utf8.Valid(body) {
		return Invalid("the body is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return Invalid(bodyFault(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Invalid("the body is more than one JSON object")
	}
	return nil
}

// bodyFault says what is wrong with a body without the names of Go's types.
func bodyFault(err error) string {
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) && mistyped.Field != "" {
		return mistyped.Field + ": must not be a " + mistyped.Value
	}
	if field, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		return strings.Trim(field, `"`) + ": unknown field"
	}
	return "the body is not a JSON object"
}

// correlationID is the caller's, API Gateway's, or where the call came another way, one of our own.
func (r *Request) correlationID() string {
	if id := r.Header(correlationHeader); isCorrelationID(id) {
		return id
	}
	if id := r.event.RequestContext.RequestID; id != "" {
		return id
	}
	return rand.Text()
}

const (
	correlationHeader = "X-Correlation-Id"
	// maxCorrelationID leaves room for a UUID with what it is of before it, and none for a story.
	maxCorrelationID = 64
)

// isCorrelationID admits letters, digits, dots, hyphens and underscores: nothing that could end a header or confuse who reads a
// log.
func isCorrelationID(text string) bool {
	return text != "" && len(text) <= maxCorrelationID && strings.IndexFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_'
	}) < 0
}
