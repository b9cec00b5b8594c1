package writersroom.controls.s3

# right is a bucket with all that is asked, and the one that its logs are delivered to.
right := {
	"aws_s3_bucket": {
		"b": {"bucket": "writersroom-dev-b"},
		"logs": {"bucket": "writersroom-dev-logs"},
	},
	"aws_s3_bucket_public_access_block": {"b": block("b"), "logs": block("logs")},
	"aws_s3_bucket_ownership_controls": {
		"b": {"bucket": "${aws_s3_bucket.b.id}", "rule": {"object_ownership": "BucketOwnerEnforced"}},
		"logs": {"bucket": "writersroom-dev-logs", "rule": [{"object_ownership": "BucketOwnerEnforced"}]},
	},
	"aws_s3_bucket_policy": {
		"b": policy("b", [clear("b")]),
		"logs": policy("logs", [clear("logs"), delivery]),
	},
	"aws_s3_bucket_logging": {"b": {
		"bucket": "${aws_s3_bucket_policy.b.bucket}",
		"target_bucket": "${aws_s3_bucket_policy.logs.bucket}",
		"target_prefix": "s3/",
	}},
	"aws_s3_bucket_versioning": {
		"b": {"bucket": "${aws_s3_bucket.b.id}", "versioning_configuration": {"status": "Enabled"}},
		"logs": {"bucket": "${aws_s3_bucket.logs.id}", "versioning_configuration": [{"status": "Enabled"}]},
	},
	"aws_s3_bucket_lifecycle_configuration": {
		"b": {"bucket": "${aws_s3_bucket.b.id}", "rule": [rule]},
		"logs": {"bucket": "${aws_s3_bucket.logs.id}", "rule": [rule]},
	},
	"aws_s3_bucket_server_side_encryption_configuration": {
		"b": encryption("b", {"sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"}),
		"logs": encryption("logs", {"sse_algorithm": "AES256"}),
	},
}

block(name) := {
	"bucket": sprintf("${aws_s3_bucket.%s.id}", [name]),
	"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true,
}

policy(name, statements) := {
	"bucket": sprintf("${aws_s3_bucket.%s.id}", [name]),
	"policy": json.marshal({"Version": "2012-10-17", "Statement": statements}),
}

clear(name) := {
	"Sid": "OnlyTLS", "Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"],
	"Resource": [sprintf("arn:aws:s3:::%s", [name]), sprintf("arn:aws:s3:::%s/*", [name])],
	"Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
}

delivery := {
	"Sid": "Delivery", "Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject",
	"Resource": "arn:aws:s3:::logs/*",
}

opening(principal) := {
	"Sid": "Open", "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*",
}

rule := {
	"id": "expire", "status": "Enabled",
	"abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
	"noncurrent_version_expiration": [{"noncurrent_days": 30}],
}

encryption(name, by_default) := {
	"bucket": sprintf("${aws_s3_bucket.%s.id}", [name]),
	"rule": [{"apply_server_side_encryption_by_default": by_default}],
}

# changed is the right bucket with another setting.
changed(type, setting) := object.union(right, {type: {"b": setting}})

lacking(type) := json.remove(right, [[type, "b"]])

# A policy that Terraform will only know when it applies.
unknown_policy := changed("aws_s3_bucket_policy", {"policy": "${known after apply}"})

cases["S3.1"] := {
	"passes": [{"stack": {"environment": "account"}, "aws_s3_account_public_access_block": {"a": object.remove(block("b"), ["bucket"])}}],
	"fails": [
		{"stack": {"environment": "account"}},
		{"stack": {"environment": "account"}, "aws_s3_account_public_access_block": {"a": {"block_public_acls": true}}},
	],
}

