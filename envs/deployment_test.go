package envs

import (
	"os"
	"testing"
)

func TestDeployments(t *testing.T) {
	environments, err := Load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	environments, err = WithPreview(environments, "pr-12")
	if err != nil {
		t.Fatal(err)
	}
	type deployment struct{ name, pattern, of string }
	want := map[string][]deployment{
		"111111111111": {{"dev", "dev", "dev"}, {"preview", "pr-*", "dev"}},
		"222222222222": {{"staging", "staging", "staging"}},
		"333333333333": {{"prod", "prod", "prod"}},
	}
	for _, account := range Accounts(environments) {
		got := account.Deployments()
		if len(got) != len(want[account.ID]) {
			t.Fatalf("%s: want %v, got %v", account.ID, want[account.ID], got)
		}
		for i, d := range got {
			if seen := (deployment{d.Name, d.Pattern, d.Environment.Name}); seen != want[account.ID][i] {
				t.Errorf("%s: want %v, got %v", account.ID, want[account.ID][i], seen)
			}
		}
	}
	for _, e := range environments {
		if got, want := e.Deployment(), map[string]string{"pr-12": "preview"}[e.Name]; got != want && (want != "" || got != e.Name) {
			t.Errorf("%s: want it deployed as itself, or a preview as preview, got %q", e.Name, got)
		}
	}
}
