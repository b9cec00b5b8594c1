package stacks

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/ai"
	"github.com/writersroom/infrastructure/constructs/compute"
	"github.com/writersroom/infrastructure/constructs/identity"
	"github.com/writersroom/infrastructure/constructs/networking"
	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// globalRegion is where AWS keeps what CloudFront uses: certificates and firewalls.
const globalRegion = "us-east-1"

// newCompute makes what serves writers, with the roles that it acts as.
func newCompute(stack cdktf.TerraformStack, env envs.Environment, label naming.Label, who *identity.Identity,
	network *networking.Network, stores *storage.Storage, models *ai.AI,
) (*compute.Compute, error) {
	cfg := compute.Config{
		Label:            label,
		Settings:         env.Compute,
		Region:           env.Region,
		Account:          env.Account,
		Partition:        env.Partition,
		Domain:           env.Domain(),
		Retain:           env.Retain,
		LogRetentionDays: env.LogRetentionDays,
		DataKeyARN:       who.DataKeyARN,
		LogsKeyARN:       who.LogsKeyARN,

		VPCID:                       network.VPCID,
		PublicSubnetIDs:             network.PublicSubnetIDs,
		PrivateSubnetIDs:            network.PrivateSubnetIDs,
		FunctionsSecurityGroupID:    network.SecurityGroupIDs.Functions,
		LoadBalancerSecurityGroupID: network.SecurityGroupIDs.LoadBalancer,
		RealtimeSecurityGroupID:     network.SecurityGroupIDs.Realtime,
		RealtimePort:                networking.RealtimePort,

		UserPoolARN: who.UserPoolARN,
		Scopes:      who.Scopes,
		WebOrigins:  env.Identity.Origins(),
		SignInURL:   who.SignInURL,
		Buckets:     []string{stores.Manuscripts.Name, stores.Exports.Name},

		ExportJobsTableName: stores.ExportJobs.Name,
		SmokeMinutes:        env.Monitoring.SmokeMinutes,
		AssetsBucketDomain:  stores.Assets.DomainName,
		AccessLogsBucket:    stores.AccessLogs.Name,
	}
	if env.Region != globalRegion {
		cfg.GlobalProvider = provider.NewAwsProvider(stack, tf.String("aws-"+globalRegion), &provider.AwsProviderConfig{
			Alias:             tf.String(globalRegion),
			Region:            tf.String(globalRegion),
			AllowedAccountIds: tf.Strings(env.Account),
			DefaultTags:       &[]*provider.AwsProviderDefaultTags{{Tags: tf.Map(label.Tags())}},
		})
	}
	if env.Storage.AuroraMinACU == 0 {
		cfg.SmokeExcept = []string{"aurora"} // a connection would wake the cluster each time
	}
	if err := computeRoles(&cfg, who, stores, models); err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	platform, err := compute.New(stack, "compute", cfg)
	if err != nil {
		return nil, fmt.Errorf("compute: %w", err)
	}
	return platform, nil
}