cases["S3.5"] := {
	"passes": [right, unknown_policy],
	"fails": [
		lacking("aws_s3_bucket_policy"),
		changed("aws_s3_bucket_policy", policy("b", [delivery])),
		changed("aws_s3_bucket_policy", policy("b", [object.union(clear("b"), {"Resource": ["arn:aws:s3:::b/*"]})])),
		changed("aws_s3_bucket_policy", policy("b", [object.union(clear("b"), {"Action": ["s3:GetObject"]})])),
		changed("aws_s3_bucket_policy", policy("b", [object.union(clear("b"), {"Principal": {"AWS": "arn:aws:iam::111111111111:root"}})])),
		changed("aws_s3_bucket_policy", policy("b", [object.union(clear("b"), {"Condition": {"ArnLike": {"aws:PrincipalArn": "*"}}})])),
	],
}

cases["S3.6"] := {
	"passes": [
		right, unknown_policy,
		changed("aws_s3_bucket_policy", policy("b", [opening("arn:aws:iam::111111111111:role/a")])),
		changed("aws_s3_bucket_policy", policy("b", [object.union(
			opening("*"),
			{"Condition": {"StringEquals": {"aws:PrincipalAccount": "111111111111"}}},
		)])),
	],
	"fails": [
		changed("aws_s3_bucket_policy", policy("b", [clear("b"), opening("arn:aws:iam::999999999999:root")])),
		changed("aws_s3_bucket_policy", policy("b", [clear("b"), opening("999999999999")])),
		changed("aws_s3_bucket_policy", policy("b", [clear("b"), opening("*")])),
	],
}

cases["S3.8"] := {
	"passes": [right],
	"fails": [
		lacking("aws_s3_bucket_public_access_block"),
		changed("aws_s3_bucket_public_access_block", {"block_public_acls": false}),
		changed("aws_s3_bucket_public_access_block", {"restrict_public_buckets": false}),
		changed("aws_s3_bucket_public_access_block", {"bucket": "${aws_s3_bucket.other.id}"}),
	],
}

cases["S3.9"] := {
	"passes": [right],
	"fails": [
		lacking("aws_s3_bucket_logging"),
		changed("aws_s3_bucket_logging", {"bucket": "writersroom-dev-other"}),
		changed("aws_s3_bucket_logging", {"target_bucket": ""}),
	],
}

cases["S3.10"] := {
	"passes": [right],
	"fails": [
		lacking("aws_s3_bucket_lifecycle_configuration"),
		changed("aws_s3_bucket_lifecycle_configuration", {"rule": [object.remove(rule, ["noncurrent_version_expiration"])]}),
		changed("aws_s3_bucket_lifecycle_configuration", {"rule": [object.union(rule, {"status": "Disabled"})]}),
	],
}

cases["S3.12"] := {
	"passes": [right],
	"fails": [
		lacking("aws_s3_bucket_ownership_controls"),
		changed("aws_s3_bucket_ownership_controls", {"rule": {"object_ownership": "BucketOwnerPreferred"}}),
	],
}

cases["S3.13"] := {
	"passes": [right],
	"fails": [
		lacking("aws_s3_bucket_lifecycle_configuration"),
		changed("aws_s3_bucket_lifecycle_configuration", {"rule": [object.remove(rule, ["abort_incomplete_multipart_upload"])]}),
		changed("aws_s3_bucket_lifecycle_configuration", {"rule": [object.union(rule, {"status": "Disabled"})]}),
	],
}

cases["S3.14"] := {
	"passes": [right],
	"fails": [
		lacking("aws_s3_bucket_versioning"),
		changed("aws_s3_bucket_versioning", {"versioning_configuration": {"status": "Suspended"}}),
	],
}

cases["S3.17"] := {
	"passes": [right],
	"fails": [
		lacking("aws_s3_bucket_server_side_encryption_configuration"),
		changed("aws_s3_bucket_server_side_encryption_configuration", encryption("b", {"sse_algorithm": "AES256"})),
		changed("aws_s3_bucket_server_side_encryption_configuration", encryption("b", {"sse_algorithm": "aws:kms"})),
		# Nothing is delivered to it, so nothing keeps it from having a key.
		json.remove(right, ["aws_s3_bucket_logging"]),
	],
}
