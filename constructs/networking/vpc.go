package networking

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultroutetable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/defaultsecuritygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addVPC makes the VPC, and empties what AWS puts into every new one, so that a subnet or an interface that is given no route
// table and no security group of its own reaches nothing (EC2.2).
func (b *builder) addVPC(n *Network) {
	b.vpc = vpc.NewVpc(b.scope, tf.String("vpc"), &vpc.VpcConfig{
		CidrBlock:                    tf.String(b.Settings.CIDR),
		AssignGeneratedIpv6CidrBlock: tf.Bool(true),
		// Private DNS names of interface endpoints need both.
		EnableDnsSupport:   tf.Bool(true),
		EnableDnsHostnames: tf.Bool(true),
		Tags:               b.name("vpc"),
	})
	n.VPCID = *b.vpc.Id()
	n.VPCARN = *b.vpc.Arn()
	n.VPCCIDR = b.Settings.CIDR
	n.VPCIPv6CIDR = *b.vpc.Ipv6CidrBlock()

	// The empty lists are said: left out, Terraform would not notice a rule or a route that somebody adds by hand.
	group := defaultsecuritygroup.NewDefaultSecurityGroup(b.scope, tf.String("default-security-group"),
		&defaultsecuritygroup.DefaultSecurityGroupConfig{VpcId: tf.String(n.VPCID), Tags: b.name("default-unused")})
	group.AddOverride(tf.String("ingress"), []any{})
	group.AddOverride(tf.String("egress"), []any{})

	table := defaultroutetable.NewDefaultRouteTable(b.scope, tf.String("default-route-table"),
		&defaultroutetable.DefaultRouteTableConfig{
			DefaultRouteTableId: b.vpc.DefaultRouteTableId(),
			Tags:                b.name("default-unused"),
		})
	table.AddOverride(tf.String("route"), []any{})
}

// name is the Name tag, which the EC2 console shows as the resource's name.
func (b *builder) name(parts ...string) *map[string]*string {
	return tf.Map(map[string]string{"Name": b.Label.Name(parts...)})
}
