package test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/stacks"
)

const (
	usEast1          = "aws.us-east-1"
	webDistribution  = "compute_web-distribution"
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
)

func TestWebIsDelivered(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		distribution := tpl.one(t, "aws_cloudfront_distribution", webDistribution)
		const function = "${aws_cloudfront_function.compute_web-routes.arn}"
		for path, want := range map[string]any{
			"enabled":                           true,
			"aliases":                           []string{env.Domain()},
			"default_root_object":               "index.html",
			"http_version":                      "http2and3",
			"is_ipv6_enabled":                   true,
			"wait_for_deployment":               true,
			"web_acl_id":                        "${aws_wafv2_web_acl.compute_web-firewall.arn}",
			"logging_config":                    nil, // which wants a bucket with access control lists
			"custom_error_response":             nil, // a missing file is missing
			"origin.0.domain_name":              "${aws_s3_bucket.storage_assets_bucket.bucket_regional_domain_name}",
			"origin.1":                          nil,
			"origin.0.origin_access_control_id": "${aws_cloudfront_origin_access_control.compute_web-origin-access.id}",

			"viewer_certificate.acm_certificate_arn":      "${aws_acm_certificate_validation.compute_certificate-validation.certificate_arn}",
			"viewer_certificate.minimum_protocol_version": "TLSv1.2_2021",
			"viewer_certificate.ssl_support_method":       "sni-only",

			"default_cache_behavior.viewer_protocol_policy":              "redirect-to-https",
			"default_cache_behavior.cache_policy_id":                     "${aws_cloudfront_cache_policy.compute_web-page-cache.id}",
			"default_cache_behavior.function_association.0.event_type":   "viewer-request",
			"default_cache_behavior.function_association.0.function_arn": function,
			"ordered_cache_behavior.0.path_pattern":                      "/assets/*",
			"ordered_cache_behavior.0.viewer_protocol_policy":            "https-only",
			"ordered_cache_behavior.0.cache_policy_id":                   cachingOptimized,
			"ordered_cache_behavior.0.function_association":              nil,
		} {
			distribution.want(t, path, want)
		}
		for _, behavior := range []string{"default_cache_behavior", "ordered_cache_behavior.0"} {
			distribution.want(t, behavior+".allowed_methods", []string{"GET", "HEAD", "OPTIONS"})
			distribution.want(t, behavior+".cached_methods", []string{"GET", "HEAD"})
			distribution.want(t, behavior+".compress", true)
			distribution.want(t, behavior+".response_headers_policy_id", "${aws_cloudfront_response_headers_policy.compute_web-headers.id}")
		}
		retained := any(nil)
		if env.Retain {
			retained = true
		}
		distribution.want(t, "lifecycle.prevent_destroy", retained)

		access := tpl.one(t, "aws_cloudfront_origin_access_control", "compute_web-origin-access")
		access.want(t, "origin_access_control_origin_type", "s3")
		access.want(t, "signing_behavior", "always")
		access.want(t, "signing_protocol", "sigv4")
		routes := tpl.one(t, "aws_cloudfront_function", "compute_web-routes")
		routes.want(t, "publish", true)
		routes.want(t, "runtime", "cloudfront-js-2.0")

		// Nothing that keeps its name from release to release is kept for more than a minute, or by anything but its path.
		pages := tpl.one(t, "aws_cloudfront_cache_policy", "compute_web-page-cache")
		const parameters = "parameters_in_cache_key_and_forwarded_to_origin."
		for path, want := range map[string]any{
			"min_ttl": 0, "default_ttl": 60, "max_ttl": 60,
			parameters + "cookies_config.cookie_behavior":             "none",
			parameters + "headers_config.header_behavior":             "none",
			parameters + "query_strings_config.query_string_behavior": "none",
			parameters + "enable_accept_encoding_brotli":              true,
			parameters + "enable_accept_encoding_gzip":                true,
		} {
			pages.want(t, path, want)
		}
	})
}

