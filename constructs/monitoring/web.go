package monitoring

// Web is a CloudFront distribution.
type Web struct{ DistributionID string }

// global is the region that keeps the metrics of what is nowhere in particular: CloudFront and its firewalls. An alarm sees its own
// region's metrics alone, and tells topics of its own region.
const global = "us-east-1"

// failedPercent is failedShare as CloudFront has it.
const failedPercent = 100 * failedShare

func (w Web) metric(name, statistic string) metric {
	return metric{"AWS/CloudFront", name, map[string]string{"DistributionId": w.DistributionID, "Region": "Global"}, statistic}
}

// watchWeb watches the distribution where its metrics are. Elsewhere only the dashboards show it, which look across regions.
func (b *watcher) watchWeb() {
	if b.Web.DistributionID == "" || b.Region != global {
		return
	}
	b.addAlarm(alarm{
		what: "web", symptom: "server-errors", means: "CloudFront fails to deliver more than 5 % of what browsers ask for", guide: "web",
		metric: b.Web.metric("5xxErrorRate", "Average"), limit: above(failedPercent), window: minutes(3, 15),
	})
}
