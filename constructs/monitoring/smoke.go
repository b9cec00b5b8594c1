package monitoring

// smokeMetric is of the function that tries every dependency from inside the VPC. It writes its metrics into its log, of which
// CloudWatch makes them.
func (b *watcher) smokeMetric(name, statistic string) metric {
	return metric{"WritersRoom", name, map[string]string{"Environment": b.Label.Environment}, statistic}
}

// watchSmoke listens to the smoke function, and to its silence. Two rounds make sure: one may fall between two periods.
func (b *watcher) watchSmoke() {
	round := 60 * b.Settings.SmokeMinutes
	add := func(a alarm) {
		a.what, a.guide, a.release = "smoke", "smoke", true
		b.addAlarm(a)
	}
	add(alarm{
		symptom: "failures", means: "Something that the platform depends on cannot be reached from inside the VPC",
		metric: b.smokeMetric("SmokeFailures", "Maximum"), limit: above(0), window: window{round, 1, 1},
	})
	add(alarm{
		symptom: "heartbeat", means: "Nothing has been heard of the function that tries all dependencies",
		metric: b.smokeMetric("SmokeChecks", "SampleCount"), limit: below(1), window: window{round, 2, 2}, missing: breaching,
	})
}
