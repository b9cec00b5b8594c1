package monitoring

import (
	"errors"
	"strings"
)

// modules are those that have a dashboard, the overview first.
func modules() []string {
	return []string{"overview", "compute", "storage", "ai", "identity", "networking"}
}

// addDashboards makes a dashboard for each module, of the same things that alarms are made for.
func (b *watcher) addDashboards() error {
	var faults []error
	for _, module := range modules() {
		d := dashboard{region: b.Region}
		d.text(b.heading(module))
		map[string]func(*dashboard){
			"overview": b.overview, "compute": b.compute, "storage": b.storage, "ai": b.ai, "identity": b.identity, "networking": b.networking,
		}[module](&d)
		faults = append(faults, b.addDashboard(module, d))
	}
	return errors.Join(faults...)
}

// heading says where one is, and leads to the other dashboards.
func (b *watcher) heading(module string) string {
	var links []string
	for _, other := range modules() {
		if other != module {
			links = append(links, "["+other+"](#dashboards/dashboard/"+b.Label.Name(other)+")")
		}
	}
	return "# The Writers Room: " + module + " of " + b.Label.Environment + "\n" + strings.Join(links, " · ")
}

func (b *watcher) overview(d *dashboard) {
	var alarms []string
	for _, alarm := range b.alarms {
		alarms = append(alarms, alarm.arn)
	}
	d.list("Alarms", alarms)
	d.graph("Smoke", line{b.smokeMetric("SmokeChecks", "SampleCount"), "checks"}, line{b.smokeMetric("SmokeFailures", "Maximum"), "failures"})
	b.requests(d)
	b.exports(d)
	b.deadLetters(d)
}

// requests is what the API is asked, and how it answers.
func (b *watcher) requests(d *dashboard) {
	if b.API.Name == "" {
		return
	}
	d.graph("API: requests", line{b.API.metric("Count", "Sum"), "requests"})
	d.graph("API: errors", line{b.API.metric("4XXError", "Average"), "refused"}, line{b.API.metric("5XXError", "Average"), "failed"})
	d.graph("API: latency", line{b.API.metric("Latency", "p50"), "p50"}, line{b.API.metric("Latency", "p99"), "p99"})
}

func (b *watcher) exports(d *dashboard) {
	for _, name := range sorted(b.Workflows) {
		w := b.Workflows[name]
		d.graph("Workflow: "+name, line{w.metric("ExecutionsStarted"), "started"}, line{w.metric("ExecutionsSucceeded"), "succeeded"},
			line{w.metric("ExecutionsFailed"), "failed"}, line{w.metric("ExecutionsTimedOut"), "timed out"})
	}
}

func (b *watcher) deadLetters(d *dashboard) {
	var lines []line
	for _, name := range sorted(b.Queues) {
		if b.Queues[name].DeadLetters {
			lines = append(lines, line{b.Queues[name].metric("ApproximateNumberOfMessagesVisible"), name})
		}
	}
	d.graph("Dead letters", lines...)
}

func (b *watcher) compute(d *dashboard) {
	b.requests(d)
	var slow, failed []line
	for _, route := range b.API.Routes {
		slow = append(slow, line{b.API.routeMetric(route, "Latency", "p99"), route.Name})
		failed = append(failed, line{b.API.routeMetric(route, "5XXError", "Average"), route.Name})
	}
	d.graph("Routes: latency, p99", slow...)
	d.graph("Routes: failed", failed...)
	for _, of := range []struct{ title, metric, statistic string }{
		{"calls", "Invocations", "Sum"},
		{"errors", "Errors", "Sum"},
		{"throttles", "Throttles", "Sum"},
		{"duration, p99", "Duration", "p99"},
		{"running at once", "ConcurrentExecutions", "Maximum"},
		{"dead-letter errors", "DeadLetterErrors", "Sum"},
	} {
		d.graph("Functions: "+of.title, lines(b.Functions, func(f Function) metric { return f.metric(of.metric, of.statistic) })...)
	}
	b.exports(d)
	b.deadLetters(d)
	d.graph("Queues: age of the oldest message", lines(b.Queues, func(q Queue) metric {
		return q.metric("ApproximateAgeOfOldestMessage")
	})...)
	b.realtime(d)
	if b.Web.DistributionID != "" {
		d.graphOf(global, "Web: requests", line{b.Web.metric("Requests", "Sum"), "requests"})
		d.graphOf(global, "Web: errors", line{b.Web.metric("4xxErrorRate", "Average"), "refused"}, line{b.Web.metric("5xxErrorRate", "Average"), "failed"})
	}
	for _, name := range sorted(b.Firewalls) {
		firewall, region := b.Firewalls[name], b.Region
		if firewall.Global {
			region = global
		}
		d.graphOf(region, "Firewall: "+name, line{firewall.metric(region, "AllowedRequests", "Sum"), "allowed"},
			line{firewall.metric(region, "BlockedRequests", "Sum"), "blocked"})
	}
	d.graph("Certificates: days left", lines(b.Certificates, certificateMetric)...)
}

