package e2e

import (
	"strings"
	"testing"
)

// TestBedrockExtensions: what the extensions add of Bedrock and Budgets can be made, changed and destroyed, the plans between are
// empty, and a changed guardrail is published as another version.
func TestBedrockExtensions(t *testing.T) {
	inTurn(t)
	p := configured(t, "bedrock.tf")
	for _, step := range []struct{ changed, version string }{{"-var=changed=false", "1"}, {"-var=changed=true", "2"}} {
		p.converges(t, step.changed)
		if version := strings.TrimSpace(p.stdout(t, "terraform", "output", "-raw", "version")); version != step.version {
			t.Errorf("want version %s of the guardrail published, got %q", step.version, version)
		}
	}
	out, err := p.run(t, "writersroom", "leftovers", "dev")
	for _, kind := range []string{"Guardrail", "InferenceProfile", "KnowledgeBase", "Budget"} {
		if err == nil || !strings.Contains(out, " "+kind+" ") {
			t.Errorf("want a %s among what is there before it is destroyed, got\n%s", kind, out)
		}
	}
	p.destroys(t)
}
