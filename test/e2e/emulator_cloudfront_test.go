package e2e

import (
	"strings"
	"testing"
)

// TestCloudFrontExtensions: what the extensions add of CloudFront can be made, changed and destroyed, the plans between are empty, and
// what was made is found among the leftovers.
func TestCloudFrontExtensions(t *testing.T) {
	inTurn(t)
	p := configured(t, "cloudfront.tf")
	for _, changed := range []string{"-var=changed=false", "-var=changed=true"} {
		p.converges(t, changed)
	}
	out, err := p.run(t, "writersroom", "leftovers", "dev")
	for _, kind := range []string{"Distribution", "Function", "Policy", "OriginAccessControl", "Zone"} {
		if err == nil || !strings.Contains(out, " "+kind+" ") {
			t.Errorf("want a %s among what is there before it is destroyed, got\n%s", kind, out)
		}
	}
	p.destroys(t)
}
