package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

func asked() Export { return Export{ExportID: "e1", AuthorID: "a1", DocumentID: "d1", Format: "html"} }

// steps takes the steps named, one after the other, and answers what the last of them does.
func steps(t *testing.T, e *exporter, export Export, names ...string) (Export, error) {
	t.Helper()
	for _, name := range names {
		var err error
		if export, err = e.handle(context.Background(), Event{Step: name, Export: export}); err != nil {
			return export, err
		}
	}
	return export, nil
}

func TestWorkflow(t *testing.T) {
	e, f, log := newFake(t)
	got, err := steps(t, e, asked(), "validate", "render", "store", "notify")
	if err != nil {
		t.Fatal(err)
	}
	want := Export{
		ExportID: "e1", AuthorID: "a1", DocumentID: "d1", Format: "html",
		Title: "The Sea", SourceFormat: "fountain", SourceKey: "opted-out/a1/documents/d1", SourceVersionID: "v7", OptedOut: true,
		WorkingKey: "working/e1", ContentType: "text/html; charset=utf-8", Key: "opted-out/a1/exports/e1.html",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("export (-want +got):\n%s", diff)
	}
	file, ok := f.objects["exports/opted-out/a1/exports/e1.html"]
	if !ok || !strings.Contains(file.body, "<p class=\"action\">A <em>secret</em> &lt;wave&gt;.</p>") {
		t.Errorf("want the page in the writer's folder, got %+v", f.objects)
	}
	if file.contentType != "text/html; charset=utf-8" || file.disposition != `attachment; filename="The Sea.html"` {
		t.Errorf("want a page that is saved under its title, got %q and %q", file.contentType, file.disposition)
	}
	if _, ok := f.objects["exports/working/e1"]; ok {
		t.Error("want the working file gone, and it is there")
	}
	wantJob := map[string]string{
		"id": "e1", "authorId": "a1", "status": "succeeded", "key": "opted-out/a1/exports/e1.html", "finishedAt": "2026-05-03T10:00:00.000000120Z",
	}
	if diff := cmp.Diff(wantJob, plain(f.items["jobs/e1"])); diff != "" {
		t.Errorf("job (-want +got):\n%s", diff)
	}
	wantMessages := []string{
		`https://queue {"type":"export.finished","exportId":"e1","authorId":"a1","key":"opted-out/a1/exports/e1.html"}`,
	}
	if diff := cmp.Diff(wantMessages, f.messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	for _, secret := range []string{"secret", "The Sea"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("want nothing of the manuscript in the log, got %q in\n%s", secret, log)
		}
	}
}

func plain(i item) map[string]string {
	values := map[string]string{}
	for name, value := range i {
		values[name] = value.(*types.AttributeValueMemberS).Value
	}
	return values
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ source, format, contentType, body string }{
		{"text", "txt", "text/plain; charset=utf-8", "INT. SEA\n\nA *secret* <wave>.\n"},
		{"text", "html", "text/html; charset=utf-8", "<p>A *secret* &lt;wave&gt;.</p>"},
		{"fountain", "txt", "text/plain; charset=utf-8", "\nINT. SEA\n\nA secret <wave>.\n"},
		{"fountain", "html", "text/html; charset=utf-8", "<h2>INT. SEA</h2>"},
	} {
		e, f, _ := newFake(t)
		f.items["documents/document#d1"]["format"] = s(c.source)
		export := asked()
		export.Format = c.format
		got, err := steps(t, e, export, "validate", "render")
		if err != nil {
			t.Fatal(err)
		}
		if file := f.objects["exports/working/e1"]; got.ContentType != c.contentType || !strings.Contains(file.body, c.body) {
			t.Errorf("%s to %s: want %s with %q, got %s with %q", c.source, c.format, c.contentType, c.body, got.ContentType, file.body)
		}
	}
}

