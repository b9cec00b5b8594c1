package stacks

import (
	"fmt"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/compute"
	"github.com/writersroom/infrastructure/constructs/identity"
	"github.com/writersroom/infrastructure/constructs/monitoring"
	"github.com/writersroom/infrastructure/constructs/networking"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// NewEnvironment composes one environment of the platform: every module, wired. Its outputs are what people and applications
// outside this repository need to know.
func NewEnvironment(app cdktf.App, env envs.Environment, target Target) error {
	defer tf.Within(app, env.Name)

	label := naming.Label{Environment: env.Name, Account: env.Account}
	stack := newStack(app, env.Name, place{
		account:  envs.Account{ID: env.Account, Region: env.Region, Partition: env.Partition},
		stateKey: env.StateKey(),
		label:    label,

		retained:         env.Retain,
		logRetentionDays: env.LogRetentionDays,
	}, target)

	who, err := identity.New(stack, "identity", identity.Config{
		Label:     label,
		Settings:  env.Identity,
		Region:    env.Region,
		Account:   env.Account,
		Partition: env.Partition,
		Retain:    env.Retain,

		AlertPublishers: monitoring.Publishers(),
		BoundaryARN:     identity.BoundaryARN(env.Partition, env.Account, env.Deployment()),
	})
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	flowLogRoleARN, err := who.NewRole("flow-log", "vpc-flow-logs.amazonaws.com",
		networking.FlowLogStatements(label, env.Partition, env.Region))
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	network, err := networking.New(stack, "networking", networking.Config{
		Label:            label,
		Settings:         env.Networking,
		Zones:            env.Zones(),
		Region:           env.Region,
		Account:          env.Account,
		Partition:        env.Partition,
		LogRetentionDays: env.LogRetentionDays,
		LogsKeyARN:       who.LogsKeyARN,
		FlowLogRoleARN:   flowLogRoleARN,
	})
	if err != nil {
		return fmt.Errorf("networking: %w", err)
	}

	alerts, err := monitoring.New(stack, "monitoring", monitoring.Config{
		Label:        label,
		Settings:     env.Monitoring,
		Region:       env.Region,
		Account:      env.Account,
		Partition:    env.Partition,
		AlertsKeyARN: who.AlertsKeyARN,
		Released:     compute.API,
	})
	if err != nil {
		return fmt.Errorf("monitoring: %w", err)
	}
	stores, err := newStorage(stack, env, label, who, network, alerts)
	if err != nil {
		return err
	}
	if target.Emulated() {
		hurryOpenSearch(stack)
	}
	models, err := newAI(stack, env, label, who, alerts, stores)
	if err != nil {
		return err
	}
	platform, err := newCompute(stack, env, label, who, network, stores, models)
	if err != nil {
		return err
	}
	if err := watch(alerts, env, who, network, stores, models, platform); err != nil {
		return err
	}
	if err := platform.ShiftGradually(alerts.ReleaseAlarmNames...); err != nil {
		return fmt.Errorf("compute: %w", err)
	}
	if err := capSpending(env, label, who, models); err != nil { // which is attached to the roles that call models
		return err
	}

	output := func(name, description string, value any) {
		cdktf.NewTerraformOutput(stack, tf.String(name), &cdktf.TerraformOutputConfig{Value: value, Description: tf.String(description)})
	}
	output("vpc-id", "the environment's VPC", network.VPCID)
	output("nat-public-ips", "the addresses that the outside sees the platform call from", tf.Strings(network.NATPublicIPs...))
	output("user-pool-id", "the Cognito user pool that writers sign in to", who.UserPoolID)
	output("web-client-id", "the web application's id as an OAuth client", who.ClientID)
	output("issuer", "what the iss claim of an access token must be", who.Issuer)
	output("sign-in-url", "where the sign-in pages are", who.SignInURL)
	output("assets-bucket", "where the web application's files go", stores.Assets.Name)
	output("parameters-path", "where Parameter Store tells applications of the stores", stores.Parameters.Path)
	output("web-url", "where the web application is", platform.Web.URL)
	output("web-distribution-id", "what a release of the web application invalidates", platform.Web.DistributionID)
	output("api-url", "where the API answers", platform.API.URL)
	if platform.Release != "" {
		output("api-release", "the input of aws deploy create-deployment that gives writers the API's newest version", platform.Release)
	}
	output("realtime-url", "where browsers open the collaboration socket", platform.Realtime.URL)
	output("realtime-repository", "where the realtime service's images are pushed to", platform.Realtime.RepositoryURL)
	output("name-servers", "what the domain's parent has to delegate to", platform.NameServers)
	output("identity-pool-id", "the identity pool that gives a signed-in writer AWS credentials", who.IdentityPoolID)
	return nil
}
