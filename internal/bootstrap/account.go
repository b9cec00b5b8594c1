package bootstrap

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// account is the AWS account that the caller is signed in to, which is the one asked for.
type account struct {
	stack    stack
	caller   string
	s3       *s3.Client
	dynamodb *dynamodb.Client
	kms      *kms.Client
}

// signIn takes the caller's credentials and refuses them when they are another account's.
func signIn(ctx context.Context, s stack) (account, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(s.Backend.Region))
	if err != nil {
		return account{}, fmt.Errorf("AWS credentials: %w", err)
	}
	caller, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return account{}, fmt.Errorf("AWS credentials: %w; sign in to account %s first", err, s.Account)
	}
	if got := aws.ToString(caller.Account); got != s.Account {
		return account{}, fmt.Errorf("AWS credentials: must be of account %s, got account %s (%s); nothing was changed; "+
			"sign in to %[1]s", s.Account, got, aws.ToString(caller.Arn))
	}
	return account{
		stack:  s,
		caller: aws.ToString(caller.Arn),
		s3: s3.NewFromConfig(cfg, func(o *s3.Options) {
			o.UsePathStyle = s.Backend.UsePathStyle
			o.DisableLogOutputChecksumValidationSkipped = true // Terraform uploads states without the checksum that the SDK would miss
		}),
		dynamodb: dynamodb.NewFromConfig(cfg),
		kms:      kms.NewFromConfig(cfg),
	}, nil
}

// hasState says whether the account's state is in its bucket already. It refuses an account whose state was deleted: a new one
// would know of the storage alone.
func (a account) hasState(ctx context.Context) (bool, error) {
	_, err := a.s3.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket:              &a.stack.Backend.Bucket,
		Key:                 &a.stack.Backend.Key,
		ExpectedBucketOwner: &a.stack.Account,
	})
	if there, err := found(err, "reading "+a.stack.Backend.address()); there || err != nil {
		return there, err
	}
	versions, err := a.s3.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{
		Bucket:              &a.stack.Backend.Bucket,
		Prefix:              &a.stack.Backend.Key,
		ExpectedBucketOwner: &a.stack.Account,
	})
	if there, err := found(err, "reading the versions of "+a.stack.Backend.address()); !there {
		return false, err
	}
	ofState := func(v s3types.ObjectVersion) bool { return aws.ToString(v.Key) == a.stack.Backend.Key }
	if slices.ContainsFunc(versions.Versions, ofState) {
		return false, fmt.Errorf("account %s: its state %s was deleted; docs/runbooks/state.md says how to bring a version of it back",
			a.stack.Account, a.stack.Backend.address())
	}
	return false, nil
}

// adoption is Terraform's import block: to is an address, id what the provider knows the resource by.
type adoption struct {
	To string `json:"to"`
	ID string `json:"id"`
}

// existing finds what an earlier run has made.
func (a account) existing(ctx context.Context) (found []adoption, err error) {
	key, err := a.keyOfAlias(ctx)
	if err != nil {
		return nil, err
	}
	if key != "" {
		_, alias, _ := strings.Cut(a.stack.Backend.KMSKeyID, ":alias/")
		found = append(found, adoption{keyAddress, key}, adoption{aliasAddress, "alias/" + alias})
	} else if tagged, err := a.taggedKeys(ctx); err != nil {
		return nil, err
	} else if len(tagged) > 0 {
		found = append(found, adoption{keyAddress, tagged[0]})
	}
	if there, err := a.hasBucket(ctx); err != nil {
		return nil, err
	} else if there {
		found = append(found, adoption{bucketAddress, a.stack.Backend.Bucket})
	}
	if there, err := a.hasTable(ctx); err != nil {
		return nil, err
	} else if there {
		found = append(found, adoption{tableAddress, a.stack.Backend.LockTable})
	}
	return found, nil
}