// Every step comes to the same end when it is taken again, be it whole or after it was cut off at any of its calls.
func TestStepsAreRepeatable(t *testing.T) {
	for _, step := range []struct {
		name   string
		before []string
		calls  []string
	}{
		{"validate", nil, []string{"GetItem"}},
		{"render", []string{"validate"}, []string{"GetObject", "PutObject"}},
		{"store", []string{"validate", "render"}, []string{"CopyObject", "DeleteObject"}},
		{"notify", []string{"validate", "render", "store"}, []string{"UpdateItem", "SendMessage"}},
	} {
		for _, call := range append(step.calls, "") {
			t.Run(step.name+" after "+call, func(t *testing.T) {
				e, f, _ := newFake(t)
				before, err := steps(t, e, asked(), step.before...)
				if err != nil {
					t.Fatal(err)
				}
				if call != "" {
					f.fails[call] = errors.New("connection reset")
					_, err := steps(t, e, before, step.name)
					if err == nil || !strings.HasSuffix(err.Error(), "connection reset") || retried(err) != nil {
						t.Errorf("want an error that is retried and ends in its cause, got %v", err)
					}
					delete(f.fails, call)
				}
				first, err := steps(t, e, before, step.name)
				if err != nil {
					t.Fatal(err)
				}
				objects := fmt.Sprint(f.objects)
				second, err := steps(t, e, before, step.name)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(first, second); diff != "" {
					t.Errorf("(-first +second):\n%s", diff)
				}
				if again := fmt.Sprint(f.objects); again != objects {
					t.Errorf("want the same objects, got\n%s\nafter\n%s", again, objects)
				}
			})
		}
	}
}

// retried is nil for an error that the workflow tries again.
func retried(err error) error {
	var invalid *InvalidExport
	var notFound *NotFound
	if errors.As(err, &invalid) || errors.As(err, &notFound) {
		return err
	}
	return nil
}

func TestFaults(t *testing.T) {
	set := func(name string, value types.AttributeValue) func(*fakeAWS, *Export) {
		return func(f *fakeAWS, _ *Export) { f.items["documents/document#d1"][name] = value }
	}
	for _, c := range []struct {
		name    string
		prepare func(*fakeAWS, *Export)
		steps   []string
		want    error
	}{
		{
			"bad ids and format", func(_ *fakeAWS, x *Export) { *x = Export{AuthorID: "../a2", DocumentID: "d1", Format: "pdf"} },
			[]string{"validate"},
			&InvalidExport{Faults: []string{
				`export.exportId: must be 1 to 80 letters, digits, - and _, got ""`,
				`export.authorId: must be 1 to 80 letters, digits, - and _, got "../a2"`,
				`export.format: must be txt or html, got "pdf"`,
			}},
		},
		{
			"unknown step", nil,
			[]string{"publish"},
			&InvalidExport{Faults: []string{`step: must be validate, render, store or notify, got "publish"`}},
		},
		{
			"deleted document", func(f *fakeAWS, _ *Export) { delete(f.items, "documents/document#d1") },
			[]string{"validate"},
			&NotFound{What: "document d1"},
		},
		{
			"another's document", set("authorId", s("a2")),
			[]string{"validate"},
			&InvalidExport{Faults: []string{`document d1: must belong to author "a1", who asks for it, and does not`}},
		},
		{
			"nobody's document", set("authorId", s("")),
			[]string{"validate"},
			&InvalidExport{Faults: []string{`document d1: must belong to author "a1", who asks for it, and does not`}},
		},
		{"every fault of a document", func(f *fakeAWS, x *Export) {
			set("format", s("docx"))(f, x)
			set("s3VersionId", s(""))(f, x)
			set("bytes", &types.AttributeValueMemberN{Value: "6291457"})(f, x)
		}, []string{"validate"}, &InvalidExport{Faults: []string{
			`document d1: format must be text or fountain, got "docx"`,
			"document d1: s3VersionId must be set, got none",
			"document d1: bytes must be at most 6291456, got 6291457",
		}}},
		{
			"a version that is gone", func(f *fakeAWS, _ *Export) { clear(f.objects) },
			[]string{"validate", "render"},
			&NotFound{What: "version v7 of document d1"},
		},
		{"a text larger than its item says", func(f *fakeAWS, _ *Export) {
			f.objects["manuscripts/opted-out/a1/documents/d1?v7"] = object{body: strings.Repeat("x", maxBytes+1)}
		}, []string{"validate", "render"}, &InvalidExport{Faults: []string{"document d1: bytes must be at most 6291456, got more"}}},
		{
			"store before render", func(_ *fakeAWS, x *Export) { x.WorkingKey = "working/e1" },
			[]string{"store"},
			&NotFound{What: "working/e1 in bucket exports"},
		},
		{"notify before store", nil, []string{"notify"}, &InvalidExport{Faults: []string{"export.key: must be set, got none"}}},
		{
			"a job that is gone", func(f *fakeAWS, x *Export) { delete(f.items, "jobs/e1"); x.Key = "k" },
			[]string{"notify"},
			&NotFound{What: "job e1 of author a1"},
		},
		{
			"another's job", func(f *fakeAWS, x *Export) { f.items["jobs/e1"]["authorId"] = s("a2"); x.Key = "k" },
			[]string{"notify"},
			&NotFound{What: "job e1 of author a1"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, f, _ := newFake(t)
			export := asked()
			if c.prepare != nil {
				c.prepare(f, &export)
			}
			_, err := steps(t, e, export, c.steps...)
			// Lambda names an error by its type, and only by that of the error itself.
			if diff := cmp.Diff(c.want, err); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(f.messages) > 0 {
				t.Errorf("want nobody told, got %q", f.messages)
			}
		})
	}
}

