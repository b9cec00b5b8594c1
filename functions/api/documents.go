package main

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/writersroom/infrastructure/functions/internal/manuscripts"
	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// document is an item of the documents table, and what callers are told of it. Its text is in the manuscripts bucket.
type document struct {
	PK        string `dynamodbav:"pk" json:"-"`
	SK        string `dynamodbav:"sk" json:"-"`
	ID        string `dynamodbav:"-" json:"id"`
	AuthorID  string `dynamodbav:"authorId" json:"-"`
	ProjectID string `dynamodbav:"projectId,omitempty" json:"projectId,omitempty"`
	Title     string `dynamodbav:"title" json:"title"`
	Format    string `dynamodbav:"format" json:"format"`
	CreatedAt string `dynamodbav:"createdAt" json:"createdAt"`
	UpdatedAt string `dynamodbav:"updatedAt" json:"updatedAt"`
	// Revision counts the saves, from 1. It is the document's ETag.
	Revision int `dynamodbav:"revision" json:"revision"`
	// Bytes is the length of the text.
	Bytes int `dynamodbav:"bytes" json:"bytes"`
	// OptedOut says that no model may read the document. It decides where the text lies, once and for all.
	OptedOut bool `dynamodbav:"optedOut" json:"optedOut"`
	// S3VersionID is the version of the object that is the text.
	S3VersionID string `dynamodbav:"s3VersionId" json:"-"`
}

const (
	documentPrefix = "document#"
	documentSort   = "document"
)

const (
	// maxTitle is in characters: a title that is longer is none.
	maxTitle = 200
	// maxText is in bytes. Lambda takes and gives 6 MB at once, with the text in it as JSON within JSON, whose escapes need the
	// rest: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	maxText = 5 << 20
)

// etag is what a caller hands back to say which state of the document a change is of.
func (d *document) etag() string { return `"` + strconv.Itoa(d.Revision) + `"` }

// document is the author's document of an id; another author's is not found.
func (a *api) document(ctx context.Context, author, id string) (*document, error) {
	if !manuscripts.IsID(id) {
		return nil, rest.NotFound()
	}
	found, err := a.documentItem(ctx, id)
	if err != nil {
		return nil, err
	}
	if found == nil || found.AuthorID != author {
		return nil, rest.NotFound()
	}
	return found, nil
}

// documentInState is the author's document, if it is in the state that the request says it is about to change.
func (a *api) documentInState(ctx context.Context, request *rest.Request) (*document, error) {
	match := request.Header("If-Match")
	if match == "" {
		return nil, &rest.Error{
			Status: http.StatusPreconditionRequired, Code: "precondition_required",
			Message: "say in If-Match which state you change: the ETag that came with the document",
		}
	}
	found, err := a.document(ctx, request.Author, request.Path("documentId"))
	if err != nil {
		return nil, err
	}
	if match != found.etag() {
		return nil, stale()
	}
	return found, nil
}

// stale is the answer to whoever changes what somebody else, or they themselves elsewhere, changed meanwhile.
func stale() *rest.Error {
	return &rest.Error{
		Status: http.StatusPreconditionFailed, Code: "stale",
		Message: "the document was changed meanwhile; read it again and apply your change to what it is now",
	}
}

func (a *api) getDocument(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	found, err := a.document(ctx, request.Author, request.Path("documentId"))
	if err != nil {
		return nil, err
	}
	content, err := a.readText(ctx, found)
	if err != nil {
		return nil, err
	}
	type whole struct {
		*document
		Text string `json:"text"`
	}
	return &rest.Response{
		Status: http.StatusOK, Headers: map[string]string{"ETag": found.etag()}, Body: whole{found, content},
	}, nil
}

func (a *api) createDocument(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	body, err := a.documentBody(ctx, request)
	if err != nil {
		return nil, err
	}
	id, now := newID(), a.timestamp()
	made := &document{
		PK: documentPrefix + id, SK: documentSort, ID: id, AuthorID: request.Author,
		ProjectID: body.ProjectID, Title: body.Title, Format: body.Format, OptedOut: body.OptedOut != nil && *body.OptedOut,
		CreatedAt: now, UpdatedAt: now, Revision: 1, Bytes: len(*body.Text),
	}
	if err := a.create(ctx, made, *body.Text); err != nil {
		return nil, err
	}
	return &rest.Response{
		Status: http.StatusCreated, Headers: map[string]string{"ETag": made.etag(), "Location": "/documents/" + id}, Body: made,
	}, nil
}

