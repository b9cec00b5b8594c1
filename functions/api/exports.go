package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/manuscripts"
	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// exportJob is an item of the export jobs' table, and what callers are told of it. The file itself is fetched with the writer's
// own credentials: a link that this function signed would be refused outside the VPC (constructs/storage).
type exportJob struct {
	ID         string `dynamodbav:"id" json:"id"`
	AuthorID   string `dynamodbav:"authorId" json:"-"`
	DocumentID string `dynamodbav:"documentId" json:"documentId"`
	Format     string `dynamodbav:"format" json:"format"`
	Status     string `dynamodbav:"status" json:"status"`
	CreatedAt  string `dynamodbav:"createdAt" json:"createdAt"`
	FinishedAt string `dynamodbav:"finishedAt,omitempty" json:"finishedAt,omitempty"`
	// Bucket and Key are where the file of a job lies that succeeded.
	Bucket string `dynamodbav:"-" json:"bucket,omitempty"`
	Key    string `dynamodbav:"key,omitempty" json:"key,omitempty"`
	// ExpiresAt is the second from which on there is no such job any more. DynamoDB deletes it within days.
	ExpiresAt int64 `dynamodbav:"expiresAt" json:"-"`
}

const (
	pending   = "pending"
	succeeded = "succeeded"
	failed    = "failed"
)

// exportLife is how long a job is known, which is as long as the exports bucket keeps its file.
const exportLife = 30 * 24 * time.Hour

// createExport has a document exported. With an Idempotency-Key, a call that is repeated is the same export.
func (a *api) createExport(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	var body struct {
		DocumentID string `json:"documentId"`
		Format     string `json:"format"`
	}
	if err := request.Decode(&body); err != nil {
		return nil, err
	}
	if body.Format != "txt" && body.Format != "html" {
		return nil, rest.Invalid("format: must be txt or html")
	}
	id, err := exportID(request)
	if err != nil {
		return nil, err
	}
	if _, err := a.document(ctx, request.Author, body.DocumentID); err != nil {
		return nil, err
	}
	job := &exportJob{
		ID: id, AuthorID: request.Author, DocumentID: body.DocumentID, Format: body.Format, Status: pending,
		CreatedAt: a.timestamp(), ExpiresAt: a.now().Add(exportLife).Unix(),
	}
	if job, err = a.addJob(ctx, job); err != nil {
		return nil, err
	}
	// The caller's key is used up by another export; that of another author is another key.
	if job.DocumentID != body.DocumentID || job.Format != body.Format {
		return nil, &rest.Error{
			Status: http.StatusConflict, Code: "idempotency_key_used",
			Message: "the Idempotency-Key was used for another export; send a new one",
		}
	}
	if job.Status == pending {
		if err := a.startExport(ctx, job); err != nil {
			a.failJob(ctx, job)
			return nil, err
		}
	}
	return &rest.Response{
		Status: http.StatusAccepted, Headers: map[string]string{"Location": "/exports/" + job.ID}, Body: a.told(job),
	}, nil
}

// maxIdempotencyKey is more than anybody needs to make a key that is never made again.
const maxIdempotencyKey = 255

// exportID is a new id or, of a caller who sends a key, always the same. It is also the execution's name, which Step Functions
// starts once.
func exportID(request *rest.Request) (string, error) {
	key := request.Header("Idempotency-Key")
	if key == "" {
		return newID(), nil
	}
	if len(key) > maxIdempotencyKey {
		return "", rest.Invalid("Idempotency-Key: must have at most " + strconv.Itoa(maxIdempotencyKey) + " characters")
	}
	sum := sha256.Sum256([]byte(request.Author + "\n" + key))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16])), nil
}

// addJob adds a job and returns it, or the one that a call with the same key has added before.
func (a *api) addJob(ctx context.Context, job *exportJob) (*exportJob, error) {
	err := a.putItem(ctx, a.exportJobsTable, job, aws.String("attribute_not_exists(id)"))
	var exists *dynamodbtypes.ConditionalCheckFailedException
	if !errors.As(err, &exists) {
		return job, err
	}
	return a.job(ctx, job.AuthorID, job.ID)
}

// startExport starts the workflow. An execution that there is already is this export's: its name is.
func (a *api) startExport(ctx context.Context, job *exportJob) error {
	input, err := json.Marshal(map[string]string{
		"exportId": job.ID, "authorId": job.AuthorID, "documentId": job.DocumentID, "format": job.Format,
	})
	if err != nil {
		return err
	}
	_, err = a.workflows.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: aws.String(a.exportWorkflowARN), Name: aws.String(job.ID), Input: aws.String(string(input)),
	})
	var exists *types.ExecutionAlreadyExists
	if errors.As(err, &exists) {
		return nil
	}
	return err
}

// failJob says of a job that was not started that it failed, so that nobody waits for it.
func (a *api) failJob(ctx context.Context, job *exportJob) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	_, err := a.items.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                aws.String(a.exportJobsTable),
		Key:                      item{"id": text(job.ID)},
		UpdateExpression:         aws.String("SET #status = :failed, finishedAt = :now, reason = :reason"),
		ConditionExpression:      aws.String("#status = :pending"),
		ExpressionAttributeNames: map[string]string{"#status": "status"},
		ExpressionAttributeValues: item{
			":failed": text(failed), ":pending": text(pending), ":now": text(a.timestamp()), ":reason": text("not started"),
		},
	})
	if err != nil {
		logging.From(ctx).Warn("a job that was not started stays pending", "export", job.ID, "error", err.Error())
	}
}

// job is the author's job of an id; another author's is not found, nor one that has expired.
func (a *api) job(ctx context.Context, author, id string) (*exportJob, error) {
	if !manuscripts.IsID(id) {
		return nil, rest.NotFound()
	}
	var found exportJob
	ok, err := a.getItem(ctx, a.exportJobsTable, item{"id": text(id)}, &found)
	if err != nil {
		return nil, err
	}
	if !ok || found.AuthorID != author || found.ExpiresAt <= a.now().Unix() {
		return nil, rest.NotFound()
	}
	return &found, nil
}

// told is what callers are told of a job: of one that succeeded, where its file is.
func (a *api) told(job *exportJob) *exportJob {
	told := *job
	if told.Status == succeeded {
		told.Bucket = a.exportsBucket
	}
	return &told
}

func (a *api) getExport(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	found, err := a.job(ctx, request.Author, request.Path("exportId"))
	if err != nil {
		return nil, err
	}
	return &rest.Response{Status: http.StatusOK, Body: a.told(found)}, nil
}

// listExports lists the author's jobs, newest first.
func (a *api) listExports(ctx context.Context, request *rest.Request) (*rest.Response, error) {
	now := a.now().Unix()
	list := listing{
		table: a.exportJobsTable, index: "by-author", hash: "authorId", owner: request.Author, keys: []string{"id", "createdAt"},
		keep: func(each item) bool {
			expiresAt, ok := each["expiresAt"].(*dynamodbtypes.AttributeValueMemberN)
			if !ok {
				return false
			}
			second, err := strconv.ParseInt(expiresAt.Value, 10, 64)
			return err == nil && second > now
		},
	}
	found, next, err := a.page(ctx, list, request.Query("nextToken"))
	if err != nil {
		return nil, err
	}
	exports := []*exportJob{}
	for _, each := range found {
		var job exportJob
		if err := attributevalue.UnmarshalMap(each, &job); err != nil {
			return nil, err
		}
		exports = append(exports, a.told(&job))
	}
	return listed("exports", exports, next), nil
}
