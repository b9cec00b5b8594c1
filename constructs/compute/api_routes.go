package compute

import "net/http"

// Route is one thing that a writer can ask of the API.
type Route struct {
	// Name is the route's among the operations of the OpenAPI document: "get-document".
	Name string
	// Method and Path are as API Gateway knows them: "GET", "/documents/{documentId}".
	Method, Path string
	// Function is what answers: API or Agents.
	Function string
	// Scope is what an access token must be good for, by its short name ("documents:read"). Without one, the route is open to everybody.
	Scope string
	// Body is the name of the model that a request's body must be of; empty takes none.
	Body string
	// Throttled gives the route a tenth of the requests that every other may have.
	Throttled bool
	// SlowMilliseconds is the latency above which people are to be told, when one request of a hundred takes longer.
	SlowMilliseconds int
}

// Routes are all there are; the functions have the same, with the same scopes. A ticket takes the scope of writing, since the socket that it
// opens changes a document.
func Routes() []Route {
	const (
		get, post, put, remove = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete
		open, bodiless         = "", ""
		throttled              = true
		// In milliseconds. A model writes for as long as its function lets it, 28 seconds; an export is only started.
		slow, slowToStart, slowToWrite = 1_000, 2_000, 25_000
	)
	return []Route{
		{"get-health", get, "/health", API, open, bodiless, throttled, slow},

		{"create-ticket", post, "/auth/tickets", API, "documents:write", "Ticket", !throttled, slow},
		{"get-me", get, "/users/me", API, "users:read", bodiless, !throttled, slow},

		{"list-projects", get, "/projects", API, "projects:read", bodiless, !throttled, slow},
		{"create-project", post, "/projects", API, "projects:write", "Project", !throttled, slow},
		{"get-project", get, "/projects/{projectId}", API, "projects:read", bodiless, !throttled, slow},

		{"list-documents", get, "/documents", API, "documents:read", bodiless, !throttled, slow},
		{"create-document", post, "/documents", API, "documents:write", "Document", !throttled, slow},
		{"get-document", get, "/documents/{documentId}", API, "documents:read", bodiless, !throttled, slow},
		{"update-document", put, "/documents/{documentId}", API, "documents:write", "Document", !throttled, slow},
		{"delete-document", remove, "/documents/{documentId}", API, "documents:write", bodiless, !throttled, slow},

		{"list-exports", get, "/exports", API, "exports:read", bodiless, !throttled, slow},
		{"create-export", post, "/exports", API, "exports:write", "Export", !throttled, slowToStart},
		{"get-export", get, "/exports/{exportId}", API, "exports:read", bodiless, !throttled, slow},

		{"draft", post, "/agents/draft", Agents, "agents:write", "Assignment", throttled, slowToWrite},
		{"review", post, "/agents/review", Agents, "agents:write", "Assignment", throttled, slowToWrite},
	}
}