func (b *watcher) realtime(d *dashboard) {
	s := b.Service
	if s.Name != "" {
		d.graph("Realtime: tasks", line{s.insight("RunningTaskCount", "Minimum"), "running"}, line{s.insight("DesiredTaskCount", "Maximum"), "wanted"})
		d.graph("Realtime: load", line{s.metric("CPUUtilization"), "CPU"}, line{s.metric("MemoryUtilization"), "memory"})
	}
	if s.LoadBalancer != "" {
		d.graph("Load balancer: connections", line{s.balancerMetric("ActiveConnectionCount"), "open"},
			line{s.balancerMetric("NewConnectionCount"), "new"}, line{s.balancerMetric("RejectedConnectionCount"), "rejected"})
		d.graph("Load balancer: errors", line{s.balancerMetric("HTTPCode_ELB_5XX_Count"), "its own"},
			line{s.targetMetric("HTTPCode_Target_5XX_Count", "Sum"), "of tasks"})
		d.graph("Load balancer: targets", line{s.targetMetric("HealthyHostCount", "Minimum"), "healthy"},
			line{s.targetMetric("UnHealthyHostCount", "Maximum"), "unhealthy"})
		d.graph("Load balancer: response time", line{s.targetMetric("TargetResponseTime", "p50"), "p50"},
			line{s.targetMetric("TargetResponseTime", "p99"), "p99"})
	}
}

func (b *watcher) storage(d *dashboard) {
	for _, of := range []struct{ title, metric string }{
		{"read units", "ConsumedReadCapacityUnits"},
		{"write units", "ConsumedWriteCapacityUnits"},
		{"throttled reads", "ReadThrottleEvents"},
		{"throttled writes", "WriteThrottleEvents"},
	} {
		d.graph("Tables: "+of.title, lines(b.Tables, func(t Table) metric { return t.metric(of.metric, "Sum") })...)
	}
	d.graph("Aurora: capacity", line{b.Aurora.metric("ServerlessDatabaseCapacity", "Average"), "units"},
		line{b.Aurora.metric("ACUUtilization", "Maximum"), "% of the most"})
	d.graph("Aurora: connections", line{b.Aurora.metric("DatabaseConnections", "Maximum"), "connections"})
	d.graph("Aurora: latency", line{b.Aurora.metric("CommitLatency", "Average"), "commit"}, line{b.Aurora.metric("ReadLatency", "Average"), "read"})
	d.graph("Aurora: trouble", line{b.Aurora.metric("Deadlocks", "Maximum"), "deadlocks"},
		line{b.Aurora.metric("AuroraReplicaLagMaximum", "Maximum"), "replica lag"})
	for _, of := range []struct{ title, metric, statistic string }{
		{"memory", "DatabaseMemoryUsagePercentage", "Maximum"},
		{"engine CPU", "EngineCPUUtilization", "Average"},
		{"evictions", "Evictions", "Sum"},
		{"connections", "CurrConnections", "Maximum"},
		{"replication lag", "ReplicationLag", "Maximum"},
		{"failed logins", "AuthenticationFailures", "Sum"},
	} {
		var each []line
		for _, node := range b.Valkey.NodeIDs {
			each = append(each, line{valkeyMetric(node, of.metric, of.statistic), node})
		}
		d.graph("Valkey: "+of.title, each...)
	}
	search := func(name, statistic, label string) line {
		return line{b.OpenSearch.metric(b.Account, name, statistic), label}
	}
	d.graph("OpenSearch: status", search("ClusterStatus.green", "Minimum", "green"), search("ClusterStatus.yellow", "Maximum", "yellow"),
		search("ClusterStatus.red", "Maximum", "red"))
	d.graph("OpenSearch: load", search("CPUUtilization", "Maximum", "CPU"), search("JVMMemoryPressure", "Maximum", "memory"))
	d.graph("OpenSearch: free storage", search("FreeStorageSpace", "Minimum", "MiB"))
	d.graph("OpenSearch: latency", search("SearchLatency", "Average", "search"), search("IndexingLatency", "Average", "index"))
	if b.BackupVault != "" {
		backup := func(name, label string) line {
			return line{metric{"AWS/Backup", name, map[string]string{"BackupVaultName": b.BackupVault}, "Sum"}, label}
		}
		d.graph("Backups", backup("NumberOfBackupJobsCompleted", "completed"), backup("NumberOfBackupJobsFailed", "failed"),
			backup("NumberOfBackupJobsExpired", "expired"))
	}
}

