package test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// Whatever a deployer's role is granted is a call that AWS knows, about a resource that the statement names, under conditions that AWS
// speaks of in it: a grant that cannot be used would be missed on AWS alone.
func TestDeployersAreGrantedWhatAWSKnows(t *testing.T) {
	type grant struct {
		Of        string          `json:"of"`
		Statement policyStatement `json:"statement"`
	}
	for name, tpl := range synthesized {
		if !strings.HasPrefix(name, "account-") {
			continue
		}
		var grants []grant
		for address, d := range policies(t, tpl) {
			if !strings.Contains(address, ".cicd_") || strings.Contains(address, "boundary:") || strings.Contains(address, "assume_role_policy") {
				continue
			}
			text := applied(name, compact(d))
			if err := json.Unmarshal([]byte(text), &d); err != nil {
				t.Fatal(err)
			}
			for _, st := range d.Statement {
				grants = append(grants, grant{name + ": " + address, st})
			}
		}
		if len(grants) == 0 {
			t.Fatalf("%s: nobody who deploys is granted anything", name)
		}
		node := exec.CommandContext(t.Context(), "node", "grants.mjs")
		node.Stdin = strings.NewReader(compact(grants))
		out, err := node.CombinedOutput()
		if err != nil {
			t.Fatalf("node grants.mjs: %v; `npm ci` installs what it reads\n%s", err, out)
		}
		for line := range strings.Lines(string(out)) {
			t.Error(strings.TrimSpace(line))
		}
	}
}