func TestWebAnswersCarrySecurityHeaders(t *testing.T) {
	reference := regexp.MustCompile(`\$\{[^}]*\}`)
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		headers := tpl.one(t, "aws_cloudfront_response_headers_policy", "compute_web-headers")
		const security, custom = "security_headers_config.", "custom_headers_config.items."
		for path, want := range map[string]any{
			"cors_config": nil,
			security + "strict_transport_security.access_control_max_age_sec": 63072000,
			security + "strict_transport_security.include_subdomains":         true,
			security + "strict_transport_security.preload":                    true,
			security + "frame_options.frame_option":                           "DENY",
			security + "referrer_policy.referrer_policy":                      "same-origin",
			custom + "0.header": "Cross-Origin-Opener-Policy", custom + "0.value": "same-origin",
			custom + "1.header": "Permissions-Policy",
		} {
			headers.want(t, path, want)
		}
		for _, header := range []string{
			security + "content_security_policy", security + "strict_transport_security", security + "content_type_options",
			security + "frame_options", security + "referrer_policy", custom + "0", custom + "1",
		} {
			headers.want(t, header+".override", true)
		}
		policy, _ := headers.get(security + "content_security_policy.content_security_policy").(string)
		for _, want := range []string{
			"frame-ancestors 'none'", " https://api." + env.Domain() + " ", " wss://realtime." + env.Domain() + " ",
			".auth." + env.Region + ".amazoncognito.com ", " https://cognito-identity." + env.Region + ".amazonaws.com ",
			" https://${aws_s3_bucket_policy.storage_manuscripts_policy.bucket}.s3." + env.Region + ".amazonaws.com ",
			" https://${aws_s3_bucket_policy.storage_exports_policy.bucket}.s3." + env.Region + ".amazonaws.com;",
		} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the content security policy: want %q in it, got\n%s", tpl.name, want, policy)
			}
		}
		// A longer policy is refused; a bucket's name has at most 63 characters.
		// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
		if longest := reference.ReplaceAllString(policy, strings.Repeat("x", 63)); len(longest) > 1783 {
			t.Errorf("%s: the content security policy: want at most 1783 characters, got %d\n%s", tpl.name, len(longest), policy)
		}
	})
}

func TestWebRequestsAreLogged(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		tpl.one(t, "aws_cloudwatch_log_group", "compute_web-access-log").want(t, "name", "/writersroom/"+env.Name+"/web/access")
		source := tpl.one(t, "aws_cloudwatch_log_delivery_source", "compute_web-log-source")
		source.want(t, "log_type", "ACCESS_LOGS")
		source.want(t, "resource_arn", "${aws_cloudfront_distribution.compute_web-distribution.arn}")
		destination := tpl.one(t, "aws_cloudwatch_log_delivery_destination", "compute_web-log-destination")
		destination.want(t, "delivery_destination_configuration.0.destination_resource_arn",
			"${aws_cloudwatch_log_group.compute_web-access-log.arn}")
		delivery := tpl.one(t, "aws_cloudwatch_log_delivery", "compute_web-log-delivery")
		delivery.want(t, "delivery_source_name", "${"+source.Address+".name}")
		delivery.want(t, "delivery_destination_arn", "${"+destination.Address+".arn}")
		delivery.want(t, "lifecycle.replace_triggered_by", []string{"terraform_data.compute_web-log-fields"})
		// The fields whose change replaces the delivery are those that it has.
		delivery.want(t, "record_fields", tpl.one(t, "terraform_data", "compute_web-log-fields").get("input.fields"))
	})
}

func TestDomain(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		zone := tpl.one(t, "aws_route53_zone", "compute_zone")
		retained := any(nil)
		if env.Retain {
			retained = true
		}
		for path, want := range map[string]any{"name": env.Domain(), "force_destroy": false, "lifecycle.prevent_destroy": retained} {
			zone.want(t, path, want)
		}
		certificate := tpl.one(t, "aws_acm_certificate", "compute_certificate")
		for path, want := range map[string]any{
			"domain_name":                     env.Domain(),
			"subject_alternative_names":       []string{"*." + env.Domain()},
			"validation_method":               "DNS",
			"lifecycle.create_before_destroy": true,
		} {
			certificate.want(t, path, want)
		}
		issuers := tpl.one(t, "aws_route53_record", "compute_certificate-issuers")
		issuers.want(t, "type", "CAA")
		issuers.want(t, "name", env.Domain())
		records, _ := issuers.get("records").([]any)
		if len(records) != 4 || slices.ContainsFunc(records, func(r any) bool {
			issuer, _ := r.(string)
			return !regexp.MustCompile(`^0 issue "(amazon|amazonaws|amazontrust|awstrust)\.com"$`).MatchString(issuer)
		}) {
			t.Errorf("%s: %s: want Amazon's four names and no other, got %v", tpl.name, issuers.Address, records)
		}
		for suffix, kind := range map[string]string{"-ipv4": "A", "-ipv6": "AAAA"} {
			name := tpl.one(t, "aws_route53_record", "compute_web-name"+suffix)
			name.want(t, "type", kind)
			name.want(t, "name", env.Domain())
			name.want(t, "alias.0.name", "${aws_cloudfront_distribution.compute_web-distribution.domain_name}")
			name.want(t, "alias.0.zone_id", "${aws_cloudfront_distribution.compute_web-distribution.hosted_zone_id}")
		}
	})
}

