# Keys are the account's own. Who may read what is encrypted with one of AWS's is for no key policy to say, and other services cannot
# be let in: an alarm whose topic has AWS's key is dropped without a word.
package writersroom.controls.house_keys

import data.writersroom.terraform as tf

title["House.Keys"] := "what is kept is encrypted with a key of the account's own"

# keys are the arguments, or the blocks, that name the key.
keys := {
	"aws_backup_vault": "kms_key_arn",
	"aws_cloudtrail": "kms_key_id",
	"aws_cloudwatch_log_group": "kms_key_id",
	"aws_codebuild_project": "encryption_key",
	"aws_codepipeline": "artifact_store",
	"aws_dynamodb_table": "server_side_encryption",
	"aws_elasticache_replication_group": "kms_key_id",
	"aws_opensearch_domain": "encrypt_at_rest",
	"aws_rds_cluster": "kms_key_id",
	"aws_secretsmanager_secret": "kms_key_id",
	"aws_sns_topic": "kms_master_key_id",
	"aws_sqs_queue": "kms_master_key_id",
}

subject["House.Keys"] contains address if {
	some type, _ in keys
	some address, _ in tf.resources(type)
}

fault["House.Keys"] contains {"address": address, "message": sprintf("must name a KMS key of the account in %s", [argument])} if {
	some type, argument in keys
	some address, resource in tf.resources(type)
	not own(resource, argument)
}

# own is a key that the stack makes, or one by its ARN. AWS's own have an alias alone.
own(resource, argument) if {
	some address in tf.refers(resource, argument)
	regex.match(`^aws_kms_(key|alias)\.`, address)
}

own(resource, argument) if {
	walk(resource.values[argument], [_, arn])
	is_string(arn)
	contains(arn, sprintf(":%s:", [tf.account]))
	regex.match(`^arn:[a-z-]+:kms:`, arn)
	not contains(arn, ":alias/aws/")
}

title["House.KeyDeletion"] := "keys of what is retained wait as long as KMS lets them before they are deleted"

subject["House.KeyDeletion"] contains address if {
	tf.retained
	some address, _ in tf.resources("aws_kms_key")
}

# 30 days are the longest, and what KMS waits if it is not told. With the key goes all that was ever encrypted with it.
fault["House.KeyDeletion"] contains {"address": address, "message": sprintf("must wait 30 days before it is deleted, waits %d", [waits])} if {
	tf.retained
	some address, key in tf.resources("aws_kms_key")
	waits := key.values.deletion_window_in_days
	waits < 30
	is_number(waits)
}
