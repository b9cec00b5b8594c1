package networking

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/egressonlyinternetgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/internetgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/route"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetable"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/routetableassociation"

	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	anyIPv4 = "0.0.0.0/0"
	anyIPv6 = "::/0"
)

// addRouteTables makes the ways out of the VPC and the tables that lead there. The data tier's table leads nowhere.
func (b *builder) addRouteTables(n *Network) {
	gateway := b.addPublicRoutes(n)
	b.addNATGateways(n, gateway)
	b.addPrivateRoutes(n)
	n.DataRouteTableID = b.addRouteTable("data-routes")
	for i, z := range b.zones {
		b.associate("data-"+z.letter, n.DataSubnetIDs[i], n.DataRouteTableID)
	}
}

func (b *builder) addPublicRoutes(n *Network) internetgateway.InternetGateway {
	gateway := internetgateway.NewInternetGateway(b.scope, tf.String("internet-gateway"),
		&internetgateway.InternetGatewayConfig{VpcId: b.vpc.Id(), Tags: b.name("internet-gateway")})
	n.InternetGatewayID = *gateway.Id()

	n.PublicRouteTableID = b.addRouteTable("public-routes")
	b.addRoute("public-internet-ipv4", &route.RouteConfig{
		RouteTableId:         tf.String(n.PublicRouteTableID),
		DestinationCidrBlock: tf.String(anyIPv4),
		GatewayId:            gateway.Id(),
	})
	b.addRoute("public-internet-ipv6", &route.RouteConfig{
		RouteTableId:             tf.String(n.PublicRouteTableID),
		DestinationIpv6CidrBlock: tf.String(anyIPv6),
		GatewayId:                gateway.Id(),
	})
	for i, z := range b.zones {
		b.associate("public-"+z.letter, n.PublicSubnetIDs[i], n.PublicRouteTableID)
	}
	return gateway
}

// addPrivateRoutes makes a table for each zone, also where all share one NAT gateway, so that going to one per zone changes a
// route and moves no subnet. IPv6 leaves through a gateway that lets no connection in and costs nothing by itself.
func (b *builder) addPrivateRoutes(n *Network) {
	outward := egressonlyinternetgateway.NewEgressOnlyInternetGateway(b.scope, tf.String("egress-only-internet-gateway"),
		&egressonlyinternetgateway.EgressOnlyInternetGatewayConfig{VpcId: b.vpc.Id(), Tags: b.name("egress-only-internet-gateway")})
	n.EgressOnlyInternetGatewayID = *outward.Id()

	for i, z := range b.zones {
		id := "private-" + z.letter
		table := b.addRouteTable(id + "-routes")
		b.addRoute(id+"-internet-ipv4", &route.RouteConfig{
			RouteTableId:         tf.String(table),
			DestinationCidrBlock: tf.String(anyIPv4),
			NatGatewayId:         tf.String(n.NATGatewayIDs[min(i, len(n.NATGatewayIDs)-1)]),
		})
		b.addRoute(id+"-internet-ipv6", &route.RouteConfig{
			RouteTableId:             tf.String(table),
			DestinationIpv6CidrBlock: tf.String(anyIPv6),
			EgressOnlyGatewayId:      outward.Id(),
		})
		b.associate(id, n.PrivateSubnetIDs[i], table)
		n.PrivateRouteTableIDs = append(n.PrivateRouteTableIDs, table)
	}
}

func (b *builder) addRouteTable(id string) string {
	return *routetable.NewRouteTable(b.scope, tf.String(id), &routetable.RouteTableConfig{VpcId: b.vpc.Id(), Tags: b.name(id)}).Id()
}

func (b *builder) addRoute(id string, config *route.RouteConfig) {
	route.NewRoute(b.scope, tf.String(id), config)
}

func (b *builder) associate(subnet, subnetID, table string) {
	routetableassociation.NewRouteTableAssociation(b.scope, tf.String(subnet+"-association"),
		&routetableassociation.RouteTableAssociationConfig{SubnetId: tf.String(subnetID), RouteTableId: tf.String(table)})
}
