# No policy of a resource lets the world in.
package writersroom.controls.house_public

import data.writersroom.access
import data.writersroom.controls.iam
import data.writersroom.terraform as tf

title["House.Public"] := "policies of resources let in nobody of whom they say nothing more"

# arguments are where resources have such a policy, by type. Endpoints of the VPC are not among them: what their policies allow, the
# callers' and the resources' policies must allow as well.
arguments := {
	"aws_api_gateway_rest_api": "policy",
	"aws_backup_vault_policy": "policy",
	"aws_cloudwatch_event_bus_policy": "policy",
	"aws_cloudwatch_log_resource_policy": "policy_document",
	"aws_dynamodb_resource_policy": "policy",
	"aws_ecr_repository_policy": "policy",
	"aws_efs_file_system_policy": "policy",
	"aws_kms_key": "policy",
	"aws_kms_key_policy": "policy",
	"aws_opensearch_domain": "access_policies",
	"aws_opensearch_domain_policy": "access_policies",
	"aws_s3_access_point": "policy",
	"aws_s3_bucket_policy": "policy",
	"aws_secretsmanager_secret_policy": "policy",
	"aws_sns_topic": "policy",
	"aws_sns_topic_policy": "policy",
	"aws_sqs_queue": "policy",
	"aws_sqs_queue_policy": "policy",
}

policies contains {"address": address, "text": resource.values[argument]} if {
	some type, argument in arguments
	some address, resource in tf.resources(type)
	tf.given(resource, argument)
}

subject["House.Public"] contains p.address if some p in policies

subject["House.Public"] contains address if some address, _ in tf.resources("aws_lambda_permission")

fault["House.Public"] contains {
	"address": p.address,
	"message": sprintf("must name whom its statement %s lets in, or their account, organization or VPC", [iam.name(statement)]),
} if {
	some p in policies
	some statement in tf.statements(p.text)
	access.public(statement)
}

# anyone_invokes are the permissions that let anybody invoke a function, or anybody's resource of a service.
anyone_invokes contains permission if {
	some permission in tf.resources("aws_lambda_permission")
	open_principal(permission.values.principal)
	not limited(permission)
}

open_principal("*")

open_principal(principal) if endswith(principal, ".amazonaws.com")

limited(permission) if {
	some argument in ["principal_org_id", "source_account", "source_arn"]
	not object.get(permission.values, argument, null) in {null, "", "*"}
}

fault["House.Public"] contains {
	"address": permission.address,
	"message": sprintf("must have a source_arn, a source_account or a principal_org_id: %s alone is anybody", [principal]),
} if {
	some permission in anyone_invokes
	principal := permission.values.principal
}
