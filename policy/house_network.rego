# What the house asks of its networks beyond Security Hub's controls.
package writersroom.controls.house_network

import data.writersroom.controls.ec2
import data.writersroom.terraform as tf

title["House.SecurityGroups"] := "security groups and their rules are resources of their own, and say what they are for"

subject["House.SecurityGroups"] contains address if some address, _ in described

described := object.union_n([tf.resources(type) | some type in [
	"aws_security_group",
	"aws_security_group_rule",
	"aws_vpc_security_group_egress_rule",
	"aws_vpc_security_group_ingress_rule",
]])

# Rules inside of two groups that name each other are a cycle, and rules inside take rules outside away.
fault["House.SecurityGroups"] contains {
	"address": address,
	"message": sprintf("must have its rules as aws_vpc_security_group_%s_rule, has them inside", [direction]),
} if {
	some address, group in tf.resources("aws_security_group")
	some direction in ["ingress", "egress"]
	tf.given(group, direction)
	count(tf.blocks(group.values, direction)) > 0
}

fault["House.SecurityGroups"] contains {"address": address, "message": "must have a description of what it is for"} if {
	some address, resource in described
	not says_something(resource)
}

says_something(resource) if not object.get(resource.values, "description", "") in {"", null, "Managed by Terraform"}

title["House.DataTier"] := "subnets of databases have a network ACL that knows no address outside the VPC"

# data_subnets are those that databases lie in.
data_subnets contains address if {
	some type, argument in {
		"aws_db_subnet_group": "subnet_ids",
		"aws_elasticache_subnet_group": "subnet_ids",
		"aws_opensearch_domain": "vpc_options",
	}
	some resource in tf.resources(type)
	some address in tf.refers(resource, argument)
	startswith(address, "aws_subnet.")
}

subject["House.DataTier"] contains address if some address in data_subnets

fault["House.DataTier"] contains {"address": address, "message": "must be among the subnet_ids of an aws_network_acl"} if {
	some address in data_subnets
	count(acls(address)) == 0
}

fault["House.DataTier"] contains {
	"address": address,
	"message": sprintf("must have a network ACL without any address outside the VPC, has %s with %s", [entry.address, cidr(entry.rule)]),
} if {
	some address in data_subnets
	some acl in acls(address)
	some entry in ec2.acl_entries
	belongs(entry, acl)
	ec2.open_to_all(entry)
}

acls(subnet) := {acl |
	some acl in tf.resources("aws_network_acl")
	subnet in tf.refers(acl, "subnet_ids")
}

belongs(entry, acl) if entry.address == acl.address

belongs(entry, acl) if {
	some rule in tf.attached("aws_network_acl_rule", "network_acl_id", acl)
	rule.address == entry.address
}

cidr(rule) := rule.ipv6_cidr_block if {
	rule.ipv6_cidr_block == "::/0"
} else := rule.cidr_block
