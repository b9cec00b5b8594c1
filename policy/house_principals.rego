# No policy of a resource lets another account in. Buckets have a control of their own for it, S3.6.
package writersroom.controls.house_principals

import data.writersroom.access
import data.writersroom.terraform as tf

title["House.Principals"] := "policies of resources let nobody of another account in"

# policies are the arguments that are one.
policies := {
	"aws_backup_vault_policy": "policy",
	"aws_cloudwatch_log_resource_policy": "policy_document",
	"aws_dynamodb_resource_policy": "policy",
	"aws_ecr_repository_policy": "policy",
	"aws_iam_role": "assume_role_policy",
	"aws_kms_key": "policy",
	"aws_opensearch_domain": "access_policies",
	"aws_secretsmanager_secret_policy": "policy",
	"aws_sns_topic_policy": "policy",
	"aws_sqs_queue_policy": "policy",
}

subject["House.Principals"] contains address if {
	some type, _ in policies
	some address, _ in tf.resources(type)
}

fault["House.Principals"] contains {"address": address, "message": message} if {
	some type, argument in policies
	some address, resource in tf.resources(type)
	some s in tf.statements(resource.values[argument])
	some account in access.foreigners(s)
	message := sprintf("must let in nobody but account %s, lets in %s (statement %q)", [tf.account, account, s.sid])
}
