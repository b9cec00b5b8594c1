// Package test is the one place that synthesizes: every stack once, for all assertions. What needs no synthesis is tested beside
// its code; what needs an emulator is in test/e2e.
package test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/archive"
	"github.com/writersroom/infrastructure/internal/tf"
	"github.com/writersroom/infrastructure/stacks"
)

// root is the project's, seen from this package.
const root = ".."

// synthesized holds every stack by its name. It is written once, before any test runs.
var synthesized map[string]template

func TestMain(m *testing.M) {
	os.Exit(func() int {
		defer tf.Close()
		dir, err := os.MkdirTemp("", "writersroom-test-*")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }()
		if synthesized, err = synthesize(dir, stacks.Target{}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// synthesize writes every stack, as it is for the target, to dir and reads it back.
func synthesize(dir string, target stacks.Target) (map[string]template, error) {
	environments, err := envs.Load(os.DirFS(filepath.Join(root, "envs")))
	if err != nil {
		return nil, err
	}
	return synthesizeEnvironments(dir, environments, target)
}

// synthesizeEnvironments is synthesize for environments that no overlay says, or that say something else.
func synthesizeEnvironments(dir string, environments []envs.Environment, target stacks.Target) (map[string]template, error) {
	lock, err := os.ReadFile(filepath.Join(root, "terraform.lock.hcl"))
	if err != nil {
		return nil, err
	}
	functions, err := archive.Build(context.Background(), root, archive.Lambda, os.Stderr)
	if err != nil {
		return nil, err
	}
	app := stacks.Application{Environments: environments, Target: target, LockFile: lock, Functions: functions, Outdir: dir}
	if err := app.Synth(context.Background()); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "stacks", "*", "cdk.tf.json"))
	if err != nil {
		return nil, err
	}
	templates := map[string]template{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		tpl := template{name: filepath.Base(filepath.Dir(file)), dir: filepath.Dir(file), raw: raw}
		if err := json.Unmarshal(raw, &tpl.body); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		templates[tpl.name] = tpl
	}
	return templates, nil
}

// environments are those of the overlays.
func environments(t testing.TB) []envs.Environment {
	t.Helper()
	list, err := envs.Load(os.DirFS(filepath.Join(root, "envs")))
	if err != nil {
		t.Fatal(err)
	}
	return list
}
