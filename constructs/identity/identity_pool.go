package identity

import (
	"errors"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitoidentitypool"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitoidentitypoolproviderprincipaltag"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitoidentitypoolrolesattachment"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/tf"
)

// addIdentityPool lets signed-in writers, and nobody else, act on AWS from their browsers as the authenticated role.
func (i *Identity) addIdentityPool() error {
	writers := &cognitoidentitypool.CognitoIdentityPoolConfig{
		IdentityPoolName:               tf.String(i.cfg.Label.Name("writers")),
		AllowUnauthenticatedIdentities: tf.Bool(false),
		// The classic flow lets a browser choose among the roles that trust the pool.
		AllowClassicFlow: tf.Bool(false),
		CognitoIdentityProviders: &[]*cognitoidentitypool.CognitoIdentityPoolCognitoIdentityProviders{{
			ClientId:             tf.String(i.ClientID),
			ProviderName:         tf.String(i.UserPoolEndpoint),
			ServerSideTokenCheck: tf.Bool(true), // a writer who was signed out everywhere gets no more credentials
		}},
	}
	pool := cognitoidentitypool.NewCognitoIdentityPool(i.scope, tf.String("identity-pool"), writers)
	i.IdentityPoolID = *pool.Id()

	// The role's session is tagged with the writer's id, which is what makes one role serve every writer separately.
	i.Subject = "$${aws:PrincipalTag/sub}" // the second $ keeps Terraform from taking the policy variable for its own
	cognitoidentitypoolproviderprincipaltag.NewCognitoIdentityPoolProviderPrincipalTag(i.scope, tf.String("identity-pool-tags"),
		&cognitoidentitypoolproviderprincipaltag.CognitoIdentityPoolProviderPrincipalTagConfig{
			IdentityPoolId:       tf.String(i.IdentityPoolID),
			IdentityProviderName: tf.String(i.UserPoolEndpoint),
			PrincipalTags:        tf.Map(map[string]string{"sub": "sub"}),
			UseDefaults:          tf.Bool(false),
		})

	if err := i.addAuthenticatedRole(); err != nil {
		return err
	}
	cognitoidentitypoolrolesattachment.NewCognitoIdentityPoolRolesAttachment(i.scope, tf.String("identity-pool-roles"),
		&cognitoidentitypoolrolesattachment.CognitoIdentityPoolRolesAttachmentConfig{
			IdentityPoolId: tf.String(i.IdentityPoolID),
			Roles:          tf.Map(map[string]string{"authenticated": i.AuthenticatedRoleARN}),
		})
	return nil
}

// addAuthenticatedRole makes the role that signed-in writers act as. It may do nothing until GrantAuthenticated says what.
func (i *Identity) addAuthenticatedRole() error {
	trust, trustErr := iam.Policy{{
		Principals: map[string][]string{"Federated": {"cognito-identity.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRoleWithWebIdentity", "sts:TagSession"},
		Conditions: []iam.Condition{
			{Test: "StringEquals", Key: "cognito-identity.amazonaws.com:aud", Values: []string{i.IdentityPoolID}},
			{Test: "ForAnyValue:StringLike", Key: "cognito-identity.amazonaws.com:amr", Values: []string{"authenticated"}},
		},
		Reason: "this identity pool, which is not the only one that Cognito vouches for, hands the role to writers it knows",
	}}.TrustJSON()
	guard, guardErr := iam.Policy{{
		Sid:        "Anonymous",
		Effect:     iam.Deny,
		Actions:    []string{"*"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "Null", Key: "aws:PrincipalTag/sub", Values: []string{"true"}}},
		Reason:     "a session that does not say which writer it is for must not do what any writer may",
	}}.JSON()
	if err := errors.Join(trustErr, guardErr); err != nil {
		return fmt.Errorf("authenticated role: %w", err)
	}
	role := i.addRole("authenticated", "What a signed-in writer acts as in "+i.cfg.Label.Environment, trust)
	i.authenticatedRoleName = *role.Name()
	i.AuthenticatedRoleARN = i.addRolePolicy("authenticated-role-policy", i.authenticatedRoleName, guard, "authenticated")
	return nil
}

// GrantAuthenticated lets every signed-in writer do what the statements say, within the boundary; Subject keeps writers apart.
// The name tells one module's grant from another's.
func (i *Identity) GrantAuthenticated(name string, statements []iam.Statement) error {
	defer tf.Within(i.scope, "authenticated-role-"+name)

	rights, err := iam.Policy(statements).JSON()
	if err != nil {
		return fmt.Errorf("authenticated role: %s: %w", name, err)
	}
	i.addRolePolicy("authenticated-role-"+name, i.authenticatedRoleName, rights, "authenticated", name)
	return nil
}
