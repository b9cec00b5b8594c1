package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/writersroom/infrastructure/functions/internal/manuscripts"
)

// document is what an export needs to know of the document's item.
type document struct {
	AuthorID    string `dynamodbav:"authorId"`
	Title       string `dynamodbav:"title"`
	Format      string `dynamodbav:"format"`
	S3VersionID string `dynamodbav:"s3VersionId"`
	Bytes       int64  `dynamodbav:"bytes"`
	OptedOut    bool   `dynamodbav:"optedOut"`
}

// validate finds out what is to be rendered, and whether the author may have it. The API has looked already, but the document can have
// been deleted or given away since, and whoever starts the workflow by other means is held to the same.
func (e *exporter) validate(ctx context.Context, x Export) (Export, error) {
	out, err := e.tables.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(e.documentsTable),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "document#" + x.DocumentID},
			"sk": &types.AttributeValueMemberS{Value: "document"},
		},
		ConsistentRead: aws.Bool(true), // an export may follow at once on what was written
	})
	if err != nil {
		return Export{}, fmt.Errorf("reading document %s: %w", x.DocumentID, err)
	}
	if len(out.Item) == 0 {
		return Export{}, &NotFound{What: "document " + x.DocumentID}
	}
	var d document
	if err := attributevalue.UnmarshalMap(out.Item, &d); err != nil {
		return Export{}, invalid("document %s: %s", x.DocumentID, err)
	}
	if err := d.check(x); err != nil {
		return Export{}, err
	}
	return Export{
		ExportID:        x.ExportID,
		AuthorID:        x.AuthorID,
		DocumentID:      x.DocumentID,
		Format:          x.Format,
		Title:           d.Title,
		SourceFormat:    d.Format,
		SourceKey:       manuscripts.Key(x.AuthorID, x.DocumentID, d.OptedOut),
		SourceVersionID: d.S3VersionID,
		OptedOut:        d.OptedOut,
	}, nil
}

// check finds every reason not to export the document. Of another author's it says nothing but that.
func (d document) check(x Export) error {
	if d.AuthorID != x.AuthorID {
		return invalid("document %s: must belong to author %q, who asks for it, and does not", x.DocumentID, x.AuthorID)
	}
	var faults []string
	fault := func(format string, args ...any) {
		faults = append(faults, "document "+x.DocumentID+": "+fmt.Sprintf(format, args...))
	}
	if d.Format != text && d.Format != fountain {
		fault("format must be %s or %s, got %q", text, fountain, d.Format)
	}
	if d.S3VersionID == "" {
		fault("s3VersionId must be set, got none")
	}
	if d.Bytes > maxBytes {
		fault("bytes must be at most %d, got %d", maxBytes, d.Bytes)
	}
	if faults != nil {
		return &InvalidExport{Faults: faults}
	}
	return nil
}
