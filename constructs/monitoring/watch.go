package monitoring

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/writersroom/infrastructure/internal/tf"
)

// Watched is all that there is to watch, in plain values. Names that are keys of a map become part of alarms' names: words of lower
// case, digits and hyphens. What an environment has not is left empty, and has no alarm.
type Watched struct {
	// Functions are by name, as Config.Released and Route.Function have it.
	Functions map[string]Function
	API       API
	Queues    map[string]Queue
	Tables    map[string]Table
	Workflows map[string]Workflow
	Service   Service
	Web       Web
	// Firewalls are by what they stand in front of.
	Firewalls  map[string]Firewall
	Aurora     Aurora
	Valkey     Valkey
	OpenSearch OpenSearch
	UserPool   UserPool
	// NATGateways are NAT gateways' ids by their availability zone.
	NATGateways map[string]string
	// Certificates are ACM certificates' ARNs of the region, by what they are for.
	Certificates map[string]string
	// Profiles are the ids of Bedrock's inference profiles by feature; Endpoint is the name of a SageMaker endpoint, and BackupVault that
	// of a vault. The modules that make them make their alarms too: here they are shown.
	Profiles              map[string]string
	Endpoint, BackupVault string

	// PersonalLogs are the log groups in which personal data could slip, by what writes there.
	PersonalLogs map[string]string
	// Steady says that enough goes on for an unusual number of requests to say something.
	Steady bool
}

// watcher makes what watches, and remembers the alarms.
type watcher struct {
	Config
	Watched
	scope  constructs.Construct
	topic  string
	alarms []addedAlarm
}

// Watch has everything watched. It is called once. It refuses, before making anything, what no threshold can be derived from, and a
// gate of more alarms than CloudWatch combines.
func (m *Monitoring) Watch(w Watched) error {
	defer tf.Within(m.scope, "watch")

	if err := w.validate(); err != nil {
		return err
	}
	b := &watcher{Config: m.cfg, Watched: w, scope: m.scope, topic: m.AlertsTopicARN}
	b.watchFunctions()
	b.watchAPI()
	b.watchQueues()
	b.watchTables()
	b.watchWorkflows()
	b.watchService()
	b.watchWeb()
	b.watchFirewalls()
	b.watchAurora()
	b.watchValkey()
	b.watchOpenSearch()
	b.watchUserPool()
	b.watchNATGateways()
	b.watchCertificates()
	b.watchSmoke()
	gate, gateErr := b.addGate()
	m.DeployGateARN = gate
	b.addTraces()
	return errors.Join(gateErr, b.addDataProtection(), b.addDashboards())
}

// validate tells every value that a threshold is derived from and that is missing.
func (w Watched) validate() error {
	var faults []error
	demand := func(value int, path string, names ...any) {
		if value < 1 {
			faults = append(faults, fmt.Errorf(path+": must be at least 1, got %d", append(names, value)...))
		}
	}
	for _, name := range sorted(w.Functions) {
		demand(w.Functions[name].TimeoutSeconds, "watched: function %s: timeoutSeconds", name)
		demand(w.Functions[name].Concurrency, "watched: function %s: concurrency", name)
	}
	for _, route := range w.API.Routes {
		demand(route.SlowMilliseconds, "watched: route %s: slowMilliseconds", route.Name)
		if _, ok := w.Functions[route.Function]; !ok {
			faults = append(faults, fmt.Errorf("watched: route %s: function: must be one of %q, got %q",
				route.Name, sorted(w.Functions), route.Function))
		}
	}
	demand(int(w.Aurora.MaxACU), "watched: aurora: maxAcu")
	demand(w.OpenSearch.DataNodes, "watched: opensearch: dataNodes")
	demand(w.OpenSearch.VolumeGiB, "watched: opensearch: volumeGib")
	return errors.Join(faults...)
}

// sorted are the keys of a map in their order, in which everything is made.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
