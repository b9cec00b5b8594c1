package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestTerraformAccepts lets the real Terraform and the real provider's schema read every stack, with the committed lock file and
// no other checksum accepted.
func TestTerraformAccepts(t *testing.T) {
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatalf("%v; install it from https://developer.hashicorp.com/terraform/install", err)
	}
	lock, err := os.ReadFile(filepath.Join(root, "terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for name, tpl := range synthesized {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := func(args ...string) {
				t.Helper()
				cmd := exec.CommandContext(t.Context(), terraform, args...)
				cmd.Dir = tpl.dir
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("terraform %v: %v\n%s", args, err, out)
				}
			}
			run("init", "-backend=false", "-lockfile=readonly", "-input=false", "-no-color")
			run("validate", "-no-color")
			after, err := os.ReadFile(filepath.Join(tpl.dir, ".terraform.lock.hcl"))
			if err != nil {
				t.Fatal(err)
			}
			if string(after) != string(lock) {
				t.Errorf("init changed the lock file:\n%s", after)
			}
		})
	}
}
