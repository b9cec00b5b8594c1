package rest

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// addHeaders adds what every answer has: it is kept nowhere, taken for nothing but what it says it is, and read by pages of the
// web application alone.
func (r *Router) addHeaders(headers map[string]string, request *Request) {
	headers["Cache-Control"] = "no-store"
	headers["X-Content-Type-Options"] = "nosniff"
	headers[correlationHeader] = request.CorrelationID
	headers["Vary"] = "Origin"
	if origin := request.Header("Origin"); slices.Contains(r.AllowedOrigins, origin) {
		headers["Access-Control-Allow-Origin"] = origin
		headers["Access-Control-Expose-Headers"] = "ETag, Location, Retry-After, " + correlationHeader
	}
}

// preflight answers what a browser asks before a page's script calls. Without the page's origin in the answer, it says nothing.
func preflight(methods []string) Handler {
	return func(context.Context, *Request) (*Response, error) {
		return &Response{Status: http.StatusNoContent, Headers: map[string]string{
			"Access-Control-Allow-Methods": strings.Join(methods, ", "),
			"Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, " + correlationHeader,
			"Access-Control-Max-Age":       "600",
		}}, nil
	}
}
