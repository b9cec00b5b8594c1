package envs

import (
	"regexp"
	"slices"
)

var (
	domainForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.[a-z][a-z0-9-]*[a-z0-9]$`)
	// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageIdentifier.html
	imageTagForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
)

// maxDomain is the longest name that ACM puts first in a certificate.
// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
const maxDomain = 64

func (c *check) compute() {
	k := c.environment.Compute
	// The account's own limit, which AWS raises on request.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
	c.between("compute.apiRequestsPerSecond", k.APIRequestsPerSecond, 1, 10_000)
	c.between("compute.apiBurst", k.APIBurst, 1, 5_000)
	// AWS's own least is 10, which a browser that loads the web application would pass.
	// https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html
	c.between("compute.requestsPerAddress", k.RequestsPerAddress, 100, 2_000_000)
	c.between("compute.functionConcurrency", k.FunctionConcurrency, 1, 200)
	if c.environment.Production() && !k.Canary {
		c.fault("compute.canary", "must be true, got false; production cannot switch it off")
	}
	c.realtime()
}

// domain demands a host that a hosted zone and a certificate can be made for.
func (c *check) domain() {
	const path = "identity.callbackUrls"
	switch domain := c.environment.Domain(); {
	case domain == "":
		c.fault(path, "must have one that is https and not on the developer's own machine: its host is the environment's domain, got %q",
			c.environment.Identity.CallbackURLs)
	case len(domain) > maxDomain:
		c.fault(path, "must begin with a host of at most %d characters, the environment's domain, got %q (%d)", maxDomain, domain, len(domain))
	case !domainForm.MatchString(domain):
		c.fault(path, "must begin with a host that is a DNS name in lower case, the environment's domain, got %q", domain)
	}
}

// realtime is the collaboration service.
func (c *check) realtime() {
	e, k := c.environment, c.environment.Compute
	const tasks, most = "compute.realtimeTasks", "compute.realtimeMaxTasks"
	if k.RealtimeImageTag != "" && !imageTagForm.MatchString(k.RealtimeImageTag) {
		c.fault("compute.realtimeImageTag", "must be an image's tag such as 1.0.0, got %s", quoted(k.RealtimeImageTag))
	}
	c.fargate()
	least := c.productionCount(tasks, k.RealtimeTasks, 1, 100, 2)
	if c.between(most, k.RealtimeMaxTasks, 1, 100) && least && k.RealtimeMaxTasks < k.RealtimeTasks {
		c.fault(most, "must be at least realtimeTasks, %d, got %d", k.RealtimeTasks, k.RealtimeMaxTasks)
	}
	if e.Production() && k.RealtimeSpot {
		c.fault("compute.realtimeSpot", "must be false, got true; production cannot switch it on")
	}
	// ECS gives a task at most 120 seconds to end, and ten are left for what comes before the saving.
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
	c.between("compute.realtimeFlushSeconds", k.RealtimeFlushSeconds, 1, 110)
}

// memory is what Fargate takes beside a number of CPU units, in MiB: from, to and in steps of so many, or a few sizes.
type memory struct {
	least, most, step int
	sizes             []int
}

// fargateMemory is by CPU units.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
func fargateMemory() map[int]memory {
	return map[int]memory{
		256:    {sizes: []int{512, 1024, 2048}},
		512:    {least: 1024, most: 4096, step: 1024},
		1024:   {least: 2048, most: 8192, step: 1024},
		2048:   {least: 4096, most: 16_384, step: 1024},
		4096:   {least: 8192, most: 30_720, step: 1024},
		8192:   {least: 16_384, most: 61_440, step: 4096},
		16_384: {least: 32_768, most: 122_880, step: 8192},
	}
}

func (c *check) fargate() {
	const path = "compute.realtimeMemoryMib"
	cpu, mib := c.environment.Compute.RealtimeCPU, c.environment.Compute.RealtimeMemoryMiB
	switch m, known := fargateMemory()[cpu]; {
	case !known:
		c.fault("compute.realtimeCpu", "must be 256, 512, 1024, 2048, 4096, 8192 or 16384, got %d", cpu)
	case len(m.sizes) > 0:
		if !slices.Contains(m.sizes, mib) {
			c.fault(path, "must be 512, 1024 or 2048, which Fargate takes beside realtimeCpu %d, got %d", cpu, mib)
		}
	case mib < m.least || mib > m.most || (mib-m.least)%m.step != 0:
		c.fault(path, "must be %d to %d in steps of %d, which Fargate takes beside realtimeCpu %d, got %d", m.least, m.most, m.step, cpu, mib)
	}
}
