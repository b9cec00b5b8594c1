package envs

import (
	"strings"
	"testing"
)

func serving(settings string) string {
	return account + callback + "compute: {" + settings + "}\n"
}

func TestValidateCompute(t *testing.T) {
	long := strings.Repeat("a", 60)
	testRefusals(t, []refusal{
		{"least", "qa.yaml", serving("apiRequestsPerSecond: 0, apiBurst: 0, requestsPerAddress: 99, functionConcurrency: 0, realtimeTasks: 0, " +
			"realtimeMaxTasks: 0, realtimeFlushSeconds: 0"), []string{
			"qa: compute.apiRequestsPerSecond: must be at least 1, got 0",
			"qa: compute.apiBurst: must be at least 1, got 0",
			"qa: compute.requestsPerAddress: must be at least 100, got 99",
			"qa: compute.functionConcurrency: must be at least 1, got 0",
			"qa: compute.realtimeTasks: must be at least 1, got 0",
			"qa: compute.realtimeMaxTasks: must be at least 1, got 0",
			"qa: compute.realtimeFlushSeconds: must be at least 1, got 0",
		}},
		{"most", "qa.yaml", serving("apiRequestsPerSecond: 10001, apiBurst: 5001, requestsPerAddress: 2000001, functionConcurrency: 201, " +
			"realtimeTasks: 101, realtimeMaxTasks: 101, realtimeFlushSeconds: 111"), []string{
			"qa: compute.apiRequestsPerSecond: must be at most 10000, got 10001",
			"qa: compute.apiBurst: must be at most 5000, got 5001",
			"qa: compute.requestsPerAddress: must be at most 2000000, got 2000001",
			"qa: compute.functionConcurrency: must be at most 200, got 201",
			"qa: compute.realtimeTasks: must be at most 100, got 101",
			"qa: compute.realtimeMaxTasks: must be at most 100, got 101",
			"qa: compute.realtimeFlushSeconds: must be at most 110, got 111",
		}},
		{"fewer at most than at least", "qa.yaml", serving("realtimeTasks: 5"), []string{
			"qa: compute.realtimeMaxTasks: must be at least realtimeTasks, 5, got 4",
		}},
		{"tag", "qa.yaml", serving("realtimeImageTag: realtime:1.0"), []string{
			`qa: compute.realtimeImageTag: must be an image's tag such as 1.0.0, got "realtime:1.0"`,
		}},
		{"size: processor", "qa.yaml", serving("realtimeCpu: 300"), []string{
			"qa: compute.realtimeCpu: must be 256, 512, 1024, 2048, 4096, 8192 or 16384, got 300",
		}},
		{"size: too much memory", "qa.yaml", serving("realtimeMemoryMib: 4096"), []string{
			"qa: compute.realtimeMemoryMib: must be 512, 1024 or 2048, which Fargate takes beside realtimeCpu 256, got 4096",
		}},
		{"size: memory between two steps", "qa.yaml", serving("realtimeCpu: 8192, realtimeMemoryMib: 18432"), []string{
			"qa: compute.realtimeMemoryMib: must be 16384 to 61440 in steps of 4096, which Fargate takes beside realtimeCpu 8192, got 18432",
		}},
		{"production", "prod.yaml", strings.Replace(production("111111111111", "10.0.0.0/16"),
			"canary: true, realtimeTasks: 2", "realtimeSpot: true", 1), []string{
			"prod: compute.canary: must be true, got false; production cannot switch it off",
			"prod: compute.realtimeTasks: must be at least 2, got 1; production cannot lower it",
			"prod: compute.realtimeSpot: must be false, got true; production cannot switch it on",
		}},
		{"domain: too long", "qa.yaml", account + "identity: {callbackUrls: ['https://" + long + ".example/']}\n", []string{
			`qa: identity.callbackUrls: must begin with a host of at most 64 characters, the environment's domain, got "` + long + `.example" (68)`,
		}},
		{"domain: no name", "qa.yaml", account + "identity: {callbackUrls: ['https://192.0.2.1/', 'https://qa.example/']}\n", []string{
			`qa: identity.callbackUrls: must begin with a host that is a DNS name in lower case, the environment's domain, got "192.0.2.1"`,
		}},
		{"domain: the developer's own machine alone", "dev.yaml", account + "identity: {callbackUrls: ['http://localhost:3000/']}\n", []string{
			"dev: identity.callbackUrls: must have one that is https and not on the developer's own machine: its host is the environment's " +
				`domain, got ["http://localhost:3000/"]`,
		}},
	})
}

func TestDomain(t *testing.T) {
	for name, c := range map[string]struct {
		callbacks []string
		want      string
	}{
		"the first":           {[]string{"https://qa.example/auth", "https://other.example/"}, "qa.example"},
		"the first of https":  {[]string{"http://localhost:3000/", "https://qa.example/"}, "qa.example"},
		"not one's own":       {[]string{"https://localhost/", "https://qa.example/"}, "qa.example"},
		"without its port":    {[]string{"https://qa.example:8443/"}, "qa.example"},
		"none without https":  {[]string{"http://localhost:3000/"}, ""},
		"none without a host": {nil, ""},
	} {
		if got := (Environment{Identity: Identity{CallbackURLs: c.callbacks}}).Domain(); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