// strays are keys that were made for the state and are not its key: of a run that another overtook, or that was killed while AWS
// was still making the key.
func (a account) strays(ctx context.Context) ([]string, error) {
	key, err := a.keyOfAlias(ctx)
	if err != nil || key == "" {
		return nil, err
	}
	tagged, err := a.taggedKeys(ctx)
	return slices.DeleteFunc(tagged, func(id string) bool { return id == key }), err
}

// hasBucket refuses a bucket of that name in another account: bucket names are guessed easily, and what is put there is not ours.
func (a account) hasBucket(ctx context.Context) (bool, error) {
	_, err := a.s3.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &a.stack.Backend.Bucket, ExpectedBucketOwner: &a.stack.Account})
	return found(err, "looking for the bucket "+a.stack.Backend.Bucket+" in "+a.stack.Backend.Region)
}

// hasTable waits for a table that is still being made.
func (a account) hasTable(ctx context.Context) (bool, error) {
	table := &dynamodb.DescribeTableInput{TableName: &a.stack.Backend.LockTable}
	_, err := a.dynamodb.DescribeTable(ctx, table)
	there, err := found(err, "looking for the table "+a.stack.Backend.LockTable)
	if there {
		err = dynamodb.NewTableExistsWaiter(a.dynamodb).Wait(ctx, table, 5*time.Minute)
	}
	return there, err
}

// keyOfAlias is the state's key, empty where the alias is not made yet.
func (a account) keyOfAlias(ctx context.Context) (string, error) {
	described, err := a.kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &a.stack.Backend.KMSKeyID})
	if there, err := found(err, "looking for the key "+a.stack.Backend.KMSKeyID); err != nil || !there {
		return "", err
	}
	key := described.KeyMetadata
	if key.KeyState != kmstypes.KeyStateEnabled {
		return "", fmt.Errorf("the key %s (%s) must be Enabled, got %s; `aws kms cancel-key-deletion` and `aws kms enable-key` "+
			"bring it back", a.stack.Backend.KMSKeyID, aws.ToString(key.KeyId), key.KeyState)
	}
	return aws.ToString(key.KeyId), nil
}

// taggedKeys are the enabled keys with the Name tag of the state's key: what a run has made that was killed before it made the
// alias. The oldest is the first, so that two runs adopt the same one.
func (a account) taggedKeys(ctx context.Context) ([]string, error) {
	var keys []kmstypes.KeyMetadata
	pages := kms.NewListKeysPaginator(a.kms, &kms.ListKeysInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("listing keys: %w", err)
		}
		for _, key := range page.Keys {
			tags, err := a.kms.ListResourceTags(ctx, &kms.ListResourceTagsInput{KeyId: key.KeyId})
			if code(err) == "AccessDeniedException" {
				continue // someone else's key, whose policy does not know us
			}
			if err != nil {
				return nil, fmt.Errorf("reading the tags of key %s: %w", aws.ToString(key.KeyId), err)
			}
			if !slices.ContainsFunc(tags.Tags, func(t kmstypes.Tag) bool {
				return aws.ToString(t.TagKey) == "Name" && aws.ToString(t.TagValue) == a.stack.KeyName
			}) {
				continue
			}
			described, err := a.kms.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: key.KeyId})
			if err != nil {
				return nil, fmt.Errorf("reading key %s: %w", aws.ToString(key.KeyId), err)
			}
			if described.KeyMetadata.KeyState == kmstypes.KeyStateEnabled {
				keys = append(keys, *described.KeyMetadata)
			}
		}
	}
	slices.SortFunc(keys, func(x, y kmstypes.KeyMetadata) int {
		if order := aws.ToTime(x.CreationDate).Compare(aws.ToTime(y.CreationDate)); order != 0 {
			return order
		}
		return strings.Compare(aws.ToString(x.KeyId), aws.ToString(y.KeyId))
	})
	var ids []string
	for _, key := range keys {
		ids = append(ids, aws.ToString(key.KeyId))
	}
	return ids, nil
}

