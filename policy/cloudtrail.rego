# https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
package writersroom.controls.cloudtrail

import data.writersroom.controls.s3
import data.writersroom.terraform as tf

trails := tf.resources("aws_cloudtrail")

subject[control] contains address if {
	some control in {"CloudTrail.2", "CloudTrail.4", "CloudTrail.5", "CloudTrail.6", "CloudTrail.7"}
	some address, _ in trails
}

title["CloudTrail.1"] := "the account has a trail of all calls in all regions"

subject["CloudTrail.1"] contains "account" if tf.environment == "account"

fault["CloudTrail.1"] contains {"address": "account", "message": message} if {
	tf.environment == "account"
	count([trail | some trail in trails; records_all(trail)]) == 0
	message := "must have an aws_cloudtrail that is on, with is_multi_region_trail, and an event_selector of all management events"
}

records_all(trail) if {
	object.get(trail.values, "enable_logging", true) != false
	trail.values.is_multi_region_trail == true
	some selector in tf.blocks(trail.values, "event_selector")
	object.get(selector, "include_management_events", true) != false
	object.get(selector, "read_write_type", "All") == "All"
	object.get(selector, "exclude_management_event_sources", []) in [[], null]
}

title["CloudTrail.2"] := "trails are encrypted at rest"

fault["CloudTrail.2"] contains {"address": address, "message": "must have a kms_key_id"} if {
	some address, trail in trails
	not tf.given(trail, "kms_key_id")
}

title["CloudTrail.4"] := "trails prove that nothing was changed afterwards"

fault["CloudTrail.4"] contains {"address": address, "message": "must have enable_log_file_validation = true"} if {
	some address, trail in trails
	not tf.on(trail, "enable_log_file_validation")
}

title["CloudTrail.5"] := "trails write to a log group"

fault["CloudTrail.5"] contains {"address": address, "message": "must have cloud_watch_logs_group_arn and cloud_watch_logs_role_arn"} if {
	some address, trail in trails
	not logs(trail)
}

logs(trail) if {
	tf.given(trail, "cloud_watch_logs_group_arn")
	tf.given(trail, "cloud_watch_logs_role_arn")
}

title["CloudTrail.6"] := "the bucket of a trail is not public"

fault["CloudTrail.6"] contains {"address": address, "message": "must deliver to a bucket of this stack that blocks public access"} if {
	some address, trail in trails
	count([bucket | some bucket in delivered_to(trail); s3.blocked(bucket)]) == 0
}

title["CloudTrail.7"] := "requests to the bucket of a trail are logged"

fault["CloudTrail.7"] contains {"address": address, "message": "must deliver to a bucket of this stack that has aws_s3_bucket_logging"} if {
	some address, trail in trails
	count([bucket | some bucket in delivered_to(trail); s3.logged(bucket)]) == 0
}

delivered_to(trail) := [bucket | some bucket in s3.buckets; s3.is_of(trail, "s3_bucket_name", bucket)]
