package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestADocumentIsWrittenReadSavedAndDeleted(t *testing.T) {
	r := newRoom(t)
	made := r.want(http.StatusCreated, r.call(call{author: "ann", method: "POST", resource: "/documents", body: emma()}))
	id := made.body["id"].(string)
	if got, want := made.headers["Location"], "/documents/"+id; got != want {
		t.Errorf("Location: want %q, got %q", want, got)
	}
	got := r.want(http.StatusOK, r.read("ann", id))
	want := map[string]any{
		"id": id, "title": "Emma", "format": "text", "text": "Emma Woodhouse, handsome.", "bytes": 25.0, "revision": 1.0, "optedOut": false,
		"createdAt": "2026-03-01T12:00:00.001000000Z", "updatedAt": "2026-03-01T12:00:00.001000000Z",
	}
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("after it was made (-want +got):\n%s", diff)
	}

	saved := r.want(http.StatusOK, r.save("ann", id, got.headers["ETag"], with(emma(), fields{"text": "Clever and rich.", "format": "fountain"})))
	if _, ok := saved.body["text"]; ok {
		t.Errorf("want no text in the answer to who sent it, got %s", saved.text)
	}
	got = r.want(http.StatusOK, r.read("ann", id))
	want = with(want, fields{
		"text": "Clever and rich.", "bytes": 16.0, "revision": 2.0, "format": "fountain", "updatedAt": "2026-03-01T12:00:00.003000000Z",
	})
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("after it was saved (-want +got):\n%s", diff)
	}
	if got.headers["ETag"] != `"2"` || saved.headers["ETag"] != `"2"` {
		t.Errorf(`ETag: want "2" of the save and of the read, got %s and %s`, saved.headers["ETag"], got.headers["ETag"])
	}

	r.want(http.StatusNoContent, r.delete("ann", id, `"2"`))
	r.want(http.StatusNotFound, r.read("ann", id))
	versions := r.bucket.versions["authors/ann/documents/"+id]
	if len(versions) != 3 || versions[0].text != "Emma Woodhouse, handsome." || !versions[2].marker {
		t.Errorf("want both texts, and the marker that hides them, in the bucket; got %+v", versions)
	}
}

func TestOptedOutDocumentsLieApart(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", with(emma(), fields{"optedOut": true}))
	if len(r.bucket.versions["opted-out/ann/documents/"+id]) != 1 || len(r.bucket.versions) != 1 {
		t.Errorf("want the text in opted-out/ alone, got %v", r.bucket.versions)
	}
	got := r.save("ann", id, `"1"`, with(emma(), fields{"optedOut": false}))
	if got.status != http.StatusBadRequest || !strings.HasPrefix(got.message(), "optedOut: is decided") {
		t.Errorf("opted in again: want 400, got %d %s", got.status, got.text)
	}
	r.want(http.StatusOK, r.save("ann", id, `"1"`, with(emma(), fields{"optedOut": true})))
	r.want(http.StatusOK, r.save("ann", id, `"2"`, emma()))
	if len(r.bucket.versions["opted-out/ann/documents/"+id]) != 3 || len(r.bucket.versions) != 1 {
		t.Errorf("saved: want the text in opted-out/ alone, got %v", r.bucket.versions)
	}
}

func TestWhatIsWrongWithADocumentIsToldAtOnce(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes fields
		status  int
		message string
	}{
		{
			"everything",
			fields{"title": " ", "format": "docx", "text": nil},
			400,
			"title: must have 1 to 200 characters, got 0; format: must be text or fountain; " +
				"text: must be given; an empty document has an empty one",
		},
		{"a title too long", fields{"title": strings.Repeat("é", 201)}, 400, "title: must have 1 to 200 characters, got 201"},
		{"a title as long as may be", fields{"title": strings.Repeat("é", 200)}, 201, ""},
		{"a title of two lines", fields{"title": "Emma\nWoodhouse"}, 400, "title: must have no control characters"},
		{"an empty text", fields{"text": ""}, 201, ""},
		{
			"a text too long",
			fields{"text": strings.Repeat("a", 5<<20+1)},
			413,
			"text: must be at most 5242880 bytes, got 5242881; split the document",
		},
		{"a text as long as may be", fields{"text": strings.Repeat("a", 5<<20)}, 201, ""},
		{"an unknown field", fields{"author": "bob"}, 400, "author: unknown field"},
		{"an unknown project", fields{"projectId": "nowhere"}, 400, "projectId: there is no such project"},
		{"a project that is no id", fields{"projectId": "../x"}, 400, "projectId: there is no such project"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRoom(t)
			got := r.call(call{author: "ann", method: "POST", resource: "/documents", body: with(emma(), test.changes)})
			if got.status != test.status || got.message() != test.message {
				t.Errorf("want %d %q, got %d %q", test.status, test.message, got.status, got.message())
			}
			if test.status != 201 && (len(r.bucket.versions) > 0 || len(r.tables.items["documents"]) > 0) {
				t.Errorf("want nothing written, got %v and %v", r.bucket.versions, r.tables.items)
			}
		})
	}
}

