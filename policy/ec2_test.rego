package writersroom.controls.ec2

cases["EC2.2"] := {
	"passes": [
		{"aws_vpc": {"v": {}}, "aws_default_security_group": {"d": {"vpc_id": "${aws_vpc.v.id}", "ingress": [], "egress": []}}},
		{"aws_vpc": {"v": {}}, "aws_default_security_group": {"d": {"vpc_id": "${aws_vpc.v.id}"}}},
	],
	"fails": [
		{"aws_vpc": {"v": {}}},
		{"aws_vpc": {"v": {}}, "aws_default_security_group": {"d": {"vpc_id": "${aws_vpc.other.id}"}}},
		{"aws_vpc": {"v": {}}, "aws_default_security_group": {"d": {
			"vpc_id": "${aws_vpc.v.id}",
			"egress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
		}}},
		{"aws_vpc": {"v": {}}, "aws_default_security_group": {"d": {
			"vpc_id": "${aws_vpc.v.id}",
			"ingress": {"protocol": "-1", "from_port": 0, "to_port": 0, "self": true},
		}}},
	],
}

cases["EC2.6"] := {
	"passes": [
		{"aws_vpc": {"v": {}}, "aws_flow_log": {"f": {"vpc_id": "${aws_vpc.v.id}", "traffic_type": "ALL"}}},
		{"aws_vpc": {"v": {}}, "aws_flow_log": {"f": {"vpc_id": "${aws_vpc.v.id}", "traffic_type": "REJECT"}}},
	],
	"fails": [
		{"aws_vpc": {"v": {}}},
		{"aws_vpc": {"v": {}}, "aws_flow_log": {"f": {"subnet_id": "${aws_subnet.s.id}", "traffic_type": "ALL"}}},
		{"aws_vpc": {"v": {}}, "aws_flow_log": {"f": {"vpc_id": "${aws_vpc.v.id}", "traffic_type": "ACCEPT"}}},
	],
}

cases["EC2.15"] := {
	"passes": [{"aws_subnet": {"s": {"map_public_ip_on_launch": false}, "t": {}}}],
	"fails": [
		{"aws_subnet": {"s": {"map_public_ip_on_launch": true}}},
		{"aws_default_subnet": {"s": {"map_public_ip_on_launch": true}}},
	],
}

rule(changed) := {"aws_vpc_security_group_ingress_rule": {"r": object.union(
	{"cidr_ipv4": "0.0.0.0/0", "ip_protocol": "tcp", "from_port": 443, "to_port": 443},
	changed,
)}}

old_rule(changed) := {"aws_security_group_rule": {"r": object.union(
	{"type": "ingress", "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"], "protocol": "tcp", "from_port": 443, "to_port": 443},
	changed,
)}}

inside(changed) := {"aws_security_group": {"g": {"ingress": [object.union(
	{"cidr_blocks": ["0.0.0.0/0"], "protocol": "tcp", "from_port": 443, "to_port": 443},
	changed,
)]}}}

everything := {"ip_protocol": "-1", "from_port": null, "to_port": null}

v6(changed) := object.union({"cidr_ipv4": null, "cidr_ipv6": "::/0"}, changed)

range(from, to) := {"from_port": from, "to_port": to}

harmless := [
	rule({}), rule({"cidr_ipv6": "::/0"}), old_rule({}), inside({}),
	rule({"cidr_ipv4": "10.0.0.0/8", "from_port": 0, "to_port": 65535}),
	{"aws_vpc_security_group_ingress_rule": {"r": object.union(everything, {"referenced_security_group_id": "${aws_security_group.g.id}"})}},
]

cases["EC2.13"] := {
	"passes": harmless,
	"fails": [
		rule(range(22, 22)), rule(range(0, 1023)), rule(everything), rule(v6(range(22, 22))),
		old_rule(range(20, 30)), inside(range(22, 22)), inside({"protocol": "-1"}),
		inside(object.union({"cidr_blocks": [], "ipv6_cidr_blocks": ["::/0"]}, range(22, 22))),
	],
}

cases["EC2.14"] := {
	"passes": array.concat(harmless, [rule(range(22, 22))]),
	"fails": [rule(range(3389, 3389)), rule(range(0, 65535)), rule(everything), rule(v6(range(3389, 3389))), inside(range(3389, 3389))],
}

cases["EC2.53"] := {
	"passes": array.concat(harmless, [rule(v6(range(22, 22)))]),
	"fails": [rule(range(22, 22)), rule(range(3389, 3389)), rule(everything), old_rule(range(22, 22))],
}

cases["EC2.54"] := {
	"passes": array.concat(harmless, [rule(range(22, 22))]),
	"fails": [rule(v6(range(22, 22))), rule(v6(range(3389, 3389))), rule(v6(everything))],
}

cases["EC2.19"] := {
	"passes": harmless,
	"fails": [rule(range(5432, 5432)), rule(range(9000, 9999)), rule(everything), rule(v6(range(9200, 9200))), inside(range(3306, 3306))],
}

cases["EC2.18"] := {
	"passes": array.concat(harmless, [rule(range(80, 80))]),
	"fails": [rule(range(80, 443)), rule(range(8443, 8443)), rule(everything), rule({"ip_protocol": "udp"}), old_rule(range(81, 81))],
}

acl(changed) := {"aws_network_acl": {"a": {"ingress": [object.union(
	{"action": "allow", "cidr_block": "0.0.0.0/0", "ipv6_cidr_block": "${null}", "protocol": "6", "from_port": 1024, "to_port": 3388},
	changed,
)]}}}

acl_rule(changed) := {"aws_network_acl_rule": {"a": object.union(
	{"rule_action": "allow", "cidr_block": "0.0.0.0/0", "protocol": "tcp", "from_port": 22, "to_port": 22},
	changed,
)}}

cases["EC2.21"] := {
	"passes": [
		acl({}),
		acl({"action": "deny", "from_port": 22}),
		acl({"cidr_block": "10.0.0.0/8", "from_port": 22}),
		{"aws_network_acl": {"a": {"egress": acl({"from_port": 22}).aws_network_acl.a.ingress}}},
		{"aws_default_network_acl": {"a": {"ingress": [], "egress": []}}},
		acl_rule({"egress": true}),
	],
	"fails": [
		acl({"from_port": 22}),
		acl({"to_port": 3389}),
		acl({"protocol": "-1"}),
		acl({"cidr_block": "${null}", "ipv6_cidr_block": "::/0", "from_port": 22}),
		{"aws_default_network_acl": {"a": {"ingress": {"action": "allow", "cidr_block": "0.0.0.0/0", "protocol": "-1", "from_port": 0, "to_port": 0}}}},
		acl_rule({}),
	],
}
