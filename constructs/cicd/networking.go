package cicd

import "github.com/writersroom/infrastructure/internal/iam"

// networking is what constructs/networking takes.
func (g grants) networking() []access {
	all := g.ec2("egress-only-internet-gateway", "elastic-ip", "internet-gateway", "natgateway", "network-acl", "route-table",
		"security-group", "security-group-rule", "subnet", "vpc", "vpc-endpoint", "vpc-flow-log")
	return []access{{
		sid: "Networks",
		read: []string{
			"ec2:DescribeAddresses", "ec2:DescribeAddressesAttribute", "ec2:DescribeAvailabilityZones",
			"ec2:DescribeEgressOnlyInternetGateways", "ec2:DescribeFlowLogs", "ec2:DescribeInternetGateways", "ec2:DescribeManagedPrefixLists",
			"ec2:DescribeNatGateways", "ec2:DescribeNetworkAcls", "ec2:DescribeNetworkInterfaces", "ec2:DescribePrefixLists",
			"ec2:DescribeRouteTables", "ec2:DescribeSecurityGroupRules", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
			"ec2:DescribeTags", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs",
		},
		on:     []string{"*"},
		reason: "EC2 describes all or nothing",
	}, {
		sid: "NetworksNew",
		write: []string{
			"ec2:AllocateAddress", "ec2:CreateEgressOnlyInternetGateway", "ec2:CreateFlowLogs", "ec2:CreateInternetGateway",
			"ec2:CreateNatGateway", "ec2:CreateNetworkAcl", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet",
			"ec2:CreateVpc", "ec2:CreateVpcEndpoint",
		},
		on:     all,
		when:   []iam.Condition{g.tagging()},
		reason: "what is made says whose it is",
	}, {
		sid: "NetworksChanged",
		write: []string{
			"ec2:AssociateAddress", "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroupEgress",
			"ec2:AuthorizeSecurityGroupIngress", "ec2:CreateEgressOnlyInternetGateway", "ec2:CreateFlowLogs", "ec2:CreateNatGateway",
			"ec2:CreateNetworkAcl", "ec2:CreateNetworkAclEntry", "ec2:CreateRoute", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup",
			"ec2:CreateSubnet", "ec2:CreateTags", "ec2:CreateVpcEndpoint", "ec2:DeleteEgressOnlyInternetGateway", "ec2:DeleteFlowLogs",
			"ec2:DeleteInternetGateway", "ec2:DeleteNatGateway", "ec2:DeleteNetworkAcl", "ec2:DeleteNetworkAclEntry", "ec2:DeleteRoute",
			"ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc",
			"ec2:DeleteVpcEndpoints", "ec2:DetachInternetGateway", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable",
			"ec2:ModifySecurityGroupRules", "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute", "ec2:ModifyVpcEndpoint",
			"ec2:ReleaseAddress", "ec2:ReplaceNetworkAclAssociation", "ec2:ReplaceNetworkAclEntry", "ec2:ReplaceRoute",
			"ec2:ReplaceRouteTableAssociation", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress",
			"ec2:UpdateSecurityGroupRuleDescriptionsEgress", "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
		},
		on:     all,
		when:   []iam.Condition{g.tagged()},
		reason: "AWS chooses the ids of networks; their tag says whose they are",
	}, {
		sid:    "NetworksTagged",
		write:  []string{"ec2:CreateTags"},
		on:     all,
		when:   []iam.Condition{untagged(), g.tagging()},
		reason: "what is new, or came with the VPC, becomes the deployment's, and nothing of another does",
	}, {
		sid: "NetworksBorn",
		write: []string{
			"ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateNetworkAclEntry",
			"ec2:DeleteNetworkAclEntry", "ec2:DeleteRoute", "ec2:ReplaceNetworkAclAssociation", "ec2:RevokeSecurityGroupEgress",
			"ec2:RevokeSecurityGroupIngress",
		},
		// This version of the provider empties what AWS made with a VPC before it tags it, and tags rules after it has made them.
		// https://github.com/hashicorp/terraform-provider-aws/pull/44798 and /issues/38552
		on:     g.ec2("network-acl", "route-table", "security-group", "security-group-rule"),
		when:   []iam.Condition{untagged()},
		reason: "what came with a VPC is emptied before it is tagged, and rules are tagged after they are made",
	}, {
		sid:    "NetworkInterfaces",
		write:  []string{"ec2:DeleteNetworkInterface", "ec2:DetachNetworkInterface", "ec2:DisassociateAddress"},
		on:     g.ec2("network-interface"),
		when:   []iam.Condition{untagged()},
		reason: "Lambda leaves network interfaces behind, which carry no tags and keep a security group from being deleted",
	}}
}

// ec2 are all resources of those kinds.
func (g grants) ec2(kinds ...string) []string {
	var arns []string
	for _, kind := range kinds {
		arns = append(arns, g.arn("ec2", kind+"/*"))
	}
	return arns
}
