package monitoring

// Workflow is a Step Functions state machine.
type Workflow struct{ ARN string }

func (w Workflow) metric(name string) metric {
	return metric{"AWS/States", name, map[string]string{"StateMachineArn": w.ARN}, "Sum"}
}

// watchWorkflows tells of every execution that did not succeed: each is something that a writer waits for.
func (b *watcher) watchWorkflows() {
	for _, name := range sorted(b.Workflows) {
		for _, failure := range []struct {
			symptom, metric, means string
			release                bool
		}{
			{"failed", "ExecutionsFailed", "An execution of the workflow " + name + " failed for good", true},
			{"timed-out", "ExecutionsTimedOut", "An execution of the workflow " + name + " took too long and was ended", true},
			{"aborted", "ExecutionsAborted", "Somebody ended an execution of the workflow " + name, false},
			{"throttled", "ExecutionThrottled", "Step Functions delays the workflow " + name + ": the account's quota is used up", false},
		} {
			b.addAlarm(alarm{
				what: "workflow-" + name, symptom: failure.symptom, means: failure.means, guide: "workflows",
				metric: b.Workflows[name].metric(failure.metric), limit: above(0), window: minute(), release: failure.release,
			})
		}
	}
}