func (b *watcher) ai(d *dashboard) {
	for _, of := range []struct{ title, metric, statistic string }{
		{"calls", "Invocations", "Sum"},
		{"latency, p99", "InvocationLatency", "p99"},
		{"tokens read", "InputTokenCount", "Sum"},
		{"tokens written", "OutputTokenCount", "Sum"},
		{"throttles", "InvocationThrottles", "Sum"},
		{"errors", "InvocationServerErrors", "Sum"},
	} {
		d.graph("Models: "+of.title, lines(b.Profiles, func(id string) metric {
			return metric{"AWS/Bedrock", of.metric, map[string]string{"ModelId": id}, of.statistic}
		})...)
	}
	if b.Endpoint == "" {
		return
	}
	endpoint := func(name, statistic, label string) line {
		return line{metric{"AWS/SageMaker", name, map[string]string{"EndpointName": b.Endpoint, "VariantName": "AllTraffic"}, statistic}, label}
	}
	d.graph("Endpoint: calls", endpoint("Invocations", "Sum", "calls"), endpoint("Invocation5XXErrors", "Sum", "failed"))
	d.graph("Endpoint: latency, p95", endpoint("ModelLatency", "p95", "model"), endpoint("OverheadLatency", "p95", "SageMaker"))
}

func (b *watcher) identity(d *dashboard) {
	pool := func(name, label string) line { return line{b.UserPool.metric(name, "Sum"), label} }
	d.graph("Sign-ins", pool("SignInSuccesses", "succeeded"), pool("SignInThrottles", "throttled"))
	d.graph("Sign-ups", pool("SignUpSuccesses", "succeeded"), pool("SignUpThrottles", "throttled"))
	d.graph("Renewed tokens", pool("TokenRefreshSuccesses", "succeeded"), pool("TokenRefreshThrottles", "throttled"))
}

func (b *watcher) networking(d *dashboard) {
	for _, of := range []struct{ title, metric, statistic string }{
		{"connections", "ActiveConnectionCount", "Maximum"},
		{"bytes out", "BytesOutToDestination", "Sum"},
		{"bytes in", "BytesInFromDestination", "Sum"},
		{"no port left", "ErrorPortAllocation", "Sum"},
		{"packets dropped", "PacketsDropCount", "Sum"},
	} {
		d.graph("NAT gateways: "+of.title, lines(b.NATGateways, func(id string) metric { return natMetric(id, of.metric, of.statistic) })...)
	}
}

// lines are the same metric of each of many things.
func lines[V any](things map[string]V, of func(V) metric) []line {
	var all []line
	for _, name := range sorted(things) {
		all = append(all, line{of(things[name]), name})
	}
	return all
}
