// Package logging writes what functions do, a JSON object a line, and keeps out what has no business in a log.
package logging

import (
	"context"
	"io"
	"log/slog"
	"strings"
)

// New makes the logger of a function. Its lines have timestamp and level under the names by which Lambda filters and sorts:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
//
// The values of attributes named for what writers write, or for what lets somebody in, are withheld.
func New(w io.Writer, function string) *slog.Logger {
	handler := slog.NewJSONHandler(w, &slog.HandlerOptions{ReplaceAttr: replace})
	return slog.New(handler).With("function", function)
}

func replace(groups []string, attr slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch attr.Key {
		case slog.TimeKey:
			attr.Key = "timestamp"
			return attr
		case slog.MessageKey:
			attr.Key = "message"
			return attr
		}
	}
	switch strings.ToLower(attr.Key) {
	case "authorization", "body", "instruction", "password", "secret", "text", "ticket", "title", "token":
		attr.Value = slog.StringValue("withheld")
	}
	return attr
}

type key struct{}

// Into gives a logger to whoever is called with the context that it returns.
func Into(ctx context.Context, logger *slog.Logger) context.Context {
	return context.WithValue(ctx, key{}, logger)
}

// From is the logger of a context, or the program's own where there is none: a line is never dropped.
func From(ctx context.Context) *slog.Logger {
	if logger, ok := ctx.Value(key{}).(*slog.Logger); ok {
		return logger
	}
	return slog.Default()
}
