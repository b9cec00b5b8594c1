package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestFastStart synthesizes every stack with the fast start, from nothing on and from caches in every state, and without it. What
// is written is the same, byte for byte. That the start was fast is told by what Node did, not by a clock.
func TestFastStart(t *testing.T) {
	app := buildApp(t)
	cache, temp, nowhere := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(nowhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	inCache := []string{"HOME=" + cache, "XDG_CACHE_HOME=" + cache}

	// The first start is the cold one: jsii's package cache is empty, too.
	cold := app.synth(t, inCache...)
	cold.wantFast(t)
	slow := app.synth(t, "WRITERSROOM_FAST_START=off")
	if p := slow.processes; len(p) != 2 || p[1].Modules < 2000 || p[1].LargestJSON < 100<<20 {
		t.Errorf("without the fast start, want a launcher, and a kernel with the whole provider in it; got %+v", p)
	}
	cold.wantSame(t, slow)

	t.Run("warm", func(t *testing.T) {
		warm := app.synth(t, inCache...)
		warm.wantFast(t)
		warm.wantSame(t, slow)
	})
	t.Run("from a cache that something else wrote to", func(t *testing.T) {
		preloads := filesUnder(t, cache, "faststart-*.js")
		if len(preloads) != 1 {
			t.Fatalf("want one preload in the cache, got %v", preloads)
		}
		if err := os.WriteFile(preloads[0], []byte(`throw new Error("not the preload")`), 0o600); err != nil {
			t.Fatal(err)
		}
		mended := app.synth(t, inCache...)
		mended.wantFast(t)
		mended.wantSame(t, slow)
	})
	t.Run("without a cache", func(t *testing.T) {
		own := app.synth(t, "HOME="+nowhere, "XDG_CACHE_HOME="+nowhere, "TMPDIR="+temp)
		own.wantFast(t)
		own.wantSame(t, slow)
		if left := filesUnder(t, temp, "*"); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
	t.Run("two first starts at once", func(t *testing.T) {
		empty := t.TempDir()
		var both [2]synthesis
		var wg sync.WaitGroup
		for i := range both {
			wg.Go(func() { both[i] = app.synth(t, "HOME="+empty, "XDG_CACHE_HOME="+empty) })
		}
		wg.Wait()
		for _, one := range both {
			one.wantFast(t)
			one.wantSame(t, slow)
		}
	})
	t.Run("every type of the provider", func(t *testing.T) {
		assemblies, err := filepath.Glob(filepath.Join(app.packages, "@cdktf", "provider-aws", "*", "*", ".jsii"))
		if err != nil || len(assemblies) != 1 {
			t.Fatalf("want one assembly in jsii's package cache, got %v, %v", assemblies, err)
		}
		// A path that ends as it does in the kernel's folder.
		link := filepath.Join(t.TempDir(), "@cdktf", "provider-aws")
		if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Dir(assemblies[0]), link); err != nil {
			t.Fatal(err)
		}
		if got := node(t, "testdata/faststart/assembly.js", preload, filepath.Join(link, ".jsii")); got != "the same" {
			t.Error(got)
		}
	})
}

const preload = "../../../internal/tf/faststart/preload.js"

// TestFastStartReadsOnlyAssembliesOfTheKnownForm gives the preload assemblies that differ from the provider's in form.
func TestFastStartReadsOnlyAssembliesOfTheKnownForm(t *testing.T) {
	type description struct {
		FQN  string `json:"fqn"`
		Docs string `json:"docs"`
	}
	sorted := &strings.Builder{}
	sorted.WriteString("{\n  \"name\": \"@cdktf/provider-aws\",\n  \"types\": {\n")
	for i := range 2000 {
		// Some are longer than any one read.
		raw, err := json.MarshalIndent(description{fmt.Sprintf("a.T%04d", i), strings.Repeat("é}\n    }", i%100*i%70*10)}, "    ", "  ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(sorted, "    \"a.T%04d\": %s,\n", i, raw)
	}
	file := strings.TrimSuffix(sorted.String(), ",\n") + "\n  },\n  \"version\": \"1\"\n}\n"
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(file)); err != nil {
		t.Fatal(err)
	}

	for name, tc := range map[string]struct{ content, want string }{
		"the known form":        {file, "the same"},
		"not sorted":            {strings.NewReplacer("a.T0001", "a.T1999", "a.T1999", "a.T0001").Replace(file), "the same"},
		"a key of another type": {strings.Replace(file, `"fqn": "a.T0003"`, `"fqn": "a.T0004"`, 1), "the same"},
		"no types":              {"{\n  \"name\": \"@cdktf/provider-aws\",\n  \"types\": {}\n}\n", "left to jsii"},
		"compact":               {compact.String(), "left to jsii"},
		"indented by four":      {strings.ReplaceAll(file, "\n  ", "\n    "), "left to jsii"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "@cdktf", "provider-aws", ".jsii")
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := node(t, "testdata/faststart/assembly.js", preload, path); got != tc.want {
				t.Errorf("want %s, got %s", tc.want, got)
			}
		})
	}
}

