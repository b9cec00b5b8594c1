package identity

import (
	"maps"
	"slices"

	server "github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitoresourceserver"
	client "github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitouserpoolclient"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// addScopes declares what an access token may be good for: reading or writing each kind of thing that the API has routes for.
func (i *Identity) addScopes() cdktf.ITerraformDependable {
	i.Scopes = map[string]string{}
	var scopes []*server.CognitoResourceServerScope
	for _, what := range []string{"agents", "documents", "exports", "projects", "users"} {
		for _, how := range []string{"read", "write"} {
			name := what + ":" + how
			i.Scopes[name] = naming.Project + "/" + name
			scopes = append(scopes, &server.CognitoResourceServerScope{
				ScopeName:        tf.String(name),
				ScopeDescription: tf.String("May " + how + " " + what),
			})
		}
	}
	return server.NewCognitoResourceServer(i.scope, tf.String("api"), &server.CognitoResourceServerConfig{
		Identifier: tf.String(naming.Project),
		Name:       tf.String(i.cfg.Label.Name("api")),
		Scope:      &scopes,
		UserPoolId: tf.String(i.UserPoolID),
	})
}

// addWebClient lets the web application sign writers in. It runs in their browsers, where no secret keeps: it takes PKCE instead,
// which Cognito checks for a client that sends a challenge. Its tokens are short-lived and can be revoked.
func (i *Identity) addWebClient(scopes cdktf.ITerraformDependable) {
	settings := i.cfg.Settings
	scopeNames := slices.Sorted(maps.Values(i.Scopes))
	web := client.NewCognitoUserPoolClient(i.scope, tf.String("web-client"), &client.CognitoUserPoolClientConfig{
		Name:           tf.String(i.cfg.Label.Name("web")),
		UserPoolId:     tf.String(i.UserPoolID),
		GenerateSecret: tf.Bool(false),

		AllowedOauthFlowsUserPoolClient: tf.Bool(true),
		AllowedOauthFlows:               tf.Strings("code"),
		AllowedOauthScopes:              tf.Strings(append([]string{"email", "openid", "profile"}, scopeNames...)...),
		SupportedIdentityProviders:      tf.Strings("COGNITO"),
		CallbackUrls:                    tf.Strings(settings.CallbackURLs...),
		LogoutUrls:                      tf.Strings(settings.LogoutURLs...),
		// No ALLOW_REFRESH_TOKEN_AUTH: Cognito refuses it together with rotation, whose tokens are refreshed at the token endpoint.
		ExplicitAuthFlows: tf.Strings("ALLOW_USER_SRP_AUTH"),

		AccessTokenValidity:  tf.Number(settings.AccessTokenMinutes),
		IdTokenValidity:      tf.Number(settings.AccessTokenMinutes),
		RefreshTokenValidity: tf.Number(settings.RefreshTokenDays),
		TokenValidityUnits: &[]*client.CognitoUserPoolClientTokenValidityUnits{{
			AccessToken: tf.String("minutes"), IdToken: tf.String("minutes"), RefreshToken: tf.String("days"),
		}},
		// A refresh token is good once. The old one lives on for long enough to repeat a call whose answer was lost.
		RefreshTokenRotation: &[]*client.CognitoUserPoolClientRefreshTokenRotation{{
			Feature: tf.String("ENABLED"), RetryGracePeriodSeconds: tf.Number(60),
		}},
		EnableTokenRevocation:      tf.Bool(true),
		PreventUserExistenceErrors: tf.String("ENABLED"),

		ReadAttributes:  tf.Strings("email", "email_verified", "locale", "name"),
		WriteAttributes: tf.Strings("email", "locale", "name"),

		DependsOn: &[]cdktf.ITerraformDependable{scopes},
	})
	i.ClientID = *web.Id()
}
