package monitoring

// Table is a DynamoDB table that is paid by the request.
type Table struct{ Name string }

func (t Table) metric(name, statistic string) metric {
	return metric{"AWS/DynamoDB", name, map[string]string{"TableName": t.Name}, statistic}
}

// watchTables watches what DynamoDB does not answer. It keeps both metrics by operation; a query adds up whichever are called, those
// on the table's indexes too.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
func (b *watcher) watchTables() {
	for _, name := range sorted(b.Tables) {
		sum := func(metric string) string {
			return `SELECT SUM(` + metric + `) FROM SCHEMA("AWS/DynamoDB", Operation, TableName) WHERE TableName = '` + b.Tables[name].Name + `'`
		}
		add := func(symptom, means, metric string) {
			b.addAlarm(alarm{
				what: "table-" + name, symptom: symptom, means: means, guide: "tables",
				expression: sum(metric), limit: above(0), window: minutes(3, 15),
			})
		}
		add("throttles", "DynamoDB turns requests to the table "+name+" away: one key is asked for too often, or a limit is reached",
			"ThrottledRequests")
		add("system-errors", "DynamoDB fails to answer requests to the table "+name, "SystemErrors")
	}
}