func (a *api) updateDocument(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	body, err := a.documentBody(ctx, request)
	if err != nil {
		return nil, err
	}
	seen, err := a.documentInState(ctx, request)
	if err != nil {
		return nil, err
	}
	if body.OptedOut != nil && *body.OptedOut != seen.OptedOut {
		return nil, rest.Invalid("optedOut: is decided when a document is made; make another document")
	}
	next := *seen
	next.ProjectID, next.Title, next.Format = body.ProjectID, body.Title, body.Format
	next.UpdatedAt, next.Revision, next.Bytes = a.timestamp(), seen.Revision+1, len(*body.Text)
	if err := a.save(ctx, seen, &next, *body.Text); err != nil {
		return nil, err
	}
	return &rest.Response{Status: http.StatusOK, Headers: map[string]string{"ETag": next.etag()}, Body: next}, nil
}

func (a *api) deleteDocument(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	seen, err := a.documentInState(ctx, request)
	if err != nil {
		return nil, err
	}
	if err := a.remove(ctx, seen); err != nil {
		return nil, err
	}
	return &rest.Response{Status: http.StatusNoContent}, nil
}

// listDocuments lists the author's documents, newest first; with projectId, those of that project, which is the author's too.
func (a *api) listDocuments(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	list := a.byAuthor(request.Author, documentPrefix)
	if id := request.Query("projectId"); id != "" {
		if _, err := a.project(ctx, request.Author, id); err != nil {
			return nil, err
		}
		list.index, list.hash, list.owner = "by-project", "projectId", id
	}
	keys, next, err := a.page(ctx, list, request.Query("nextToken"))
	if err != nil {
		return nil, err
	}
	found, err := a.batchGetItems(ctx, documentsTableKeys(keys))
	if err != nil {
		return nil, err
	}
	documents := []document{}
	for _, each := range found {
		var d document
		if err := attributevalue.UnmarshalMap(each, &d); err != nil {
			return nil, err
		}
		d.ID = strings.TrimPrefix(d.PK, documentPrefix)
		if d.AuthorID == request.Author {
			documents = append(documents, d)
		}
	}
	return listed("documents", documents, next), nil
}

// byAuthor lists what of a kind is an author's. Projects and documents are in the same index.
func (a *api) byAuthor(author, prefix string) listing {
	return listing{
		table: a.documentsTable, index: "by-author", hash: "authorId", owner: author, keys: []string{"pk", "sk", "updatedAt"},
		keep: func(each item) bool { return strings.HasPrefix(textOf(each["pk"]), prefix) },
	}
}

// documentsTableKeys are the keys of what an index of the documents table lists.
func documentsTableKeys(listed []item) []item {
	var keys []item
	for _, each := range listed {
		keys = append(keys, item{"pk": each["pk"], "sk": each["sk"]})
	}
	return keys
}

// listed is the answer that is a list.
func listed(name string, entries any, next string) *rest.Response {
	body := map[string]any{name: entries}
	if next != "" {
		body["nextToken"] = next
	}
	return &rest.Response{Status: http.StatusOK, Body: body}
}

// documentBody is what is sent to make or to save a document. It is all of the document: what is left out is not kept as it was.
// The text alone must not be left out, so that no manuscript is emptied by a slip.
type documentBody struct {
	Title     string  `json:"title"`
	ProjectID string  `json:"projectId"`
	Format    string  `json:"format"`
	Text      *string `json:"text"`
	OptedOut  *bool   `json:"optedOut"`
}

func (a *api) documentBody(ctx context.Context, request *rest.Request) (*documentBody, error) {
	body := &documentBody{}
	if err := request.Decode(body); err != nil {
		return nil, err
	}
	body.Title = strings.TrimSpace(body.Title)
	if body.Text != nil && len(*body.Text) > maxText {
		return nil, &rest.Error{
			Status: http.StatusRequestEntityTooLarge, Code: "too_large",
			Message: "text: must be at most " + strconv.Itoa(maxText) + " bytes, got " + strconv.Itoa(len(*body.Text)) +
				"; split the document",
		}
	}
	var faults []string
	if fault := titleFault(body.Title); fault != "" {
		faults = append(faults, fault)
	}
	if body.Format != "text" && body.Format != "fountain" {
		faults = append(faults, "format: must be text or fountain")
	}
	if body.Text == nil {
		faults = append(faults, "text: must be given; an empty document has an empty one")
	}
	if len(faults) > 0 {
		return nil, rest.Invalid(faults...)
	}
	if body.ProjectID != "" {
		if _, err := a.project(ctx, request.Author, body.ProjectID); err != nil {
			return nil, projectFault(err)
		}
	}
	return body, nil
}

// titleFault says what is wrong with the title of a document or of a project, or nothing.
func titleFault(title string) string {
	if n := utf8.RuneCountInString(title); n == 0 || n > maxTitle {
		return "title: must have 1 to " + strconv.Itoa(maxTitle) + " characters, got " + strconv.Itoa(n)
	}
	if strings.ContainsFunc(title, unicode.IsControl) {
		return "title: must have no control characters"
	}
	return ""
}
