package compute

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecsclustercapacityproviders"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// realtime is what the service, its repository, its load balancer and its one container are called.
const realtime = "realtime"

// noImage is the tag that tasks are defined with as long as the settings name none. Nothing is ever started with it.
const noImage = "none"

// drainMarginSeconds is what the load balancer and ECS wait beyond the seconds that a task needs to save what is open: for the signal
// to reach it, and for its last answers to leave.
const drainMarginSeconds = 10

// RealtimeConfig is what the realtime service is made from.
type RealtimeConfig struct {
	// ExecutionRoleARN is the role that ECS starts tasks with: one that trusts ecs-tasks.amazonaws.com and may do what
	// RealtimeExecutionStatements says. TaskRoleARN is the one that the service itself acts as.
	ExecutionRoleARN, TaskRoleARN string
	// Environment is what the service is told of its surroundings, by variable, and Secrets the ARNs of the secrets that ECS puts into
	// further variables.
	Environment, Secrets map[string]string
}

// Realtime is the service in which writers write together.
type Realtime struct {
	ClusterName, ServiceName string
	// RepositoryURL is where its images are pushed to, RepositoryName what the repository is called.
	RepositoryURL, RepositoryName string
	// LoadBalancerSuffix and TargetGroupSuffix are what CloudWatch knows the load balancer and its targets by.
	LoadBalancerSuffix, TargetGroupSuffix string
	// URL is where browsers open sockets: wss://realtime.<domain>.
	URL          string
	LogGroupName string
	WebACLName   string
}

// addRealtime makes the service with all that it stands on. As long as the settings name no image nothing runs: the repository has to
// be there before an image can be pushed to it.
func (b *builder) addRealtime(c *Compute) error {
	repository, err := b.addRepository()
	if err != nil {
		return err
	}
	logs := b.addLogGroup("realtime-log", b.Label.Path(realtime, "service"), nil)
	task, err := b.addTaskDefinition(*repository.RepositoryUrl(), *logs.Name())
	if err != nil {
		return err
	}
	cluster := b.addCluster()
	front := b.addLoadBalancer()
	running := cdktf.NewDataResource(b.scope, tf.String("realtime-running"), &cdktf.DataConfig{
		Input: &map[string]any{"running": b.realtimeRuns()},
	})
	service := b.addService(cluster, task, front, running)
	b.addScaling(cluster, service, running)
	c.Realtime = Realtime{
		ClusterName:        *cluster.ClusterName(),
		ServiceName:        *service.Name(),
		RepositoryURL:      *repository.RepositoryUrl(),
		RepositoryName:     *repository.Name(),
		LoadBalancerSuffix: *front.loadBalancer.ArnSuffix(),
		TargetGroupSuffix:  *front.targets.ArnSuffix(),
		URL:                b.RealtimeURL(),
		LogGroupName:       *logs.Name(),
		WebACLName:         front.webACLName,
	}
	return nil
}

// addCluster makes the cluster. Its log group, of the name that Container Insights prescribes, is made first: by itself it would be
// without key and retention, and come back after it is destroyed. Nobody can open a shell in a task: no service enables it, and no
// role may do what it takes.
func (b *builder) addCluster() ecsclustercapacityproviders.EcsClusterCapacityProviders {
	name := b.Label.Fit(naming.Cluster)
	insights := b.addLogGroup("cluster-log", "/aws/ecs/containerinsights/"+name+"/performance", nil)
	cluster := ecscluster.NewEcsCluster(b.scope, tf.String("cluster"), &ecscluster.EcsClusterConfig{
		Name:      tf.String(name),
		Setting:   &[]*ecscluster.EcsClusterSetting{{Name: tf.String("containerInsights"), Value: tf.String("enhanced")}}, // ECS.12
		DependsOn: &[]cdktf.ITerraformDependable{insights},
	})
	return ecsclustercapacityproviders.NewEcsClusterCapacityProviders(b.scope, tf.String("cluster-capacity"),
		&ecsclustercapacityproviders.EcsClusterCapacityProvidersConfig{
			ClusterName:       cluster.Name(),
			CapacityProviders: tf.Strings(onDemand, spot),
		})
}

// realtimeHost is the name that browsers reach the service by.
func (c Config) realtimeHost() string { return realtime + "." + c.Domain }

// RealtimeURL is where browsers open sockets, known before the service is made.
func (c Config) RealtimeURL() string { return "wss://" + c.realtimeHost() }
