package e2e

import "testing"

// TestAuroraExtension: a cluster is made, changed in what a deployment of an environment leaves as it is, and destroyed with its
// snapshots and the secret that RDS made for it; the plans between are empty.
func TestAuroraExtension(t *testing.T) {
	t.Parallel()
	p := configured(t, "rds.tf")
	terraform := func(command string, args ...string) {
		t.Helper()
		p.must(t, append([]string{"terraform", command, "-input=false", "-no-color"}, args...)...)
	}
	for _, changed := range []string{"-var=changed=false", "-var=changed=true"} {
		terraform("apply", "-auto-approve", changed)
		terraform("plan", "-detailed-exitcode", changed)
	}
	terraform("destroy", "-auto-approve", "-var=changed=true")
	p.must(t, "writersroom", "leftovers", "dev")
}
