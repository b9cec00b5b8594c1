package monitoring

import "fmt"

// Valkey is a replication group of ElastiCache.
type Valkey struct {
	// NodeIDs are what CloudWatch knows the nodes by, its CacheClusterId, in their order.
	NodeIDs []string
}

const (
	// fullEngine is what AWS recommends: commands run one at a time, in one thread.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#ElastiCache
	fullEngine = 90
	// lagSeconds is how much of what was written a failover may lose.
	lagSeconds = 5
)

func valkeyMetric(node, name, statistic string) metric {
	return metric{"AWS/ElastiCache", name, map[string]string{"CacheClusterId": node}, statistic}
}

// watchValkey watches each node: which of them writes changes, and a node has to be ready for that.
func (b *watcher) watchValkey() {
	for i, node := range b.Valkey.NodeIDs {
		which := fmt.Sprintf("node %d of Valkey", i+1)
		add := func(a alarm) {
			a.what, a.guide = fmt.Sprintf("valkey-%d", i+1), "valkey"
			b.addAlarm(a)
		}
		add(alarm{
			symptom: "memory", means: "Four fifths of the memory of " + which + " are used: when it is full, open documents can no longer be written",
			metric: valkeyMetric(node, "DatabaseMemoryUsagePercentage", "Maximum"), limit: above(100 * busy), window: minutes(5, 5),
		})
		add(alarm{
			symptom: "evictions", means: "The memory of " + which + " is full: what was cached makes room",
			metric: valkeyMetric(node, "Evictions", "Sum"), limit: above(0), window: minutes(3, 15),
		})
		add(alarm{
			symptom: "engine-cpu", means: "The thread in which " + which + " runs commands is busy",
			metric: valkeyMetric(node, "EngineCPUUtilization", "Average"), limit: above(fullEngine), window: minutes(5, 5),
		})
		add(alarm{
			symptom: "logins-failed", means: "Something fails to log in to " + which,
			metric: valkeyMetric(node, "AuthenticationFailures", "Sum"), limit: above(0), window: minutes(3, 15),
		})
		if len(b.Valkey.NodeIDs) > 1 {
			add(alarm{
				symptom: "replication-lag", means: fmt.Sprintf("What %s knows is more than %d seconds old: a failover would lose that much", which, lagSeconds),
				metric: valkeyMetric(node, "ReplicationLag", "Maximum"), limit: above(lagSeconds), window: minutes(5, 5),
			})
		}
	}
}