// S3 says that a file is not there to those alone who may know what there is, and forbids it to all others. No request of a browser's
// becomes a list: every path leads to a file, and the query stays behind.
func TestMissingFilesAreMissing(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for account, want := range map[string]bool{env.Account: true, "999999999999": false} {
			for _, bucket := range bucketsOf() {
				policy := document(t, tpl.one(t, "aws_s3_bucket_policy", "storage_"+bucket+"_policy"), "policy")
				c := call{
					by: "Service cloudfront.amazonaws.com", action: "s3:ListBucket",
					resource: "arn:aws:s3:::writersroom-" + env.Name + "-" + bucket + "-" + env.Account,
					context:  map[string]string{"aws:SourceArn": "arn:aws:cloudfront::" + account + ":distribution/E1"},
				}
				if got := may(t, c, policy); got != (want && bucket == "assets") {
					t.Errorf("%s: %s: CloudFront of %s lists: allowed: want %t, got %t", tpl.name, bucket, account, want && bucket == "assets", got)
				}
			}
		}
		tpl.one(t, "aws_cloudfront_distribution", webDistribution).want(t, "default_cache_behavior.origin_request_policy_id", nil)
	})
}

// Outside us-east-1, what CloudFront takes from there alone is made there, and all else at home.
func TestWebOfAnotherRegion(t *testing.T) {
	env := environments(t)[0]
	env.Name, env.Region = "ireland", "eu-west-1"
	dir := t.TempDir()
	if err := (stacks.Application{Environments: []envs.Environment{env}, Outdir: dir}).Synth(t.Context(), env.Name); err != nil {
		t.Fatal(err)
	}
	tpl := parsed(t, dir, env.Name)
	place := filepath.Join(dir, "stacks", env.Name)
	for _, function := range tpl.all("aws_lambda_function") { // whose hash Terraform takes as it reads the stack
		name, _ := function.get("filename").(string)
		archive := filepath.Join(place, strings.TrimPrefix(name, "${path.module}/"))
		if err := errors.Join(os.MkdirAll(filepath.Dir(archive), 0o700), os.WriteFile(archive, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-backend=false", "-input=false", "-no-color"}, {"validate", "-no-color"}} {
		cmd := exec.CommandContext(t.Context(), "terraform", args...)
		cmd.Dir = place
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("terraform %v: %v\n%s", args, err, out)
		}
	}
	tpl.one(t, "aws_cloudfront_distribution", webDistribution).want(t, "viewer_certificate.acm_certificate_arn",
		"${aws_acm_certificate_validation.compute_web-certificate-validation.certificate_arn}")
	abroad := []string{
		"aws_acm_certificate.compute_web-certificate",
		"aws_acm_certificate_validation.compute_web-certificate-validation",
		"aws_cloudwatch_log_delivery.compute_web-log-delivery",
		"aws_cloudwatch_log_delivery_destination.compute_web-log-destination",
		"aws_cloudwatch_log_delivery_source.compute_web-log-source",
		"aws_cloudwatch_log_group.compute_web-access-log",
		"aws_wafv2_web_acl.compute_web-firewall",
	}
	var got []string
	for _, r := range tpl.all("") {
		if provider := r.get("provider"); provider == usEast1 {
			got = append(got, r.Address)
		} else if provider != nil {
			t.Errorf("%s: want the provider of the environment or %s, got %v", r.Address, usEast1, provider)
		}
	}
	for _, want := range abroad {
		if !slices.Contains(got, want) {
			t.Errorf("%s: want it made by %s, got only %v", want, usEast1, got)
		}
	}
	for _, r := range got {
		if kind, _, _ := strings.Cut(r, "."); strings.HasPrefix(kind, "aws_route53") || strings.HasPrefix(kind, "aws_s3") {
			t.Errorf("%s: want it at home", r)
		}
	}
	// A key of the environment's cannot be used from there.
	tpl.one(t, "aws_cloudwatch_log_group", "compute_web-access-log").want(t, "kms_key_id", nil)
	// One record proves both certificates.
	proof := "${aws_route53_record.compute_certificate-proof.fqdn}"
	for _, validation := range []string{"compute_certificate-validation", "compute_web-certificate-validation"} {
		tpl.one(t, "aws_acm_certificate_validation", validation).want(t, "validation_record_fqdns", []string{proof})
	}
}
