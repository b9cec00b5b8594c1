package identity

import (
	"errors"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// NewRole makes the role that a workload acts as and returns its ARN: service ("lambda.amazonaws.com") may assume it on behalf of
// this account, it may do what the statements say, and never more than the boundary does. Its name is writersroom-<env>-<name>.
// What the ARN is given to waits until the role may do what it is for. A role without statements is refused.
func (i *Identity) NewRole(name, service string, statements []iam.Statement) (arn string, err error) {
	defer tf.Within(i.scope, name+"-role")

	trust, trustErr := iam.Trust(service, i.cfg.Account).TrustJSON()
	rights, rightsErr := iam.Policy(statements).JSON()
	if err := errors.Join(trustErr, rightsErr); err != nil {
		return "", fmt.Errorf("role %s: %w", name, err)
	}
	role := i.addRole(name, "What "+name+" acts as in "+i.cfg.Label.Environment, trust)
	return i.addRolePolicy(name+"-role-policy", *role.Name(), rights, name), nil
}

// addRole makes a role that can do nothing yet.
func (i *Identity) addRole(name, description, trust string) iamrole.IamRole {
	return iamrole.NewIamRole(i.scope, tf.String(name+"-role"), &iamrole.IamRoleConfig{
		Name:                tf.String(i.cfg.Label.Fit(naming.Role, name)),
		Description:         tf.String(description),
		AssumeRolePolicy:    tf.String(trust),
		PermissionsBoundary: tf.String(i.cfg.BoundaryARN),
	})
}

// addRolePolicy lets a role do what rights say. The policy is inline: it is this role's alone, and goes with it. The ARN is the
// role's, by way of the policy, so that what is given it is made after the policy: a Lambda function, for one, is refused as long
// as its role may not place it in the VPC.
func (i *Identity) addRolePolicy(id, role, rights string, name ...string) (roleARN string) {
	policy := iamrolepolicy.NewIamRolePolicy(i.scope, tf.String(id), &iamrolepolicy.IamRolePolicyConfig{
		Name:   tf.String(i.cfg.Label.Fit(naming.Role, name...)),
		Role:   tf.String(role),
		Policy: tf.String(rights),
	})
	return i.cfg.iamARN("role/" + *policy.Role())
}
