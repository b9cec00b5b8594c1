package writersroom.controls.elb

balancer(values) := {"aws_lb": {"l": values}}

listener(values) := {"aws_lb_listener": {"l": values}}

redirect := {"type": "redirect", "redirect": {"protocol": "HTTPS", "status_code": "HTTP_301"}}

cases["ELB.1"] := {
	"passes": [
		listener({"protocol": "HTTPS", "default_action": [{"type": "forward"}]}),
		listener({"protocol": "HTTP", "default_action": [redirect]}),
		listener({"protocol": "HTTP", "default_action": object.union(redirect, {"redirect": [redirect.redirect]})}),
	],
	"fails": [
		listener({"protocol": "HTTP"}),
		listener({"protocol": "HTTP", "default_action": [{"type": "forward"}]}),
		listener({"protocol": "HTTP", "default_action": [object.union(redirect, {"redirect": {"protocol": "HTTP"}})]}),
	],
}

cases["ELB.4"] := {
	"passes": [balancer({"drop_invalid_header_fields": true})],
	"fails": [balancer({}), balancer({"drop_invalid_header_fields": false})],
}

cases["ELB.5"] := {
	"passes": [balancer({"access_logs": {"bucket": "b", "enabled": true}})],
	"fails": [balancer({}), balancer({"access_logs": {"bucket": "b", "enabled": false}}), balancer({"access_logs": {"bucket": "b"}})],
}

kept := {"stack": {"governance": {"retained": true}}}

cases["ELB.6"] := {
	"passes": [object.union(balancer({"enable_deletion_protection": true}), kept)],
	"fails": [object.union(balancer({}), kept), object.union(balancer({"enable_deletion_protection": false}), kept)],
}

cases["ELB.12"] := {
	"passes": [balancer({}), balancer({"desync_mitigation_mode": "strictest"}), balancer({"desync_mitigation_mode": "defensive"})],
	"fails": [balancer({"desync_mitigation_mode": "monitor"})],
}

in_zones(zones) := object.union(
	balancer({"subnets": [sprintf("${aws_subnet.s%d.id}", [i]) | some i, _ in zones]}),
	{"aws_subnet": {sprintf("s%d", [i]): {"availability_zone": zone} | some i, zone in zones}},
)

cases["ELB.13"] := {
	"passes": [in_zones(["us-east-1a", "us-east-1b"])],
	"fails": [in_zones(["us-east-1a"]), in_zones(["us-east-1a", "us-east-1a"])],
}

association(of) := {"aws_wafv2_web_acl_association": {"a": {"resource_arn": of}}}

cases["ELB.16"] := {
	"passes": [object.union(balancer({}), association("${aws_lb.l.arn}"))],
	"fails": [balancer({}), object.union(balancer({}), association("${aws_lb.other.arn}"))],
}

cases["ELB.17"] := {
	"passes": [listener({"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"})],
	"fails": [
		listener({"protocol": "HTTPS"}),
		listener({"protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-2016-08"}),
		listener({"protocol": "TLS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-0-2021-06"}),
	],
}
