package networking

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/eip"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/internetgateway"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/natgateway"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addNATGateways makes one gateway in the first zone, or one in every zone.
func (b *builder) addNATGateways(n *Network, internet internetgateway.InternetGateway) {
	for i, z := range b.zones[:b.Settings.NATGateways] {
		id := "nat-" + z.letter
		address := eip.NewEip(b.scope, tf.String(id+"-address"), &eip.EipConfig{Domain: tf.String("vpc"), Tags: b.name(id)})
		gateway := natgateway.NewNatGateway(b.scope, tf.String(id), &natgateway.NatGatewayConfig{
			AllocationId: address.Id(),
			SubnetId:     tf.String(n.PublicSubnetIDs[i]),
			Tags:         b.name(id),
			// A NAT gateway fails to start in a VPC without an internet gateway, though none of its arguments refers to one.
			DependsOn: &[]cdktf.ITerraformDependable{internet},
		})
		n.NATGatewayIDs = append(n.NATGatewayIDs, *gateway.Id())
		n.NATPublicIPs = append(n.NATPublicIPs, *address.PublicIp())
	}
}
