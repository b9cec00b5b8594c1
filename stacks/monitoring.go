package stacks

import (
	"fmt"
	"strings"

	"github.com/writersroom/infrastructure/constructs/ai"
	"github.com/writersroom/infrastructure/constructs/compute"
	"github.com/writersroom/infrastructure/constructs/identity"
	"github.com/writersroom/infrastructure/constructs/monitoring"
	"github.com/writersroom/infrastructure/constructs/networking"
	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
)

// watch has everything watched that the other modules made.
func watch(alerts *monitoring.Monitoring, env envs.Environment, who *identity.Identity, network *networking.Network,
	stores *storage.Storage, models *ai.AI, platform *compute.Compute,
) error {
	watched := monitoring.Watched{
		Functions: map[string]monitoring.Function{},
		API:       monitoring.API{Name: platform.API.Name, Stage: platform.API.StageName},
		Queues:    map[string]monitoring.Queue{},
		Tables: map[string]monitoring.Table{
			"documents":     {Name: stores.Documents.Name},
			"export-jobs":   {Name: stores.ExportJobs.Name},
			"collaboration": {Name: stores.Collaboration.Name},
		},
		Workflows: map[string]monitoring.Workflow{"export": {ARN: platform.Workflow.ARN}},
		Service: monitoring.Service{
			ClusterName:  platform.Realtime.ClusterName,
			Name:         platform.Realtime.ServiceName,
			LeastTasks:   leastTasks(env.Compute),
			LoadBalancer: platform.Realtime.LoadBalancerSuffix,
			TargetGroup:  platform.Realtime.TargetGroupSuffix,
		},
		Web: monitoring.Web{DistributionID: platform.Web.DistributionID},
		Firewalls: map[string]monitoring.Firewall{
			"api":      {MetricName: platform.API.WebACLName},
			"realtime": {MetricName: platform.Realtime.WebACLName},
			"web":      {MetricName: platform.Web.WebACLName, Global: true},
		},
		Aurora: monitoring.Aurora{
			ClusterID: stores.Aurora.ClusterID,
			Instances: len(stores.Aurora.InstanceIDs),
			MinACU:    env.Storage.AuroraMinACU,
			MaxACU:    env.Storage.AuroraMaxACU,
		},
		Valkey: monitoring.Valkey{NodeIDs: stores.Valkey.NodeIDs},
		OpenSearch: monitoring.OpenSearch{
			DomainName:  stores.OpenSearch.DomainName,
			DataNodes:   env.Storage.OpenSearchDataNodes,
			MasterNodes: env.Storage.OpenSearchMasterNodes,
			VolumeGiB:   env.Storage.OpenSearchVolumeGiB,
		},
		UserPool:     monitoring.UserPool{ID: who.UserPoolID, ClientID: who.ClientID},
		NATGateways:  map[string]string{},
		Certificates: map[string]string{"domain": platform.CertificateARN},
		Profiles:     map[string]string{},
		Endpoint:     models.EndpointName,
		BackupVault:  stores.VaultName,
		PersonalLogs: personalLogs(env, stores, models, platform),
		Steady:       env.Production(),
	}
	for name, f := range platform.Functions {
		watched.Functions[name] = monitoring.Function{Name: f.Name, TimeoutSeconds: f.TimeoutSeconds, Concurrency: f.Concurrency}
	}
	for _, r := range platform.API.Routes {
		watched.API.Routes = append(watched.API.Routes, monitoring.Route{
			Name: r.Name, Method: r.Method, Path: r.Path, Function: r.Function, SlowMilliseconds: r.SlowMilliseconds,
		})
	}
	for name, q := range platform.Queues {
		watched.Queues[name] = monitoring.Queue{Name: q.Name, DeadLetters: q.DeadLetters}
	}
	for i, id := range network.NATGatewayIDs {
		watched.NATGateways[strings.ToLower(network.Zones[i])] = id
	}
	for name, feature := range models.Features {
		watched.Profiles[name] = feature.ProfileID
	}
	if err := alerts.Watch(watched); err != nil {
		return fmt.Errorf("monitoring: %w", err)
	}
	return nil
}

// leastTasks is how many tasks of the realtime service run at least. Without an image none does.
func leastTasks(settings envs.Compute) int {
	if settings.RealtimeImageTag == "" {
		return 0
	}
	return settings.RealtimeTasks
}

// personalLogs are the log groups of what handles writers' texts, tokens and addresses.
func personalLogs(env envs.Environment, stores *storage.Storage, models *ai.AI, platform *compute.Compute) map[string]string {
	logs := map[string]string{
		"api":      platform.API.AccessLogGroupName,
		"aurora":   stores.Aurora.LogGroupName,
		"realtime": platform.Realtime.LogGroupName,
		"workflow": platform.Workflow.LogGroupName,
	}
	for name, f := range platform.Functions {
		logs["function-"+name] = f.LogGroupName
	}
	for name, group := range stores.OpenSearch.LogGroupNames {
		logs["opensearch-"+name] = group
	}
	for name, group := range stores.Valkey.LogGroupNames {
		logs["valkey-"+name] = group
	}
	if env.Region == globalRegion && platform.Web.AccessLogGroupName != "" { // CloudFront's lies there, wherever the environment is
		logs["web"] = platform.Web.AccessLogGroupName
	}
	if models.EndpointLogGroupName != "" {
		logs["endpoint"] = models.EndpointLogGroupName
	}
	return logs
}