// putState stores the state where none is yet, encrypted as the backend does it.
func (a account) putState(ctx context.Context, state []byte) error {
	_, err := a.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket:               &a.stack.Backend.Bucket,
		Key:                  &a.stack.Backend.Key,
		Body:                 bytes.NewReader(state),
		ContentType:          aws.String("application/json"),
		ServerSideEncryption: s3types.ServerSideEncryptionAwsKms,
		SSEKMSKeyId:          &a.stack.Backend.KMSKeyID,
		IfNoneMatch:          aws.String("*"),
		ExpectedBucketOwner:  &a.stack.Account,
	})
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
	if c := code(err); c == "PreconditionFailed" || c == "ConditionalRequestConflict" {
		return fmt.Errorf("%s: another run put its state there first; run this again", a.stack.Backend.address())
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", a.stack.Backend.address(), err)
	}
	return nil
}

// getState is the state as it lies in the bucket.
func (a account) getState(ctx context.Context) ([]byte, error) {
	state, there, err := a.object(ctx, a.stack.Backend.Key)
	if err == nil && !there {
		err = fmt.Errorf("%s is gone", a.stack.Backend.address())
	}
	return state, err
}

func (a account) object(ctx context.Context, key string) (text []byte, there bool, err error) {
	doing := "reading s3://" + a.stack.Backend.Bucket + "/" + key
	out, err := a.s3.GetObject(ctx, &s3.GetObjectInput{
		Bucket:              &a.stack.Backend.Bucket,
		Key:                 &key,
		ExpectedBucketOwner: &a.stack.Account,
	})
	if there, err := found(err, doing); !there {
		return nil, false, err
	}
	text, err = io.ReadAll(out.Body)
	if err := errors.Join(err, out.Body.Close()); err != nil {
		return nil, false, fmt.Errorf("%s: %w", doing, err)
	}
	return text, true, nil
}

// heldLock is the text that Terraform keeps in a lock.
type heldLock struct {
	ID        string
	Operation string
	Who       string
	Created   time.Time
}

// String says who holds the lock, since when, and for what.
func (l heldLock) String() string {
	return fmt.Sprintf("by %s since %s, for %s", l.Who, l.Created.UTC().Format("2006-01-02 15:04:05 MST"), l.Operation)
}

// lock is the lock on the account's state, nil where nobody holds it. The backend takes it in the bucket and in the table, and a
// holder that was killed may have left it in one of them alone.
func (a account) lock(ctx context.Context) (*heldLock, error) {
	text, there, err := a.object(ctx, a.stack.Backend.lockKey())
	if err != nil {
		return nil, err
	}
	if there {
		return parseLock(text)
	}
	inTable, err := a.dynamodb.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &a.stack.Backend.LockTable,
		Key: map[string]dynamodbtypes.AttributeValue{
			"LockID": &dynamodbtypes.AttributeValueMemberS{Value: a.stack.Backend.lockID()},
		},
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, fmt.Errorf("reading the lock in table %s: %w", a.stack.Backend.LockTable, err)
	}
	if info, ok := inTable.Item["Info"].(*dynamodbtypes.AttributeValueMemberS); ok {
		return parseLock([]byte(info.Value))
	}
	return nil, nil
}

func parseLock(text []byte) (*heldLock, error) {
	var held heldLock
	if err := json.Unmarshal(text, &held); err != nil {
		return nil, fmt.Errorf("the lock holds what is not Terraform's: %w: %s", err, text)
	}
	return &held, nil
}

// found tells an absence from a failure.
func found(err error, doing string) (bool, error) {
	switch code(err) {
	case "":
		if err == nil {
			return true, nil
		}
	case "NotFound", "NoSuchBucket", "NoSuchKey", "NotFoundException", "ResourceNotFoundException":
		return false, nil
	}
	return false, fmt.Errorf("%s: %w", doing, err)
}

// code is the AWS error's, empty where it is none.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
