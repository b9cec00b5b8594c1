# https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html
package writersroom.controls.cloudfront

import data.writersroom.terraform as tf

distributions := tf.resources("aws_cloudfront_distribution")

subject[control] contains address if {
	some control in [
		"CloudFront.1", "CloudFront.3", "CloudFront.4", "CloudFront.5", "CloudFront.6", "CloudFront.7", "CloudFront.8", "CloudFront.9",
		"CloudFront.10", "CloudFront.12", "CloudFront.13", "CloudFront.14", "CloudFront.15",
	]
	some address, _ in distributions
}

origins(distribution) := tf.blocks(distribution.values, "origin")

custom(origin) := tf.block(origin, "custom_origin_config")

# of_bucket is an origin that CloudFront asks as S3.
of_bucket(origin) if {
	not custom(origin)
	not tf.block(origin, "vpc_origin_config")
}

behaviors(distribution) := array.concat(
	tf.blocks(distribution.values, "default_cache_behavior"),
	tf.blocks(distribution.values, "ordered_cache_behavior"),
)

title["CloudFront.1"] := "distributions have a page for their root"

fault["CloudFront.1"] contains {"address": address, "message": "must have a default_root_object"} if {
	some address, distribution in distributions
	not tf.given(distribution, "default_root_object")
}

title["CloudFront.3"] := "distributions are reached over HTTPS only"

fault["CloudFront.3"] contains {
	"address": address,
	"message": sprintf("must have viewer_protocol_policy redirect-to-https or https-only, has %v", [behavior.viewer_protocol_policy]),
} if {
	some address, distribution in distributions
	some behavior in behaviors(distribution)
	not behavior.viewer_protocol_policy in {"redirect-to-https", "https-only"}
}

title["CloudFront.4"] := "distributions have a second origin to go to"

fault["CloudFront.4"] contains {"address": address, "message": "must have an origin_group"} if {
	some address, distribution in distributions
	count(tf.blocks(distribution.values, "origin_group")) == 0
}

title["CloudFront.5"] := "distributions log requests"

fault["CloudFront.5"] contains {
	"address": address,
	"message": "must have an aws_cloudwatch_log_delivery_source of ACCESS_LOGS, or a logging_config",
} if {
	some address, distribution in distributions
	not logs(distribution)
}

logs(distribution) if tf.block(distribution.values, "logging_config").bucket

logs(distribution) if {
	some source in tf.attached("aws_cloudwatch_log_delivery_source", "resource_arn", distribution)
	source.values.log_type == "ACCESS_LOGS"
}

title["CloudFront.6"] := "distributions have a firewall"

fault["CloudFront.6"] contains {"address": address, "message": "must have a web_acl_id"} if {
	some address, distribution in distributions
	not tf.given(distribution, "web_acl_id")
}

certificate(distribution) := tf.block(distribution.values, "viewer_certificate")

title["CloudFront.7"] := "distributions have a certificate of their own"

fault["CloudFront.7"] contains {"address": address, "message": "must have an acm_certificate_arn in viewer_certificate"} if {
	some address, distribution in distributions
	not certified(distribution)
}

certified(distribution) if {
	some argument in ["acm_certificate_arn", "iam_certificate_id"]
	not certificate(distribution)[argument] in {"", null}
}

title["CloudFront.8"] := "distributions know by name who is asked for"

fault["CloudFront.8"] contains {
	"address": address,
	"message": "must have ssl_support_method sni-only in viewer_certificate",
} if {
	some address, distribution in distributions
	not sni(distribution)
}

sni(distribution) if certificate(distribution).ssl_support_method == "sni-only"

title["CloudFront.9"] := "distributions ask origins over HTTPS"

fault["CloudFront.9"] contains {
	"address": address,
	"message": sprintf("must have origin_protocol_policy https-only for origin %s, has %s", [origin.origin_id, policy]),
} if {
	some address, distribution in distributions
	some origin in origins(distribution)
	policy := custom(origin).origin_protocol_policy
	policy != "https-only"
}

title["CloudFront.10"] := "distributions ask origins over TLS 1.2"

fault["CloudFront.10"] contains {
	"address": address,
	"message": sprintf("must have no origin_ssl_protocols but TLSv1.2 for origin %s, has %s", [origin.origin_id, protocol]),
} if {
	some address, distribution in distributions
	some origin in origins(distribution)
	some protocol in custom(origin).origin_ssl_protocols
	protocol != "TLSv1.2"
}

title["CloudFront.12"] := "distributions ask buckets that are there"

fault["CloudFront.12"] contains {
	"address": address,
	"message": sprintf("must have a bucket of the stack as its origin, has %s", [origin.domain_name]),
} if {
	some address, distribution in distributions
	some origin in origins(distribution)
	of_bucket(origin)
	not own_bucket(distribution)
}

# Whoever makes a bucket by a name that nobody has any more answers for the distribution.
own_bucket(distribution) if {
	some address in tf.refers(distribution, "origin")
	startswith(address, "aws_s3_bucket.")
}

title["CloudFront.13"] := "distributions ask buckets in their own name"

fault["CloudFront.13"] contains {
	"address": address,
	"message": sprintf("must have an origin_access_control_id for origin %s", [origin.origin_id]),
} if {
	some address, distribution in distributions
	some origin in origins(distribution)
	of_bucket(origin)
	object.get(origin, "origin_access_control_id", "") in {"", null}
}

title["CloudFront.14"] := "distributions are tagged"

fault["CloudFront.14"] contains {"address": address, "message": "must have tags"} if {
	some address, distribution in distributions
	count(tf.tags(distribution)) == 0
}

title["CloudFront.15"] := "distributions speak TLS as AWS recommends"

fault["CloudFront.15"] contains {
	"address": address,
	"message": "must have minimum_protocol_version TLSv1.2_2021 or newer in viewer_certificate",
} if {
	some address, distribution in distributions
	not modern(distribution)
}

modern(distribution) if certificate(distribution).minimum_protocol_version in {"TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"}
