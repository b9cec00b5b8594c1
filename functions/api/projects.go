package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/writersroom/infrastructure/functions/internal/manuscripts"
	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// project is an item of the documents table, and what callers are told of it.
type project struct {
	PK        string `dynamodbav:"pk" json:"-"`
	SK        string `dynamodbav:"sk" json:"-"`
	ID        string `dynamodbav:"-" json:"id"`
	AuthorID  string `dynamodbav:"authorId" json:"-"`
	Title     string `dynamodbav:"title" json:"title"`
	CreatedAt string `dynamodbav:"createdAt" json:"createdAt"`
	UpdatedAt string `dynamodbav:"updatedAt" json:"updatedAt"`
}

const (
	projectPrefix = "project#"
	projectSort   = "project"
)

// project is the author's project of an id; another author's is not found.
func (a *api) project(ctx context.Context, author, id string) (*project, error) {
	if !manuscripts.IsID(id) {
		return nil, rest.NotFound()
	}
	var found project
	ok, err := a.getItem(ctx, a.documentsTable, itemKey(projectPrefix+id, projectSort), &found)
	if err != nil {
		return nil, err
	}
	if !ok || found.AuthorID != author {
		return nil, rest.NotFound()
	}
	found.ID = id
	return &found, nil
}

// projectFault is what is wrong with a document's project that is not the author's, or is not.
func projectFault(err error) error {
	var told *rest.Error
	if errors.As(err, &told) && told.Status == http.StatusNotFound {
		return rest.Invalid("projectId: there is no such project")
	}
	return err
}

func (a *api) getProject(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	found, err := a.project(ctx, request.Author, request.Path("projectId"))
	if err != nil {
		return nil, err
	}
	return &rest.Response{Status: http.StatusOK, Body: found}, nil
}

func (a *api) createProject(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	var body struct {
		Title string `json:"title"`
	}
	if err := request.Decode(&body); err != nil {
		return nil, err
	}
	body.Title = strings.TrimSpace(body.Title)
	if fault := titleFault(body.Title); fault != "" {
		return nil, rest.Invalid(fault)
	}
	id, now := newID(), a.timestamp()
	made := project{
		PK: projectPrefix + id, SK: projectSort, ID: id,
		AuthorID: request.Author, Title: body.Title, CreatedAt: now, UpdatedAt: now,
	}
	if err := a.putItem(ctx, a.documentsTable, made, nil); err != nil {
		return nil, err
	}
	return &rest.Response{
		Status: http.StatusCreated, Headers: map[string]string{"Location": "/projects/" + id}, Body: made,
	}, nil
}

func (a *api) listProjects(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	keys, next, err := a.page(ctx, a.byAuthor(request.Author, projectPrefix), request.Query("nextToken"))
	if err != nil {
		return nil, err
	}
	found, err := a.batchGetItems(ctx, documentsTableKeys(keys))
	if err != nil {
		return nil, err
	}
	projects := []project{}
	for _, each := range found {
		var p project
		if err := attributevalue.UnmarshalMap(each, &p); err != nil {
			return nil, err
		}
		p.ID = strings.TrimPrefix(p.PK, projectPrefix)
		projects = append(projects, p)
	}
	return listed("projects", projects, next), nil
}
