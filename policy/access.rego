# Who the policy of a resource lets in, and how.
package writersroom.access

import data.writersroom.terraform as tf

# public is a statement that lets everybody in.
public(statement) if {
	statement.effect == "Allow"
	anybody(statement)
	not bound(statement.conditions)
}

anybody(statement) if "*" in statement.principals

# NotPrincipal: anybody but some.
anybody(statement) if count(statement.principals) == 0

# bound are conditions that only callers meet who belong to the account, or to an organization or a network that is named. Those that
# hold where the key is missing (…IfExists) bind nobody.
bound(conditions) if {
	some test in ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"]
	some key, values in conditions[test]
	lower(key) in callers
	every value in tf.list(values) {
		names_caller(value)
	}
}

callers := {
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid",
	"aws:sourcevpc", "aws:sourcevpce", "kms:calleraccount",
}

names_caller(value) if value == tf.account

names_caller(value) if contains(value, sprintf(":%s:", [tf.account]))

names_caller(value) if regex.match(`^(o|vpc|vpce)-[a-z0-9]+$`, value)

names_caller(value) if not tf.known(value)

# foreigners are the other accounts that a statement lets in, "*" being all of them.
foreigners(statement) := {account |
	statement.effect == "Allow"
	some principal in statement.principals
	some match in regex.find_all_string_submatch_n(`^(?:arn:[a-z-]+:(?:iam|sts)::)?(\d{12})(?::|$)`, principal, 1)
	account := match[1]
	account != tf.account
} | {"*" | public(statement)}

# only_tls says that a policy refuses whoever does not come over TLS. One that is not known yet is not judged.
only_tls(text) if not json.is_valid(text)

only_tls(text) if count(refusals_in_the_clear(text)) > 0

# refusals_in_the_clear are the statements that refuse everybody, for no other reason than that.
refusals_in_the_clear(text) := [s |
	some s in tf.statements(text)
	s.effect == "Deny"
	"*" in s.principals
	count(s.conditions) == 1
	count(s.conditions.Bool) == 1
	some key, values in s.conditions.Bool
	lower(key) == "aws:securetransport"
	tf.list(values) == ["false"]
]
