package e2e

import (
	"strings"
	"testing"
)

// TestOpenSearch: a domain can be made, changed from one node to three with masters, and destroyed, the plans between are empty, and
// it is refused in as many subnets as it does not use, and without the account's role for it.
func TestOpenSearch(t *testing.T) {
	t.Parallel()
	p := configured(t, "opensearch.tf")
	refused := func(want string, args ...string) {
		t.Helper()
		out, err := p.run(t, append([]string{"terraform", "apply", "-auto-approve", "-input=false", "-no-color"}, args...)...)
		if err == nil || !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("want it refused with %q, got %v\n%s", want, err, out)
		}
	}
	refused("you must enable a service-linked role", "-var=role=false")
	refused("You must specify exactly 1 subnet(s), got 3", "-var=everywhere=true")
	p.makeAndChange(t)
	p.must(t, "terraform", "destroy", "-auto-approve", "-input=false", "-no-color", "-var=changed=true")
	p.must(t, "writersroom", "leftovers", "dev")
}
