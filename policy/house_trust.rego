# Who may take on a role.
package writersroom.controls.house_trust

import data.writersroom.access
import data.writersroom.terraform as tf

title["House.Trust"] := "roles are taken on by principals that they name, and with a foreign token only by its audience and subject"

roles := tf.resources("aws_iam_role")

subject["House.Trust"] contains address if some address, _ in roles

trusts contains {"address": address, "statement": statement} if {
	some address, role in roles
	some statement in tf.statements(role.values.assume_role_policy)
	statement.effect == "Allow"
}

fault["House.Trust"] contains {
	"address": t.address,
	"message": "must name the principals that may take it on, lets anybody",
} if {
	some t in trusts
	access.anybody(t.statement)
}

fault["House.Trust"] contains {
	"address": t.address,
	"message": sprintf("must have a condition on the %s of the token that it is taken on with", [claim]),
} if {
	some t in trusts
	federated(t.statement)
	some claim, keys in claims
	not bound(t.statement, keys)
}

federated(statement) if {
	some action in statement.actions
	startswith(action, "sts:AssumeRoleWith")
}

# claims are the ends of the condition keys that stand for them. An identity pool says no subject before it has made one: what stands
# for it is whether the writer is signed in. https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
claims := {"audience": {":aud"}, "subject": {":sub", ":amr"}}

bound(statement, ends) if {
	some operator, keys in statement.conditions
	regex.match(`^(ForAnyValue:)?String(Equals|Like)$`, operator)
	some key, values in keys
	some end in ends
	endswith(lower(key), end)
	every value in tf.list(values) {
		not vague(value)
	}
}

# The subjects of GitHub are repo:<owner>/<repository>:…: a pattern that leaves either open is anybody's.
vague(value) if contains(concat(":", array.slice(split(value, ":"), 0, 2)), "*")

vague(value) if value in {"", "*", "unauthenticated"}
