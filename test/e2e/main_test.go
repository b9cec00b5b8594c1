// Package e2e deploys to the emulator as a user would: with the project's own commands, the real Terraform and the real AWS
// provider. Every test has a project folder, an emulator and a state storage of its own, so tests run side by side.
package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// root is the project's, seen from this package.
const root = "../.."

// bin is the folder of the project's own commands, built once: app is main.go, writersroom is the command line.
var bin string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "writersroom-e2e-*")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }()
		bin = dir
		for name, pkg := range map[string]string{"app": ".", "writersroom": "./cmd/writersroom"} {
			build := exec.Command("go", "build", "-o", filepath.Join(dir, name), pkg)
			build.Dir = root
			if out, err := build.CombinedOutput(); err != nil {
				fmt.Fprintf(os.Stderr, "go build %s: %v\n%s", pkg, err, out)
				return 1
			}
		}
		return m.Run()
	}())
}
