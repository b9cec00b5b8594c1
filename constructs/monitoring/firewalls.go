package monitoring

// Firewall is a WAF web ACL.
type Firewall struct {
	// MetricName is what its visibility configuration calls it.
	MetricName string
	// Global says that it is CloudFront's.
	Global bool
}

// metric is of all rules together. Only a region's firewall has the region among its dimensions.
// https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
func (f Firewall) metric(region, name, statistic string) metric {
	dimensions := map[string]string{"WebACL": f.MetricName, "Rule": "ALL", "Region": region}
	if f.Global {
		delete(dimensions, "Region")
	}
	return metric{"AWS/WAFV2", name, dimensions, statistic}
}

// watchFirewalls tells of an attack: how many requests are turned away every day by the way, CloudWatch learns.
func (b *watcher) watchFirewalls() {
	for _, name := range sorted(b.Firewalls) {
		firewall := b.Firewalls[name]
		if firewall.Global && b.Region != global {
			continue
		}
		b.addAlarm(alarm{
			what: "firewall-" + name, symptom: "blocked", means: "The firewall of " + name + " turns unusually many requests away", guide: "firewalls",
			metric: firewall.metric(b.Region, "BlockedRequests", "Sum"), limit: aboveBand(steadyDeviations), window: quarters(3),
		})
	}
}
