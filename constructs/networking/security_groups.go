package networking

import (
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securitygroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupegressrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcsecuritygroupingressrule"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Peer is one side of a flow: a security group of the network, or the internet. Its value is the group's construct id.
type Peer string

// The peers.
const (
	Internet     Peer = "internet"
	LoadBalancer Peer = "load-balancer"
	Realtime     Peer = "realtime"
	Functions    Peer = "functions"
	Aurora       Peer = "aurora"
	Valkey       Peer = "valkey"
	OpenSearch   Peer = "opensearch"
	Endpoints    Peer = "endpoints"
)

// The TCP ports that the platform listens on. RealtimePort is what the realtime service's containers do.
const (
	HTTPSPort    = 443
	AuroraPort   = 5432
	ValkeyPort   = 6379
	RealtimePort = 8080
)

// Flow is a TCP connection that the network lets through. Every flow within the VPC is two rules, one in each peer's group: to
// leave the one and to enter the other.
type Flow struct {
	From, To Peer
	Port     int
	// Why is the description of its rules.
	Why string
}

// Flows are all the connections that the security groups let through; there are no rules but those made from them. Names are
// resolved by the VPC's resolver, which no security group filters.
func Flows(settings envs.Networking) []Flow {
	flows := []Flow{
		{Internet, LoadBalancer, HTTPSPort, "Browsers open the collaboration socket"},
		{LoadBalancer, Realtime, RealtimePort, "The load balancer forwards the socket and checks health"},
		{Realtime, Aurora, AuroraPort, "The collaboration service reads and saves documents"},
		{Functions, Aurora, AuroraPort, "API and workflow functions query the database"},
		{Realtime, Valkey, ValkeyPort, "Collaboration tasks share presence and edits"},
		{Functions, Valkey, ValkeyPort, "API functions cache, and announce changes to open documents"},
		{Functions, OpenSearch, HTTPSPort, "API and workflow functions search and index manuscripts"},
		{Realtime, Internet, HTTPSPort, "Cognito's signing keys and AWS services without a private endpoint"},
		{Functions, Internet, HTTPSPort, "Cognito and AWS services without a private endpoint"},
	}
	if settings.InterfaceEndpoints {
		flows = append(flows,
			Flow{Realtime, Endpoints, HTTPSPort, "Images, secrets, logs and keys over private endpoints"},
			Flow{Functions, Endpoints, HTTPSPort, "AWS services over private endpoints"},
		)
	}
	return flows
}

// addSecurityGroups makes a group for every peer, and the rules of every flow. A group's name and description are never changed:
// AWS knows no such call, so Terraform would replace the group, and everything that has it.
func (b *builder) addSecurityGroups(n *Network) {
	groups := map[Peer]string{
		LoadBalancer: b.addSecurityGroup(LoadBalancer, "The load balancer in front of the collaboration service"),
		Realtime:     b.addSecurityGroup(Realtime, "The collaboration service's tasks"),
		Functions:    b.addSecurityGroup(Functions, "Lambda functions in the VPC"),
		Aurora:       b.addSecurityGroup(Aurora, "The Aurora cluster"),
		Valkey:       b.addSecurityGroup(Valkey, "The Valkey replication group"),
		OpenSearch:   b.addSecurityGroup(OpenSearch, "The OpenSearch domain"),
	}
	if b.Settings.InterfaceEndpoints {
		groups[Endpoints] = b.addSecurityGroup(Endpoints, "Private endpoints of AWS services")
	}
	n.SecurityGroupIDs = SecurityGroupIDs{
		LoadBalancer: groups[LoadBalancer],
		Realtime:     groups[Realtime],
		Functions:    groups[Functions],
		Aurora:       groups[Aurora],
		Valkey:       groups[Valkey],
		OpenSearch:   groups[OpenSearch],
		Endpoints:    groups[Endpoints],
	}
	for _, flow := range Flows(b.Settings) {
		if flow.From != Internet {
			b.addEgressRules(flow, groups)
		}
		if flow.To != Internet {
			b.addIngressRules(flow, groups)
		}
	}
}

func (b *builder) addSecurityGroup(peer Peer, description string) string {
	id := string(peer)
	return *securitygroup.NewSecurityGroup(b.scope, tf.String(id), &securitygroup.SecurityGroupConfig{
		VpcId:       b.vpc.Id(),
		Name:        tf.String(b.Label.Fit(naming.SecurityGroup, id)),
		Description: tf.String(description),
		Tags:        b.name(id),
	}).Id()
}

// other is the far side of a rule: one of the fields is set.
type other struct {
	suffix     string // of the rule's construct id
	group      *string
	ipv4, ipv6 *string
}

// others are the far sides that a peer stands for; the internet is two.
func others(peer Peer, groups map[Peer]string) []other {
	if peer == Internet {
		return []other{{suffix: "-ipv4", ipv4: tf.String(anyIPv4)}, {suffix: "-ipv6", ipv6: tf.String(anyIPv6)}}
	}
	return []other{{group: tf.String(groups[peer])}}
}

func (b *builder) addIngressRules(flow Flow, groups map[Peer]string) {
	for _, from := range others(flow.From, groups) {
		id := fmt.Sprintf("%s-from-%s%s", flow.To, flow.From, from.suffix)
		vpcsecuritygroupingressrule.NewVpcSecurityGroupIngressRule(b.scope, tf.String(id),
			&vpcsecuritygroupingressrule.VpcSecurityGroupIngressRuleConfig{
				SecurityGroupId:           tf.String(groups[flow.To]),
				ReferencedSecurityGroupId: from.group,
				CidrIpv4:                  from.ipv4,
				CidrIpv6:                  from.ipv6,
				IpProtocol:                tf.String("tcp"),
				FromPort:                  tf.Number(flow.Port),
				ToPort:                    tf.Number(flow.Port),
				Description:               tf.String(flow.Why),
				Tags:                      b.name(id),
			})
	}
}

func (b *builder) addEgressRules(flow Flow, groups map[Peer]string) {
	for _, to := range others(flow.To, groups) {
		id := fmt.Sprintf("%s-to-%s%s", flow.From, flow.To, to.suffix)
		rule := vpcsecuritygroupegressrule.NewVpcSecurityGroupEgressRule(b.scope, tf.String(id),
			&vpcsecuritygroupegressrule.VpcSecurityGroupEgressRuleConfig{
				SecurityGroupId:           tf.String(groups[flow.From]),
				ReferencedSecurityGroupId: to.group,
				CidrIpv4:                  to.ipv4,
				CidrIpv6:                  to.ipv6,
				IpProtocol:                tf.String("tcp"),
				FromPort:                  tf.Number(flow.Port),
				ToPort:                    tf.Number(flow.Port),
				Description:               tf.String(flow.Why),
				Tags:                      b.name(id),
			})
		if flow.To == Internet {
			tf.Waive(rule, tf.Waiver{
				Control: "trivy:AVD-AWS-0104",
				Reason:  "what is reached has no fixed addresses to name; the way out is port 443 alone, and nobody comes in by it",
				Expires: "2027-11-30",
			})
		}
	}
}
