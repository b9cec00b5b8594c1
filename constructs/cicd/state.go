package cicd

import (
	"strings"

	"github.com/writersroom/infrastructure/internal/iam"
)

// stateKey is the key of the deployment's states in the bucket.
func (g grants) stateKey() string { return g.Pattern + "/terraform.tfstate" }

// planState lets a plan read the deployment's own state and hold its locks while it does: the object beside the state and the item of
// the table, both of which Terraform takes.
func (g grants) planState() []iam.Statement {
	return []iam.Statement{
		g.stateObjects("StateRead", []string{"s3:GetObject"}, "", "reads the deployment's own state, and no other's"),
		g.stateObjects("Lock", []string{"s3:DeleteObject", "s3:GetObject", "s3:PutObject"}, ".tflock", "takes and releases the state's lock"),
		{
			Sid:       "StateList",
			Actions:   []string{"s3:ListBucket"},
			Resources: []string{g.StateBucketARN},
			Reason:    "Terraform looks for workspaces, and S3 says that a state is not there, instead of refusing, to who may list",
		},
		g.stateItems("LockItem", []string{"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"}, "", "takes and releases the state's other lock"),
		g.stateItems("DigestRead", []string{"dynamodb:GetItem"}, "-md5", "sees whether the state read is the one written last"),
		{
			Sid:       "StateKey",
			Actions:   []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resources: []string{g.StateKeyARN},
			Conditions: []iam.Condition{{
				Test: "StringEquals", Key: "kms:ViaService",
				Values: []string{"dynamodb." + g.Region + ".amazonaws.com", "s3." + g.Region + ".amazonaws.com"},
			}},
			Reason: "state and locks are encrypted, and decrypted by the services that keep them alone",
		},
	}
}

// applyState lets an apply write the state too.
func (g grants) applyState() []iam.Statement {
	return append(g.planState(),
		g.stateObjects("StateWrite", []string{"s3:PutObject"}, "", "writes the deployment's own state"),
		g.stateItems("DigestWrite", []string{"dynamodb:PutItem"}, "-md5", "says which state was written last"),
	)
}

func (g grants) stateObjects(sid string, actions []string, suffix, reason string) iam.Statement {
	return iam.Statement{
		Sid: sid, Actions: actions, Resources: []string{g.StateBucketARN + "/" + g.stateKey() + suffix}, Reason: reason,
	}
}

// stateItems are items of the lock table by their key, which is the state's place: bucket/key.
func (g grants) stateItems(sid string, actions []string, suffix, reason string) iam.Statement {
	bucket := strings.TrimPrefix(g.StateBucketARN, "arn:"+g.Partition+":s3:::")
	return iam.Statement{
		Sid: sid, Actions: actions, Resources: []string{g.StateLockTableARN},
		Conditions: []iam.Condition{{
			Test: "ForAllValues:StringLike", Key: "dynamodb:LeadingKeys", Values: []string{bucket + "/" + g.stateKey() + suffix},
		}},
		Reason: reason,
	}
}
