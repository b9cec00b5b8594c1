package monitoring

import "fmt"

// API is a REST API whose stage keeps metrics of every method.
type API struct {
	Name, Stage string
	Routes      []Route
}

// Route is one thing that can be asked of an API.
type Route struct {
	// Name is part of its alarms' names: "get-document".
	Name string
	// Method and Path are as API Gateway knows them: "GET", "/documents/{documentId}".
	Method, Path string
	// Function is what answers, by its name among Watched.Functions.
	Function string
	// SlowMilliseconds is the latency that 99 requests of a hundred stay below.
	SlowMilliseconds int
}

const (
	// failedShare is the part of requests that must fail, as AWS recommends.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#APIGateway
	failedShare = 0.05
	// refusedShare is five times what AWS recommends: a page that was open overnight comes back with a token that has expired, and where
	// few write, one such page is most of the traffic.
	refusedShare = 0.25
	// steadyDeviations is a wide band: CloudWatch's default of two is left every twentieth time by itself.
	steadyDeviations = 3
)

func (a API) metric(name, statistic string) metric {
	return metric{"AWS/ApiGateway", name, map[string]string{"ApiName": a.Name, "Stage": a.Stage}, statistic}
}

// routeMetric is of one route alone.
func (a API) routeMetric(r Route, name, statistic string) metric {
	return metric{"AWS/ApiGateway", name, map[string]string{
		"ApiName": a.Name, "Stage": a.Stage, "Method": r.Method, "Resource": r.Path,
	}, statistic}
}

// slowest is the latency that no route of the API may exceed.
func (a API) slowest() int {
	slowest := 0
	for _, route := range a.Routes {
		slowest = max(slowest, route.SlowMilliseconds)
	}
	return slowest
}

// watchAPI watches the API as a whole, and each of its routes: what few ask for must not fail unseen behind what many do.
func (b *watcher) watchAPI() {
	if b.API.Name == "" {
		return
	}
	add := func(a alarm) {
		a.what, a.guide = "api", "api"
		b.addAlarm(a)
	}
	add(alarm{
		symptom: "client-errors", means: "The API refuses more than a quarter of all requests",
		metric: b.API.metric("4XXError", "Average"), limit: above(refusedShare), window: quarters(3),
	})
	add(alarm{
		symptom: "server-errors", means: "The API fails to answer more than 5 % of all requests",
		metric: b.API.metric("5XXError", "Average"), limit: above(failedShare), window: minutes(3, 15), release: true,
	})
	add(alarm{
		symptom: "latency", means: fmt.Sprintf("One request of a hundred takes longer than any route may, %d ms", b.API.slowest()),
		metric: b.API.metric("Latency", "p99"), limit: above(float64(b.API.slowest())), window: minutes(3, 15), release: true,
	})
	if b.Steady {
		add(alarm{
			symptom: "requests", means: "The API is asked unusually much, or unusually little",
			metric: b.API.metric("Count", "Sum"), limit: outsideBand(steadyDeviations), window: quarters(3),
		})
	}
	for _, route := range b.API.Routes {
		asked := route.Method + " " + route.Path
		add := func(a alarm) {
			a.what, a.guide, a.release = "route-"+route.Name, "api", true
			b.addAlarm(a)
		}
		add(alarm{
			symptom: "server-errors", means: "The API fails to answer more than 5 % of " + asked,
			metric: b.API.routeMetric(route, "5XXError", "Average"), limit: above(failedShare), window: minutes(3, 15),
		})
		add(alarm{
			symptom: "latency", means: fmt.Sprintf("One of a hundred %s takes longer than %d ms", asked, route.SlowMilliseconds),
			metric: b.API.routeMetric(route, "Latency", "p99"), limit: above(float64(route.SlowMilliseconds)), window: minutes(3, 15),
		})
	}
}
