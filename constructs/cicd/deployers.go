package cicd

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	attachment "github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicyattachment"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// planSeconds and applySeconds are how long the credentials of a run last: a first apply waits half an hour for OpenSearch alone.
	planSeconds  = 60 * 60
	applySeconds = 2 * 60 * 60

	// policySize is the most characters that IAM takes in a managed policy.
	policySize = 6144
)

// addDeployers makes the roles of a deployment. They carry the account's name: what carries the environment's is theirs to change.
func (c *CICD) addDeployers(d Deployment) error {
	g := grants{Config: c.cfg, Deployment: d}
	boundary, err := c.addPolicy(d.Name+"-deployers-boundary", "The most that whoever plans or deploys "+d.Name+" can do",
		iam.Policy(g.ceiling()).CeilingJSON, tf.Waiver{
			Control: "trivy:AVD-AWS-0345",
			Reason:  "a ceiling grants nothing; what a deployer may do in S3 its own policies name, call by call",
			Expires: "2027-11-30",
		})
	if err != nil {
		return err
	}
	plan, planErr := c.addRole(d.Name, "plan", "What plans "+d.Name, planSeconds, boundary,
		c.trust(d.Environment.Repository, d.Name+"-plan"), g.planState())
	apply, applyErr := c.addRole(d.Name, "apply", "What deploys "+d.Name, applySeconds, boundary,
		c.trust(d.Environment.Repository, d.Name), g.applyState())
	if err := errors.Join(planErr, applyErr); err != nil {
		return err
	}
	c.PlanRoleARNs[d.Name], c.ApplyRoleARNs[d.Name] = *plan.Arn(), *apply.Arn()

	var faults []error
	for _, p := range g.reads() {
		faults = append(faults, c.grant(d.Name+"-"+p.name, "What reading "+d.Name+" takes", reading(p.access), plan, apply))
	}
	for _, p := range g.writes() {
		faults = append(faults, c.grant(d.Name+"-"+p.name, "What changing "+d.Name+" takes", writing(p.access), apply))
	}
	return errors.Join(faults...)
}

// grant makes a policy and gives it to roles.
func (c *CICD) grant(name, description string, statements []iam.Statement, roles ...deployer) error {
	policy, err := c.addPolicy(name, description, iam.Policy(statements).JSON, decryption(statements)...)
	if err != nil {
		return err
	}
	for _, role := range roles {
		attachment.NewIamRolePolicyAttachment(c.scope, tf.String(name+"-to-"+role.kind), &attachment.IamRolePolicyAttachmentConfig{
			Role:      role.Name(),
			PolicyArn: tf.String(policy),
			Lifecycle: tf.Retained(true),
		})
	}
	return nil
}

// deployer is a role that plans or applies.
type deployer struct {
	iamrole.IamRole
	kind string
}

func (c *CICD) addRole(deployment, kind, description string, seconds int, boundary string, trust iam.Policy,
	statements []iam.Statement,
) (deployer, error) {
	name := deployment + "-" + kind
	trusted, trustErr := trust.TrustJSON()
	rights, rightsErr := iam.Policy(statements).JSON()
	if err := errors.Join(trustErr, rightsErr); err != nil {
		return deployer{}, fmt.Errorf("role %s: %w", name, err)
	}
	role := iamrole.NewIamRole(c.scope, tf.String(name+"-role"), &iamrole.IamRoleConfig{
		Name:                tf.String(c.cfg.Label.Fit(naming.Role, name)),
		Description:         tf.String(description),
		AssumeRolePolicy:    tf.String(trusted),
		MaxSessionDuration:  tf.Number(seconds),
		PermissionsBoundary: tf.String(boundary),
		Lifecycle:           tf.Retained(true),
	})
	iamrolepolicy.NewIamRolePolicy(c.scope, tf.String(name+"-role-policy"), &iamrolepolicy.IamRolePolicyConfig{
		Name:      tf.String(c.cfg.Label.Fit(naming.Role, name)),
		Role:      role.Name(),
		Policy:    tf.String(rights),
		Lifecycle: tf.Retained(true),
	})
	return deployer{role, kind}, nil
}

// decryption waives the control that wants every key named. AWS chooses the ids of keys, which are an environment's and not the account's.
func decryption(statements []iam.Statement) []tf.Waiver {
	if !slices.ContainsFunc(statements, func(s iam.Statement) bool { return slices.Contains(s.Actions, "kms:Decrypt") }) {
		return nil
	}
	return []tf.Waiver{{
		Control: "KMS.1",
		Reason:  "keys are those that carry the environment's tag, and are used through the services that store data, or for what they encrypt",
		Expires: "2027-11-30",
	}}
}

func (c *CICD) addPolicy(name, description string, render func() (string, error), waivers ...tf.Waiver) (arn string, err error) {
	text, err := render()
	if err != nil {
		return "", fmt.Errorf("policy %s: %w", name, err)
	}
	if len(text) > policySize {
		return "", fmt.Errorf("policy %s: must be at most %d characters, got %d; move what a module takes to another", name, policySize, len(text))
	}
	policy := iampolicy.NewIamPolicy(c.scope, tf.String(name), &iampolicy.IamPolicyConfig{
		Name:        tf.String(c.cfg.Label.Name(name)),
		Description: tf.String(description),
		Policy:      tf.String(text),
		Lifecycle:   tf.Retained(true),
	})
	if len(waivers) > 0 {
		tf.Waive(policy, waivers...)
	}
	return *policy.Arn(), nil
}
