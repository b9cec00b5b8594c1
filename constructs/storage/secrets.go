package storage

import (
	"fmt"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecret"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecretpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecretversion"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Secret is a secret in Secrets Manager. What is given its ARN waits until the secret has a value.
type Secret struct {
	ARN string

	keyARN string
	// service is Secrets Manager's host in the secret's region.
	service string
}

const (
	// recoveryWindowDays is the longest that Secrets Manager waits before a secret's deletion is final.
	// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
	recoveryWindowDays = 30
	passwordLength     = 40
	// ticketKeyLength letters and digits are more than the 256 bits that HMAC-SHA-256 makes use of.
	ticketKeyLength = 64
	// valueVersion is raised to have every secret's value made anew by the next deployment.
	valueVersion = 1
)

// addSecrets makes the passwords of the cluster's users who need one, and the key of the realtime service's tickets.
func (b *builder) addSecrets(s *Storage) (err error) {
	s.Secrets = map[string]*Secret{}
	for _, user := range b.DatabaseUsers {
		s.Secrets[user], err = b.addSecret(secretKind{
			path:        []string{"aurora", user},
			description: "What " + user + " logs in to the cluster with",
			length:      passwordLength,
			value: func(random string) string {
				return fmt.Sprintf(`jsonencode({"username" = %q, "password" = %s})`, user, random)
			},
		})
		if err != nil {
			return err
		}
	}
	s.TicketKey, err = b.addSecret(secretKind{
		path:        []string{"realtime", "ticket-key"},
		description: "What the API signs tickets to the realtime service with, and the service checks them with",
		length:      ticketKeyLength,
		value:       func(random string) string { return random },
	})
	return err
}

// secretKind is what tells one secret from another.
type secretKind struct {
	// path is the secret's name below /writersroom/<env>/.
	path        []string
	description string
	// length is how many random letters and digits there are in it.
	length int
	// value is Terraform's expression for the secret's value, made from that for the random part.
	value func(random string) string
}

// addSecret makes a secret whose value nobody has seen: Terraform passes it from where it was drawn to where it is kept, and writes it
// neither to a plan nor to its state.
func (b *builder) addSecret(kind secretKind) (*Secret, error) {
	policy, err := b.secretPolicy().JSON()
	if err != nil {
		return nil, fmt.Errorf("secret %s: %w", strings.Join(kind.path, "/"), err)
	}
	id := strings.ReplaceAll(strings.Join(kind.path, "-"), "_", "-")
	window := 0
	if b.Retain {
		window = recoveryWindowDays
	}
	secret := secretsmanagersecret.NewSecretsmanagerSecret(b.scope, tf.String(id), &secretsmanagersecret.SecretsmanagerSecretConfig{
		Name:                 tf.String(b.Label.Path(kind.path...)),
		Description:          tf.String(kind.description),
		KmsKeyId:             tf.String(b.SecretsKeyARN),
		RecoveryWindowInDays: tf.Number(window),
		Tags:                 tf.Map(holds(None)),
		Lifecycle:            tf.Retained(b.Retain),
	})
	protected := secretsmanagersecretpolicy.NewSecretsmanagerSecretPolicy(b.scope, tf.String(id+"-policy"),
		&secretsmanagersecretpolicy.SecretsmanagerSecretPolicyConfig{
			SecretArn:         secret.Arn(),
			Policy:            tf.String(policy),
			BlockPublicPolicy: tf.Bool(true),
		})
	value := secretsmanagersecretversion.NewSecretsmanagerSecretVersion(b.scope, tf.String(id+"-value"),
		&secretsmanagersecretversion.SecretsmanagerSecretVersionConfig{
			SecretId:              secret.Arn(),
			SecretStringWo:        tf.String("${" + kind.value(b.random(*secret.FriendlyUniqueId(), kind.length)) + "}"),
			SecretStringWoVersion: tf.Number(valueVersion),
			DependsOn:             &[]cdktf.ITerraformDependable{protected},
			Lifecycle:             tf.Retained(b.Retain),
		})
	return &Secret{ARN: *value.Arn(), keyARN: b.SecretsKeyARN, service: b.endpoint("secretsmanager")}, nil
}

// random is Terraform's expression for letters and digits that are drawn anew on every run and kept nowhere. The bindings know no
// ephemeral blocks.
func (b *builder) random(name string, length int) string {
	const kind = "aws_secretsmanager_random_password"
	cdktf.TerraformStack_Of(b.scope).AddOverride(tf.String("ephemeral."+kind+"."+name), map[string]any{
		"password_length":     length,
		"exclude_punctuation": true, // some are refused by one driver or another
	})
	return "ephemeral." + kind + "." + name + ".random_password"
}

// secretPolicy grants nothing: who may read a secret is for the roles' policies to say.
func (b *builder) secretPolicy() iam.Policy {
	return iam.Policy{{
		Sid:        "OnlyTLS",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions:    []string{"secretsmanager:*"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
		Reason:     "nothing travels in the clear; * is this secret",
	}, {
		Sid:        "OnlyThisAccount",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions:    []string{"secretsmanager:*"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{
			{Test: "StringNotEquals", Key: "aws:PrincipalAccount", Values: []string{b.Account}},
			{Test: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}},
		},
		Reason: "no statement added later opens the secret to another account; * is this secret",
	}}
}

// Describe lets a workload see that the secret is there, and nothing of its value.
func (s *Secret) Describe() []iam.Statement {
	return []iam.Statement{{
		Actions:   []string{"secretsmanager:DescribeSecret"},
		Resources: []string{s.ARN},
		Reason:    "tries whether the secret is there",
	}}
}

// Read lets a workload read the secret.
func (s *Secret) Read() []iam.Statement {
	return []iam.Statement{{
		Actions:   []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"},
		Resources: []string{s.ARN},
		Reason:    "reads the secret when it starts, and again when a value is refused",
	}, {
		Actions:   []string{"kms:Decrypt"},
		Resources: []string{s.keyARN},
		Conditions: []iam.Condition{
			{Test: "StringEquals", Key: "kms:ViaService", Values: []string{s.service}},
			{Test: "StringEquals", Key: "kms:EncryptionContext:SecretARN", Values: []string{s.ARN}},
		},
		Reason: "Secrets Manager decrypts this secret, and no other, for whoever calls it",
	}}
}