func TestAnotherAuthorsDocumentIsNotFound(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", emma())
	project := r.project("Novels")
	for name, got := range map[string]answer{
		"read":              r.read("bob", id),
		"saved":             r.save("bob", id, `"1"`, emma()),
		"deleted":           r.delete("bob", id, `"1"`),
		"exported":          r.call(call{author: "bob", method: "POST", resource: "/exports", body: fields{"documentId": id, "format": "txt"}}),
		"a ticket":          r.call(call{author: "bob", method: "POST", resource: "/auth/tickets", body: fields{"documentId": id}}),
		"project":           r.call(call{author: "bob", method: "GET", resource: "/projects/{projectId}", id: project}),
		"project's list":    r.call(call{author: "bob", method: "GET", resource: "/documents", query: map[string]string{"projectId": project}}),
		"one that is not":   r.read("ann", "b3ktqz7yk5j2m6vdx4nwa2ulsm"),
		"one that is no id": r.read("ann", strings.Repeat("x", 5000)),
	} {
		if got.status != http.StatusNotFound || got.code() != "not_found" {
			t.Errorf("%s: want 404 not_found, got %d %s", name, got.status, got.text)
		}
	}
	got := r.call(call{author: "bob", method: "POST", resource: "/documents", body: with(emma(), fields{"projectId": project})})
	if got.status != http.StatusBadRequest {
		t.Errorf("written into another's project: want 400, got %d %s", got.status, got.text)
	}
	if got := r.want(http.StatusOK, r.read("ann", id)); got.body["revision"] != 1.0 {
		t.Errorf("want the document as it was, got %s", got.text)
	}
}

