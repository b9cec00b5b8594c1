# https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html: the two that are about IAM's policies.
package writersroom.controls.kms_decryption

import data.writersroom.controls.iam

title["KMS.1"] := "managed policies do not let anybody decrypt with every key"

title["KMS.2"] := "inline policies do not let anybody decrypt with every key"

policies := {"KMS.1": iam.managed, "KMS.2": iam.inline}

subject[control] contains address if {
	some control, of in policies
	some address, _ in of
}

# Security Hub takes no condition for an excuse, and neither do we.
fault[control] contains {
	"address": a.address,
	"message": sprintf("must name the keys with which its statement %s allows %s", [a.name, action]),
} if {
	some control, of in policies
	some a in iam.allowed
	of[a.address]
	some resource in a.statement.resources
	regex.match(`^\*$|^arn:[^:]*:kms:[^:]*:[^:]*:(key/)?\*$`, resource)
	some action in a.statement.actions
	decrypts(action)
}

decrypts(pattern) if {
	some action in ["kms:Decrypt", "kms:ReEncryptFrom"]
	glob.match(lower(pattern), [], lower(action))
}
