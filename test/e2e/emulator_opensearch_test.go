package e2e

import "testing"

// TestOpenSearch: a domain can be made, changed from one node to three with masters, and destroyed, the plans between are empty, and
// it is refused in as many subnets as it does not use, and without the account's role for it.
func TestOpenSearch(t *testing.T) {
	inTurn(t)
	p := configured(t, "opensearch.tf")
	p.refuses(t, "you must enable a service-linked role", "apply", "-var=role=false")
	p.refuses(t, "You must specify exactly 1 subnet(s), got 3", "apply", "-var=everywhere=true")
	p.changes(t)
	p.destroys(t, "-var=changed=true")
}
