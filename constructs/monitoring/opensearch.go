package monitoring

// OpenSearch is a domain of OpenSearch.
type OpenSearch struct {
	DomainName string
	// DataNodes hold the index and MasterNodes do nothing but look after the domain; VolumeGiB is the size of each data node's volume.
	DataNodes, MasterNodes, VolumeGiB int
}

// metric is of a domain of the account, which is among the dimensions.
func (o OpenSearch) metric(account, name, statistic string) metric {
	return metric{"AWS/ES", name, map[string]string{"DomainName": o.DomainName, "ClientId": account}, statistic}
}

// watchOpenSearch makes the alarms that OpenSearch recommends, with its thresholds.
// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/cloudwatch-alarms.html
func (b *watcher) watchOpenSearch() {
	add := func(symptom, means, metric, statistic string, over limit, within window) {
		b.addAlarm(alarm{
			what: "opensearch", symptom: symptom, means: means, guide: "opensearch",
			metric: b.OpenSearch.metric(b.Account, metric, statistic), limit: over, window: within,
		})
	}
	quarterHours := func(bad int) window { return window{900, bad, bad} }
	add("red", "Part of the search index is gone: a primary shard is on no node", "ClusterStatus.red", "Maximum", atLeast(1), minute())
	if b.OpenSearch.DataNodes > 1 { // one node has no other to put a replica on
		add("yellow", "Part of the search index has no replica", "ClusterStatus.yellow", "Maximum", atLeast(1), minutes(5, 5))
	}
	add("storage", "Less than a quarter of a search node's volume is free", "FreeStorageSpace", "Minimum",
		below(float64(b.OpenSearch.VolumeGiB)*1024/4), minute()) // in MiB
	add("writes-blocked", "The search domain takes no writes: it is out of storage or memory", "ClusterIndexWritesBlocked", "Maximum",
		atLeast(1), minutes(5, 5))
	add("memory", "The memory of a search node is nearly full", "JVMMemoryPressure", "Maximum", atLeast(95), minutes(3, 3))
	add("cpu", "The processors of a search node are busy", "CPUUtilization", "Maximum", atLeast(80), quarterHours(3))
	add("nodes", "A node of the search domain was missing for a day", "Nodes", "Minimum",
		below(float64(b.OpenSearch.DataNodes+b.OpenSearch.MasterNodes)), window{24 * 3600, 1, 1})
	add("snapshot-failed", "The search domain's automatic snapshot failed", "AutomatedSnapshotFailure", "Maximum", atLeast(1), minute())
	add("key-error", "The search domain's key is disabled: data is not encrypted any more", "KMSKeyError", "Maximum", atLeast(1), minute())
	add("key-inaccessible", "The search domain's key is gone, or its grant is", "KMSKeyInaccessible", "Maximum", atLeast(1), minute())
	if b.OpenSearch.MasterNodes > 0 {
		add("master-cpu", "The processors of a search domain's master node are busy", "MasterCPUUtilization", "Maximum", atLeast(50), quarterHours(3))
		add("master-memory", "The memory of a search domain's master node is nearly full", "MasterJVMMemoryPressure", "Maximum", atLeast(95),
			minutes(3, 3))
		add("master-unreachable", "The search domain's master node is not reached by the others", "MasterReachableFromNode", "Maximum", below(1),
			minutes(5, 5))
	}
}
