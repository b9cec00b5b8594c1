# https://docs.aws.amazon.com/securityhub/latest/userguide/route53-controls.html
package writersroom.controls.route53

import data.writersroom.terraform as tf

title["Route53.2"] := "public zones log queries"

zones := {address: zone |
	some address, zone in tf.resources("aws_route53_zone")
	count(tf.blocks(zone.values, "vpc")) == 0
}

subject["Route53.2"] contains address if some address, _ in zones

fault["Route53.2"] contains {"address": address, "message": "must have an aws_route53_query_log"} if {
	some address, zone in zones
	count(tf.attached("aws_route53_query_log", "zone_id", zone)) == 0
}
