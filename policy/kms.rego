# https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html
package writersroom.controls.kms

import data.writersroom.access
import data.writersroom.terraform as tf

keys := tf.resources("aws_kms_key")

title["KMS.4"] := "keys are rotated"

subject["KMS.4"] contains address if {
	some address, key in keys
	symmetric(key)
}

fault["KMS.4"] contains {"address": address, "message": "must have enable_key_rotation = true"} if {
	some address, key in keys
	symmetric(key)
	not tf.on(key, "enable_key_rotation")
}

# symmetric keys are all that KMS rotates by itself.
symmetric(key) if object.get(key.values, "customer_master_key_spec", null) in {null, "SYMMETRIC_DEFAULT"}

title["KMS.5"] := "no key is public"

subject["KMS.5"] contains address if some address, _ in keys

fault["KMS.5"] contains {"address": address, "message": sprintf("must not let everybody in, as statement %q does", [s.sid])} if {
	some address, key in keys
	some s in tf.statements(key.values.policy)
	access.public(s)
}
