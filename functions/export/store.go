package main

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/manuscripts"
)

// store puts the file where its writer may fetch it, and takes away the one that render made. A try that was cut off may have come as
// far as that: then the file is there, and nothing is left to be copied.
func (e *exporter) store(ctx context.Context, x Export) (Export, error) {
	x.Key = manuscripts.ExportKey(x.AuthorID, x.ExportID, x.Format, x.OptedOut)
	_, err := e.objects.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket:     aws.String(e.exports),
		Key:        aws.String(x.Key),
		CopySource: aws.String(e.exports + "/" + (&url.URL{Path: x.WorkingKey}).EscapedPath()),
	})
	switch {
	case err != nil && e.isStored(ctx, x):
		logging.From(ctx).Info("stored by an earlier try")
	case isMissing(err):
		return Export{}, &NotFound{What: fmt.Sprintf("%s in bucket %s", x.WorkingKey, e.exports)}
	case err != nil:
		return Export{}, fmt.Errorf("copying %s to %s in bucket %s: %w", x.WorkingKey, x.Key, e.exports, err)
	}
	_, err = e.objects.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(e.exports), Key: aws.String(x.WorkingKey)})
	if err != nil {
		return Export{}, fmt.Errorf("deleting %s from bucket %s: %w", x.WorkingKey, e.exports, err)
	}
	return x, nil
}

// isStored says whether the file is where its writer fetches it.
func (e *exporter) isStored(ctx context.Context, x Export) bool {
	_, err := e.objects.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String(e.exports), Key: aws.String(x.Key)})
	return err == nil
}