// What validate adds is what it found, whatever it was called with.
func TestValidateBelievesNothing(t *testing.T) {
	e, _, _ := newFake(t)
	export := asked()
	export.SourceKey, export.WorkingKey, export.Key, export.OptedOut = "authors/a2/documents/d2", "working/e2", "authors/a2/exports/e2.txt", false
	got, err := steps(t, e, export, "validate")
	if err != nil {
		t.Fatal(err)
	}
	if got.SourceKey != "opted-out/a1/documents/d1" || got.WorkingKey != "" || got.Key != "" || !got.OptedOut {
		t.Errorf("want only what validate found, got %+v", got)
	}
}

func TestFileName(t *testing.T) {
	for title, want := range map[string]string{
		"The Sea":                `attachment; filename="The Sea.html"`,
		"../a\\b\n":              `attachment; filename=".. a b .html"`,
		`a"; filename="b`:        `attachment; filename="a\"; filename=\"b.html"`,
		"Ähre":                   `attachment; filename*=utf-8''%C3%84hre.html`,
		strings.Repeat("x", 300): `attachment; filename=` + strings.Repeat("x", 50) + `.html`,
	} {
		e, f, _ := newFake(t)
		f.items["documents/document#d1"]["title"] = s(title)
		if _, err := steps(t, e, asked(), "validate", "render"); err != nil {
			t.Fatal(err)
		}
		if got := f.objects["exports/working/e1"].disposition; got != want {
			t.Errorf("%q: want %s, got %s", title, want, got)
		}
	}
}

// The workflow passes on what a step answers: these are the names of its fields.
func TestExportJSON(t *testing.T) {
	first, err := json.Marshal(asked())
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"exportId":"e1","authorId":"a1","documentId":"d1","format":"html","optedOut":false}`; string(first) != want {
		t.Errorf("want %s, got %s", want, first)
	}
}

func TestSettingsAreRequired(t *testing.T) {
	for _, name := range []string{
		"ENVIRONMENT", "DOCUMENTS_TABLE", "EXPORT_JOBS_TABLE", "MANUSCRIPTS_BUCKET", "EXPORTS_BUCKET", "NOTIFICATIONS_QUEUE_URL",
	} {
		t.Setenv(name, "")
	}
	e, _, _ := newFake(t)
	_, err := newExporter(context.Background(), e.log)
	if err == nil {
		t.Fatal("want the missing variables named, got no error")
	}
	for _, name := range []string{"ENVIRONMENT", "DOCUMENTS_TABLE", "EXPORTS_BUCKET", "NOTIFICATIONS_QUEUE_URL"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("want %s named, got %v", name, err)
		}
	}
}