// TestFastStartLeavesOtherProgramsAlone runs programs that are not the jsii which the preload was made for.
func TestFastStartLeavesOtherProgramsAlone(t *testing.T) {
	absolute, err := filepath.Abs(filepath.Join(root, "internal", "tf", "faststart", "preload.js"))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ launcher, kernel string }{
		"a kernel of another version": {"bin/jsii-runtime.js", "lib/program.js"},
		"a launcher without a kernel": {"bin/jsii-runtime.js", ""},
		"another program":             {"bin/cdktf.js", "lib/program.js"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range map[string]string{
				tc.launcher: "console.log('the launcher', process.execArgv.length)",
				tc.kernel:   "console.log('the kernel')",
			} {
				if file == "" {
					continue
				}
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got, want := node(t, "--require", absolute, filepath.Join(dir, tc.launcher)), "the launcher 2"; got != want {
				t.Errorf("want %q, got %q", want, got)
			}
		})
	}
}

// synthesis is what one run of the application did.
type synthesis struct {
	files     map[string][]byte
	processes []process
}

// process is what the probe told of a Node process.
type process struct {
	Program     string
	Modules     int // of the provider
	LargestJSON int // of all that it parsed, in UTF-16 units
}

// synth runs the application with a probe in its Node processes, by the user's own NODE_OPTIONS.
func (a app) synth(t *testing.T, environ ...string) synthesis {
	outdir, report := t.TempDir(), filepath.Join(t.TempDir(), "report")
	probe, err := filepath.Abs("testdata/faststart/probe.js")
	if err != nil {
		t.Error(err)
	}
	cmd := a.command(t, outdir, append(environ, "PROBE="+report, fmt.Sprintf("NODE_OPTIONS=--require %q", probe))...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Errorf("%v\n%s", err, &stderr)
	}
	// What the kernel prints comes out where a program's output does.
	if !strings.Contains(stdout.String(), "good-bye, stdout\n") || !strings.Contains(stderr.String(), "good-bye, stderr\n") {
		t.Errorf("want the kernel's good-byes, got on stdout %q, on stderr %q", &stdout, &stderr)
	}
	s := synthesis{files: map[string][]byte{}}
	for _, file := range filesUnder(t, outdir, "*") {
		name, err := filepath.Rel(outdir, file)
		if err != nil {
			t.Error(err)
		}
		if s.files[name], err = os.ReadFile(file); err != nil {
			t.Error(err)
		}
	}
	raw, err := os.ReadFile(report)
	if err != nil {
		t.Error(err)
	}
	for line := range bytes.Lines(raw) {
		var p process
		if err := json.Unmarshal(line, &p); err != nil {
			t.Error(err)
		}
		s.processes = append(s.processes, p)
	}
	slices.SortFunc(s.processes, func(a, b process) int { return strings.Compare(a.Program, b.Program) })
	return s
}

// wantFast fails the test when jsii started as it does by itself.
func (s synthesis) wantFast(t *testing.T) {
	t.Helper()
	if len(s.processes) != 1 || s.processes[0].Modules > 200 || s.processes[0].LargestJSON > 4<<20 {
		t.Errorf("want a fast start: one process, with little of the provider in it; got %+v", s.processes)
	}
}

// wantSame fails the test when something else was written.
func (s synthesis) wantSame(t *testing.T, want synthesis) {
	t.Helper()
	if len(s.files) < 3 || len(s.files) != len(want.files) {
		t.Errorf("want %d files, got %d", len(want.files), len(s.files))
	}
	for name, raw := range want.files {
		if !bytes.Equal(s.files[name], raw) {
			t.Errorf("%s: want, as without the fast start:\n%s\ngot:\n%s", name, raw, s.files[name])
		}
	}
}

// node is what a Node program prints.
func node(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Env = append(os.Environ(), "NODE_OPTIONS=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// filesUnder are the files in a folder whose names match a pattern.
func filesUnder(t *testing.T, dir, pattern string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if match, err := filepath.Match(pattern, entry.Name()); err != nil || !match {
			return err
		}
		files = append(files, path)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return files
}
