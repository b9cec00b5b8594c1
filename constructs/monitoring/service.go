package monitoring

import "fmt"

// Service is an ECS service behind an application load balancer.
type Service struct {
	// Name is empty as long as the service is not there.
	ClusterName, Name string
	// LeastTasks is how many tasks run at least; 0 as long as there is nothing to run.
	LeastTasks int
	// LoadBalancer and TargetGroup are the last parts of their ARNs, which CloudWatch knows them by: "app/…", "targetgroup/…". Both are
	// empty without a load balancer.
	LoadBalancer, TargetGroup string
}

const (
	// fullCPU is more than the autoscaling leaves standing while it still has tasks to add.
	fullCPU = 90
	// fullMemory is what AWS recommends.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#ECS
	fullMemory = 80
	// slowConnectSeconds is how long a browser may wait until a socket is open; how long it stays open does not count.
	slowConnectSeconds = 1
)

func (s Service) metric(name string) metric {
	return metric{"AWS/ECS", name, map[string]string{"ClusterName": s.ClusterName, "ServiceName": s.Name}, "Average"}
}

// insight is of Container Insights, which alone counts tasks.
func (s Service) insight(name, statistic string) metric {
	return metric{"ECS/ContainerInsights", name, map[string]string{"ClusterName": s.ClusterName, "ServiceName": s.Name}, statistic}
}

func (s Service) balancerMetric(name string) metric {
	return metric{"AWS/ApplicationELB", name, map[string]string{"LoadBalancer": s.LoadBalancer}, "Sum"}
}

func (s Service) targetMetric(name, statistic string) metric {
	return metric{"AWS/ApplicationELB", name, map[string]string{
		"LoadBalancer": s.LoadBalancer, "TargetGroup": s.TargetGroup,
	}, statistic}
}

func (b *watcher) watchService() {
	s := b.Service
	add := func(a alarm) {
		a.what, a.guide = "service", "service"
		b.addAlarm(a)
	}
	if s.LeastTasks > 0 {
		add(alarm{
			symptom: "tasks", means: fmt.Sprintf("Fewer than %d tasks of the realtime service run", s.LeastTasks),
			metric: s.insight("RunningTaskCount", "Minimum"), limit: below(float64(s.LeastTasks)), window: minutes(5, 5), missing: breaching,
			release: true,
		})
	}
	if s.Name != "" {
		add(alarm{
			symptom: "cpu", means: "The realtime service's processors are busy for a quarter of an hour, though it may add tasks",
			metric: s.metric("CPUUtilization"), limit: above(fullCPU), window: minutes(15, 15),
		})
		add(alarm{
			symptom: "memory", means: "The realtime service is about to run out of memory",
			metric: s.metric("MemoryUtilization"), limit: above(fullMemory), window: minutes(5, 5),
		})
	}
	if s.LoadBalancer == "" {
		return
	}
	add(alarm{
		symptom: "unhealthy-targets", means: "A task of the realtime service does not answer the load balancer's health checks",
		metric: s.targetMetric("UnHealthyHostCount", "Maximum"), limit: above(0), window: minutes(5, 5), release: true,
	})
	add(alarm{
		symptom: "target-errors", means: "The realtime service fails to answer more than 5 % of what it is asked",
		expression: "errors / requests", metrics: map[string]metric{
			"errors":   s.targetMetric("HTTPCode_Target_5XX_Count", "Sum"),
			"requests": s.targetMetric("RequestCount", "Sum"),
		}, limit: above(failedShare), window: minutes(3, 15), release: true,
	})
	add(alarm{
		symptom: "response-time", means: "One browser of a hundred waits for more than a second until the realtime service answers it",
		metric: s.targetMetric("TargetResponseTime", "p99"), limit: above(slowConnectSeconds), window: minutes(3, 15), release: true,
	})
	add(alarm{
		symptom: "balancer-errors", means: "The load balancer itself answers browsers with errors: it finds no task that takes them",
		metric: s.balancerMetric("HTTPCode_ELB_5XX_Count"), limit: above(0), window: minutes(3, 15),
	})
	add(alarm{
		symptom: "rejected-connections", means: "The load balancer turns browsers away: it has as many connections as it can",
		metric: s.balancerMetric("RejectedConnectionCount"), limit: above(0), window: minute(),
	})
}
