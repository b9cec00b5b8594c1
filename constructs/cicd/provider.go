package cicd

import (
	"fmt"

	oidc "github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamopenidconnectprovider"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// issuer is who vouches for a workflow's run, audience whom the token is for: what aws-actions/configure-aws-credentials asks for.
	// https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
	issuer   = "token.actions.githubusercontent.com"
	audience = "sts.amazonaws.com"
)

// addProvider lets the account believe GitHub's tokens. It has no thumbprint: AWS checks the certificate against authorities that it
// trusts, and a thumbprint would fail on the day GitHub renews it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
func (c *CICD) addProvider() {
	provider := oidc.NewIamOpenidConnectProvider(c.scope, tf.String("github"), &oidc.IamOpenidConnectProviderConfig{
		Url:          tf.String("https://" + issuer),
		ClientIdList: tf.Strings(audience),
		Lifecycle:    tf.Retained(true),
	})
	c.ProviderARN = *provider.Arn()
}

// trust lets runs of the repository's workflows act as a role, in that one of GitHub's environments and from nowhere else: GitHub puts it
// into the token's subject only when the environment's own rules (reviewers, branches) have let the run pass.
func (c *CICD) trust(repository, environment string) iam.Policy {
	return iam.Policy{{
		Principals: map[string][]string{"Federated": {c.ProviderARN}},
		Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
		Conditions: []iam.Condition{
			{Test: "StringEquals", Key: issuer + ":aud", Values: []string{audience}},
			{Test: "StringEquals", Key: issuer + ":sub", Values: []string{fmt.Sprintf("repo:%s:environment:%s", repository, environment)}},
		},
		Reason: "GitHub vouches for everybody's workflows; these are ours, in the environment that they say",
	}}
}
