package compute

import (
	"strconv"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lb"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lblistener"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lblistenerrule"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lbtargetgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/wafv2webaclassociation"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// socketIdleSeconds is how long nothing has to pass over a socket before the load balancer closes it. The service pings more often.
	socketIdleSeconds = 300
	// loadBalancerLogs is the folder of the access logs' bucket that its policy lets load balancers write to.
	loadBalancerLogs = "load-balancer"
	// tlsPolicy takes TLS 1.3, and 1.2 with forward secrecy and authenticated encryption alone.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
)

// front is what stands before the service.
type front struct {
	loadBalancer lb.Lb
	targets      lbtargetgroup.LbTargetGroup
	// rule leads to the targets, which ECS takes for a service only when something does.
	rule       lblistenerrule.LbListenerRule
	webACLName string
}

// addLoadBalancer makes the load balancer, its firewall and its name. It listens on 443 alone: a socket's address says wss, and no
// browser comes to it in the clear.
func (b *builder) addLoadBalancer() front {
	balancer := lb.NewLb(b.scope, tf.String("realtime-load-balancer"), &lb.LbConfig{
		Name:                     tf.String(b.Label.Fit(naming.LoadBalancer, realtime)),
		LoadBalancerType:         tf.String("application"),
		Internal:                 tf.Bool(false),
		IpAddressType:            tf.String("dualstack"),
		Subnets:                  tf.Strings(b.PublicSubnetIDs...),
		SecurityGroups:           tf.Strings(b.LoadBalancerSecurityGroupID),
		IdleTimeout:              tf.Number(socketIdleSeconds),
		DesyncMitigationMode:     tf.String("strictest"), // ELB.12
		DropInvalidHeaderFields:  tf.Bool(true),          // ELB.4
		EnableDeletionProtection: tf.Bool(b.Retain),      // ELB.6
		AccessLogs: &lb.LbAccessLogs{ // ELB.5
			Enabled: tf.Bool(true), Bucket: tf.String(b.AccessLogsBucket), Prefix: tf.String(loadBalancerLogs),
		},
		ConnectionLogs: &lb.LbConnectionLogs{
			Enabled: tf.Bool(true), Bucket: tf.String(b.AccessLogsBucket), Prefix: tf.String(loadBalancerLogs),
		},
		Lifecycle: tf.Retained(b.Retain),
	})
	tf.Waive(balancer, tf.Waiver{
		Control: "trivy:AVD-AWS-0053",
		Reason:  "writers' browsers open the collaboration socket from anywhere; a firewall stands before it, and TLS is all it speaks",
		Expires: "2027-11-30",
	})
	aclARN, aclName := b.addFirewall(realtime, "REGIONAL", nil)
	wafv2webaclassociation.NewWafv2WebAclAssociation(b.scope, tf.String("realtime-firewall-association"),
		&wafv2webaclassociation.Wafv2WebAclAssociationConfigA{ResourceArn: balancer.Arn(), WebAclArn: tf.String(aclARN)})
	b.addName(realtime, b.realtimeHost(), *balancer.DnsName(), *balancer.ZoneId())

	targets := b.addTargets()
	return front{loadBalancer: balancer, targets: targets, rule: b.addListener(balancer, targets), webACLName: aclName}
}

// addTargets makes the group that tasks join. A task that leaves it gets no new sockets, and keeps those that it has for as long as it
// may need to save what is open.
//
// No cookie ties a browser to a task: a socket stays with its task by itself, and a new one is better off with whichever has the
// fewest. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html
func (b *builder) addTargets() lbtargetgroup.LbTargetGroup {
	return lbtargetgroup.NewLbTargetGroup(b.scope, tf.String("realtime-targets"), &lbtargetgroup.LbTargetGroupConfig{
		Name:                       tf.String(b.Label.Fit(naming.TargetGroup, realtime)),
		VpcId:                      tf.String(b.VPCID),
		TargetType:                 tf.String("ip"),
		Protocol:                   tf.String("HTTP"), // within the VPC, to the tasks' own security group
		ProtocolVersion:            tf.String("HTTP1"),
		Port:                       tf.Number(b.RealtimePort),
		DeregistrationDelay:        tf.String(strconv.Itoa(b.Settings.RealtimeFlushSeconds + drainMarginSeconds)),
		LoadBalancingAlgorithmType: tf.String("least_outstanding_requests"),
		Stickiness:                 &lbtargetgroup.LbTargetGroupStickiness{Enabled: tf.Bool(false), Type: tf.String("lb_cookie")},
		HealthCheck: &lbtargetgroup.LbTargetGroupHealthCheck{
			Enabled:            tf.Bool(true),
			Path:               tf.String("/health"),
			Protocol:           tf.String("HTTP"),
			Matcher:            tf.String("200"),
			Interval:           tf.Number(10),
			Timeout:            tf.Number(5),
			HealthyThreshold:   tf.Number(2),
			UnhealthyThreshold: tf.Number(3),
		},
	})
}

// addListener takes what comes for the service's own name, and answers 404 to what does not: scanners come by address.
func (b *builder) addListener(balancer lb.Lb, targets lbtargetgroup.LbTargetGroup) lblistenerrule.LbListenerRule {
	listener := lblistener.NewLbListener(b.scope, tf.String("realtime-listener"), &lblistener.LbListenerConfig{
		LoadBalancerArn: balancer.Arn(),
		Port:            tf.Number(443),
		Protocol:        tf.String("HTTPS"),
		SslPolicy:       tf.String(tlsPolicy),
		CertificateArn:  tf.String(b.certificateARN),
		DefaultAction: &[]*lblistener.LbListenerDefaultAction{{
			Type: tf.String("fixed-response"),
			FixedResponse: &lblistener.LbListenerDefaultActionFixedResponse{
				StatusCode: tf.String("404"), ContentType: tf.String("text/plain"), MessageBody: tf.String("Not found"),
			},
		}},
	})
	return lblistenerrule.NewLbListenerRule(b.scope, tf.String("realtime-rule"), &lblistenerrule.LbListenerRuleConfig{
		ListenerArn: listener.Arn(),
		Priority:    tf.Number(1),
		Condition: &[]*lblistenerrule.LbListenerRuleCondition{{
			HostHeader: &lblistenerrule.LbListenerRuleConditionHostHeader{Values: tf.Strings(b.realtimeHost())},
		}},
		Action: &[]*lblistenerrule.LbListenerRuleAction{{Type: tf.String("forward"), TargetGroupArn: targets.Arn()}},
	})
}
