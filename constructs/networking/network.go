// Package networking makes an environment's network: a VPC of three tiers, the gateways and endpoints that its traffic may leave
// through, the security groups that say who may talk to whom, and the log of what was said.
package networking

import (
	"errors"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpc"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what a network is made from.
type Config struct {
	Label naming.Label
	// Settings have been validated.
	Settings envs.Networking
	// Zones are the names of the availability zones that the subnets span. A zone's letter is part of its resources' construct
	// ids and decides its addresses, so that adding or removing a zone leaves the others alone.
	Zones                      []string
	Region, Account, Partition string
	// LogRetentionDays is how long the flow log is kept.
	LogRetentionDays int
	// LogsKeyARN is the KMS key that the flow log is encrypted with.
	LogsKeyARN string
	// FlowLogRoleARN is the role that VPC Flow Logs writes with: one that trusts vpc-flow-logs.amazonaws.com and may do what
	// FlowLogStatements says.
	FlowLogRoleARN string
}

// Network is what other modules may wire. Lists that are by availability zone are in the order of Zones.
type Network struct {
	VPCID       string
	VPCARN      string
	VPCCIDR     string
	VPCIPv6CIDR string
	Zones       []string

	// PublicSubnetIDs are for load balancers alone: nothing launched there gets a public address unless it asks for one.
	PublicSubnetIDs []string
	// PrivateSubnetIDs are for what runs code. It can leave through the NAT gateways and cannot be reached from outside.
	PrivateSubnetIDs []string
	// DataSubnetIDs are for what keeps data. Nothing there can leave the VPC.
	DataSubnetIDs []string
	// PrivateCIDR holds every private subnet of today and of zones yet to come, and nothing else.
	PrivateCIDR string

	PublicRouteTableID string
	// PrivateRouteTableIDs has one table for each availability zone.
	PrivateRouteTableIDs []string
	DataRouteTableID     string

	InternetGatewayID           string
	EgressOnlyInternetGatewayID string
	NATGatewayIDs               []string
	// NATPublicIPs are the addresses that the outside sees the private subnets' IPv4 traffic come from.
	NATPublicIPs []string

	// S3EndpointID and DynamoDBEndpointID are what a resource policy's aws:SourceVpce condition names.
	S3EndpointID       string
	DynamoDBEndpointID string
	// InterfaceEndpointIDs are by service ("secretsmanager", "ecr.api"); empty without the environment's interfaceEndpoints.
	InterfaceEndpointIDs map[string]string

	SecurityGroupIDs SecurityGroupIDs

	FlowLogID           string
	FlowLogLogGroupName string
	FlowLogLogGroupARN  string
}

// SecurityGroupIDs has one group for each kind of thing that has a network interface. Flows says who may reach whom.
type SecurityGroupIDs struct {
	LoadBalancer string
	Realtime     string
	Functions    string
	Aurora       string
	Valkey       string
	OpenSearch   string
	// Endpoints is empty without the environment's interfaceEndpoints.
	Endpoints string
}

// builder is what the resource families are made with: where, from what, and the VPC they all are in.
type builder struct {
	Config
	scope constructs.Construct
	zones []zone
	vpc   vpc.Vpc
}

// New makes the network. It refuses, before making anything, a zone that the layout has no part for.
func New(parent constructs.Construct, id string, cfg Config) (*Network, error) {
	defer tf.Within(parent, id)

	zones, layoutErr := layout(cfg.Settings.CIDR, cfg.Region, cfg.Zones)
	policies, policyErr := endpointPolicies(cfg)
	if err := errors.Join(layoutErr, policyErr); err != nil {
		return nil, err
	}

	b := builder{Config: cfg, scope: constructs.NewConstruct(parent, tf.String(id)), zones: zones}
	network := &Network{Zones: cfg.Zones}
	b.addVPC(network)
	b.addSubnets(network)
	b.addRouteTables(network)
	b.addNetworkACLs(network)
	b.addSecurityGroups(network)
	b.addEndpoints(network, policies)
	b.addFlowLog(network)
	return network, nil
}
