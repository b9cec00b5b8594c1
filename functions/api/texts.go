package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/manuscripts"
)

// A document is two writes: its text, a new version of an object, and its item, which names that version. The text comes first
// and the item decides: until it names a version nobody reads it, and a write that fails in between leaves the document as it
// was.
//
// It also leaves the bucket with a newest version that the item does not name. There it must not stay: old versions expire, and
// one of them would be the document. So whoever fails, or comes second, settles it; and where even that failed, whoever reads it
// next.

// settleAfter is when a newer version than the item's is one that nobody is about to name: API Gateway waits 29 seconds.
const settleAfter = time.Minute

// settleTimeout is what settling takes at most, of the time that its caller does not have any more.
const settleTimeout = 5 * time.Second

// documentItem is the item of a document, or nil where there is none.
func (a *api) documentItem(ctx context.Context, id string) (*document, error) {
	found := &document{ID: id}
	ok, err := a.getItem(ctx, a.documentsTable, itemKey(documentPrefix+id, documentSort), found)
	if err != nil || !ok {
		return nil, err
	}
	return found, nil
}

// create makes a document. Its id is new, so that there is nothing to be in the way of.
func (a *api) create(ctx context.Context, made *document, content string) error {
	var err error
	if made.S3VersionID, err = a.putText(ctx, made, content); err != nil {
		return err
	}
	if err := a.putItem(ctx, a.documentsTable, made, nil); err != nil {
		if settled := a.settle(ctx, made); settled == nil || settled.S3VersionID != made.S3VersionID {
			return err
		}
	}
	return nil
}

// save makes of a document that was seen the next one. Of two who saw the same, the second fails.
func (a *api) save(ctx context.Context, seen, next *document, content string) error {
	var err error
	if next.S3VersionID, err = a.putText(ctx, next, content); err != nil {
		return err
	}
	if err := a.update(ctx, seen, next); err != nil {
		// An answer that was lost on its way is no failure: the item has the last word.
		if settled := a.settle(ctx, seen); settled != nil && settled.S3VersionID == next.S3VersionID {
			return nil
		}
		return staleIf(err)
	}
	return nil
}

// remove hides a document that was seen: the text behind a delete marker, as an old version, until it expires.
func (a *api) remove(ctx context.Context, seen *document) error {
	if err := a.hideText(ctx, seen); err != nil {
		return err
	}
	_, err := a.items.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName:                 aws.String(a.documentsTable),
		Key:                       itemKey(documentPrefix+seen.ID, documentSort),
		ConditionExpression:       aws.String("s3VersionId = :seen"),
		ExpressionAttributeValues: item{":seen": text(seen.S3VersionID)},
	})
	if err != nil {
		a.settle(ctx, seen)
		return staleIf(err)
	}
	return nil
}

// update writes what of a document's item changes, if the item still is the one that was seen. What a later edition of this
// function may have added to the item stays.
func (a *api) update(ctx context.Context, seen, next *document) error {
	expression := "SET title = :title, #format = :format, updatedAt = :updatedAt, revision = :revision, #bytes = :bytes, " +
		"s3VersionId = :version"
	values := item{
		":title":     text(next.Title),
		":format":    text(next.Format),
		":updatedAt": text(next.UpdatedAt),
		":revision":  &types.AttributeValueMemberN{Value: strconv.Itoa(next.Revision)},
		":bytes":     &types.AttributeValueMemberN{Value: strconv.Itoa(next.Bytes)},
		":version":   text(next.S3VersionID),
		":seen":      text(seen.S3VersionID),
	}
	if next.ProjectID != "" {
		expression += ", projectId = :project"
		values[":project"] = text(next.ProjectID)
	} else {
		expression += " REMOVE projectId" // an index takes no empty key
	}
	_, err := a.items.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 aws.String(a.documentsTable),
		Key:                       itemKey(documentPrefix+seen.ID, documentSort),
		UpdateExpression:          aws.String(expression),
		ConditionExpression:       aws.String("s3VersionId = :seen"),
		ExpressionAttributeNames:  map[string]string{"#format": "format", "#bytes": "bytes"},
		ExpressionAttributeValues: values,
	})
	return err
}

// staleIf says of a write whose condition did not hold that its caller came second.
func staleIf(err error) error {
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return stale()
	}
	return err
}

