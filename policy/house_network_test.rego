package writersroom.controls.house_network

cases["House.SecurityGroups"] := {
	"passes": [
		{
			"aws_security_group": {"g": {"description": "The functions"}},
			"aws_vpc_security_group_egress_rule": {"r": {"description": "AWS services"}},
		},
		{"aws_security_group": {"g": {"description": "The functions", "ingress": [], "egress": []}}},
	],
	"fails": [
		{"aws_security_group": {"g": {}}},
		{"aws_security_group": {"g": {"description": "Managed by Terraform"}}},
		{"aws_security_group": {"g": {"description": "The functions", "ingress": {"from_port": 443}}}},
		{"aws_security_group": {"g": {"description": "The functions", "egress": [{"from_port": 443}]}}},
		{"aws_vpc_security_group_ingress_rule": {"r": {"from_port": 443}}},
		{"aws_vpc_security_group_egress_rule": {"r": {"description": ""}}},
		{"aws_security_group_rule": {"r": {"description": null}}},
	],
}

database := {"aws_db_subnet_group": {"d": {"subnet_ids": ["${aws_subnet.s.id}"]}}, "aws_subnet": {"s": {}}}

guarded(entry) := object.union(database, {"aws_network_acl": {"a": {
	"subnet_ids": ["${aws_subnet.s.id}"],
	"ingress": [object.union({"action": "allow", "protocol": "6", "from_port": 5432, "to_port": 5432, "ipv6_cidr_block": "${null}"}, entry)],
}}})

cases["House.DataTier"] := {
	"passes": [guarded({"cidr_block": "10.0.0.0/17"}), guarded({"cidr_block": "0.0.0.0/0", "action": "deny"})],
	"fails": [
		database,
		object.union(guarded({"cidr_block": "10.0.0.0/17"}), {"aws_db_subnet_group": {"d": {"subnet_ids": ["${aws_subnet.other.id}"]}}}),
		guarded({"cidr_block": "0.0.0.0/0"}),
		guarded({"cidr_block": "${null}", "ipv6_cidr_block": "::/0"}),
		object.union(guarded({"cidr_block": "10.0.0.0/17"}), {"aws_network_acl_rule": {"r": {
			"network_acl_id": "${aws_network_acl.a.id}", "egress": true, "rule_action": "allow", "cidr_block": "0.0.0.0/0", "protocol": "-1",
		}}}),
		{
			"aws_subnet": {"s": {}},
			"aws_opensearch_domain": {"o": {"vpc_options": {"subnet_ids": ["${aws_subnet.s.id}"]}}},
		},
		{"aws_subnet": {"s": {}}, "aws_elasticache_subnet_group": {"e": {"subnet_ids": ["${aws_subnet.s.id}"]}}},
	],
}
