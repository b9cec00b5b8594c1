package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

func (r *room) export(author, document, format, key string) answer {
	r.Helper()
	return r.call(call{
		author: author, method: "POST", resource: "/exports", headers: map[string]string{"idempotency-key": key},
		body: fields{"documentId": document, "format": format},
	})
}

func (r *room) job(author, id string) answer {
	r.Helper()
	return r.call(call{author: author, method: "GET", resource: "/exports/{exportId}", id: id})
}

func TestAnExportIsStartedAndFollowed(t *testing.T) {
	r := newRoom(t)
	document := r.write("ann", emma())
	made := r.want(http.StatusAccepted, r.export("ann", document, "html", ""))
	id := made.body["id"].(string)
	want := map[string]any{
		"id": id, "documentId": document, "format": "html", "status": "pending", "createdAt": "2026-03-01T12:00:00.002000000Z",
	}
	if diff := cmp.Diff(want, r.want(http.StatusOK, r.job("ann", id)).body); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	input := fmt.Sprintf(`{"authorId":"ann","documentId":"%s","exportId":"%s","format":"html"}`, document, id)
	if diff := cmp.Diff(map[string]string{id: input}, r.flows.inputs); diff != "" {
		t.Errorf("executions (-want +got):\n%s", diff)
	}
	expires := r.tables.items["jobs"][id]["expiresAt"].(*types.AttributeValueMemberN).Value
	if want := fmt.Sprint(r.clock.Add(-time.Millisecond).Add(30 * 24 * time.Hour).Unix()); expires != want {
		t.Errorf("expiresAt: want %s, got %s", want, expires)
	}

	job := r.tables.items["jobs"][id]
	job["status"], job["finishedAt"], job["key"] = text("succeeded"), text("later"), text("authors/ann/exports/"+id+".html")
	want = with(want, fields{"status": "succeeded", "finishedAt": "later", "bucket": "exports", "key": "authors/ann/exports/" + id + ".html"})
	if diff := cmp.Diff(want, r.job("ann", id).body); diff != "" {
		t.Errorf("succeeded (-want +got):\n%s", diff)
	}
	if got := r.job("bob", id); got.status != http.StatusNotFound {
		t.Errorf("another author's: want 404, got %d %s", got.status, got.text)
	}
	list := func(author string) []any {
		return r.want(http.StatusOK, r.call(call{author: author, method: "GET", resource: "/exports"})).body["exports"].([]any)
	}
	if diff := cmp.Diff([]any{want}, list("ann")); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	if got := list("bob"); len(got) != 0 {
		t.Errorf("another author's list: want nothing, got %v", got)
	}
	r.clock = r.clock.Add(31 * 24 * time.Hour)
	if got := list("ann"); len(got) != 0 {
		t.Errorf("expired: want nothing listed, got %v", got)
	}
	r.want(http.StatusNotFound, r.job("ann", id))
}

func TestAnExportOfAKeyIsStartedOnce(t *testing.T) {
	r := newRoom(t)
	ann, bob := r.write("ann", emma()), r.write("bob", emma())
	first := r.want(http.StatusAccepted, r.export("ann", ann, "txt", "key 1"))
	again := r.want(http.StatusAccepted, r.export("ann", ann, "txt", "key 1"))
	if first.text != again.text {
		t.Errorf("want the same export, got %s and %s", first.text, again.text)
	}
	if got := r.export("ann", ann, "html", "key 1"); got.status != http.StatusConflict || got.code() != "idempotency_key_used" {
		t.Errorf("for another export: want 409, got %d %s", got.status, got.text)
	}
	r.want(http.StatusAccepted, r.export("bob", bob, "txt", "key 1"))
	r.want(http.StatusAccepted, r.export("ann", ann, "txt", "key 2"))
	r.want(http.StatusAccepted, r.export("ann", ann, "txt", ""))
	r.want(http.StatusAccepted, r.export("ann", ann, "txt", ""))
	if got := len(r.flows.inputs); got != 5 {
		t.Errorf("want 5 executions, got %d", got)
	}
	if got := r.export("ann", ann, "txt", strings.Repeat("k", 256)); got.status != http.StatusBadRequest {
		t.Errorf("with a key too long: want 400, got %d %s", got.status, got.text)
	}
}

// The function is killed after it put the job: the call that is repeated starts it.
func TestAJobThatWasNotStartedIsStartedByTheNextCall(t *testing.T) {
	r := newRoom(t)
	document := r.write("ann", emma())
	made := r.want(http.StatusAccepted, r.export("ann", document, "txt", "key"))
	clear(r.flows.inputs)
	r.want(http.StatusAccepted, r.export("ann", document, "txt", "key"))
	if _, ok := r.flows.inputs[made.body["id"].(string)]; !ok {
		t.Errorf("want the execution started, got %v", r.flows.inputs)
	}
}

func TestAJobThatCannotBeStartedHasFailed(t *testing.T) {
	r := newRoom(t)
	document := r.write("ann", emma())
	r.flows.before["StartExecution"] = fail(errLost)
	r.want(http.StatusInternalServerError, r.export("ann", document, "txt", "key"))
	delete(r.flows.before, "StartExecution")
	got := r.want(http.StatusAccepted, r.export("ann", document, "txt", "key"))
	if got.body["status"] != "failed" || len(r.flows.inputs) != 0 {
		t.Errorf("want the failed job, got %s and %v", got.text, r.flows.inputs)
	}
}

func TestAnExportIsOfAFormatThatThereIs(t *testing.T) {
	r := newRoom(t)
	got := r.export("ann", r.write("ann", emma()), "pdf", "")
	if got.status != http.StatusBadRequest || got.message() != "format: must be txt or html" {
		t.Errorf("want 400, got %d %s", got.status, got.text)
	}
	if len(r.tables.items["jobs"]) != 0 {
		t.Errorf("want no job, got %v", r.tables.items["jobs"])
	}
}
