package writersroom.controls.cloudfront

distribution(values) := {"aws_cloudfront_distribution": {"d": values}}

cases["CloudFront.1"] := {"passes": [distribution({"default_root_object": "index.html"})], "fails": [distribution({}), distribution({"default_root_object": ""})]}

default_behavior(policy) := {"default_cache_behavior": {"viewer_protocol_policy": policy}}

cases["CloudFront.3"] := {
	"passes": [distribution(default_behavior("redirect-to-https")), distribution(default_behavior("https-only"))],
	"fails": [
		distribution(default_behavior("allow-all")),
		distribution(object.union(default_behavior("https-only"), {"ordered_cache_behavior": [{"viewer_protocol_policy": "allow-all"}]})),
	],
}

cases["CloudFront.4"] := {"passes": [distribution({"origin_group": [{"origin_id": "o"}]})], "fails": [distribution({})]}

source(type, of) := {"aws_cloudwatch_log_delivery_source": {"s": {"log_type": type, "resource_arn": of}}}

cases["CloudFront.5"] := {
	"passes": [
		distribution({"logging_config": {"bucket": "b"}}),
		object.union(distribution({}), source("ACCESS_LOGS", "${aws_cloudfront_distribution.d.arn}")),
	],
	"fails": [
		distribution({}),
		object.union(distribution({}), source("CONNECTION_LOGS", "${aws_cloudfront_distribution.d.arn}")),
		object.union(distribution({}), source("ACCESS_LOGS", "${aws_cloudfront_distribution.other.arn}")),
	],
}

cases["CloudFront.6"] := {"passes": [distribution({"web_acl_id": "${aws_wafv2_web_acl.w.arn}"})], "fails": [distribution({}), distribution({"web_acl_id": ""})]}

certificate_with(values) := distribution({"viewer_certificate": values})

cases["CloudFront.7"] := {
	"passes": [certificate_with({"acm_certificate_arn": "${aws_acm_certificate.c.arn}"}), certificate_with([{"iam_certificate_id": "c"}])],
	"fails": [distribution({}), certificate_with({"cloudfront_default_certificate": true}), certificate_with({"acm_certificate_arn": ""})],
}

cases["CloudFront.8"] := {
	"passes": [certificate_with({"ssl_support_method": "sni-only"})],
	"fails": [distribution({}), certificate_with({"ssl_support_method": "vip"})],
}

origin(values) := distribution({"origin": [object.union({"origin_id": "o", "domain_name": "o.example.com"}, values)]})

custom_origin(values) := origin({"custom_origin_config": object.union({"origin_protocol_policy": "https-only", "origin_ssl_protocols": ["TLSv1.2"]}, values)})

bucket := {"domain_name": "${aws_s3_bucket.b.bucket_regional_domain_name}"}

cases["CloudFront.9"] := {
	"passes": [custom_origin({}), origin(bucket)],
	"fails": [custom_origin({"origin_protocol_policy": "http-only"}), custom_origin({"origin_protocol_policy": "match-viewer"})],
}

cases["CloudFront.10"] := {
	"passes": [custom_origin({}), origin(bucket)],
	"fails": [custom_origin({"origin_ssl_protocols": ["TLSv1.2", "SSLv3"]}), custom_origin({"origin_ssl_protocols": ["TLSv1.1"]})],
}

cases["CloudFront.12"] := {
	"passes": [origin(bucket), custom_origin({})],
	"fails": [origin({"domain_name": "somebodys.s3.us-east-1.amazonaws.com"})],
}

cases["CloudFront.13"] := {
	"passes": [origin({"origin_access_control_id": "${aws_cloudfront_origin_access_control.a.id}"}), custom_origin({}), origin({"vpc_origin_config": {}})],
	"fails": [origin({}), origin({"origin_access_control_id": ""}), origin({"s3_origin_config": {"origin_access_identity": "i"}})],
}

cases["CloudFront.14"] := {
	"passes": [distribution({}), object.union(distribution({"tags": {"a": "b"}}), {"stack": {"tags": {}}})],
	"fails": [object.union(distribution({}), {"stack": {"tags": {}}})],
}

cases["CloudFront.15"] := {
	"passes": [certificate_with({"minimum_protocol_version": "TLSv1.2_2021"})],
	"fails": [distribution({}), certificate_with({"minimum_protocol_version": "TLSv1.2_2019"}), certificate_with({"minimum_protocol_version": "TLSv1"})],
}
