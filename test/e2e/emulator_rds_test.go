package e2e

import "testing"

// TestAuroraExtension: a cluster is made, changed in what a deployment of an environment leaves as it is, and destroyed with its
// snapshots and the secret that RDS made for it; the plans between are empty.
func TestAuroraExtension(t *testing.T) {
	inTurn(t)
	p := configured(t, "rds.tf")
	p.changes(t)
	p.destroys(t, "-var=changed=true")
}
