package main

import (
	"net/http"
	"time"

	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// api is what the routes' handlers work with.
type api struct {
	documentsTable    string
	exportJobsTable   string
	manuscriptsBucket string
	exportsBucket     string
	exportWorkflowARN string
	realtimeURL       string
	commit            string

	items     items
	objects   objects
	workflows workflows
	ticketKey *secret
	health    *health
	now       func() time.Time
}

// routes are all that the function answers. API Gateway has the same, with the same scopes.
func (a *api) routes() []rest.Route {
	return []rest.Route{
		{Method: http.MethodGet, Resource: "/health", Handle: a.health.get},

		{Method: http.MethodPost, Resource: "/auth/tickets", Scope: "documents:write", Handle: a.createTicket},
		{Method: http.MethodGet, Resource: "/users/me", Scope: "users:read", Handle: getMe},

		{Method: http.MethodGet, Resource: "/projects", Scope: "projects:read", Handle: a.listProjects},
		{Method: http.MethodPost, Resource: "/projects", Scope: "projects:write", Handle: a.createProject},
		{Method: http.MethodGet, Resource: "/projects/{projectId}", Scope: "projects:read", Handle: a.getProject},

		{Method: http.MethodGet, Resource: "/documents", Scope: "documents:read", Handle: a.listDocuments},
		{Method: http.MethodPost, Resource: "/documents", Scope: "documents:write", Handle: a.createDocument},
		{Method: http.MethodGet, Resource: "/documents/{documentId}", Scope: "documents:read", Handle: a.getDocument},
		{Method: http.MethodPut, Resource: "/documents/{documentId}", Scope: "documents:write", Handle: a.updateDocument},
		{Method: http.MethodDelete, Resource: "/documents/{documentId}", Scope: "documents:write", Handle: a.deleteDocument},

		{Method: http.MethodGet, Resource: "/exports", Scope: "exports:read", Handle: a.listExports},
		{Method: http.MethodPost, Resource: "/exports", Scope: "exports:write", Handle: a.createExport},
		{Method: http.MethodGet, Resource: "/exports/{exportId}", Scope: "exports:read", Handle: a.getExport},
	}
}
