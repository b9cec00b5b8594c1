# https://docs.aws.amazon.com/securityhub/latest/userguide/cognito-controls.html
package writersroom.controls.cognito

import data.writersroom.terraform as tf

pools := tf.resources("aws_cognito_user_pool")

subject[control] contains address if {
	some control in ["Cognito.1", "Cognito.3", "Cognito.4", "Cognito.5"]
	some address, _ in pools
}

title["Cognito.1"] := "user pools turn away who signs in as thieves do"

fault["Cognito.1"] contains {
	"address": address,
	"message": "must have advanced_security_mode ENFORCED in user_pool_add_ons",
} if {
	some address, pool in pools
	not guarded(pool)
}

guarded(pool) if tf.block(pool.values, "user_pool_add_ons").advanced_security_mode == "ENFORCED"

title["Cognito.2"] := "identity pools know no guests"

subject["Cognito.2"] contains address if some address, _ in tf.resources("aws_cognito_identity_pool")

fault["Cognito.2"] contains {"address": address, "message": "must have allow_unauthenticated_identities false"} if {
	some address, pool in tf.resources("aws_cognito_identity_pool")
	tf.yes(pool.values.allow_unauthenticated_identities)
}

title["Cognito.3"] := "user pools ask for strong passwords"

# Security Hub is content with 8 characters.
fault["Cognito.3"] contains {
	"address": address,
	"message": "must have a minimum_length of at least 12 in password_policy",
} if {
	some address, pool in pools
	not long(pool)
}

long(pool) if tf.block(pool.values, "password_policy").minimum_length >= 12

fault["Cognito.3"] contains {"address": address, "message": sprintf("must have %s true in password_policy", [kind])} if {
	some address, pool in pools
	some kind in ["require_lowercase", "require_uppercase", "require_numbers", "require_symbols"]
	not required(pool, kind)
}

required(pool, kind) if tf.yes(tf.block(pool.values, "password_policy")[kind])

fault["Cognito.3"] contains {
	"address": address,
	"message": sprintf("must have temporary_password_validity_days of at most 7 in password_policy, has %d", [days]),
} if {
	some address, pool in pools
	days := tf.block(pool.values, "password_policy").temporary_password_validity_days
	days > 7
}

title["Cognito.4"] := "user pools turn away who signs in as thieves do, in flows of our own as well"

fault["Cognito.4"] contains {"address": address, "message": "must have custom_auth_mode ENFORCED in user_pool_add_ons"} if {
	some address, pool in pools
	not guarded_in_custom_flows(pool)
}

guarded_in_custom_flows(pool) if {
	add_ons := tf.block(pool.values, "user_pool_add_ons")
	tf.block(add_ons, "advanced_security_additional_flows").custom_auth_mode == "ENFORCED"
}

title["Cognito.5"] := "user pools know a second factor, and ask everybody for it where they are retained"

fault["Cognito.5"] contains {
	"address": address,
	"message": sprintf("must have mfa_configuration %s, has %s", [concat(" or ", sort(factors)), mode]),
} if {
	some address, pool in pools
	mode := object.get(pool.values, "mfa_configuration", "OFF")
	not mode in factors
}

factors := {"ON"} if {
	tf.retained
} else := {"ON", "OPTIONAL"}

title["Cognito.6"] := "user pools that are retained are protected from deletion"

subject["Cognito.6"] contains address if {
	tf.retained
	some address, _ in pools
}

fault["Cognito.6"] contains {"address": address, "message": "must have deletion_protection ACTIVE"} if {
	tf.retained
	some address, pool in pools
	not pool.values.deletion_protection == "ACTIVE"
}
