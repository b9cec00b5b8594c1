package storage

import (
	"strings"

	"github.com/writersroom/infrastructure/internal/iam"
)

// List lets a workload see what lies in the folders named by their prefixes, old versions included; without a prefix, in the whole
// bucket. A prefix is a folder whether or not it ends in a slash: "authors/1" never is "authors/11".
func (b *Bucket) List(prefixes ...string) []iam.Statement {
	statement := iam.Statement{
		Actions:   []string{"s3:ListBucket", "s3:ListBucketVersions"},
		Resources: []string{b.ARN},
		Reason:    "finds what there is",
	}
	if len(prefixes) > 0 {
		statement.Conditions = []iam.Condition{{Test: "StringLike", Key: "s3:prefix", Values: inFolders("", prefixes)}}
	}
	return []iam.Statement{statement}
}

// Read lets a workload read objects in the folders named by their prefixes, old versions included; without a prefix, in the whole
// bucket.
func (b *Bucket) Read(prefixes ...string) []iam.Statement {
	return append([]iam.Statement{{
		Actions:   []string{"s3:GetObject", "s3:GetObjectVersion"},
		Resources: inFolders(b.ARN+"/", prefixes),
		Reason:    "reads objects, and what they were before",
	}}, b.useKey("kms:Decrypt")...)
}

// Write lets a workload make and replace objects in the folders named by their prefixes; without a prefix, in the whole bucket. What
// an object was before stays as an old version. To put the parts of a large one together, S3 has to decrypt them.
func (b *Bucket) Write(prefixes ...string) []iam.Statement {
	return append([]iam.Statement{{
		Actions:   []string{"s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"},
		Resources: inFolders(b.ARN+"/", prefixes),
		Reason:    "makes and replaces objects, large ones in parts",
	}}, b.useKey("kms:Decrypt", "kms:GenerateDataKey")...)
}

// Delete lets a workload delete objects in the folders named by their prefixes; without a prefix, in the whole bucket. They stay as
// old versions until these expire, and nobody is granted to delete those.
func (b *Bucket) Delete(prefixes ...string) []iam.Statement {
	return []iam.Statement{{
		Actions:   []string{"s3:DeleteObject"},
		Resources: inFolders(b.ARN+"/", prefixes),
		Reason:    "hides objects behind a delete marker",
	}}
}

// inFolders are patterns of all that lies in folders below root.
func inFolders(root string, prefixes []string) []string {
	if len(prefixes) == 0 {
		return []string{root + "*"}
	}
	var patterns []string
	for _, prefix := range prefixes {
		patterns = append(patterns, root+strings.TrimSuffix(prefix, "/")+"/*")
	}
	return patterns
}

// useKey lets a workload use the bucket's key for this bucket alone: S3 gives KMS the bucket's ARN, or without a bucket key the
// object's. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
func (b *Bucket) useKey(actions ...string) []iam.Statement {
	if b.keyARN == "" {
		return nil
	}
	return []iam.Statement{{
		Actions:   actions,
		Resources: []string{b.keyARN},
		Conditions: []iam.Condition{
			{Test: "StringEquals", Key: "kms:ViaService", Values: []string{b.service}},
			{Test: "StringLike", Key: "kms:EncryptionContext:aws:s3:arn", Values: []string{b.ARN, b.ARN + "/*"}},
		},
		Reason: "S3 encrypts and decrypts the bucket's objects for whoever calls it",
	}}
}
