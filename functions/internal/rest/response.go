package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Response is what a handler answers. Its body becomes JSON; without one, the answer has none.
type Response struct {
	Status  int
	Headers map[string]string
	Body    any
}

// Error is an answer that tells the caller what to mend. Its code is for programs and stays; its message is for people.
type Error struct {
	Status  int
	Code    string
	Message string
	Headers map[string]string
}

// Error is the status, the code and the message, as a log has them.
func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Message) }

// Invalid is 400: what was sent cannot be worked with, for all of these reasons.
func Invalid(faults ...string) *Error {
	return &Error{Status: http.StatusBadRequest, Code: "invalid", Message: strings.Join(faults, "; ")}
}

// NotFound is 404. It is also the answer to whoever asks for what is somebody else's: that there is such a thing is theirs to
// know.
func NotFound() *Error {
	return &Error{Status: http.StatusNotFound, Code: "not_found", Message: "there is no such thing here"}
}

// render makes of an answer what API Gateway takes.
func (r *Response) render() (events.APIGatewayProxyResponse, error) {
	answer := events.APIGatewayProxyResponse{StatusCode: r.Status, Headers: map[string]string{}}
	for name, value := range r.Headers {
		answer.Headers[name] = value
	}
	if r.Body == nil {
		return answer, nil
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	// No browser takes the answer for a page (X-Content-Type-Options), and six bytes for each < make a long one too long for Lambda.
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r.Body); err != nil {
		return answer, fmt.Errorf("answer: %w", err)
	}
	answer.Headers["Content-Type"] = "application/json; charset=utf-8"
	answer.Body = body.String()
	return answer, nil
}
