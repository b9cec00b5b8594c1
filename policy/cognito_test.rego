package writersroom.controls.cognito

pool(values) := {"aws_cognito_user_pool": {"p": values}}

kept := {"stack": {"governance": {"retained": true}}}

cases["Cognito.1"] := {
	"passes": [pool({"user_pool_add_ons": {"advanced_security_mode": "ENFORCED"}})],
	"fails": [pool({}), pool({"user_pool_add_ons": {"advanced_security_mode": "AUDIT"}})],
}

identities(values) := {"aws_cognito_identity_pool": {"p": values}}

cases["Cognito.2"] := {
	"passes": [identities({"allow_unauthenticated_identities": false}), identities({})],
	"fails": [identities({"allow_unauthenticated_identities": true})],
}

passwords(changed) := pool({"password_policy": object.union(
	{
		"minimum_length": 12, "temporary_password_validity_days": 7,
		"require_lowercase": true, "require_uppercase": true, "require_numbers": true, "require_symbols": true,
	},
	changed,
)})

cases["Cognito.3"] := {
	"passes": [passwords({})],
	"fails": [
		pool({}), passwords({"minimum_length": 8}), passwords({"require_lowercase": false}), passwords({"require_uppercase": false}),
		passwords({"require_numbers": false}), passwords({"require_symbols": false}), passwords({"temporary_password_validity_days": 8}),
	],
}

flows(mode) := pool({"user_pool_add_ons": {"advanced_security_additional_flows": {"custom_auth_mode": mode}}})

cases["Cognito.4"] := {"passes": [flows("ENFORCED")], "fails": [flows("AUDIT"), pool({"user_pool_add_ons": {"advanced_security_mode": "ENFORCED"}})]}

cases["Cognito.5"] := {
	"passes": [pool({"mfa_configuration": "ON"}), pool({"mfa_configuration": "OPTIONAL"}), object.union(pool({"mfa_configuration": "ON"}), kept)],
	"fails": [pool({}), pool({"mfa_configuration": "OFF"}), object.union(pool({"mfa_configuration": "OPTIONAL"}), kept)],
}

cases["Cognito.6"] := {
	"passes": [object.union(pool({"deletion_protection": "ACTIVE"}), kept)],
	"fails": [object.union(pool({}), kept), object.union(pool({"deletion_protection": "INACTIVE"}), kept)],
}
