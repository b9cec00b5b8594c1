// Package identity makes who may do what in an environment: the keys that each class of data is encrypted with, the user pool that
// writers sign in to and the AWS identity they get for it, the role of each workload, and the boundary that no role can leave.
package identity

import (
	"errors"
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what identity is made from.
type Config struct {
	Label                      naming.Label
	Settings                   envs.Identity
	Region, Account, Partition string
	// Retain keeps the keys and the user pool from being destroyed: Terraform refuses to, and so does Cognito.
	Retain bool
	// AlertPublishers are the services ("cloudwatch.amazonaws.com") that publish encrypted alerts.
	AlertPublishers []string
	// BoundaryARN is the managed policy that every role has as its permissions boundary, which NewBoundary made in the account's stack.
	BoundaryARN string
}

// Identity is what other modules may wire.
type Identity struct {
	// DataKeyARN is the KMS key of everything that writers make: buckets, databases, caches, queues.
	DataKeyARN   string
	DataKeyAlias string
	// LogsKeyARN is the KMS key of the environment's log groups, those named /writersroom/<env>/…; it serves nothing else.
	LogsKeyARN   string
	LogsKeyAlias string
	// SecretsKeyARN is the KMS key of what is kept in Secrets Manager and in SSM parameters.
	SecretsKeyARN   string
	SecretsKeyAlias string
	// AlertsKeyARN is the KMS key of the topic that alerts are published to; the publishers may use it, and nobody else's data is
	// behind it.
	AlertsKeyARN   string
	AlertsKeyAlias string

	UserPoolID  string
	UserPoolARN string
	// UserPoolEndpoint is the pool's name as an identity provider: cognito-idp.<region>.amazonaws.com/<pool id>.
	UserPoolEndpoint string
	// Issuer is what a token's "iss" claim must be; its keys are at <issuer>/.well-known/jwks.json.
	Issuer string
	// ClientID is the web application's, and what a token's "client_id" or "aud" claim must be.
	ClientID string
	// SignInURL is where the sign-in pages are, and under it Cognito's OAuth endpoints ("/oauth2/token").
	SignInURL string

	// AuthorGroup, EditorGroup and AdminGroup are names in a token's "cognito:groups" claim.
	AuthorGroup string
	EditorGroup string
	AdminGroup  string

	// Scopes are what an access token may be good for, by their short names: "documents:read" is writersroom/documents:read.
	Scopes map[string]string

	IdentityPoolID string
	// AuthenticatedRoleARN is the role that every signed-in writer acts as on AWS. It may do what GrantAuthenticated says.
	AuthenticatedRoleARN string
	// Subject stands in the resources of GrantAuthenticated's statements for the user id (a token's "sub" claim) of the writer who
	// makes the call: bucket + "/" + Subject + "/*".
	Subject string

	cfg   Config
	scope constructs.Construct
	// authenticatedRoleName is that of the role behind AuthenticatedRoleARN.
	authenticatedRoleName string
}

// New makes the keys, the user pool and the identity pool. It refuses, before making anything, an environment whose
// name cannot be part of a sign-in address, and one outside the partition "aws", where Cognito has other names or is missing.
func New(scope constructs.Construct, id string, cfg Config) (*Identity, error) {
	defer tf.Within(scope, id)

	if err := errors.Join(cfg.partitionFault(), cfg.signInFault()); err != nil {
		return nil, err
	}
	i := &Identity{cfg: cfg, scope: constructs.NewConstruct(scope, tf.String(id))}
	if err := i.addKeys(); err != nil {
		return nil, err
	}
	i.addUserPool()
	i.addDomain()
	i.addGroups()
	i.addWebClient(i.addScopes())
	if err := i.addIdentityPool(); err != nil {
		return nil, err
	}
	return i, nil
}

func (c Config) partitionFault() error {
	if c.Partition == "aws" {
		return nil
	}
	return fmt.Errorf("partition: must be aws, got %q; in others, Cognito's addresses and principals have other names", c.Partition)
}

// arn names a resource of this environment's region and account.
func (c Config) arn(service, resource string) string {
	return "arn:" + c.Partition + ":" + service + ":" + c.Region + ":" + c.Account + ":" + resource
}

// iamARN names what IAM holds in this environment's account.
func (c Config) iamARN(resource string) string {
	return "arn:" + c.Partition + ":iam::" + c.Account + ":" + resource
}

// endpoint is a regional service's host, by which kms:ViaService knows the service, and IAM the principal of CloudWatch Logs.
func (c Config) endpoint(service string) string {
	return service + "." + c.Region + ".amazonaws.com"
}