// Nobody can put a document into another's project; whatever else may have, it is not shown to the project's author.
func TestAProjectListsItsAuthorsDocumentsAlone(t *testing.T) {
	r := newRoom(t)
	project := r.project("Novels")
	r.write("ann", with(emma(), fields{"projectId": project}))
	id := r.write("bob", with(emma(), fields{"title": "Ulysses"}))
	r.tables.items["documents"]["document#"+id+"|document"]["projectId"] = text(project)
	got := r.titles("ann", "/documents", "documents", map[string]string{"projectId": project})
	if diff := cmp.Diff([][]string{{"Emma"}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAChangeSaysWhatItChanges(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", emma())
	for _, test := range []struct {
		match  string
		status int
		code   string
	}{
		{"", http.StatusPreconditionRequired, "precondition_required"},
		{`"2"`, http.StatusPreconditionFailed, "stale"},
		{`1`, http.StatusPreconditionFailed, "stale"},
		{`W/"1"`, http.StatusPreconditionFailed, "stale"},
		{`*`, http.StatusPreconditionFailed, "stale"},
	} {
		for name, got := range map[string]answer{"PUT": r.save("ann", id, test.match, emma()), "DELETE": r.delete("ann", id, test.match)} {
			if got.status != test.status || got.code() != test.code {
				t.Errorf("%s with If-Match %s: want %d %s, got %d %s", name, test.match, test.status, test.code, got.status, got.text)
			}
		}
	}
	if n := len(r.bucket.versions["authors/ann/documents/"+id]); n != 1 {
		t.Errorf("want nothing written, got %d versions", n)
	}
	r.want(http.StatusOK, r.save("ann", id, `"1"`, emma()))
	if got := r.save("ann", id, `"1"`, emma()); got.status != http.StatusPreconditionFailed {
		t.Errorf("the same change again: want 412, got %d %s", got.status, got.text)
	}
}

func TestADocumentIsInAProjectUntilItIsSavedWithoutOne(t *testing.T) {
	r := newRoom(t)
	project := r.project("Novels")
	id := r.write("ann", with(emma(), fields{"projectId": project}))
	if got := r.read("ann", id).body["projectId"]; got != project {
		t.Errorf("want project %s, got %v", project, got)
	}
	r.want(http.StatusOK, r.save("ann", id, `"1"`, emma()))
	if got, ok := r.tables.items["documents"]["document#"+id+"|document"]["projectId"]; ok {
		t.Errorf("want no project in the item, which an index would take for one; got %v", got)
	}
}

// titles are those of the documents or projects that a list goes through, part by part.
func (r *room) titles(author, resource, of string, query map[string]string) (parts [][]string) {
	r.Helper()
	token := ""
	for {
		q := map[string]string{"nextToken": token}
		for name, value := range query {
			q[name] = value
		}
		got := r.want(http.StatusOK, r.call(call{author: author, method: "GET", resource: resource, query: q}))
		titles := []string{}
		for _, each := range got.body[of].([]any) {
			titles = append(titles, each.(map[string]any)["title"].(string))
		}
		parts = append(parts, titles)
		next, more := got.body["nextToken"].(string)
		if !more {
			return parts
		}
		token = next
	}
}

func numbered(from, to int) []string {
	var titles []string
	for i := from; i >= to; i-- {
		titles = append(titles, fmt.Sprintf("%03d", i))
	}
	return titles
}

func TestDocumentsAreListedInPartsNewestFirst(t *testing.T) {
	r := newRoom(t)
	novels := r.project("Novels")
	for i := range 270 { // more than are read at once
		body := with(emma(), fields{"title": fmt.Sprintf("%03d", i+1)})
		if i < 60 {
			body["projectId"] = novels
		}
		r.write("ann", body)
		r.project("Project")
		r.write("bob", with(body, fields{"projectId": nil}))
	}
	want := [][]string{numbered(270, 221), numbered(220, 171), numbered(170, 121), numbered(120, 71), numbered(70, 21), numbered(20, 1)}
	if diff := cmp.Diff(want, r.titles("ann", "/documents", "documents", nil)); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	want = [][]string{numbered(60, 11), numbered(10, 1)}
	if diff := cmp.Diff(want, r.titles("ann", "/documents", "documents", map[string]string{"projectId": novels})); diff != "" {
		t.Errorf("of a project (-want +got):\n%s", diff)
	}
	if parts := r.titles("ann", "/projects", "projects", nil); len(parts) != 6 || parts[5][len(parts[5])-1] != "Novels" {
		t.Errorf("projects: want 6 parts that end with the oldest, got %q", parts)
	}
	if diff := cmp.Diff([][]string{{}}, r.titles("eve", "/documents", "documents", nil)); diff != "" {
		t.Errorf("of nobody's (-want +got):\n%s", diff)
	}
}

func TestExactlyOnePartHasNoNext(t *testing.T) {
	r := newRoom(t)
	for i := range pageSize {
		r.write("ann", with(emma(), fields{"title": fmt.Sprintf("%03d", i+1)}))
	}
	if diff := cmp.Diff([][]string{numbered(pageSize, 1)}, r.titles("ann", "/documents", "documents", nil)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatABatchLeavesIsAskedForAgain(t *testing.T) {
	r := newRoom(t)
	for i := range 5 {
		r.write("ann", with(emma(), fields{"title": fmt.Sprintf("%03d", i+1)}))
	}
	r.tables.leave = 3
	if diff := cmp.Diff([][]string{numbered(5, 1)}, r.titles("ann", "/documents", "documents", nil)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestATokenThatWasNotGivenOut(t *testing.T) {
	r := newRoom(t)
	for _, token := range []string{"!", "e30", "eyJwayI6IngifQ", "W10", "eyJwayI6IiIsInNrIjoiIiwidXBkYXRlZEF0IjoiIn0"} {
		got := r.call(call{author: "ann", method: "GET", resource: "/documents", query: map[string]string{"nextToken": token}})
		if got.status != http.StatusBadRequest {
			t.Errorf("%s: want 400, got %d %s", token, got.status, got.text)
		}
	}
	// One of another author's leads to nothing but one's own documents.
	for range pageSize + 1 {
		r.write("ann", emma())
	}
	got := r.call(call{author: "ann", method: "GET", resource: "/documents"})
	got = r.call(call{author: "bob", method: "GET", resource: "/documents", query: map[string]string{"nextToken": got.body["nextToken"].(string)}})
	if listed := got.body["documents"].([]any); len(listed) != 0 {
		t.Errorf("with another author's token: want nothing, got %v", listed)
	}
}

func TestNothingThatAWriterWroteIsLogged(t *testing.T) {
	r := newRoom(t)
	id := r.write("ann", emma())
	r.read("ann", id)
	r.tables.before["UpdateItem"] = fail(errors.New("ProvisionedThroughputExceededException"))
	r.save("ann", id, `"1"`, emma())
	for _, secret := range []string{"Woodhouse", "Emma"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("want no %q in the log, got %s", secret, r.log.String())
		}
	}
	if !strings.Contains(r.log.String(), "ProvisionedThroughputExceededException") {
		t.Errorf("want the fault in the log, got %s", r.log.String())
	}
}
