package networking

import (
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultnetworkacl"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/networkacl"

	"github.com/writersroom/infrastructure/internal/tf"
)

// aclRule allows what it names; what no rule of a network ACL allows, the ACL denies. AWS allows twenty rules each way:
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls
type aclRule struct {
	number   int // lowest first, and kept when rules come and go: a change of number is a rule removed and another added
	protocol string
	from, to int // ports; of ICMP, type and code
	cidr     string
}

const (
	tcp    = "6"
	icmp   = "1"
	icmpv6 = "58"
)

// An ACL keeps no account of connections, so answers are let through by the ports that they go to. NAT gateways, load balancers
// and Lambda use all of 1024 to 65535:
// https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
// Remote Desktop's 3389 lies among them, and is not let in from the internet even so (EC2.21): one connection in 64,512 is answered
// to that port, and fails, and is tried again.
const (
	ephemeralFirst = 1024
	remoteDesktop  = 3389
	ephemeralLast  = 65535
)

// A router that has no room for a packet says so over ICMP; without these, big answers vanish:
// https://docs.aws.amazon.com/vpc/latest/userguide/path_mtu_discovery.html
const (
	unreachable, fragmentationNeeded = 3, 4 // ICMP's type and code
	packetTooBig                     = 2    // ICMPv6's type; its code is 0
)

// acl is a tier's rules. They are a second fence behind the security groups: coarse where code runs, narrow around the data.
type acl struct {
	ingress, egress []aclRule
}

// answers are what the internet sends back to a tier that calls it.
func answers() []aclRule {
	return []aclRule{
		{120, tcp, ephemeralFirst, remoteDesktop - 1, anyIPv4},
		{121, tcp, ephemeralFirst, remoteDesktop - 1, anyIPv6},
		{130, tcp, remoteDesktop + 1, ephemeralLast, anyIPv4},
		{131, tcp, remoteDesktop + 1, ephemeralLast, anyIPv6},
		{140, icmp, unreachable, fragmentationNeeded, anyIPv4},
		{141, icmpv6, packetTooBig, 0, anyIPv6},
	}
}

// publicACL lets browsers in to the load balancer, and NAT gateways and load balancers to both sides.
func publicACL(private string) acl {
	return acl{
		ingress: append([]aclRule{
			{100, tcp, HTTPSPort, HTTPSPort, anyIPv4},
			{101, tcp, HTTPSPort, HTTPSPort, anyIPv6},
			{110, tcp, ephemeralFirst, ephemeralLast, private},
		}, answers()...),
		egress: []aclRule{
			{100, tcp, HTTPSPort, HTTPSPort, anyIPv4},
			{101, tcp, HTTPSPort, HTTPSPort, anyIPv6},
			{110, tcp, ephemeralFirst, ephemeralLast, anyIPv4},
			{111, tcp, ephemeralFirst, ephemeralLast, anyIPv6},
			{120, icmp, unreachable, fragmentationNeeded, anyIPv4},
			{121, icmpv6, packetTooBig, 0, anyIPv6},
		},
	}
}

// privateACL lets code out over HTTPS and to what listens within the VPC, and lets in the load balancer and answers.
func privateACL(vpc, private string) acl {
	return acl{
		ingress: append([]aclRule{
			{100, tcp, HTTPSPort, HTTPSPort, private},
			{110, tcp, ephemeralFirst, ephemeralLast, vpc},
		}, answers()...),
		egress: []aclRule{
			{100, tcp, HTTPSPort, HTTPSPort, anyIPv4},
			{101, tcp, HTTPSPort, HTTPSPort, anyIPv6},
			{110, tcp, ephemeralFirst, ephemeralLast, vpc},
			{120, icmp, unreachable, fragmentationNeeded, anyIPv4},
			{121, icmpv6, packetTooBig, 0, anyIPv6},
		},
	}
}

// dataACL lets the private tier in, to the three ports that listen, and answers back to it. Nothing else enters or leaves: not the
// public tier, not the internet, not IPv6. What the nodes of one cache or domain say to one another needs no security group rule
// either, and so does not pass here.
func dataACL(private string) acl {
	return acl{
		ingress: []aclRule{
			{100, tcp, AuroraPort, AuroraPort, private},
			{110, tcp, ValkeyPort, ValkeyPort, private},
			{120, tcp, HTTPSPort, HTTPSPort, private}, // OpenSearch
			{130, icmp, unreachable, fragmentationNeeded, private},
		},
		egress: []aclRule{
			{100, tcp, ephemeralFirst, ephemeralLast, private},
			{110, icmp, unreachable, fragmentationNeeded, private},
		},
	}
}

// addNetworkACLs gives every tier its ACL, and takes its rules from the one that AWS gives a subnet that has none.
func (b *builder) addNetworkACLs(n *Network) {
	fallback := defaultnetworkacl.NewDefaultNetworkAcl(b.scope, tf.String("default-network-acl"),
		&defaultnetworkacl.DefaultNetworkAclConfig{
			DefaultNetworkAclId: b.vpc.DefaultNetworkAclId(),
			Tags:                b.name("default-unused"),
		})
	fallback.AddOverride(tf.String("ingress"), []any{})
	fallback.AddOverride(tf.String("egress"), []any{})

	b.addNetworkACL("public-acl", n.PublicSubnetIDs, publicACL(n.PrivateCIDR))
	b.addNetworkACL("private-acl", n.PrivateSubnetIDs, privateACL(n.VPCCIDR, n.PrivateCIDR))
	b.addNetworkACL("data-acl", n.DataSubnetIDs, dataACL(n.PrivateCIDR))
}

func (b *builder) addNetworkACL(id string, subnets []string, rules acl) {
	var ingress []*networkacl.NetworkAclIngress
	for _, r := range rules.ingress {
		entry := networkacl.NetworkAclIngress(r.entry())
		ingress = append(ingress, &entry)
	}
	var egress []*networkacl.NetworkAclEgress
	for _, r := range rules.egress {
		entry := r.entry()
		egress = append(egress, &entry)
	}
	networkacl.NewNetworkAcl(b.scope, tf.String(id), &networkacl.NetworkAclConfig{
		VpcId:     b.vpc.Id(),
		SubnetIds: tf.Strings(subnets...),
		Ingress:   ingress,
		Egress:    egress,
		Tags:      b.name(id),
	})
}

// entry is the rule as the provider takes it: with every key of the object, of which those that say nothing are null.
func (r aclRule) entry() networkacl.NetworkAclEgress {
	null := tf.String("${null}")
	entry := networkacl.NetworkAclEgress{
		RuleNo:        tf.Number(r.number),
		Action:        tf.String("allow"),
		Protocol:      tf.String(r.protocol),
		CidrBlock:     tf.String(r.cidr),
		Ipv6CidrBlock: null,
		FromPort:      tf.Number(r.from),
		ToPort:        tf.Number(r.to),
		IcmpType:      tf.Number(0),
		IcmpCode:      tf.Number(0),
	}
	if strings.Contains(r.cidr, ":") {
		entry.CidrBlock, entry.Ipv6CidrBlock = null, entry.CidrBlock
	}
	if r.protocol != tcp {
		entry.FromPort, entry.ToPort, entry.IcmpType, entry.IcmpCode = entry.IcmpType, entry.IcmpCode, entry.FromPort, entry.ToPort
	}
	return entry
}
