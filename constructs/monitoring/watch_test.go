package monitoring

import (
	"strings"
	"testing"
)

// What no threshold can be derived from is refused, all of it at once.
func TestValidate(t *testing.T) {
	whole := func() Watched {
		return Watched{
			Functions:  map[string]Function{"api": {TimeoutSeconds: 15, Concurrency: 10}},
			API:        API{Routes: []Route{{Name: "get-health", Function: "api", SlowMilliseconds: 1000}}},
			Aurora:     Aurora{MaxACU: 4},
			OpenSearch: OpenSearch{DataNodes: 1, VolumeGiB: 20},
		}
	}
	for name, tc := range map[string]struct {
		change func(w *Watched)
		want   []string
	}{
		"all is there":        {func(*Watched) {}, nil},
		"no timeout":          {func(w *Watched) { w.Functions["api"] = Function{Concurrency: 10} }, []string{"watched: function api: timeoutSeconds: must be at least 1, got 0"}},
		"a route of no limit": {func(w *Watched) { w.API.Routes[0].SlowMilliseconds = 0 }, []string{"watched: route get-health: slowMilliseconds: must be at least 1, got 0"}},
		"a route to nowhere":  {func(w *Watched) { w.API.Routes[0].Function = "gone" }, []string{`watched: route get-health: function: must be one of ["api"], got "gone"`}},
		"several": {func(w *Watched) { w.Aurora.MaxACU, w.OpenSearch = 0, OpenSearch{} }, []string{
			"watched: aurora: maxAcu: must be at least 1, got 0",
			"watched: opensearch: dataNodes: must be at least 1, got 0",
			"watched: opensearch: volumeGib: must be at least 1, got 0",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := whole()
			tc.change(&w)
			got := ""
			if err := w.validate(); err != nil {
				got = err.Error()
			}
			if want := strings.Join(tc.want, "\n"); got != want {
				t.Errorf("want\n%s\ngot\n%s", want, got)
			}
		})
	}
}

// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
func TestAuroraConnections(t *testing.T) {
	for name, tc := range map[string]struct {
		aurora Aurora
		want   float64
	}{
		"small":                      {Aurora{MinACU: 1, MaxACU: 4}, 901},
		"large":                      {Aurora{MinACU: 1, MaxACU: 16}, 3604},
		"larger than PostgreSQL can": {Aurora{MinACU: 1, MaxACU: 64}, 5000},
		"one that pauses":            {Aurora{MinACU: 0, MaxACU: 64}, 2000},
	} {
		if got := tc.aurora.connections(); got != tc.want {
			t.Errorf("%s: want %v connections, got %v", name, tc.want, got)
		}
	}
}

// A function is as slow as the slowest route that it answers may be; one that answers none, as its timeout lets it.
func TestSlowness(t *testing.T) {
	b := &watcher{Watched: Watched{API: API{Routes: []Route{
		{Name: "quick", Function: "api", SlowMilliseconds: 500},
		{Name: "slow", Function: "api", SlowMilliseconds: 2000},
		{Name: "model", Function: "agents", SlowMilliseconds: 20000},
	}}}}
	for function, want := range map[string]struct {
		limit   float64
		release bool
	}{
		"api": {2000, true}, "agents": {20000, true}, "export": {48000, false},
	} {
		a := b.slowness(function, Function{TimeoutSeconds: 60})
		if a.limit.value != want.limit || a.release != want.release {
			t.Errorf("%s: want %+v, got limit %v, release %t", function, want, a.limit.value, a.release)
		}
	}
}