// readText is the text of a document: the version that its item names, and no other. Only where that has expired, which takes a
// save that failed and nobody who read the document for as long as old versions are kept, is it the newest: the text of that
// save.
func (a *api) readText(ctx context.Context, of *document) (string, error) {
	newest, err := a.getText(ctx, of, "")
	if err == nil && newest.version == of.S3VersionID {
		return newest.content, nil
	}
	if err != nil && !isMissing(err) {
		return "", err
	}
	hidden := err != nil
	named, err := a.getText(ctx, of, of.S3VersionID)
	switch {
	case isMissing(err) && !hidden:
		logging.From(ctx).Error("the named version is gone; the newest takes its place", "document", of.ID)
		a.settle(ctx, of)
		return newest.content, nil
	case err != nil:
		return "", err
	}
	if hidden || a.now().Sub(newest.modified) > settleAfter {
		a.settle(ctx, of)
	}
	return named.content, nil
}

// settle makes the newest version of a document's text the one that its item names, or hides the text where there is no item. It
// returns the item, or nil where there is none or it cannot be read. Where it fails, who reads the document later tries again.
func (a *api) settle(ctx context.Context, of *document) *document {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	settled, err := a.trySettle(ctx, of)
	if err != nil {
		logging.From(ctx).Warn("not settled", "document", of.ID, "error", err.Error())
	}
	return settled
}

func (a *api) trySettle(ctx context.Context, of *document) (*document, error) {
	current, err := a.documentItem(ctx, of.ID)
	if err != nil {
		return nil, err
	}
	if current == nil {
		return nil, a.hideText(ctx, of)
	}
	newest, err := a.objects.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: aws.String(a.manuscriptsBucket), Key: aws.String(current.key()),
	})
	if err != nil && !isMissing(err) {
		return current, err
	}
	if err == nil && aws.ToString(newest.VersionId) == current.S3VersionID {
		return current, nil
	}
	next := *current
	named, err := a.getText(ctx, current, current.S3VersionID)
	switch {
	case isMissing(err) && newest != nil:
		next.S3VersionID, next.Bytes = aws.ToString(newest.VersionId), int(aws.ToInt64(newest.ContentLength))
	case err != nil:
		return current, err
	default:
		if next.S3VersionID, err = a.putText(ctx, current, named.content); err != nil {
			return current, err
		}
	}
	if err := a.update(ctx, current, &next); err != nil {
		return current, err
	}
	return &next, nil
}

// key is where the text lies in the manuscripts bucket.
func (d *document) key() string { return manuscripts.Key(d.AuthorID, d.ID, d.OptedOut) }

// putText adds a version of a document's text and returns its id.
func (a *api) putText(ctx context.Context, of *document, content string) (string, error) {
	output, err := a.objects.PutObject(ctx, &s3.PutObjectInput{
		Bucket:      aws.String(a.manuscriptsBucket),
		Key:         aws.String(of.key()),
		Body:        strings.NewReader(content),
		ContentType: aws.String("text/plain; charset=utf-8"),
	})
	if err != nil {
		return "", err
	}
	if aws.ToString(output.VersionId) == "" {
		return "", fmt.Errorf("bucket %s keeps no versions; turn versioning on", a.manuscriptsBucket)
	}
	return *output.VersionId, nil
}

// version is one version of a document's text.
type version struct {
	content  string
	version  string
	modified time.Time
}

// getText reads a version of a document's text; without the version's id, the newest.
func (a *api) getText(ctx context.Context, of *document, id string) (*version, error) {
	input := &s3.GetObjectInput{Bucket: aws.String(a.manuscriptsBucket), Key: aws.String(of.key())}
	if id != "" {
		input.VersionId = aws.String(id)
	}
	output, err := a.objects.GetObject(ctx, input)
	if err != nil {
		return nil, err
	}
	defer output.Body.Close()
	content, err := io.ReadAll(output.Body)
	if err != nil {
		return nil, err
	}
	return &version{string(content), aws.ToString(output.VersionId), aws.ToTime(output.LastModified)}, nil
}

// hideText puts a delete marker before a document's text.
func (a *api) hideText(ctx context.Context, of *document) error {
	_, err := a.objects.DeleteObject(ctx, &s3.DeleteObjectInput{
		Bucket: aws.String(a.manuscriptsBucket), Key: aws.String(of.key()),
	})
	return err
}

// isMissing says of S3's answer that there is no such object, or no such version of it. S3 says so to those alone who may list
// the bucket; anybody else is denied.
func isMissing(err error) bool {
	var fault smithy.APIError
	if !errors.As(err, &fault) {
		return false
	}
	switch fault.ErrorCode() {
	case "NoSuchKey", "NoSuchVersion", "NotFound":
		return true
	}
	return false
}
