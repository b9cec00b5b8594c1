// Package cicd makes who may deploy: the trust of an AWS account in GitHub's workflows, and for each environment of the account a role
// that plans and a role that applies, both held by a boundary that they cannot change.
package cicd

import (
	"errors"
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what cicd is made from.
type Config struct {
	// Label is the account's.
	Label                      naming.Label
	Region, Account, Partition string
	// StateBucketARN, StateLockTableARN and StateKeyARN are where the account keeps Terraform's states.
	StateBucketARN, StateLockTableARN, StateKeyARN string
	Deployments                                    []Deployment
}

// Deployment is what a pair of roles deploys.
type Deployment struct {
	envs.Deployment
	// BoundaryARN is the permissions boundary without which the deployment makes no role.
	BoundaryARN string
}

// CICD is what people and workflows need to know.
type CICD struct {
	// ProviderARN is GitHub as an identity provider.
	ProviderARN string
	// PlanRoleARNs and ApplyRoleARNs are the roles by the deployment's name. A workflow acts as the first in GitHub's environment
	// <name>-plan, as the second in <name>.
	PlanRoleARNs, ApplyRoleARNs map[string]string

	cfg   Config
	scope constructs.Construct
}

// New makes the identity provider and the roles. It refuses, before making anything, a deployment that says no repository or boundary:
// its roles would be anybody's, or hold nobody.
func New(scope constructs.Construct, id string, cfg Config) (*CICD, error) {
	defer tf.Within(scope, id)

	var faults []error
	for _, d := range cfg.Deployments {
		if d.Environment.Repository == "" || d.BoundaryARN == "" {
			faults = append(faults, fmt.Errorf("deployments: %s: must have a repository and a boundary, got %q and %q",
				d.Name, d.Environment.Repository, d.BoundaryARN))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	c := &CICD{
		cfg:          cfg,
		scope:        constructs.NewConstruct(scope, tf.String(id)),
		PlanRoleARNs: map[string]string{}, ApplyRoleARNs: map[string]string{},
	}
	c.addProvider()
	for _, d := range cfg.Deployments {
		faults = append(faults, c.addDeployers(d))
	}
	return c, errors.Join(faults...)
}
