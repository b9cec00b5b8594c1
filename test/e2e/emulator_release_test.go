package e2e

import "testing"

// TestReleaseExtensions: what the extensions add of API Gateway, CodeDeploy and Route 53 can be made, changed and destroyed, the plans
// between are empty, and nothing is left.
func TestReleaseExtensions(t *testing.T) {
	inTurn(t)
	p := configured(t, "release.tf")
	p.changes(t)
	p.destroys(t, "-var=changed=true")
}
