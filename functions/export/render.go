package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/writersroom/infrastructure/functions/export/typeset"
	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/manuscripts"
)

// render makes the file from the version that validate found, and lays it down where no writer looks yet.
func (e *exporter) render(ctx context.Context, x Export) (Export, error) {
	source, err := e.manuscript(ctx, x)
	if err != nil {
		return Export{}, err
	}
	file, contentType, err := x.typeset(source)
	if err != nil {
		return Export{}, err
	}
	x.WorkingKey = manuscripts.WorkingKey(x.ExportID)
	x.ContentType = contentType
	_, err = e.objects.PutObject(ctx, &s3.PutObjectInput{
		Bucket:      aws.String(e.exports),
		Key:         aws.String(x.WorkingKey),
		Body:        bytes.NewReader(file),
		ContentType: aws.String(x.ContentType),
		// A browser saves the file under the document's title, and does not open it as a page of the bucket's.
		ContentDisposition: aws.String(mime.FormatMediaType("attachment", map[string]string{"filename": x.fileName()})),
	})
	if err != nil {
		return Export{}, fmt.Errorf("writing %s to bucket %s: %w", x.WorkingKey, e.exports, err)
	}
	logging.From(ctx).Info("rendered", "bytesRead", len(source), "bytesWritten", len(file))
	return x, nil
}

// manuscript reads the document's text. What its item says of the size is not relied on.
func (e *exporter) manuscript(ctx context.Context, x Export) ([]byte, error) {
	out, err := e.objects.GetObject(ctx, &s3.GetObjectInput{
		Bucket:    aws.String(e.manuscripts),
		Key:       aws.String(x.SourceKey),
		VersionId: aws.String(x.SourceVersionID),
	})
	if isMissing(err) {
		return nil, &NotFound{What: fmt.Sprintf("version %s of document %s", x.SourceVersionID, x.DocumentID)}
	}
	if err != nil {
		return nil, fmt.Errorf("reading version %s of document %s: %w", x.SourceVersionID, x.DocumentID, err)
	}
	defer out.Body.Close()
	source, err := io.ReadAll(io.LimitReader(out.Body, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading version %s of document %s: %w", x.SourceVersionID, x.DocumentID, err)
	}
	if len(source) > maxBytes {
		return nil, invalid("document %s: bytes must be at most %d, got more", x.DocumentID, maxBytes)
	}
	return source, nil
}

// typeset makes the file, and says what kind it is.
func (x Export) typeset(source []byte) (file []byte, contentType string, err error) {
	var document typeset.Document
	switch x.SourceFormat {
	case text:
		document = typeset.NewProse(x.Title, string(source))
	case fountain:
		document = typeset.NewScreenplay(x.Title, string(source))
	default:
		return nil, "", invalid("export.sourceFormat: must be %s or %s, got %q", text, fountain, x.SourceFormat)
	}
	if x.Format == html {
		file, err = document.HTML()
		return file, "text/html; charset=utf-8", err
	}
	return document.TXT(), "text/plain; charset=utf-8", nil
}

// maxFileName is how much of a title a file is named after, in characters. File systems take 255 bytes, and a character has up to four.
const maxFileName = 50

// fileName is the document's title with the format's ending.
func (x Export) fileName() string {
	name := []rune{}
	for _, r := range x.Title {
		if r < ' ' || r == '/' || r == '\\' {
			r = ' '
		}
		if name = append(name, r); len(name) == maxFileName {
			break
		}
	}
	return string(name) + "." + x.Format
}

// isMissing says whether S3 has no such object, or no such version of it.
func isMissing(err error) bool {
	var answer smithy.APIError
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.ErrorCode() {
	case "NoSuchKey", "NoSuchVersion", "NotFound":
		return true
	}
	return false
}
