# Keys are the account's own for whatever is kept. House.Keys asks the same of databases, queues, topics and logs.
package writersroom.controls.house_encryption

import data.writersroom.terraform as tf

title["House.Encryption"] := "whatever can be encrypted with a key of the account's own is"

# arguments are where a type names its key: an argument, or one of a block.
arguments := {
	"aws_bedrock_guardrail": ["kms_key_arn"],
	"aws_cloudwatch_event_bus": ["kms_key_identifier"],
	"aws_config_delivery_channel": ["s3_kms_key_arn"],
	"aws_db_instance": ["kms_key_id"],
	"aws_ebs_volume": ["kms_key_id"],
	"aws_ecr_repository": ["encryption_configuration", "kms_key"],
	"aws_efs_file_system": ["kms_key_id"],
	"aws_kinesis_stream": ["kms_key_id"],
	"aws_lambda_function": ["kms_key_arn"],
	"aws_sagemaker_endpoint_configuration": ["kms_key_arn"],
	"aws_sagemaker_notebook_instance": ["kms_key_id"],
	"aws_sfn_state_machine": ["encryption_configuration", "kms_key_id"],
}

# keeping are the resources with the arguments that name their key.
keeping[address] := {"resource": resource, "path": path} if {
	some type, path in arguments
	some address, resource in tf.resources(type)
}

# A parameter that is no secret is not encrypted.
keeping[address] := {"resource": parameter, "path": ["key_id"]} if {
	some address, parameter in tf.resources("aws_ssm_parameter")
	parameter.values.type == "SecureString"
}

keeping[address] := {"resource": instance, "path": ["performance_insights_kms_key_id"]} if {
	some address, instance in tf.resources("aws_rds_cluster_instance")
	tf.yes(instance.values.performance_insights_enabled)
}

subject["House.Encryption"] contains address if some address, _ in keeping

fault["House.Encryption"] contains {
	"address": address,
	"message": sprintf("must name a KMS key in %s", [concat(".", k.path)]),
} if {
	some address, k in keeping
	not keyed(k)
}

keyed(k) if {
	count(k.path) == 1
	tf.given(k.resource, k.path[0])
}

keyed(k) if {
	some block in tf.blocks(k.resource.values, k.path[0])
	not block[k.path[1]] in {"", null}
}
