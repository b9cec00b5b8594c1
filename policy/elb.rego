# https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html
package writersroom.controls.elb

import data.writersroom.terraform as tf

balancers := tf.resources("aws_lb")

applications := {address: balancer |
	some address, balancer in balancers
	object.get(balancer.values, "load_balancer_type", "application") == "application"
}

listeners := tf.resources("aws_lb_listener")

title["ELB.1"] := "listeners on HTTP send everybody to HTTPS"

subject["ELB.1"] contains address if {
	some address, listener in listeners
	listener.values.protocol in {"HTTP", "HTTPS"}
}

fault["ELB.1"] contains {"address": address, "message": "must have no default_action but a redirect to protocol HTTPS"} if {
	some address, listener in listeners
	listener.values.protocol == "HTTP"
	not redirects(listener)
}

redirects(listener) if {
	actions := tf.blocks(listener.values, "default_action")
	count(actions) > 0
	every action in actions {
		action.type == "redirect"
		tf.block(action, "redirect").protocol == "HTTPS"
	}
}

title["ELB.4"] := "load balancers drop headers that are none"

title["ELB.12"] := "load balancers refuse requests that servers read in different ways"

title["ELB.16"] := "load balancers have a firewall"

subject[control] contains address if {
	some control in ["ELB.4", "ELB.12", "ELB.16"]
	some address, _ in applications
}

fault["ELB.4"] contains {"address": address, "message": "must have drop_invalid_header_fields true"} if {
	some address, balancer in applications
	not tf.on(balancer, "drop_invalid_header_fields")
}

fault["ELB.12"] contains {
	"address": address,
	"message": sprintf("must have desync_mitigation_mode defensive or strictest, has %s", [mode]),
} if {
	some address, balancer in applications
	mode := balancer.values.desync_mitigation_mode
	not mode in {"defensive", "strictest", null}
}

fault["ELB.16"] contains {"address": address, "message": "must have an aws_wafv2_web_acl_association"} if {
	some address, balancer in applications
	count(tf.attached("aws_wafv2_web_acl_association", "resource_arn", balancer)) == 0
}

title["ELB.5"] := "load balancers log requests"

title["ELB.13"] := "load balancers are in at least two availability zones"

subject[control] contains address if {
	some control in ["ELB.5", "ELB.13"]
	some address, _ in balancers
}

fault["ELB.5"] contains {"address": address, "message": "must have access_logs with a bucket, enabled"} if {
	some address, balancer in balancers
	not logs(balancer)
}

logs(balancer) if {
	access_logs := tf.block(balancer.values, "access_logs")
	access_logs.bucket
	tf.yes(access_logs.enabled)
}

fault["ELB.13"] contains {
	"address": address,
	"message": sprintf("must be in at least 2 availability zones, is in %d", [count(zones(balancer))]),
} if {
	some address, balancer in balancers
	count(zones(balancer)) < 2
}

zones(balancer) := {tf.resources("aws_subnet")[subnet].values.availability_zone |
	some argument in ["subnets", "subnet_mapping"]
	some subnet in tf.refers(balancer, argument)
}

title["ELB.6"] := "load balancers that are retained are protected from deletion"

subject["ELB.6"] contains address if {
	tf.retained
	some address, _ in balancers
}

fault["ELB.6"] contains {"address": address, "message": "must have enable_deletion_protection true"} if {
	tf.retained
	some address, balancer in balancers
	not tf.on(balancer, "enable_deletion_protection")
}

title["ELB.17"] := "listeners speak TLS as AWS recommends"

subject["ELB.17"] contains address if {
	some address, listener in listeners
	listener.values.protocol in {"HTTPS", "TLS"}
}

fault["ELB.17"] contains {
	"address": address,
	"message": sprintf("must have one of the policies %s, has %v", [concat(", ", sort(recommended)), policy]),
} if {
	some address, listener in listeners
	listener.values.protocol in {"HTTPS", "TLS"}
	policy := object.get(listener.values, "ssl_policy", "none")
	not policy in recommended
}

# TLS 1.2 and 1.3 with forward secrecy and authenticated encryption alone.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
recommended := {
	"ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
	"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-3-2021-06",
	"ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
	"ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
}
