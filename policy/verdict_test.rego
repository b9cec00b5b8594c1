package writersroom_test

import data.writersroom
import data.writersroom.cases_test

bare := {"aws_s3_bucket": {"b": {"bucket": "writersroom-dev-b"}}}

waived(control, reason, expires) := object.union(cases_test.stack(bare), {"variable": {"governance": {"default": {"waivers": {
	"aws_s3_bucket": {"b": [{"control": control, "reason": reason, "expires": expires}]},
}}}}})

now := time.parse_rfc3339_ns("2026-06-15T12:00:00Z")

about(violations, control) := {v.message | some v in violations; v.control == control; v.address == "aws_s3_bucket.b"}

test_a_fault_is_a_violation if {
	violations := writersroom.violations with input as cases_test.stack(bare)
	count(about(violations, "S3.8")) == 1
}

test_a_waiver_holds_through_its_last_day if {
	document := waived("S3.8", "nothing is in it", "2026-06-15")
	violations := writersroom.violations with input as document with time.now_ns as now
	about(violations, "S3.8") == set()
	some r in writersroom.results with input as document with time.now_ns as now
	r.control == "S3.8"
	r.status == "waived"
	r.waiver.reason == "nothing is in it"
}

test_an_expired_waiver_is_a_violation_beside_the_fault if {
	violations := writersroom.violations with input as waived("S3.8", "nothing is in it", "2026-06-14") with time.now_ns as now
	count(about(violations, "S3.8")) == 2
	"was waived until 2026-06-14 (nothing is in it): mend it, or look at it anew" in about(violations, "S3.8")
}

test_a_date_that_is_none_waives_nothing if {
	violations := writersroom.violations with input as waived("S3.8", "nothing is in it", "next year") with time.now_ns as now
	count(about(violations, "S3.8")) == 2
}

test_a_waiver_without_a_reason_waives_nothing if {
	violations := writersroom.violations with input as waived("S3.8", " ", "2026-12-31") with time.now_ns as now
	count(about(violations, "S3.8")) == 2
}

test_an_unused_waiver_is_a_violation if {
	right := object.union(
		waived("S3.8", "nothing is in it", "2026-12-31"),
		{"resource": {"aws_s3_bucket_public_access_block": {"b": {
			"bucket": "${aws_s3_bucket.b.id}",
			"block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": true,
		}}}},
	)
	violations := writersroom.violations with input as right with time.now_ns as now
	about(violations, "S3.8") == {"is waived, and nothing is wrong with it: take the waiver away"}
}

test_a_waiver_of_no_control_is_a_violation if {
	violations := writersroom.violations with input as waived("S3.88", "nothing is in it", "2026-12-31") with time.now_ns as now
	about(violations, "S3.88") == {"is waived, and there is no such control"}
}

test_a_scanners_finding_is_waived_for_the_scanner if {
	violations := writersroom.violations with input as waived("trivy:AVD-AWS-0089", "nothing is in it", "2026-12-31") with time.now_ns as now
	about(violations, "trivy:AVD-AWS-0089") == set()
}

test_deny_says_control_address_and_mend if {
	deny := data.main.deny with input as cases_test.stack(bare)
	"S3.8: aws_s3_bucket.b must have an aws_s3_bucket_public_access_block with all four set to true" in deny
}
