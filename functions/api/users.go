package main

import (
	"context"
	"net/http"

	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// getMe answers who the caller is, as their access token has it.
func getMe(_ context.Context, request *rest.Request) (*rest.Response, error) {
	return &rest.Response{Status: http.StatusOK, Body: map[string]any{
		"id": request.Author, "groups": append([]string{}, request.Groups...), "scopes": request.Scopes,
	}}, nil
}
