package governance

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebsencryptionbydefault"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebssnapshotblockpublicaccess"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ec2imageblockpublicaccess"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ec2instancemetadatadefaults"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamaccountpasswordpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3accountpublicaccessblock"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ssmservicesetting"

	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// passwordLength and passwordsRemembered are what CIS asks for (1.8, 1.9). It does not ask for passwords to expire, which has people
	// choose worse ones: https://pages.nist.gov/800-63-4/sp800-63b.html
	passwordLength      = 14
	passwordsRemembered = 24
)

// addDefaults says how the account treats what nobody has said anything of, and forbids what is never wanted, whoever asks for it.
func (g *Governance) addDefaults() error {
	scope := constructs.NewConstruct(g.scope, tf.String("defaults"))
	nothingPublic(scope, g.arn("ssm", "servicesetting/ssm/documents/console/public-sharing-permission"))
	// The platform makes no volume and no instance. Whoever makes one by hand gets it encrypted, with AWS's key for EBS, which every role
	// of the account can use without a word about it in any key policy; and without the metadata that a forged request can read.
	ebsencryptionbydefault.NewEbsEncryptionByDefault(scope, tf.String("volume-encryption"),
		&ebsencryptionbydefault.EbsEncryptionByDefaultConfig{
			Enabled:   tf.Bool(true),
			Lifecycle: tf.Retained(true),
		})
	ec2instancemetadatadefaults.NewEc2InstanceMetadataDefaults(scope, tf.String("instance-metadata"),
		&ec2instancemetadatadefaults.Ec2InstanceMetadataDefaultsConfig{
			HttpTokens: tf.String("required"),
			Lifecycle:  tf.Retained(true),
		})
	// People sign in through the organization and have no passwords here. An IAM user that is made all the same has a good one.
	iamaccountpasswordpolicy.NewIamAccountPasswordPolicy(scope, tf.String("passwords"),
		&iamaccountpasswordpolicy.IamAccountPasswordPolicyConfig{
			MinimumPasswordLength:      tf.Number(passwordLength),
			PasswordReusePrevention:    tf.Number(passwordsRemembered),
			RequireLowercaseCharacters: tf.Bool(true),
			RequireUppercaseCharacters: tf.Bool(true),
			RequireNumbers:             tf.Bool(true),
			RequireSymbols:             tf.Bool(true),
			AllowUsersToChangePassword: tf.Bool(true),
			Lifecycle:                  tf.Retained(true),
		})
	return nil
}

// nothingPublic has buckets, snapshots, images and documents stay with the account, whatever their own policies say.
func nothingPublic(scope constructs.Construct, documentSharing string) {
	s3accountpublicaccessblock.NewS3AccountPublicAccessBlock(scope, tf.String("public-buckets"),
		&s3accountpublicaccessblock.S3AccountPublicAccessBlockConfig{
			BlockPublicAcls:       tf.Bool(true),
			BlockPublicPolicy:     tf.Bool(true),
			IgnorePublicAcls:      tf.Bool(true),
			RestrictPublicBuckets: tf.Bool(true),
			Lifecycle:             tf.Retained(true),
		})
	ebssnapshotblockpublicaccess.NewEbsSnapshotBlockPublicAccess(scope, tf.String("public-snapshots"),
		&ebssnapshotblockpublicaccess.EbsSnapshotBlockPublicAccessConfig{
			State:     tf.String("block-all-sharing"),
			Lifecycle: tf.Retained(true),
		})
	ec2imageblockpublicaccess.NewEc2ImageBlockPublicAccess(scope, tf.String("public-images"),
		&ec2imageblockpublicaccess.Ec2ImageBlockPublicAccessConfig{
			State:     tf.String("block-new-sharing"),
			Lifecycle: tf.Retained(true),
		})
	ssmservicesetting.NewSsmServiceSetting(scope, tf.String("public-documents"), &ssmservicesetting.SsmServiceSettingConfig{
		SettingId:    tf.String(documentSharing),
		SettingValue: tf.String("Disable"),
		Lifecycle:    tf.Retained(true),
	})
}
