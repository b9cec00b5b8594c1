package e2e

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestBackupExtensions: what the extensions add of AWS Backup, and of buckets that log and tell of their changes, can be made, changed
// and destroyed, and the plans between are empty. A continuous backup that AWS would not keep so long is refused.
func TestBackupExtensions(t *testing.T) {
	inTurn(t)
	p := configured(t, "backup.tf")
	p.refuses(t, "Continuous backups are kept for 1 to 35 days, not 36", "apply", "-var=continuous_days=36")
	p.changes(t)

	// A bucket that something was written to and deleted in can be emptied.
	bucket, key := aws.String("emulated-0"), aws.String("manuscript")
	objects := s3.NewFromConfig(p.aws(t), pathStyle)
	if _, err := objects.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("text")}); err != nil {
		t.Fatal(err)
	}
	if _, err := objects.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: key}); err != nil {
		t.Fatal(err)
	}
	p.destroys(t)
}
