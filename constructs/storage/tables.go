package storage

import (
	"fmt"
	"slices"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbresourcepolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dynamodbtable"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// The indexes of the tables: Documents has ByAuthor and ByProject, newest last; ExportJobs has ByAuthor, Collaboration ByConnection.
const (
	ByAuthor     = "by-author"
	ByProject    = "by-project"
	ByConnection = "by-connection"
)

// expiry is the attribute with the second, since 1970, after which an item of a table that expires may go.
const expiry = "expiresAt"

// Table is a DynamoDB table.
type Table struct {
	Name string
	ARN  string
	// StreamARN is where an event source mapping reads every change from, before and after; only Documents has one.
	StreamARN string

	cfg Config
	// title begins the Sids of the table's grants, which are unique in a role that uses several tables.
	title string
}

// table is what distinguishes one table from another. Keys are attributes of type string.
type table struct {
	title       string
	manuscripts string
	hash, sort  string
	indexes     []index
	expires     bool
	stream      bool
}

type index struct {
	name, hash, sort string
	projection       string
}

// addTables makes the tables. They are paid by the request, encrypted with the data key, and restorable to any second.
func (b *builder) addTables(s *Storage) error {
	// Indexes of Documents hold keys alone: a text is stored once, and read from the table, which is never behind itself.
	documents := b.addTable("documents", table{
		title: "Documents", manuscripts: Original, hash: "pk", sort: "sk",
		indexes: []index{
			{name: ByAuthor, hash: "authorId", sort: "updatedAt", projection: "KEYS_ONLY"},
			{name: ByProject, hash: "projectId", sort: "updatedAt", projection: "KEYS_ONLY"},
		},
		stream: true, // the search index is made from it
	})
	s.Documents = documents
	s.ExportJobs = b.addTable("export-jobs", table{
		title: "ExportJobs", manuscripts: None, hash: "id",
		indexes: []index{{name: ByAuthor, hash: "authorId", sort: "createdAt", projection: "ALL"}},
		expires: true,
	})
	// Who is connected to a document is asked all the time; on which one a connection was, when it ends.
	s.Collaboration = b.addTable("collaboration", table{
		title: "Collaboration", manuscripts: None, hash: "documentId", sort: "connectionId",
		indexes: []index{{name: ByConnection, hash: "connectionId", sort: "documentId", projection: "KEYS_ONLY"}},
		expires: true,
	})
	return b.protectTable("documents", documents)
}

func (b *builder) addTable(id string, t table) *Table {
	cfg := &dynamodbtable.DynamodbTableConfig{
		Name:        tf.String(b.Label.Fit(naming.Table, id)),
		BillingMode: tf.String("PAY_PER_REQUEST"),
		TableClass:  tf.String("STANDARD"),
		HashKey:     tf.String(t.hash),
		Attribute:   t.attributes(),
		PointInTimeRecovery: &dynamodbtable.DynamodbTablePointInTimeRecovery{
			Enabled:              tf.Bool(true),
			RecoveryPeriodInDays: tf.Number(b.Settings.PointInTimeDays),
		},
		ServerSideEncryption: &dynamodbtable.DynamodbTableServerSideEncryption{
			Enabled:   tf.Bool(true),
			KmsKeyArn: tf.String(b.DataKeyARN),
		},
		DeletionProtectionEnabled: tf.Bool(b.Retain),
		GlobalSecondaryIndex:      t.globalSecondaryIndexes(),
		Lifecycle:                 tf.Retained(b.Retain),
		Tags:                      tf.Map(holds(t.manuscripts)),
	}
	if t.sort != "" {
		cfg.RangeKey = tf.String(t.sort)
	}
	if t.expires {
		cfg.Ttl = &dynamodbtable.DynamodbTableTtl{Enabled: tf.Bool(true), AttributeName: tf.String(expiry)}
	}
	if t.stream {
		cfg.StreamEnabled = tf.Bool(true)
		cfg.StreamViewType = tf.String("NEW_AND_OLD_IMAGES")
	}
	made := dynamodbtable.NewDynamodbTable(b.scope, tf.String(id), cfg)
	handle := &Table{Name: *made.Name(), ARN: *made.Arn(), cfg: b.Config, title: t.title}
	if t.stream {
		handle.StreamARN = *made.StreamArn()
	}
	return handle
}

// attributes are those that keys are made of; DynamoDB wants no others.
func (t table) attributes() []*dynamodbtable.DynamodbTableAttribute {
	names := []string{t.hash, t.sort}
	for _, i := range t.indexes {
		names = append(names, i.hash, i.sort)
	}
	slices.Sort(names)
	var attributes []*dynamodbtable.DynamodbTableAttribute
	for _, name := range slices.Compact(names) {
		if name != "" {
			attributes = append(attributes, &dynamodbtable.DynamodbTableAttribute{Name: tf.String(name), Type: tf.String("S")})
		}
	}
	return attributes
}

func (t table) globalSecondaryIndexes() []*dynamodbtable.DynamodbTableGlobalSecondaryIndex {
	var indexes []*dynamodbtable.DynamodbTableGlobalSecondaryIndex
	for _, i := range t.indexes {
		indexes = append(indexes, &dynamodbtable.DynamodbTableGlobalSecondaryIndex{
			Name:           tf.String(i.name),
			HashKey:        tf.String(i.hash),
			RangeKey:       tf.String(i.sort),
			ProjectionType: tf.String(i.projection),
		})
	}
	return indexes
}

// protectTable denies the environment's own roles, whatever they are granted, every call by which a table, its point-in-time recovery,
// or its place in the backup plan is lost. Those who deploy have roles of other names. The calls are of those that a table's policy
// may speak of: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html
func (b *builder) protectTable(id string, t *Table) error {
	policy, err := iam.Policy{{
		Sid:        "KeepTheTable",
		Effect:     iam.Deny,
		Principals: map[string][]string{"AWS": {"*"}},
		Actions: []string{
			"dynamodb:DeleteResourcePolicy",
			"dynamodb:DeleteTable",
			"dynamodb:PutResourcePolicy",
			"dynamodb:TagResource",
			"dynamodb:UntagResource",
			"dynamodb:UpdateContinuousBackups",
			"dynamodb:UpdateTable",
			"dynamodb:UpdateTimeToLive",
		},
		Resources: []string{t.ARN},
		Conditions: []iam.Condition{{
			Test: "ArnLike", Key: "aws:PrincipalArn",
			Values: []string{"arn:" + b.Partition + ":iam::" + b.Account + ":role/" + b.Label.Name("*")},
		}},
		Reason: "applications change what is in the table, never what keeps it",
	}}.JSON()
	if err != nil {
		return fmt.Errorf("table %s: %w", id, err)
	}
	dynamodbresourcepolicy.NewDynamodbResourcePolicy(b.scope, tf.String(id+"-policy"),
		&dynamodbresourcepolicy.DynamodbResourcePolicyConfig{
			ResourceArn: tf.String(t.ARN),
			Policy:      tf.String(policy),
		})
	return nil
}