// computeRoles makes the roles of everything that runs, and says what it is told of its surroundings.
func computeRoles(cfg *compute.Config, who *identity.Identity, stores *storage.Storage, models *ai.AI) error {
	invoke, invokeErr := models.Invoke(ai.Draft, ai.Review)
	if invokeErr != nil {
		return invokeErr
	}
	folders := []string{storage.AuthorsPrefix, storage.OptedOutPrefix}
	const working = "working/"
	manuscripts, exports := stores.Manuscripts, stores.Exports
	var faults []error
	role := func(name, service string, statements ...[]iam.Statement) string {
		arn, err := who.NewRole(name, service, slices.Concat(statements...))
		faults = append(faults, err)
		return arn
	}
	function := func(name, roleName string, environment map[string]string, statements ...[]iam.Statement) compute.FunctionConfig {
		return compute.FunctionConfig{
			RoleARN:     role(roleName, "lambda.amazonaws.com", append(statements, compute.FunctionStatements(*cfg, name))...),
			Environment: environment,
		}
	}
	list := func(values ...string) string { return strings.Join(values, ",") }
	address := func(host string, port int) string { return host + ":" + strconv.Itoa(port) }

	cfg.Functions = map[string]compute.FunctionConfig{
		compute.API: function(compute.API, "api", map[string]string{
			"ALLOWED_ORIGINS":     list(cfg.WebOrigins...),
			"DOCUMENTS_TABLE":     stores.Documents.Name,
			"EXPORT_JOBS_TABLE":   stores.ExportJobs.Name,
			"EXPORT_WORKFLOW_ARN": cfg.WorkflowARN(),
			"EXPORTS_BUCKET":      exports.Name,
			"MANUSCRIPTS_BUCKET":  manuscripts.Name,
			"REALTIME_URL":        cfg.RealtimeURL(),
			"TICKET_KEY_SECRET":   stores.TicketKey.ARN,
		},
			stores.Documents.Read(storage.ByAuthor, storage.ByProject), stores.Documents.Write(),
			stores.ExportJobs.Read(storage.ByAuthor), stores.ExportJobs.Write(),
			manuscripts.List(), manuscripts.Read(folders...), manuscripts.Write(folders...), manuscripts.Delete(folders...),
			stores.TicketKey.Read(), compute.APIStatements(*cfg)),
		// Named like every role that a model is called with.
		compute.Agents: function(compute.Agents, agentsRole, map[string]string{
			"ALLOWED_ORIGINS":    list(cfg.WebOrigins...),
			"DRAFT_MODEL":        models.Features[ai.Draft].ProfileARN,
			"GUARDRAIL_ID":       models.GuardrailID,
			"GUARDRAIL_VERSION":  models.GuardrailVersion,
			"MANUSCRIPTS_BUCKET": manuscripts.Name,
			"REVIEW_MODEL":       models.Features[ai.Review].ProfileARN,
		},
			invoke, models.Retrieve(), models.InvokeEndpoint(), manuscripts.Read(storage.AuthorsPrefix)),
		compute.Export: function(compute.Export, "export", map[string]string{
			"DOCUMENTS_TABLE":         stores.Documents.Name,
			"EXPORT_JOBS_TABLE":       stores.ExportJobs.Name,
			"EXPORTS_BUCKET":          exports.Name,
			"MANUSCRIPTS_BUCKET":      manuscripts.Name,
			"NOTIFICATIONS_QUEUE_URL": cfg.NotificationsURL(),
		},
			stores.Documents.Read(), stores.ExportJobs.Read(), stores.ExportJobs.Write(), manuscripts.Read(folders...),
			exports.Read(working), exports.Write(append(folders, working)...), exports.Delete(working), compute.ExportStatements(*cfg)),
		compute.Smoke: function(compute.Smoke, "smoke", map[string]string{
			"AURORA_ENDPOINT":     address(stores.Aurora.Endpoint, stores.Aurora.Port),
			"BUCKETS":             list(manuscripts.Name, exports.Name),
			"EXPORT_WORKFLOW_ARN": cfg.WorkflowARN(),
			"HEALTH_URLS":         list(cfg.APIURL() + "/health"),
			"ISSUER":              who.Issuer,
			"OPENSEARCH_ENDPOINT": stores.OpenSearch.Endpoint,
			"PARAMETERS_PATH":     stores.Parameters.Path,
			"QUEUES":              list(cfg.QueueURLs()...),
			"SECRETS":             list(stores.TicketKey.ARN),
			"TABLES":              list(stores.Documents.Name, stores.ExportJobs.Name, stores.Collaboration.Name),
			"VALKEY_ENDPOINT":     address(stores.Valkey.PrimaryEndpoint, stores.Valkey.Port),
		},
			stores.Documents.Try(), stores.ExportJobs.Try(), stores.Collaboration.Try(), manuscripts.List(), exports.List(),
			stores.TicketKey.Describe(), stores.Parameters.Read(), compute.SmokeStatements(*cfg)),
	}
	cfg.WorkflowRoleARN = role("export-workflow", "states.amazonaws.com", compute.WorkflowStatements(*cfg, stores.ExportJobs.ARN))
	cfg.ScheduleRoleARN = role("smoke-schedule", "scheduler.amazonaws.com", compute.ScheduleStatements(*cfg))
	if cfg.Settings.Canary {
		cfg.CodeDeployRoleARN = role("code-deploy", "codedeploy.amazonaws.com", compute.CanaryStatements(*cfg))
	}
	cfg.Realtime = compute.RealtimeConfig{
		ExecutionRoleARN: role("realtime-execution", "ecs-tasks.amazonaws.com",
			compute.RealtimeExecutionStatements(*cfg), stores.TicketKey.Read()),
		TaskRoleARN: role("realtime", "ecs-tasks.amazonaws.com",
			compute.RealtimeStatements(*cfg),
			stores.Documents.Read(), stores.Documents.Write(), stores.Collaboration.Read(storage.ByConnection), stores.Collaboration.Write(),
			manuscripts.Read(folders...), manuscripts.Write(folders...), stores.Valkey.Connect(storage.ValkeyRealtime)),
		Environment: map[string]string{
			"COLLABORATION_TABLE":     stores.Collaboration.Name,
			"DOCUMENTS_TABLE":         stores.Documents.Name,
			"ISSUER":                  who.Issuer,
			"MANUSCRIPTS_BUCKET":      manuscripts.Name,
			"NOTIFICATIONS_QUEUE_URL": cfg.NotificationsURL(),
			"VALKEY_ENDPOINT":         address(stores.Valkey.PrimaryEndpoint, stores.Valkey.Port),
			"VALKEY_USER":             stores.Valkey.Users[storage.ValkeyRealtime].Name,
		},
		Secrets: map[string]string{"TICKET_KEY": stores.TicketKey.ARN},
	}
	return errors.Join(faults...)
}
