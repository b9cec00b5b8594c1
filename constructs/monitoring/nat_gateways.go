package monitoring

// droppedPercent is the share of packets above which AWS wants to hear of it.
// https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
const droppedPercent = 0.01

func natMetric(id, name, statistic string) metric {
	return metric{"AWS/NATGateway", name, map[string]string{"NatGatewayId": id}, statistic}
}

// watchNATGateways watches what AWS recommends to.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#NATGateway
func (b *watcher) watchNATGateways() {
	for _, zone := range sorted(b.NATGateways) {
		id := b.NATGateways[zone]
		add := func(a alarm) {
			a.what, a.guide = "nat-"+zone, "nat-gateways"
			b.addAlarm(a)
		}
		add(alarm{
			symptom: "ports", means: "The NAT gateway of " + zone + " has no port left for another connection to some address outside",
			metric: natMetric(id, "ErrorPortAllocation", "Sum"), limit: above(0), window: minutes(15, 15),
		})
		add(alarm{
			symptom: "packets-dropped", means: "The NAT gateway of " + zone + " loses packets",
			expression: "100 * dropped / (sent + received)", metrics: map[string]metric{
				"dropped":  natMetric(id, "PacketsDropCount", "Sum"),
				"sent":     natMetric(id, "PacketsInFromSource", "Sum"),
				"received": natMetric(id, "PacketsInFromDestination", "Sum"),
			}, limit: above(droppedPercent), window: minutes(15, 15),
		})
	}
}
