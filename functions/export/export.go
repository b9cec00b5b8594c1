package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Event is what the workflow calls the function with.
type Event struct {
	Step   string `json:"step"`
	Export Export `json:"export"`
}

// Export is a document on its way to a file. It begins with its first four fields, and grows with every step.
type Export struct {
	ExportID   string `json:"exportId"`
	AuthorID   string `json:"authorId"`
	DocumentID string `json:"documentId"`
	// Format is that of the file: txt or html. It is also the file's ending.
	Format string `json:"format"`

	// What validate adds: the document as it is now, whatever becomes of it meanwhile.
	Title           string `json:"title,omitempty"`
	SourceFormat    string `json:"sourceFormat,omitempty"`
	SourceKey       string `json:"sourceKey,omitempty"`
	SourceVersionID string `json:"sourceVersionId,omitempty"`
	OptedOut        bool   `json:"optedOut"`

	// What render adds.
	WorkingKey  string `json:"workingKey,omitempty"`
	ContentType string `json:"contentType,omitempty"`

	// What store adds: where the writer finds the file.
	Key string `json:"key,omitempty"`
}

// The formats of files, and of the documents they are made from.
const (
	txt      = "txt"
	html     = "html"
	text     = "text"
	fountain = "fountain"
)

// maxBytes is how large a document may be. No larger one comes through the API: Lambda is called with 6 MB at most.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxBytes = 6 << 20

// InvalidExport is an export that cannot succeed however often it is tried. The workflow knows it by this name.
type InvalidExport struct{ Faults []string }

func (e *InvalidExport) Error() string { return strings.Join(e.Faults, "; ") }

func invalid(format string, args ...any) error {
	return &InvalidExport{Faults: []string{fmt.Sprintf(format, args...)}}
}

// NotFound is something that was there when the export was asked for, and is gone. The workflow knows it by this name.
type NotFound struct{ What string }

func (e *NotFound) Error() string { return e.What + ": not found" }

// idForm is that of ids which are part of keys; Step Functions takes 80 characters for the execution that bears the export's.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// check finds every fault of an export as it is asked for.
func (x Export) check() error {
	var faults []string
	for _, id := range []struct{ field, value string }{
		{"exportId", x.ExportID}, {"authorId", x.AuthorID}, {"documentId", x.DocumentID},
	} {
		if !idForm.MatchString(id.value) {
			faults = append(faults, fmt.Sprintf("export.%s: must be 1 to 80 letters, digits, - and _, got %q", id.field, id.value))
		}
	}
	if !slices.Contains([]string{txt, html}, x.Format) {
		faults = append(faults, fmt.Sprintf("export.format: must be %s or %s, got %q", txt, html, x.Format))
	}
	if faults != nil {
		return &InvalidExport{Faults: faults}
	}
	return nil
}
