# No secret is in code, in a plan or in state: it is generated there, managed by AWS, or given in a write-only argument.
# https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
package writersroom.controls.house_secrets

import data.writersroom.terraform as tf

title["House.Secrets"] := "no secret is in code or in state"

# secrets are the arguments that keep a secret in state, and what to take in their place.
secrets := {
	"aws_db_instance": {"password": "manage_master_user_password"},
	"aws_elasticache_replication_group": {"auth_token": "user_group_ids, and IAM"},
	"aws_rds_cluster": {"master_password": "manage_master_user_password"},
	"aws_secretsmanager_secret_version": {"secret_string": "secret_string_wo", "secret_binary": "secret_string_wo"},
	"aws_elasticache_user": {"passwords": "authentication_mode iam"},
}

subject["House.Secrets"] contains address if {
	some type, _ in secrets
	some address, _ in tf.resources(type)
}

subject["House.Secrets"] contains address if some address, _ in tf.resources("aws_ssm_parameter")

fault["House.Secrets"] contains {"address": address, "message": sprintf("must not have %s: take %s", [argument, instead])} if {
	some type, arguments in secrets
	some argument, instead in arguments
	some address, resource in tf.resources(type)
	tf.given(resource, argument)
}

fault["House.Secrets"] contains {"address": address, "message": "must not have passwords: take authentication_mode iam"} if {
	some address, user in tf.resources("aws_elasticache_user")
	some mode in tf.blocks(user.values, "authentication_mode")
	mode.type == "password"
}

fault["House.Secrets"] contains {"address": address, "message": "must not have its secret in value: take value_wo"} if {
	some address, parameter in tf.resources("aws_ssm_parameter")
	parameter.values.type == "SecureString"
	tf.given(parameter, "value")
}

fault["House.Secrets"] contains {"address": address, "message": sprintf("must be a SecureString, as its name says, is a %s", [type])} if {
	some address, parameter in tf.resources("aws_ssm_parameter")
	type := parameter.values.type
	type != "SecureString"
	regex.match(`(?i)(password|passwd|secret|token|api-?key|private-?key|credential)`, parameter.values.name)
}
