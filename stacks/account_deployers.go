package stacks

import (
	"fmt"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/ai"
	"github.com/writersroom/infrastructure/constructs/cicd"
	"github.com/writersroom/infrastructure/constructs/identity"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// newDeployers makes who may deploy the account's environments, and the boundaries of the roles that they make: here, where whoever
// deploys an environment cannot change either. Its outputs are what workflows are told.
func newDeployers(stack cdktf.TerraformStack, account envs.Account, stateKeyARN string) error {
	state := StateOf(account)
	var deployments []cicd.Deployment
	for _, d := range account.Deployments() {
		if err := newBoundary(stack, account, d); err != nil {
			return fmt.Errorf("identity: %w", err)
		}
		deployments = append(deployments, cicd.Deployment{
			Deployment:  d,
			BoundaryARN: identity.BoundaryARN(account.Partition, account.ID, d.Name),
		})
	}
	deployers, err := cicd.New(stack, "cicd", cicd.Config{
		Label:             naming.OfAccount(account.ID),
		Region:            account.Region,
		Account:           account.ID,
		Partition:         account.Partition,
		StateBucketARN:    "arn:" + account.Partition + ":s3:::" + state.Bucket,
		StateLockTableARN: fmt.Sprintf("arn:%s:dynamodb:%s:%s:table/%s", account.Partition, account.Region, account.ID, state.LockTable),
		StateKeyARN:       stateKeyARN,
		Deployments:       deployments,
	})
	if err != nil {
		return fmt.Errorf("cicd: %w", err)
	}
	output := func(name, description, value string) {
		cdktf.NewTerraformOutput(stack, tf.String(name), &cdktf.TerraformOutputConfig{Value: value, Description: tf.String(description)})
	}
	for _, d := range deployments {
		output(d.Name+"-plan-role", "what a workflow plans "+d.Name+" as, in GitHub's environment "+d.Name+"-plan", deployers.PlanRoleARNs[d.Name])
		output(d.Name+"-apply-role", "what a workflow deploys "+d.Name+" as, in GitHub's environment "+d.Name, deployers.ApplyRoleARNs[d.Name])
	}
	return nil
}

// newBoundary makes the boundary of a deployment's roles. Where models are hosted, it admits what AWS keeps for everybody.
func newBoundary(stack cdktf.TerraformStack, account envs.Account, d envs.Deployment) error {
	var outside []iam.Statement
	if d.Environment.AI.Endpoint {
		outside = ai.EndpointSources(d.Environment.AI, account.Partition)
	}
	return identity.NewBoundary(stack, d.Name+"-boundary", identity.BoundaryConfig{
		Of:                d.Name,
		Label:             naming.Label{Environment: d.Pattern, Account: account.ID},
		Region:            account.Region,
		Account:           account.ID,
		Partition:         account.Partition,
		SpendingCapPolicy: ai.CapPolicyName,
		BackupRole:        backupRole,
		Outside:           outside,
	})
}
