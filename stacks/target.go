package stacks

import (
	"fmt"
	"net"
	"net/url"
	"slices"

	"github.com/writersroom/infrastructure/envs"
)

// Target is where the stacks will be applied.
type Target struct {
	// Endpoint is AWS_ENDPOINT_URL, which the provider and the state backend follow by themselves; empty is AWS.
	Endpoint string
}

// Emulated says whether something else than AWS will answer.
func (t Target) Emulated() bool { return t.Endpoint != "" }

// loopback says whether this machine itself will answer, so that nothing done there can be missed by anyone.
func (t Target) loopback() bool {
	u, err := url.Parse(t.Endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}

// Decommission lifts the protection of the environment named, so that it can be destroyed. For production it does so on this
// machine's emulator alone.
func Decommission(environments []envs.Environment, name string, target Target) ([]envs.Environment, error) {
	i := slices.IndexFunc(environments, func(e envs.Environment) bool { return e.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("WRITERSROOM_DECOMMISSION: no environment is named %q", name)
	}
	if environments[i].Production() && !target.loopback() {
		return nil, fmt.Errorf("WRITERSROOM_DECOMMISSION: %s is production and is never decommissioned but on an emulator of this "+
			"machine; AWS_ENDPOINT_URL is %q", name, target.Endpoint)
	}
	environments = slices.Clone(environments)
	environments[i] = environments[i].Decommissioned()
	return environments, nil
}
