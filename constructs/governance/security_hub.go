package governance

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/securityhubaccount"
	association "github.com/cdktf/cdktf-provider-aws-go/aws/v19/securityhubstandardscontrolassociation"
	subscription "github.com/cdktf/cdktf-provider-aws-go/aws/v19/securityhubstandardssubscription"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/tf"
)

// standard is a set of Security Hub's controls and what of it is not wanted.
type standard struct {
	// id is the construct's, path the end of the ARN: https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html
	id, path string
	waived   []waivedControls
}

// waivedControls are switched off in a standard for one reason, which Security Hub shows beside each.
type waivedControls struct {
	controls []string
	reason   string
}

// waiversExpire is when every reason is looked at anew.
const waiversExpire = "2027-11-30"

// standards are what the account is held to. A control that is broken for one resource of one environment is no matter of this list:
// it is a finding, which is mended there, or suppressed in Security Hub by whoever has looked at it.
func standards() []standard {
	return []standard{
		{
			id: "fsbp", path: "aws-foundational-security-best-practices/v/1.0.0",
			waived: []waivedControls{
				{
					controls: []string{"GuardDuty.7", "GuardDuty.11", "GuardDuty.12", "GuardDuty.13"},
					reason: "Runtime monitoring puts an endpoint and a security group of its own into each VPC, of which Terraform does not know " +
						"and with which no environment can be destroyed. There are no instances and no EKS; tasks run without root, on a " +
						"read-only file system and from images that cannot be changed.",
				},
				{
					controls: []string{"Inspector.1", "Inspector.2", "Inspector.3", "Inspector.4"},
					reason: "Inspector is not used: there are no instances, ECR itself scans images when they are pushed, and functions are single " +
						"Go binaries whose few modules go.sum pins.",
				},
				{
					controls: []string{"Macie.1", "Macie.2"},
					reason: "Macie looks for personal data where nobody expects it. Every object here is a writer's, kept as personal data " +
						"throughout: encrypted, private, and read through the writer's own prefix.",
				},
				{
					controls: []string{"EC2.10", "EC2.58", "EC2.60"},
					reason:   "Nothing in a VPC calls EC2 or Incident Manager: their endpoints would cost every month and carry nothing.",
				},
				{
					controls: []string{"EC2.55", "EC2.56", "EC2.57"},
					reason: "Where an environment has interface endpoints, these three are among them, which its tests assert. The others, and " +
						"AWS's default VPC, which nothing is in, reach AWS through a NAT gateway or not at all.",
				},
				{
					controls: []string{"EC2.172"},
					reason: "It closes every internet gateway. Load balancers and NAT gateways need theirs, and nothing else is in a public " +
						"subnet.",
				},
				{
					controls: []string{"APIGateway.2"},
					reason:   "Behind the API are Lambda functions, which API Gateway calls signed, by IAM's leave, and never with a certificate.",
				},
				{
					controls: []string{"CloudFront.4"},
					reason: "The web application has one origin, a bucket, which S3 keeps in three zones; the files can be published anew at any " +
						"time.",
				},
				{
					controls: []string{"RDS.23"},
					reason:   "Only named security groups reach the database; another port would hide it from nobody who is in one of them.",
				},
				{
					controls: []string{"SSM.6"},
					reason:   "No automation of Systems Manager is run here. What ran all the same would be in the trail.",
				},
			},
		},
		{
			id: "cis", path: "cis-aws-foundations-benchmark/v/3.0.0",
			waived: []waivedControls{
				{
					controls: []string{"IAM.18"},
					reason:   "Whoever opens cases with AWS Support signs in as an administrator; a role for it that nobody assumes helps nobody.",
				},
				{
					controls: []string{"S3.20"},
					reason: "Only the root user can set MFA delete, and with it no lifecycle rule may expire a version. Policies deny the " +
						"deletion of versions instead, and manuscripts are in a locked vault as well.",
				},
			},
		},
	}
}

// addSecurityHub switches Security Hub on, with the standards and without the waived controls. Controls that AWS adds to a standard
// are on from their first day: better a finding too many than a control that nobody knew of.
func (g *Governance) addSecurityHub() error {
	scope := constructs.NewConstruct(g.scope, tf.String("security-hub"))
	hub := securityhubaccount.NewSecurityhubAccount(scope, tf.String("account"), &securityhubaccount.SecurityhubAccountConfig{
		EnableDefaultStandards:  tf.Bool(false), // AWS's choice, of old versions: the standards are chosen below
		AutoEnableControls:      tf.Bool(true),
		ControlFindingGenerator: tf.String("SECURITY_CONTROL"), // one finding, however many standards have the control
		Lifecycle:               tf.Retained(true),
	})
	for _, s := range standards() {
		subscribed := subscription.NewSecurityhubStandardsSubscription(scope, tf.String(s.id),
			&subscription.SecurityhubStandardsSubscriptionConfig{
				StandardsArn: tf.String("arn:" + g.cfg.Partition + ":securityhub:" + g.cfg.Region + "::standards/" + s.path),
				// A standard makes its rules in AWS Config, which wants to be recording.
				DependsOn: &[]cdktf.ITerraformDependable{hub, g.recording},
				Lifecycle: tf.Retained(true),
			})
		for _, w := range s.waived {
			for _, control := range w.controls {
				waive(scope, s.id, control, w.reason, subscribed)
			}
		}
	}
	return nil
}

// waive switches a control off in a standard, and says so to the rules in policy/, which know of no other way to do it.
func waive(scope constructs.Construct, standard, control, reason string, in subscription.SecurityhubStandardsSubscription) {
	id := standard + "-" + strings.ToLower(strings.ReplaceAll(control, ".", "-"))
	off := association.NewSecurityhubStandardsControlAssociation(scope, tf.String(id),
		&association.SecurityhubStandardsControlAssociationConfig{
			StandardsArn:      in.StandardsArn(),
			SecurityControlId: tf.String(control),
			AssociationStatus: tf.String("DISABLED"),
			UpdatedReason:     tf.String(reason),
			// The ARN is known before the standard is there, and so alone would not have Terraform wait for it.
			DependsOn: &[]cdktf.ITerraformDependable{in},
			Lifecycle: tf.Retained(true),
		})
	tf.Waive(off, tf.Waiver{Control: "SecurityHub.waiver", Reason: reason, Expires: waiversExpire})
}
