// Package e2e deploys to the emulator as a user would: with the project's own commands, the real Terraform and the real AWS
// provider. Every test has a project folder, an emulator and a state storage of its own, so tests run side by side. Those of whole
// environments, the longest, begin at once, and the others in turn.
package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/writersroom/infrastructure/internal/archive"
)

// root is the project's, seen from this package.
const root = "../.."

// bin is the folder of the project's own commands, built once: app is main.go, writersroom is the command line.
var bin string

// sources is a folder with what a synthesis makes the functions' zips of, and the zips, built once. It is in no repository, and so
// are the tests' projects, so that no project has a reason to build them anew.
var sources string

// turns are of the tests that are not of a whole environment. More run at once than there are processors, since they mostly wait for the
// provider.
var turns = make(chan struct{}, 5)

// inTurn is t.Parallel, and then waits for one of the turns, which is the test's until it ends.
func inTurn(t *testing.T) {
	t.Helper()
	t.Parallel()
	turns <- struct{}{}
	t.Cleanup(func() { <-turns })
}

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
		sources = filepath.Join(dir, "sources")
		if err := buildFunctions(sources); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

func buildFunctions(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"functions", "go.mod", "go.sum"} {
		if out, err := exec.Command("cp", "-R", filepath.Join(root, name), dir).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	_, err := archive.Build(context.Background(), dir, archive.Host(), os.Stderr)
	return err
}
