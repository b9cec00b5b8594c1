# What keeps something that nobody can make again.
package writersroom.stores

import data.writersroom.terraform as tf

# types are those that Terraform must neither destroy nor replace where a stack is retained. A key is one of them, since with it goes
# all that it encrypts.
types := {
	"aws_backup_vault",
	"aws_cloudtrail",
	"aws_cognito_user_pool",
	"aws_db_instance",
	"aws_dynamodb_table",
	"aws_ecr_repository",
	"aws_efs_file_system",
	"aws_elasticache_replication_group",
	"aws_kms_key",
	"aws_opensearch_domain",
	"aws_rds_cluster",
	"aws_route53_zone",
	"aws_s3_bucket",
	"aws_secretsmanager_secret",
}

# retained are those of the stack, by address.
retained[address] := store if {
	tf.retained
	some type in types
	some address, store in tf.resources(type)
}
