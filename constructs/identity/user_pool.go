package identity

import (
	"fmt"
	"strings"

	risk "github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitoriskconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitouserpool"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cognitouserpooldomain"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// addUserPool makes where writers are known: by their e-mail address, in whichever case they type it.
//
// UsernameAttributes, UsernameConfiguration and Schema can never be changed: to Terraform a change of the first two is another
// pool, without the writers, and a change of the last fails when it is applied.
func (i *Identity) addUserPool() {
	cfg := i.cfg
	pool := cognitouserpool.NewCognitoUserPool(i.scope, tf.String("user-pool"), &cognitouserpool.CognitoUserPoolConfig{
		Name:                  tf.String(cfg.Label.Fit(naming.UserPool, "writers")),
		UsernameAttributes:    tf.Strings("email"),
		UsernameConfiguration: &cognitouserpool.CognitoUserPoolUsernameConfiguration{CaseSensitive: tf.Bool(false)},
		Schema: &[]*cognitouserpool.CognitoUserPoolSchema{{
			Name:              tf.String("email"),
			AttributeDataType: tf.String("String"),
			Required:          tf.Bool(true),
			Mutable:           tf.Bool(true),
			// Cognito's own bounds of the attribute: left out, they are a difference on every plan.
			StringAttributeConstraints: &cognitouserpool.CognitoUserPoolSchemaStringAttributeConstraints{
				MinLength: tf.String("0"), MaxLength: tf.String("2048"),
			},
		}},

		AutoVerifiedAttributes: tf.Strings("email"),
		UserAttributeUpdateSettings: &cognitouserpool.CognitoUserPoolUserAttributeUpdateSettings{
			AttributesRequireVerificationBeforeUpdate: tf.Strings("email"),
		},
		AccountRecoverySetting: &cognitouserpool.CognitoUserPoolAccountRecoverySetting{
			RecoveryMechanism: &[]*cognitouserpool.CognitoUserPoolAccountRecoverySettingRecoveryMechanism{
				{Name: tf.String("verified_email"), Priority: tf.Number(1)},
			},
		},
		// Cognito's own sender, good for 50 messages a day (https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html).
		EmailConfiguration: &cognitouserpool.CognitoUserPoolEmailConfiguration{EmailSendingAccount: tf.String("COGNITO_DEFAULT")},

		PasswordPolicy: &cognitouserpool.CognitoUserPoolPasswordPolicy{
			MinimumLength:                 tf.Number(cfg.Settings.PasswordMinimumLength),
			RequireLowercase:              tf.Bool(true),
			RequireUppercase:              tf.Bool(true),
			RequireNumbers:                tf.Bool(true),
			RequireSymbols:                tf.Bool(true),
			PasswordHistorySize:           tf.Number(24), // the most that Cognito remembers
			TemporaryPasswordValidityDays: tf.Number(3),  // an invitation sent on a Friday is good on Monday
		},
		AdminCreateUserConfig: &cognitouserpool.CognitoUserPoolAdminCreateUserConfig{AllowAdminCreateUserOnly: tf.Bool(false)},

		MfaConfiguration:              tf.String(mfa(cfg.Settings)),
		SoftwareTokenMfaConfiguration: &cognitouserpool.CognitoUserPoolSoftwareTokenMfaConfiguration{Enabled: tf.Bool(true)},
		// A device is remembered when its writer says so, and even then takes no second factor's place.
		DeviceConfiguration: &cognitouserpool.CognitoUserPoolDeviceConfiguration{
			ChallengeRequiredOnNewDevice:     tf.Bool(false),
			DeviceOnlyRememberedOnUserPrompt: tf.Bool(true),
		},
		// Threat protection comes with the PLUS tier alone.
		UserPoolTier: tf.String("PLUS"),
		UserPoolAddOns: &cognitouserpool.CognitoUserPoolUserPoolAddOns{
			AdvancedSecurityMode: tf.String("ENFORCED"),
			AdvancedSecurityAdditionalFlows: &cognitouserpool.CognitoUserPoolUserPoolAddOnsAdvancedSecurityAdditionalFlows{
				CustomAuthMode: tf.String("ENFORCED"),
			},
		},

		DeletionProtection: tf.String(deletionProtection(cfg)),
		Lifecycle:          tf.Retained(cfg.Retain),
	})
	i.UserPoolID, i.UserPoolARN, i.UserPoolEndpoint = *pool.Id(), *pool.Arn(), *pool.Endpoint()
	i.Issuer = "https://" + i.UserPoolEndpoint
	i.addRiskConfiguration()
}

// addRiskConfiguration refuses passwords that are known to have leaked. What to do about sign-ins that look like somebody else's
// is left to Cognito: the provider takes those settings only together with an SES identity to send warnings from.
func (i *Identity) addRiskConfiguration() {
	leaked := &risk.CognitoRiskConfigurationCompromisedCredentialsRiskConfiguration{
		EventFilter: tf.Strings("PASSWORD_CHANGE", "SIGN_IN", "SIGN_UP"),
		Actions: &risk.CognitoRiskConfigurationCompromisedCredentialsRiskConfigurationActions{
			EventAction: tf.String("BLOCK"),
		},
	}
	risk.NewCognitoRiskConfiguration(i.scope, tf.String("user-pool-risk"), &risk.CognitoRiskConfigurationConfig{
		UserPoolId:                              tf.String(i.UserPoolID),
		CompromisedCredentialsRiskConfiguration: leaked,
	})
}

// addDomain gives the sign-in pages an address.
func (i *Identity) addDomain() {
	domain := cognitouserpooldomain.NewCognitoUserPoolDomain(i.scope, tf.String("user-pool-domain"),
		&cognitouserpooldomain.CognitoUserPoolDomainConfig{Domain: tf.String(i.cfg.domainPrefix()), UserPoolId: tf.String(i.UserPoolID)})
	i.SignInURL = "https://" + *domain.Domain() + ".auth." + i.cfg.Region + ".amazoncognito.com"
}

// domainPrefix is the first part of the sign-in pages' host. All AWS accounts share these, hence the account's id in it.
func (c Config) domainPrefix() string {
	return c.Label.Unique(naming.CognitoDomain)
}

// signInFault tells of a word in the prefix that Cognito keeps for itself
// (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html).
func (c Config) signInFault() error {
	for _, reserved := range []string{"amazon", "aws", "cognito"} {
		if prefix := c.domainPrefix(); strings.Contains(prefix, reserved) {
			return fmt.Errorf("sign-in domain: must not contain %q, which Cognito reserves, got %q; rename the environment",
				reserved, prefix)
		}
	}
	return nil
}

func mfa(settings envs.Identity) string {
	if settings.MFA == envs.MFARequired {
		return "ON"
	}
	return "OPTIONAL"
}

func deletionProtection(cfg Config) string {
	if cfg.Retain {
		return "ACTIVE"
	}
	return "INACTIVE"
}
