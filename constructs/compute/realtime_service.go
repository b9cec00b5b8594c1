package compute

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingpolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/appautoscalingtarget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecsclustercapacityproviders"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecsservice"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecstaskdefinition"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Fargate's capacity providers.
const (
	onDemand = "FARGATE"
	spot     = "FARGATE_SPOT"
)

const (
	// graceSeconds is how long a task may take to answer its first health check.
	graceSeconds = 60
	// cpuPercent and memoryPercent are what the tasks are kept at, on average: with room for the sockets of one that goes.
	cpuPercent    = 60
	memoryPercent = 70
	// A task more helps at once; one less makes its writers come back elsewhere, so it has to be sure that it is not needed.
	scaleOutSeconds = 60
	scaleInSeconds  = 600
)

// addService makes the service. Its first image makes it anew: autoscaling owns how many tasks run, so that Terraform does not touch
// the number of a service that is there, and autoscaling raises none from nothing, which it has no metric of
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html). At that time nothing runs.
func (b *builder) addService(cluster ecsclustercapacityproviders.EcsClusterCapacityProviders, task ecstaskdefinition.EcsTaskDefinition,
	front front, running cdktf.DataResource,
) ecsservice.EcsService {
	provider := onDemand
	if b.Settings.RealtimeSpot {
		provider = spot
	}
	tasks, _ := b.taskBounds()
	lifecycle := anewWith(running)
	lifecycle.IgnoreChanges = tf.Strings("desired_count")
	// To the provider a deployment that the circuit breaker has rolled back is one that went well.
	lifecycle.Postcondition = &[]*cdktf.Postcondition{{
		Condition:    tf.String("${self.task_definition == " + *task.Fqn() + ".arn}"),
		ErrorMessage: tf.String("ECS rolled the realtime service back to the tasks it had: see its events and its log group."),
	}}
	return ecsservice.NewEcsService(b.scope, tf.String("realtime-service"), &ecsservice.EcsServiceConfig{
		Name:                        tf.String(b.Label.Fit(naming.Service, realtime)),
		Cluster:                     cluster.ClusterName(),
		TaskDefinition:              task.Arn(),
		DesiredCount:                tf.Number(tasks),
		AvailabilityZoneRebalancing: tf.String("ENABLED"),
		EnableExecuteCommand:        tf.Bool(false),
		EnableEcsManagedTags:        tf.Bool(true),
		PropagateTags:               tf.String("SERVICE"),
		WaitForSteadyState:          tf.Bool(b.realtimeRuns()),
		ForceNewDeployment:          tf.Bool(true), // another capacity provider would otherwise replace the service

		CapacityProviderStrategy: &[]*ecsservice.EcsServiceCapacityProviderStrategy{{
			CapacityProvider: tf.String(provider), Weight: tf.Number(1),
		}},
		DeploymentMinimumHealthyPercent: tf.Number(100),
		DeploymentMaximumPercent:        tf.Number(200),
		DeploymentCircuitBreaker: &ecsservice.EcsServiceDeploymentCircuitBreaker{
			Enable: tf.Bool(true), Rollback: tf.Bool(true),
		},
		NetworkConfiguration: &ecsservice.EcsServiceNetworkConfiguration{
			Subnets:        tf.Strings(b.PrivateSubnetIDs...), // one in each availability zone, over which Fargate spreads tasks
			SecurityGroups: tf.Strings(b.RealtimeSecurityGroupID),
			AssignPublicIp: tf.Bool(false), // ECS.2
		},
		LoadBalancer: &[]*ecsservice.EcsServiceLoadBalancer{{
			TargetGroupArn: front.targets.Arn(), ContainerName: tf.String(realtime), ContainerPort: tf.Number(b.RealtimePort),
		}},
		HealthCheckGracePeriodSeconds: tf.Number(graceSeconds),
		DependsOn:                     &[]cdktf.ITerraformDependable{front.rule},
		Lifecycle:                     lifecycle,
	})
}

// anewWith is the lifecycle of what is made anew when the settings name an image for the first time, or none any more.
func anewWith(running cdktf.DataResource) *cdktf.TerraformResourceLifecycle {
	return &cdktf.TerraformResourceLifecycle{ReplaceTriggeredBy: &[]any{"terraform_data." + *running.FriendlyUniqueId()}}
}

// taskBounds are how many tasks run at least and at most.
func (c Config) taskBounds() (least, most int) {
	if !c.realtimeRuns() {
		return 0, 0
	}
	return c.Settings.RealtimeTasks, c.Settings.RealtimeMaxTasks
}

// addScaling keeps as many tasks as there is work for. Sockets are not counted: the load balancer's number of connections has both
// sides of each in it, and what is closing, and how many a task bears is the image's affair. What they take is measured instead, as a
// share of what the task has: many idle sockets fill its memory, few busy ones its processor. One of the two is enough to add a
// task; both have to agree to take one away. What is taken away drains like a task that is replaced.
func (b *builder) addScaling(cluster ecsclustercapacityproviders.EcsClusterCapacityProviders, service ecsservice.EcsService,
	running cdktf.DataResource,
) {
	least, most := b.taskBounds()
	target := appautoscalingtarget.NewAppautoscalingTarget(b.scope, tf.String("realtime-scaling"),
		&appautoscalingtarget.AppautoscalingTargetConfig{
			ServiceNamespace:  tf.String("ecs"),
			ScalableDimension: tf.String("ecs:service:DesiredCount"),
			ResourceId:        tf.String("service/" + *cluster.ClusterName() + "/" + *service.Name()),
			MinCapacity:       tf.Number(least),
			MaxCapacity:       tf.Number(most),
			Lifecycle:         anewWith(running),
		})
	for _, measure := range []struct {
		id, metric string
		percent    int
	}{
		{"cpu", "ECSServiceAverageCPUUtilization", cpuPercent},
		{"memory", "ECSServiceAverageMemoryUtilization", memoryPercent},
	} {
		appautoscalingpolicy.NewAppautoscalingPolicy(b.scope, tf.String("realtime-scaling-"+measure.id),
			&appautoscalingpolicy.AppautoscalingPolicyConfig{
				Name:              tf.String(b.Label.Fit(naming.ScalingPolicy, realtime, measure.id)),
				PolicyType:        tf.String("TargetTrackingScaling"),
				ServiceNamespace:  target.ServiceNamespace(),
				ScalableDimension: target.ScalableDimension(),
				ResourceId:        target.ResourceId(),
				TargetTrackingScalingPolicyConfiguration: &appautoscalingpolicy.AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration{
					TargetValue:      tf.Number(measure.percent),
					ScaleOutCooldown: tf.Number(scaleOutSeconds),
					ScaleInCooldown:  tf.Number(scaleInSeconds),
					PredefinedMetricSpecification: &appautoscalingpolicy.
						AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification{
						PredefinedMetricType: tf.String(measure.metric),
					},
				},
				Lifecycle: anewWith(running),
			})
	}
}
