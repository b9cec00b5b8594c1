package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/writersroom/infrastructure/internal/scan"
)

// scanner is what `make scanner` builds.
var scanner = filepath.Join(root, ".work", "bin", "scanner")

// TestScan holds every stack against the checks of an outside scanner: nothing HIGH or CRITICAL is left that the resource does not waive,
// and nothing is waived for nothing. The plans of the environments are held against them in test/e2e.
func TestScan(t *testing.T) {
	var files []string
	for _, tpl := range synthesized {
		files = append(files, filepath.Join(tpl.dir, "cdk.tf.json"))
	}
	reports, err := scan.Run(t.Context(), scanner, files...)
	if err != nil {
		t.Fatal(err)
	}
	for _, report := range reports {
		tpl := stack(t, filepath.Base(filepath.Dir(report.File)))
		t.Run(tpl.name, func(t *testing.T) {
			for _, fault := range report.Faults(time.Now()) {
				t.Errorf("%s: %s", tpl.name, fault)
			}
			var want []string
			for _, r := range tpl.all("") {
				want = append(want, r.Address)
			}
			if slices.Sort(want); !slices.Equal(report.Resources, want) {
				t.Errorf("%s: want all %d resources scanned, got %d", tpl.name, len(want), len(report.Resources))
			}
		})
	}
}

// TestScanFindsWhatIsOpen shows that the scanner sees what it is to see, in a stack and in its plan alike: what is open lies in nested
// blocks, behind the first of several, in a policy that refers to something, and in what hangs on a bucket by reference only. Of what is
// kept it must find nothing, which it would if it did not see the block or the reference that keeps it.
func TestScanFindsWhatIsOpen(t *testing.T) {
	dir := t.TempDir()
	for from, to := range map[string]string{
		filepath.Join("testdata", "scan", "main.tf.json"): "main.tf.json",
		filepath.Join(root, "terraform.lock.hcl"):         ".terraform.lock.hcl",
	} {
		raw, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, to), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	terraform := func(args ...string) []byte {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "terraform", args...)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("terraform %v: %v\n%s", args, err, out)
		}
		return out
	}
	terraform("init", "-lockfile=readonly", "-input=false", "-no-color")
	terraform("plan", "-refresh=false", "-input=false", "-no-color", "-out=plan")
	plan := filepath.Join(dir, "plan.json")
	if err := os.WriteFile(plan, terraform("show", "-json", "plan"), 0o600); err != nil {
		t.Fatal(err)
	}

	reports, err := scan.Run(t.Context(), scanner, filepath.Join(dir, "main.tf.json"), plan)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"aws_iam_policy.open: trivy:AVD-AWS-0345 (HIGH)",
		"aws_s3_bucket.open: trivy:AVD-AWS-0088 (HIGH)",
		"aws_s3_bucket.open: trivy:AVD-AWS-0132 (HIGH)",
		"aws_s3_bucket_acl.open: trivy:AVD-AWS-0092 (HIGH)",
		"aws_s3_bucket_public_access_block.open: trivy:AVD-AWS-0086 (HIGH)",
		"aws_s3_bucket_public_access_block.open: trivy:AVD-AWS-0087 (HIGH)",
		"aws_s3_bucket_public_access_block.open: trivy:AVD-AWS-0091 (HIGH)",
		"aws_s3_bucket_public_access_block.open: trivy:AVD-AWS-0093 (HIGH)",
		"aws_security_group.open: trivy:AVD-AWS-0107 (HIGH)",
		"aws_vpc_security_group_ingress_rule.open: trivy:AVD-AWS-0107 (HIGH)",
	}
	for _, report := range reports {
		got := report.Faults(time.Now())
		if !slices.EqualFunc(got, want, strings.HasPrefix) {
			t.Errorf("%s: want found\n  %s\ngot\n  %s", filepath.Base(report.File), strings.Join(want, "\n  "), strings.Join(got, "\n  "))
		}
	}
}
