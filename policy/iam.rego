# https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html
package writersroom.controls.iam

import data.writersroom.terraform as tf

# managed and inline are the policies that grant, by address. A permissions boundary grants nothing: it is the most that whatever a
# role is granted can amount to, and wide because it must hold all of it. What a role can do is judged in the policies that it has.
managed := {address: policy |
	some address, policy in tf.resources("aws_iam_policy")
	not ceiling(policy)
}

inline := object.union_n([tf.resources(type) | some type in ["aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"]])

granting := object.union(managed, inline)

# ceiling is a boundary by its use, or by its name where the roles are in other stacks. One that is attached as well grants like any
# other.
ceiling(policy) if {
	bounds(policy)
	not attached(policy)
}

bounds(policy) if count(tf.attached("aws_iam_role", "permissions_boundary", policy)) > 0

bounds(policy) if endswith(policy.values.name, "-boundary")

attached(policy) if {
	some type in [
		"aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment",
		"aws_iam_group_policy_attachment", "aws_iam_policy_attachment",
	]
	count(tf.attached(type, "policy_arn", policy)) > 0
}

attached(policy) if count(tf.attached("aws_iam_role", "managed_policy_arns", policy)) > 0

# allowed are the statements by which they grant.
allowed contains {"address": address, "statement": statement, "name": name(statement)} if {
	some address, policy in granting
	some statement in tf.statements(policy.values.policy)
	statement.effect == "Allow"
}

# name is what a message calls a statement.
name(statement) := statement.sid if {
	statement.sid != ""
} else := sprintf("of all but %s", [concat(", ", statement.not_actions)]) if {
	count(statement.not_actions) > 0
} else := sprintf("of %s", [concat(", ", statement.actions)])

title["IAM.1"] := "policies do not grant full administration"

subject["IAM.1"] contains address if some address, _ in granting

fault["IAM.1"] contains {
	"address": a.address,
	"message": sprintf("must grant single actions: its statement %s grants all", [a.name]),
} if {
	some a in allowed
	some action in a.statement.actions
	action in {"*", "*:*"}
}

fault["IAM.1"] contains {
	"address": a.address,
	"message": sprintf("must grant single actions: its statement %s grants all but some", [a.name]),
} if {
	some a in allowed
	count(a.statement.not_actions) > 0
}

title["IAM.21"] := "policies do not grant all actions of a service"

subject["IAM.21"] contains address if some address, _ in granting

fault["IAM.21"] contains {
	"address": a.address,
	"message": sprintf("must grant single actions: its statement %s grants %s", [a.name, action]),
} if {
	some a in allowed
	some action in a.statement.actions
	regex.match(`^[A-Za-z0-9-]+:\*+$`, action)
}
