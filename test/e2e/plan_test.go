package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/writersroom/infrastructure/internal/scan"
)

// scanner is what `make scanner` builds.
var scanner = filepath.Join(root, ".work", "bin", "scanner")

// judged fails the test unless a plan, a file of the stack's folder, passes the rules in policy/ and the outside scanner.
func (p *project) judged(t *testing.T, stack, plan string) {
	t.Helper()
	file := filepath.Join(p.dir, stack+".plan.json")
	shown := p.stdout(t, "terraform", "-chdir="+p.stack(stack), "show", "-json", plan)
	if err := os.WriteFile(file, []byte(shown), 0o600); err != nil {
		t.Fatal(err)
	}
	p.keepsRules(t, file)
	scanned(t, file)
}

// keepsRules fails the test unless the rules are about something in the plan, and it breaks none.
func (p *project) keepsRules(t *testing.T, file string) {
	t.Helper()
	said := p.must(t, "writersroom", "check", "--plan-file", file)
	if !regexp.MustCompile(`: [1-9]\d* checks, \d+ waived, 0 violations\n`).MatchString(said) {
		t.Errorf("want the rules to be about something in the plan, got\n%s", said)
	}
}

// scanned fails the test where the scanner finds in a plan what the stack does not waive, and where it waives what is not found.
func scanned(t *testing.T, file string) {
	t.Helper()
	reports, err := scan.Run(t.Context(), scanner, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, report := range reports {
		for _, fault := range report.Faults(time.Now()) {
			t.Errorf("%s: %s", filepath.Base(file), fault)
		}
		t.Logf("%s: held %d resources against %d checks", filepath.Base(file), len(report.Resources), report.Checks)
	}
}
