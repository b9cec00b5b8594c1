package monitoring

import (
	"fmt"
	"math"
)

// Aurora is a cluster of Aurora PostgreSQL Serverless v2.
type Aurora struct {
	ClusterID string
	// Instances is how many there are, the one that writes among them.
	Instances int
	// MinACU and MaxACU bound what each instance scales to.
	MinACU, MaxACU float64
}

const (
	// fullACU is where AWS advises to raise the greatest capacity: close to 100.
	// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.viewing.monitoring
	fullACU = 90
	// oldTransactionIDs is what AWS recommends: at two billion PostgreSQL stops to write.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#RDS
	oldTransactionIDs = 1_000_000_000
	// lagMilliseconds is ten times what a reader is usually behind.
	// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html
	lagMilliseconds = 1000
)

// metric is of the cluster: of all instances, whichever of them writes.
func (a Aurora) metric(name, statistic string) metric {
	return metric{"AWS/RDS", name, map[string]string{"DBClusterIdentifier": a.ClusterID}, statistic}
}

// connections is how many an instance takes: PostgreSQL's max_connections, which Aurora derives from the greatest capacity of about
// 2 GiB for each unit, at most 5,000, and 2,000 where the least capacity is small.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
func (a Aurora) connections() float64 {
	most := 5000.0
	if a.MinACU <= 0.5 {
		most = 2000
	}
	return min(math.Floor(a.MaxACU*2*(1<<30)/9531392), most)
}

// watchAurora watches the cluster. There is no alarm on free local storage, which serverless instances do not tell of; a failover and
// a failed instance RDS tells of by itself.
func (b *watcher) watchAurora() {
	add := func(a alarm) {
		a.what, a.guide = "aurora", "aurora"
		b.addAlarm(a)
	}
	add(alarm{
		symptom: "capacity", means: fmt.Sprintf("An instance of Aurora uses nearly all of the %s capacity units that it may", decimal(b.Aurora.MaxACU)),
		metric: b.Aurora.metric("ACUUtilization", "Maximum"), limit: above(fullACU), window: minutes(15, 15),
	})
	add(alarm{
		symptom: "connections", means: "An instance of Aurora has nearly as many connections as it takes",
		metric: b.Aurora.metric("DatabaseConnections", "Maximum"), limit: above(math.Floor(busy * b.Aurora.connections())), window: minutes(5, 5),
	})
	add(alarm{
		symptom: "deadlocks", means: "Transactions in Aurora wait for each other, and PostgreSQL ends some of them",
		metric: b.Aurora.metric("Deadlocks", "Maximum"), limit: above(0), window: minutes(3, 15),
	})
	add(alarm{
		symptom: "transaction-ids", means: "Aurora runs out of transaction ids: autovacuum does not keep up, and in the end nothing can be written",
		metric: b.Aurora.metric("MaximumUsedTransactionIDs", "Maximum"), limit: above(oldTransactionIDs), window: minute(),
	})
	if b.Aurora.Instances > 1 {
		add(alarm{
			symptom: "replica-lag", means: "What is read from Aurora's readers is more than a second old",
			metric: b.Aurora.metric("AuroraReplicaLagMaximum", "Maximum"), limit: above(lagMilliseconds), window: minutes(5, 5),
		})
	}
}
