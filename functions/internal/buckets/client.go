// Package buckets reaches the buckets in S3.
package buckets

import (
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Client is S3's. On the emulator, which is one host for all buckets, it names a bucket by its path. It logs nothing of objects that
// have no checksum: that would be a line which is no JSON, for each of them.
func Client(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = os.Getenv("AWS_ENDPOINT_URL") != ""
		o.DisableLogOutputChecksumValidationSkipped = true
	})
}
