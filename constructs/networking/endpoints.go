package networking

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/vpcendpoint"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/tf"
)

// endpoint is one AWS service that is reached without leaving the VPC.
type endpoint struct {
	// service is the last part of the endpoint service's name: com.amazonaws.<region>.<service>.
	service string
	// prefix is what the service's actions begin with in a policy.
	prefix string
}

// gatewayEndpoints cost nothing and are in every environment.
func gatewayEndpoints() []endpoint {
	return []endpoint{{"s3", "s3"}, {"dynamodb", "dynamodb"}}
}

// interfaceEndpoints are the services that the platform's code and its containers' runtime call.
func interfaceEndpoints() []endpoint {
	return []endpoint{
		{"bedrock-runtime", "bedrock"},
		{"ecr.api", "ecr"},
		{"ecr.dkr", "ecr"},
		{"kms", "kms"},
		{"logs", "logs"},
		{"sagemaker.runtime", "sagemaker"},
		{"secretsmanager", "secretsmanager"},
		{"ssm", "ssm"},
		{"states", "states"},
		{"sts", "sts"},
	}
}

// id is the endpoint's construct id.
func (e endpoint) id() string { return strings.ReplaceAll(e.service, ".", "-") + "-endpoint" }

// endpointPolicies renders the policies of all endpoints, by service.
func endpointPolicies(cfg Config) (map[string]string, error) {
	policies := map[string]string{}
	var faults []error
	render := func(e endpoint, policy iam.Policy) {
		var err error
		if policies[e.service], err = policy.CeilingJSON(); err != nil {
			faults = append(faults, fmt.Errorf("endpoint %s: %w", e.service, err))
		}
	}
	for _, e := range gatewayEndpoints() {
		policy := ownDataPolicy(e, cfg.Account)
		if e.service == "s3" {
			policy = append(policy, imageLayers(cfg))
		}
		render(e, policy)
	}
	for _, e := range interfaceEndpoints() {
		render(e, ownPrincipalsPolicy(e, cfg.Account))
	}
	return policies, errors.Join(faults...)
}

// everyone is the principal of endpoint policies: conditions narrow it.
func everyone() map[string][]string { return map[string][]string{"AWS": {"*"}} }

// ownPrincipalsPolicy lets the account's own principals through, whatever the service then decides, and nobody else: stolen
// credentials of another account are of no use from within the VPC.
func ownPrincipalsPolicy(e endpoint, account string) iam.Policy {
	return iam.Policy{
		{
			Sid:        "OwnPrincipals",
			Principals: everyone(),
			Actions:    []string{e.prefix + ":*"},
			Resources:  []string{"*"},
			Reason:     "an endpoint policy is a ceiling; each role's own policy says which calls and which resources",
		},
		{
			Sid:        "NobodyElse",
			Effect:     iam.Deny,
			Principals: everyone(),
			Actions:    []string{"*"},
			Resources:  []string{"*"},
			Conditions: []iam.Condition{{Test: "StringNotEquals", Key: "aws:PrincipalAccount", Values: []string{account}}},
			Reason:     "credentials of another account have no business in this VPC",
		},
	}
}

// ownDataPolicy lets the account's own principals through to the account's own data: what runs in the VPC cannot copy a manuscript
// to a bucket or a table of somebody else's. It has no Deny, which would refuse the image layers too: those are read with
// credentials of Amazon ECR's. What no statement allows is refused as well.
func ownDataPolicy(e endpoint, account string) iam.Policy {
	return iam.Policy{{
		Sid:        "OwnPrincipalsToOwnData",
		Principals: everyone(),
		Actions:    []string{e.prefix + ":*"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{
			{Test: "StringEquals", Key: "aws:PrincipalAccount", Values: []string{account}},
			{Test: "StringEquals", Key: "aws:ResourceAccount", Values: []string{account}},
		},
		Reason: "an endpoint policy is a ceiling; each role's own policy says which calls and which resources",
	}}
}

// imageLayers lets containers start: Amazon ECR keeps image layers in a bucket of its own and hands out links to it.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
func imageLayers(cfg Config) iam.Statement {
	return iam.Statement{
		Sid:        "ImageLayers",
		Principals: everyone(),
		Actions:    []string{"s3:GetObject"},
		Resources:  []string{fmt.Sprintf("arn:%s:s3:::prod-%s-starport-layer-bucket/*", cfg.Partition, cfg.Region)},
		Reason:     "Fargate downloads image layers from Amazon ECR's bucket",
	}
}

// addEndpoints makes the endpoints. Only private subnets have them: public ones call no AWS service, and data subnets call nothing.
func (b *builder) addEndpoints(n *Network, policies map[string]string) {
	gateways := map[string]string{}
	for _, e := range gatewayEndpoints() {
		gateways[e.service] = *vpcendpoint.NewVpcEndpoint(b.scope, tf.String(e.id()), &vpcendpoint.VpcEndpointConfig{
			VpcId:           b.vpc.Id(),
			ServiceName:     tf.String(b.serviceName(e)),
			VpcEndpointType: tf.String("Gateway"),
			RouteTableIds:   tf.Strings(n.PrivateRouteTableIDs...),
			Policy:          tf.String(policies[e.service]),
			Tags:            b.name(e.id()),
		}).Id()
	}
	n.S3EndpointID, n.DynamoDBEndpointID = gateways["s3"], gateways["dynamodb"]

	n.InterfaceEndpointIDs = map[string]string{}
	if !b.Settings.InterfaceEndpoints {
		return
	}
	for _, e := range interfaceEndpoints() {
		n.InterfaceEndpointIDs[e.service] = *vpcendpoint.NewVpcEndpoint(b.scope, tf.String(e.id()), &vpcendpoint.VpcEndpointConfig{
			VpcId:             b.vpc.Id(),
			ServiceName:       tf.String(b.serviceName(e)),
			VpcEndpointType:   tf.String("Interface"),
			SubnetIds:         tf.Strings(n.PrivateSubnetIDs...),
			SecurityGroupIds:  tf.Strings(n.SecurityGroupIDs.Endpoints),
			PrivateDnsEnabled: tf.Bool(true),
			Policy:            tf.String(policies[e.service]),
			Tags:              b.name(e.id()),
		}).Id()
	}
}

func (b *builder) serviceName(e endpoint) string {
	return "com.amazonaws." + b.Region + "." + e.service
}
