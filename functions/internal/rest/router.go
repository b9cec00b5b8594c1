// Package rest answers the calls that API Gateway hands to a function as REST proxy events: it finds the route, sees to it that
// the caller may take it, and turns what the route's handler says into an answer that tells a caller nothing of what is inside.
package rest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/writersroom/infrastructure/functions/internal/logging"
)

// Route is one way to call a function.
type Route struct {
	Method string
	// Resource is the path as API Gateway declares it: /documents/{documentId}.
	Resource string
	// Scope is what an access token must be good for: documents:read. Without one, the route is open to everybody.
	Scope  string
	Handle Handler
}

// Handler does what a route is for. An *Error among what its error wraps is told to the caller; any other error is logged, and
// the caller learns that something went wrong.
type Handler func(context.Context, *Request) (*Response, error)

// Router answers events by its routes.
type Router struct {
	Routes []Route
	// AllowedOrigins are the pages whose scripts may call from a browser.
	AllowedOrigins []string
	Logger         *slog.Logger
}

// farewell is how long before Lambda ends a function its handler is told to stop, so that the caller still gets an answer.
const farewell = 500 * time.Millisecond

// Handle answers one event. Its error is always nil: Lambda's answer to an error would not be ours.
func (r *Router) Handle(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	started := time.Now()
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-farewell))
		defer cancel()
	}
	request := newRequest(event)
	logger := r.Logger.With("correlationId", request.CorrelationID)
	ctx = logging.Into(ctx, logger)

	response, err := r.answer(ctx, request)
	if err != nil {
		response = refusal(logger, err, request.CorrelationID)
	}
	answer, err := response.render()
	if err != nil {
		answer, _ = refusal(logger, err, request.CorrelationID).render()
	}
	r.addHeaders(answer.Headers, request)

	level := slog.LevelInfo
	if answer.StatusCode >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	logger.Log(ctx, level, "request",
		"method", event.HTTPMethod, "route", event.Resource, "status", answer.StatusCode,
		"milliseconds", time.Since(started).Milliseconds(), "author", request.Author)
	return answer, nil
}

// answer calls the handler of the request's route, if the caller may take it. A handler that panics has an error like any other.
func (r *Router) answer(ctx context.Context, request *Request) (response *Response, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			response, err = nil, fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
		}
	}()
	route, err := r.route(request)
	if err != nil {
		return nil, err
	}
	if err := route.admit(request); err != nil {
		return nil, err
	}
	return route.Handle(ctx, request)
}

// route finds the route of a request. What a browser asks before it calls is answered for every resource, and by nobody in
// particular.
func (r *Router) route(request *Request) (Route, error) {
	methods := r.methods(request.event.Resource)
	if len(methods) == 0 {
		return Route{}, NotFound()
	}
	if request.event.HTTPMethod == http.MethodOptions {
		return Route{Handle: preflight(methods)}, nil
	}
	for _, route := range r.Routes {
		if route.Method == request.event.HTTPMethod && route.Resource == request.event.Resource {
			return route, nil
		}
	}
	return Route{}, &Error{
		Status: http.StatusMethodNotAllowed, Code: "method_not_allowed",
		Message: "this resource is called with " + strings.Join(methods, ", "),
		Headers: map[string]string{"Allow": strings.Join(methods, ", ")},
	}
}

// methods are those that a resource is called with; without any, there is no such resource.
func (r *Router) methods(resource string) []string {
	var methods []string
	for _, route := range r.Routes {
		if route.Resource == resource {
			methods = append(methods, route.Method)
		}
	}
	return methods
}

// scopePrefix is the resource server's identifier, which is a part of every scope in a token.
const scopePrefix = "writersroom/"

// admit asks of the caller what API Gateway's authorizer has already asked: a route that is deployed without it stays closed.
func (route Route) admit(request *Request) error {
	if route.Scope == "" {
		return nil
	}
	if request.Author == "" {
		return &Error{Status: http.StatusUnauthorized, Code: "unauthenticated", Message: "sign in first"}
	}
	if !slices.Contains(request.Scopes, scopePrefix+route.Scope) {
		return &Error{
			Status: http.StatusForbidden, Code: "forbidden",
			Message: "the access token is not good for " + scopePrefix + route.Scope,
		}
	}
	return nil
}

// refusal is the answer to a request that came to nothing. Only here are errors told apart, so that only here one could get out.
func refusal(logger *slog.Logger, err error, correlationID string) *Response {
	var told *Error
	switch {
	case errors.As(err, &told):
	case errors.Is(err, context.DeadlineExceeded):
		logger.Error("out of time", "error", err.Error())
		told = &Error{
			Status: http.StatusGatewayTimeout, Code: "timeout",
			Message: "this took too long; please try again",
		}
	default:
		logger.Error("failed", "error", err.Error())
		told = &Error{
			Status: http.StatusInternalServerError, Code: "internal",
			Message: "something went wrong on our side; please try again, and tell us the correlationId if it stays so",
		}
	}
	type fault struct {
		Code          string `json:"code"`
		Message       string `json:"message"`
		CorrelationID string `json:"correlationId"`
	}
	return &Response{
		Status: told.Status, Headers: told.Headers,
		Body: map[string]fault{"error": {Code: told.Code, Message: told.Message, CorrelationID: correlationID}},
	}
}
