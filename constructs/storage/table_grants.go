package storage

import "github.com/writersroom/infrastructure/internal/iam"

// Read lets a workload read items that it knows the key of, and query the table and the indexes named (ByAuthor). To scan a whole
// table is no workload's business.
func (t *Table) Read(indexes ...string) []iam.Statement {
	statements := []iam.Statement{{
		Sid:       "Read" + t.title,
		Actions:   []string{"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"},
		Resources: []string{t.ARN},
		Reason:    "reads items by key, alone, together or in a transaction",
	}}
	if len(indexes) > 0 {
		var resources []string
		for _, name := range indexes {
			resources = append(resources, t.ARN+"/index/"+name)
		}
		statements = append(statements, iam.Statement{
			Sid:       "Query" + t.title,
			Actions:   []string{"dynamodb:Query"},
			Resources: resources,
			Reason:    "finds items by what they are indexed by",
		})
	}
	return append(statements, t.useKey("Read", "kms:Decrypt", "kms:DescribeKey"))
}

// TriedKey is the one key that Try lets a workload ask for. No item has it.
const TriedKey = "smoke"

// Try lets a workload see whether the table answers, as far as its key in KMS, by reading the item that is not there.
func (t *Table) Try() []iam.Statement {
	return []iam.Statement{{
		Sid:       "Describe" + t.title,
		Actions:   []string{"dynamodb:DescribeTable"},
		Resources: []string{t.ARN},
		Reason:    "what the table's keys are called, only the table says",
	}, {
		Sid:        "Try" + t.title,
		Actions:    []string{"dynamodb:GetItem"},
		Resources:  []string{t.ARN},
		Conditions: []iam.Condition{{Test: "ForAllValues:StringEquals", Key: "dynamodb:LeadingKeys", Values: []string{TriedKey}}},
		Reason:     "reading what is not there takes all that reading takes, and tells nothing",
	}, t.useKey("Try", "kms:Decrypt", "kms:DescribeKey")}
}

// Write lets a workload put, change and delete items. What it deletes can be restored for as long as the environment's
// pointInTimeDays; the table itself is out of its reach.
func (t *Table) Write() []iam.Statement {
	return []iam.Statement{{
		Sid:       "Write" + t.title,
		Actions:   []string{"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
		Resources: []string{t.ARN},
		Reason:    "changes items, alone, together or in a transaction",
	}, t.useKey("Write", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")}
}

// ReadStream lets a workload's event source mapping read the changes of a table that has a stream.
func (t *Table) ReadStream() []iam.Statement {
	return []iam.Statement{{
		Sid: "Follow" + t.title,
		Actions: []string{
			"dynamodb:DescribeStream",
			"dynamodb:GetRecords",
			"dynamodb:GetShardIterator",
			"dynamodb:ListStreams",
		},
		Resources: []string{t.ARN + "/stream/*"}, // a stream's name is the moment it was turned on
		Reason:    "reads every change of the table in its order",
	}, t.useKey("Follow", "kms:Decrypt", "kms:DescribeKey")}
}

// useKey lets the grant's caller use the data key through DynamoDB and in no other way.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
func (t *Table) useKey(grant string, actions ...string) iam.Statement {
	return iam.Statement{
		Sid:       grant + t.title + "Key",
		Actions:   actions,
		Resources: []string{t.cfg.DataKeyARN},
		Conditions: []iam.Condition{{
			Test: "StringEquals", Key: "kms:ViaService", Values: []string{t.cfg.endpoint("dynamodb")},
		}},
		Reason: "DynamoDB encrypts and decrypts the table's own key on the caller's behalf",
	}
}
