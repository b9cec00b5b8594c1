// Package envs says what an environment is: plain data, read from the overlays beside this file, checked before anything is
// synthesized. It knows no cloud SDK and no jsii, so its tests run in milliseconds.
package envs

import "strings"

// Environment is all that distinguishes one deployment of the platform from another. An overlay envs/<name>.yaml states only
// how its environment differs from Defaults.
type Environment struct {
	// Name is the overlay's file name without its ending, at most naming.MaxEnvironment long. It is part of every resource's name
	// and of the state's key.
	Name string `yaml:"-"`
	// Account is the twelve-digit id of the AWS account the environment lives in. Environments of one region may share one. There is
	// no default.
	Account string `yaml:"account"`
	// Region is the AWS region that holds every resource of the environment.
	Region string `yaml:"region"`
	// Partition is the first part of every ARN after "arn:", as the region has it: "aws", "aws-us-gov" or "aws-cn".
	Partition string `yaml:"partition"`
	// LogRetentionDays is how long CloudWatch keeps every log group of the environment: one of the periods it knows, at least 365 in
	// production.
	LogRetentionDays int `yaml:"logRetentionDays"`
	// Retain protects everything that holds data or secrets: Terraform's prevent_destroy, and deletion protection where the
	// service has one. Without it the environment can be destroyed.
	Retain bool `yaml:"retain"`

	Networking Networking `yaml:"networking"`
	Identity   Identity   `yaml:"identity"`
}

// Networking is how the environment's VPC is laid out.
type Networking struct {
	// CIDR is the VPC's private IPv4 range, a /16 to a /20 that no other environment overlaps. A private and a data subnet take a
	// sixteenth of it each in every availability zone, a public one a quarter of that.
	CIDR string `yaml:"cidr"`
	// AZCount is the number of availability zones that the subnets span, 2 to 5.
	AZCount int `yaml:"azCount"`
	// AvailabilityZones names the zones, AZCount of them, where the region's first letters will not do; empty takes those.
	AvailabilityZones []string `yaml:"availabilityZones"`
	// NATGateways is how many NAT gateways the private subnets share: 1, or one per availability zone.
	NATGateways int `yaml:"natGateways"`
	// InterfaceEndpoints places private endpoints for the AWS services that the platform calls in the private subnets. Without
	// them those calls leave through the NAT gateways; S3 and DynamoDB always have gateway endpoints.
	InterfaceEndpoints bool `yaml:"interfaceEndpoints"`
}

// Identity is how writers sign in and how keys are kept.
type Identity struct {
	// MFA is MFAOptional or MFARequired.
	MFA string `yaml:"mfa"`
	// PasswordMinimumLength is 12 to 99.
	PasswordMinimumLength int `yaml:"passwordMinimumLength"`
	// CallbackURLs are where the sign-in page may send a writer back to, at least one: https, or http on localhost in dev and
	// previews alone.
	CallbackURLs []string `yaml:"callbackUrls"`
	// LogoutURLs are where it may send a writer who has signed out, under the same rule.
	LogoutURLs []string `yaml:"logoutUrls"`
	// AccessTokenMinutes is the life of access and id tokens, 5 to 1,440.
	AccessTokenMinutes int `yaml:"accessTokenMinutes"`
	// RefreshTokenDays is how long a writer stays signed in, 1 to 3,650.
	RefreshTokenDays int `yaml:"refreshTokenDays"`
	// KeyDeletionWindowDays is how long KMS waits before a key's deletion is final, 7 to 30.
	KeyDeletionWindowDays int `yaml:"keyDeletionWindowDays"`
}

// The two settings of Identity.MFA: whether a writer may, or must, have a second factor.
const (
	MFAOptional = "optional"
	MFARequired = "required"
)

// Defaults is the environment that an empty overlay describes: small, private and safe. It names no account and no callback.
func Defaults() Environment {
	return Environment{
		Region:           "us-east-1",
		Partition:        "aws",
		LogRetentionDays: 30,
		Retain:           true,
		Networking: Networking{
			CIDR:        "10.0.0.0/16",
			AZCount:     2,
			NATGateways: 1,
		},
		Identity: Identity{
			MFA:                   MFARequired,
			PasswordMinimumLength: 12,
			AccessTokenMinutes:    60,
			RefreshTokenDays:      30,
			KeyDeletionWindowDays: 30,
		},
	}
}

// Production says whether real manuscripts live here: "prod" and every environment named after it ("prod-eu"). What validation
// then demands cannot be switched off by an overlay.
func (e Environment) Production() bool {
	return e.Name == "prod" || strings.HasPrefix(e.Name, "prod-")
}

// Development says whether this is "dev" or a preview of it: the only places where a browser may be sent back to localhost.
func (e Environment) Development() bool {
	return e.Name == "dev" || IsPreview(e.Name)
}

// Zones are the names of the availability zones that the subnets span, AZCount of them.
func (e Environment) Zones() []string {
	if len(e.Networking.AvailabilityZones) > 0 {
		return e.Networking.AvailabilityZones
	}
	zones := make([]string, 0, e.Networking.AZCount)
	for i := range e.Networking.AZCount {
		zones = append(zones, e.Region+string(rune('a'+i)))
	}
	return zones
}

// StateKey is where the environment's Terraform state lies in its account's state bucket.
func (e Environment) StateKey() string {
	return e.Name + "/terraform.tfstate"
}

// Decommissioned is the environment as it is synthesized to be destroyed: the same in all but Retain. Validate refuses it for
// production, so it is called on an environment that was validated before.
func (e Environment) Decommissioned() Environment {
	e.Retain = false
	return e
}
