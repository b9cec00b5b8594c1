# https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html
package writersroom.controls.s3

import data.writersroom.access
import data.writersroom.terraform as tf

buckets := tf.resources("aws_s3_bucket")

# settings are what of a type is set of a bucket.
settings(type, bucket) := {setting |
	some setting in tf.resources(type)
	is_of(setting, "bucket", bucket)
}

# is_of says that an argument is a bucket's name: taken from the bucket, or from its policy by what has to wait for that, or as text.
is_of(resource, argument, bucket) if bucket.address in tf.refers(resource, argument)

is_of(resource, argument, bucket) if {
	some policy in tf.attached("aws_s3_bucket_policy", "bucket", bucket)
	policy.address in tf.refers(resource, argument)
}

is_of(resource, argument, bucket) if {
	is_string(bucket.values.bucket)
	tf.known(bucket.values.bucket)
	resource.values[argument] == bucket.values.bucket
}

subject[control] contains address if {
	some control in {"S3.5", "S3.6", "S3.8", "S3.12", "S3.13", "S3.14"}
	some address, _ in buckets
}

# S3.1: the account

title["S3.1"] := "the account blocks public access to all its buckets"

subject["S3.1"] contains "account" if tf.environment == "account"

fault["S3.1"] contains {"address": "account", "message": "must have an aws_s3_account_public_access_block with all four set to true"} if {
	tf.environment == "account"
	count([b | some b in tf.resources("aws_s3_account_public_access_block"); all_four(b)]) == 0
}

all_four(block) if {
	every argument in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"] {
		block.values[argument] == true
	}
}

# S3.8, S3.12: who reaches a bucket

title["S3.8"] := "buckets block public access"

fault["S3.8"] contains {"address": address, "message": "must have an aws_s3_bucket_public_access_block with all four set to true"} if {
	some address, bucket in buckets
	not blocked(bucket)
}

blocked(bucket) if {
	some block in settings("aws_s3_bucket_public_access_block", bucket)
	all_four(block)
}

title["S3.12"] := "buckets have no access control lists"

fault["S3.12"] contains {"address": address, "message": "must have aws_s3_bucket_ownership_controls with BucketOwnerEnforced"} if {
	some address, bucket in buckets
	not owned(bucket)
}

owned(bucket) if {
	some controls in settings("aws_s3_bucket_ownership_controls", bucket)
	tf.block(controls.values, "rule").object_ownership == "BucketOwnerEnforced"
}

# S3.5, S3.6: their policies

title["S3.5"] := "buckets are reached over TLS only"

fault["S3.5"] contains {"address": address, "message": "must have a policy that denies s3:* on the bucket and its objects without TLS"} if {
	some address, bucket in buckets
	not tls(bucket)
}

tls(bucket) if {
	some policy in settings("aws_s3_bucket_policy", bucket)
	not json.is_valid(policy.values.policy)
}

tls(bucket) if {
	some policy in settings("aws_s3_bucket_policy", bucket)
	some s in access.refusals_in_the_clear(policy.values.policy)
	"s3:*" in s.actions
	some of_bucket in s.resources
	of_objects := concat("", [of_bucket, "/*"])
	of_objects in s.resources
}

title["S3.6"] := "buckets let no other account in"

fault["S3.6"] contains {"address": address, "message": message} if {
	some address, bucket in buckets
	some policy in settings("aws_s3_bucket_policy", bucket)
	some s in tf.statements(policy.values.policy)
	some account in access.foreigners(s)
	message := sprintf("must let in nobody but account %s, lets in %s (statement %q)", [tf.account, account, s.sid])
}

# S3.9: access logs

title["S3.9"] := "requests to buckets are logged"

subject["S3.9"] contains address if {
	some address, bucket in buckets
	not keeps_logs(bucket)
}

fault["S3.9"] contains {"address": address, "message": "must have aws_s3_bucket_logging to a bucket of this stack"} if {
	some address, bucket in buckets
	not keeps_logs(bucket)
	not logged(bucket)
}

logged(bucket) if {
	some logging in settings("aws_s3_bucket_logging", bucket)
	tf.given(logging, "target_bucket")
}

# keeps_logs is the bucket that the logs are delivered to. To log their delivery there would write a log for each log.
keeps_logs(bucket) if {
	some logging in tf.resources("aws_s3_bucket_logging")
	is_of(logging, "target_bucket", bucket)
}

# S3.10, S3.13, S3.14: versions, and how long they are kept

title["S3.14"] := "buckets keep versions"

fault["S3.14"] contains {"address": address, "message": "must have aws_s3_bucket_versioning with status Enabled"} if {
	some address, bucket in buckets
	not versioned(bucket)
}

versioned(bucket) if {
	some versioning in settings("aws_s3_bucket_versioning", bucket)
	tf.block(versioning.values, "versioning_configuration").status == "Enabled"
}

title["S3.13"] := "buckets have a lifecycle"

fault["S3.13"] contains {"address": address, "message": message} if {
	message := "must have an aws_s3_bucket_lifecycle_configuration with a rule that is enabled and deletes abandoned uploads"
	some address, bucket in buckets
	every rule in rules(bucket) {
		count(tf.blocks(rule, "abort_incomplete_multipart_upload")) == 0
	}
}

title["S3.10"] := "buckets with versions delete old ones some day"

subject["S3.10"] contains address if {
	some address, bucket in buckets
	versioned(bucket)
}

fault["S3.10"] contains {"address": address, "message": "must have a lifecycle rule with noncurrent_version_expiration"} if {
	some address, bucket in buckets
	versioned(bucket)
	every rule in rules(bucket) {
		count(tf.blocks(rule, "noncurrent_version_expiration")) == 0
	}
}

rules(bucket) := [rule |
	some lifecycle in settings("aws_s3_bucket_lifecycle_configuration", bucket)
	some rule in tf.blocks(lifecycle.values, "rule")
	rule.status == "Enabled"
]

# S3.17: encryption

title["S3.17"] := "buckets are encrypted with a KMS key"

# AWS delivers access logs to no bucket with another default than S3's own key.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
subject["S3.17"] contains address if {
	some address, bucket in buckets
	not keeps_logs(bucket)
}

fault["S3.17"] contains {"address": address, "message": message} if {
	message := "must have an aws_s3_bucket_server_side_encryption_configuration with sse_algorithm aws:kms and a kms_master_key_id"
	some address, bucket in buckets
	not keeps_logs(bucket)
	not encrypted(bucket)
}

encrypted(bucket) if {
	some encryption in settings("aws_s3_bucket_server_side_encryption_configuration", bucket)
	some rule in tf.blocks(encryption.values, "rule")
	by_default := tf.block(rule, "apply_server_side_encryption_by_default")
	by_default.sse_algorithm in {"aws:kms", "aws:kms:dsse"}
	key := by_default.kms_master_key_id
	not key in {null, ""}
}
