package iam

import "fmt"

// KeyAdministrators is the statement of a KMS key's policy that lets the account's IAM decide who looks after the key. In a key's
// policy the root principal is the account itself: a role named instead would lock everyone out on the day it is deleted. The
// account is given no more than administration: without kms:* here, no IAM policy however wide decrypts anything.
// kms:CreateGrant is not among the calls, since who may give a key's use away may take it too.
func KeyAdministrators(partition, account string) Statement {
	return Statement{
		Sid:        "Administrators",
		Principals: map[string][]string{"AWS": {fmt.Sprintf("arn:%s:iam::%s:root", partition, account)}},
		Actions: []string{
			"kms:CancelKeyDeletion",
			"kms:CreateAlias",
			"kms:DeleteAlias",
			"kms:DescribeKey",
			"kms:DisableKey",
			"kms:DisableKeyRotation",
			"kms:EnableKey",
			"kms:EnableKeyRotation",
			"kms:GetKeyPolicy",
			"kms:GetKeyRotationStatus",
			"kms:ListGrants",
			"kms:ListKeyPolicies",
			"kms:ListKeyRotations",
			"kms:ListResourceTags",
			"kms:PutKeyPolicy",
			"kms:RevokeGrant",
			"kms:RotateKeyOnDemand",
			"kms:ScheduleKeyDeletion",
			"kms:TagResource",
			"kms:UntagResource",
			"kms:UpdateAlias",
			"kms:UpdateKeyDescription",
		},
		Resources: []string{"*"},
		Reason:    "the account's IAM decides who administers the key, so that nobody can be locked out of it; * is this key",
	}
}
