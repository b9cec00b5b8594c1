# https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
package writersroom.controls.ec2

import data.writersroom.terraform as tf

vpcs := tf.resources("aws_vpc")

title["EC2.2"] := "default security groups of VPCs let nothing in or out"

subject["EC2.2"] contains address if some address, _ in vpcs

fault["EC2.2"] contains {"address": address, "message": "must have an aws_default_security_group with no rules"} if {
	some address, vpc in vpcs
	not emptied(vpc)
}

emptied(vpc) if {
	some group in tf.attached("aws_default_security_group", "vpc_id", vpc)
	every direction in ["ingress", "egress"] {
		tf.blocks(group.values, direction) == []
	}
}

title["EC2.6"] := "VPCs have flow logs"

subject["EC2.6"] contains address if some address, _ in vpcs

fault["EC2.6"] contains {
	"address": address,
	"message": "must have an aws_flow_log of all traffic, or at least of what is rejected",
} if {
	some address, vpc in vpcs
	not logged(vpc)
}

logged(vpc) if {
	some log in tf.attached("aws_flow_log", "vpc_id", vpc)
	log.values.traffic_type in {"ALL", "REJECT"}
}

title["EC2.15"] := "subnets give out no public IP addresses by themselves"

subnets := object.union(tf.resources("aws_subnet"), tf.resources("aws_default_subnet"))

subject["EC2.15"] contains address if some address, _ in subnets

fault["EC2.15"] contains {"address": address, "message": "must have map_public_ip_on_launch false"} if {
	some address, subnet in subnets
	subnet.values.map_public_ip_on_launch == true
}

# lets_in are the resources that can let traffic in by address ranges: the rules, and the groups that have rules inside.
lets_in contains address if some address, _ in tf.resources("aws_vpc_security_group_ingress_rule")

lets_in contains address if {
	some address, rule in tf.resources("aws_security_group_rule")
	rule.values.type == "ingress"
}

lets_in contains address if {
	some address, group in groups
	count(tf.blocks(group.values, "ingress")) > 0
}

groups := object.union(tf.resources("aws_security_group"), tf.resources("aws_default_security_group"))

# openings are what they let in from anywhere, each with its protocol and ports.
openings contains opening(address, rule.values, rule.values.ip_protocol, rule.values[argument]) if {
	some address, rule in tf.resources("aws_vpc_security_group_ingress_rule")
	some argument in ["cidr_ipv4", "cidr_ipv6"]
	rule.values[argument] in {"0.0.0.0/0", "::/0"}
}

openings contains opening(address, rule.values, rule.values.protocol, source) if {
	some address, rule in tf.resources("aws_security_group_rule")
	rule.values.type == "ingress"
	some source in anywhere(rule.values)
}

openings contains opening(address, block, block.protocol, source) if {
	some address, group in groups
	some block in tf.blocks(group.values, "ingress")
	some source in anywhere(block)
}

anywhere(values) := {source |
	some argument in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in values[argument]
	source in {"0.0.0.0/0", "::/0"}
}

opening(address, values, protocol, source) := {
	"address": address,
	"protocol": protocol,
	"source": source,
	"from": object.get(values, "from_port", null),
	"to": object.get(values, "to_port", null),
}

reaches(o, _) if o.protocol in {"-1", "all"}

reaches(o, port) if {
	o.protocol in {"tcp", "6", "udp", "17"}
	o.from <= port
	port <= o.to
}

# What must not be reached from which addresses, by control.
closed := {
	"EC2.13": {"ports": [22], "sources": {"0.0.0.0/0", "::/0"}},
	"EC2.14": {"ports": [3389], "sources": {"0.0.0.0/0", "::/0"}},
	"EC2.53": {"ports": [22, 3389], "sources": {"0.0.0.0/0"}},
	"EC2.54": {"ports": [22, 3389], "sources": {"::/0"}},
	# https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19
	"EC2.19": {
		"ports": [
			20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888, 9200, 9300,
		],
		"sources": {"0.0.0.0/0", "::/0"},
	},
}

title["EC2.13"] := "security groups do not let anybody reach SSH"

title["EC2.14"] := "security groups do not let anybody reach Remote Desktop"

title["EC2.53"] := "security groups do not let any IPv4 address reach the ports of remote administration"

title["EC2.54"] := "security groups do not let any IPv6 address reach the ports of remote administration"

title["EC2.19"] := "security groups do not let anybody reach the ports of high risk"

subject[control] contains address if {
	some control, _ in closed
	some address in lets_in
}

fault[control] contains {"address": o.address, "message": sprintf("must not let %s reach port %d", [o.source, port])} if {
	some control, of in closed
	some o in openings
	o.source in of.sources
	some port in of.ports
	reaches(o, port)
}

title["EC2.18"] := "security groups let anybody reach HTTP and HTTPS alone"

subject["EC2.18"] contains address if some address in lets_in

fault["EC2.18"] contains {
	"address": o.address,
	"message": sprintf("must let %s reach tcp 80 or 443 alone, lets it reach %v %v to %v", [o.source, o.protocol, o.from, o.to]),
} if {
	some o in openings
	not web(o)
}

web(o) if {
	o.protocol in {"tcp", "6"}
	o.from == o.to
	o.from in {80, 443}
}

title["EC2.21"] := "network ACLs do not let anybody reach SSH or Remote Desktop"

# acl_entries are the rules of network ACLs, whichever way they are written.
acl_entries contains {"address": address, "egress": direction == "egress", "rule": rule, "allows": rule.action == "allow"} if {
	some type in ["aws_network_acl", "aws_default_network_acl"]
	some address, acl in tf.resources(type)
	some direction in ["ingress", "egress"]
	some rule in tf.blocks(acl.values, direction)
}

acl_entries contains {"address": address, "egress": egress, "rule": rule.values, "allows": rule.values.rule_action == "allow"} if {
	some address, rule in tf.resources("aws_network_acl_rule")
	egress := object.get(rule.values, "egress", false)
}

# open_to_all says that an entry allows traffic with any address.
open_to_all(entry) if {
	entry.allows
	some argument in ["cidr_block", "ipv6_cidr_block"]
	entry.rule[argument] in {"0.0.0.0/0", "::/0"}
}

subject["EC2.21"] contains address if {
	some type in ["aws_network_acl", "aws_default_network_acl", "aws_network_acl_rule"]
	some address, _ in tf.resources(type)
}

fault["EC2.21"] contains {"address": entry.address, "message": sprintf("must not let anybody reach port %d", [port])} if {
	some entry in acl_entries
	not entry.egress
	open_to_all(entry)
	some port in [22, 3389]
	passes(entry.rule, port)
}

passes(rule, _) if rule.protocol in {"-1", "all"}

passes(rule, port) if {
	rule.protocol in {"6", "tcp"}
	rule.from_port <= port
	port <= rule.to_port
}
