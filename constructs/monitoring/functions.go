package monitoring

import (
	"fmt"
	"math"
)

// Function is a Lambda function.
type Function struct {
	Name string
	// TimeoutSeconds is when Lambda ends a call, and Concurrency how many may run at once.
	TimeoutSeconds, Concurrency int
}

// busy is the part of what is reserved for a function, a cluster or a node beyond which there is little left for a surge.
const busy = 0.8

func (f Function) metric(name, statistic string) metric {
	return metric{"AWS/Lambda", name, map[string]string{"FunctionName": f.Name}, statistic}
}

// watchFunctions watches what AWS recommends to, with thresholds derived from each function's settings.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#Lambda
func (b *watcher) watchFunctions() {
	for _, name := range sorted(b.Functions) {
		f := b.Functions[name]
		add := func(a alarm) {
			a.what, a.guide = "function-"+name, "functions"
			b.addAlarm(a)
		}
		add(alarm{
			symptom: "errors", means: "The function " + name + " fails: it crashes, runs out of time, or gives up",
			metric: f.metric("Errors", "Sum"), limit: above(0), window: minutes(3, 15), release: true,
		})
		add(alarm{
			symptom: "throttles", means: fmt.Sprintf("Calls of the function %s are turned away: all of its %d copies are busy", name, f.Concurrency),
			metric: f.metric("Throttles", "Sum"), limit: above(0), window: minutes(3, 15),
		})
		add(b.slowness(name, f))
		add(alarm{
			symptom: "concurrency", means: fmt.Sprintf("More than four fifths of the %d copies of the function %s are busy", f.Concurrency, name),
			metric: f.metric("ConcurrentExecutions", "Maximum"), limit: atLeast(math.Ceil(busy * float64(f.Concurrency))), window: minutes(5, 5),
		})
		add(alarm{
			symptom: "dead-letter-errors", means: "What the function " + name + " could not do is lost: its dead-letter queue takes nothing",
			metric: f.metric("DeadLetterErrors", "Sum"), limit: above(0), window: minute(),
		})
	}
}

// slowness is a function's alarm on how long it takes. One that answers requests must be as quick as the slowest of its routes may
// be, which a release can spoil; any other must end before Lambda ends it.
func (b *watcher) slowness(name string, f Function) alarm {
	slowest := 0
	for _, route := range b.API.Routes {
		if route.Function == name {
			slowest = max(slowest, route.SlowMilliseconds)
		}
	}
	a := alarm{symptom: "duration", metric: f.metric("Duration", "p99")}
	if slowest > 0 {
		a.means = fmt.Sprintf("One call of a hundred of the function %s takes longer than the slowest of its routes may, %d ms", name, slowest)
		a.limit, a.window, a.release = above(float64(slowest)), minutes(3, 15), true
		return a
	}
	a.means = fmt.Sprintf("The function %s is about to run out of time: some calls take four fifths of its %d s", name, f.TimeoutSeconds)
	a.limit, a.window = above(busy*1000*float64(f.TimeoutSeconds)), quarters(12)
	return a
}
