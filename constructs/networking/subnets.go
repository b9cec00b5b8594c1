package networking

import (
	"net/netip"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/subnet"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addSubnets makes a subnet of every tier in every zone. Data subnets are without IPv6: nothing there has a reason to be addressed
// from outside the VPC.
func (b *builder) addSubnets(n *Network) {
	for _, z := range b.zones {
		n.PublicSubnetIDs = append(n.PublicSubnetIDs, b.addSubnet("public", z, z.public, b.ipv6(z.publicIPv6)))
		n.PrivateSubnetIDs = append(n.PrivateSubnetIDs, b.addSubnet("private", z, z.private, b.ipv6(z.privateIPv6)))
		n.DataSubnetIDs = append(n.DataSubnetIDs, b.addSubnet("data", z, z.data, nil))
	}
	n.PrivateCIDR = privateTier(netip.MustParsePrefix(b.Settings.CIDR)).String()
}

// addSubnet gives no address that can be reached from outside to what is launched there (EC2.15). That holds for IPv6 as well,
// whose addresses are all public: a workload that wants one asks for it.
func (b *builder) addSubnet(tier string, z zone, cidr netip.Prefix, ipv6 *string) string {
	id := tier + "-" + z.letter
	return *subnet.NewSubnet(b.scope, tf.String(id), &subnet.SubnetConfig{
		VpcId:                       b.vpc.Id(),
		AvailabilityZone:            tf.String(z.name),
		CidrBlock:                   tf.String(cidr.String()),
		Ipv6CidrBlock:               ipv6,
		MapPublicIpOnLaunch:         tf.Bool(false),
		AssignIpv6AddressOnCreation: tf.Bool(false),
		Tags:                        b.name(id),
	}).Id()
}

// ipv6 is the number-th /64 of the block that Amazon gives the VPC when it is made.
func (b *builder) ipv6(number int) *string {
	return cdktf.Fn_Cidrsubnet(b.vpc.Ipv6CidrBlock(), tf.Number(ipv6Bits), tf.Number(number))
}
