package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/writersroom/infrastructure/internal/flock"
)

// module is a small one with two functions and what is no part of them, by path.
func module() map[string]string {
	const function = "package main\n\nvar commit = \"unknown\"\n\nfunc main() { println(commit) }\n"
	return map[string]string{
		"go.mod":                            "module example.test/scratch\n\ngo 1.26.0\n",
		"go.sum":                            "",
		"functions/api/main.go":             function,
		"functions/api/main_test.go":        "package main\n",
		"functions/api/testdata/event.json": "{}\n",
		"functions/api/README.md":           "# api\n",
		"functions/smoke/main.go":           "package main\n\nimport \"example.test/scratch/functions/internal/said\"\n\nfunc main() { println(said.Said) }\n",
		"functions/internal/said/said.go":   "package said\n\nconst Said = \"one\"\n",
		"elsewhere/elsewhere.go":            "package elsewhere\n\nconst Said = \"two\"\n",
	}
}

// scratch writes the module, as files of that time, to a folder that no other test has.
func scratch(t *testing.T, written time.Time) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range module() {
		change(t, root, name, text)
		if err := os.Chtimes(filepath.Join(root, name), written, written); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func change(t *testing.T, root, name, text string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// built builds the functions of root, and returns the folder and whether anything was built.
func built(t *testing.T, root string) (dir string, anew bool) {
	t.Helper()
	var said bytes.Buffer
	dir, err := Build(t.Context(), root, Lambda, &said)
	if err != nil {
		t.Fatal(err)
	}
	if want := "building api, smoke for linux/arm64\n"; said.String() != want && said.String() != "" {
		t.Errorf("want %q told or nothing, got %q", want, said.String())
	}
	return dir, said.Len() > 0
}

// sums are the checksums of the zips in dir, by name.
func sums(t *testing.T, dir string) map[string][sha256.Size]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][sha256.Size]byte{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Base(file)] = sha256.Sum256(content)
	}
	return found
}

func TestBuildIsReproducible(t *testing.T) {
	one, _ := built(t, scratch(t, time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)))
	other, _ := built(t, scratch(t, time.Date(2026, 7, 1, 12, 30, 0, 0, time.UTC)))
	want, got := sums(t, one), sums(t, other)
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, []string{"api.zip", "smoke.zip"}) {
		t.Fatalf("want api.zip and smoke.zip, got %v", names)
	}
	if !maps.Equal(want, got) {
		t.Errorf("the same sources in two folders, of different times, give different zips:\n%x\n%x", want, got)
	}
}

func TestZipHoldsOneExecutable(t *testing.T) {
	dir, _ := built(t, scratch(t, time.Now()))
	raw, err := os.ReadFile(filepath.Join(dir, "api.zip"))
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != 1 {
		t.Fatalf("want one file, got %d", len(archive.File))
	}
	file := archive.File[0]
	if file.Name != "bootstrap" || file.Mode() != 0o755 || file.Method != zip.Deflate || len(file.Extra) != 0 {
		t.Errorf("want bootstrap, -rwxr-xr-x, deflated, without extra fields, got %s, %s, method %d, %d bytes of them",
			file.Name, file.Mode(), file.Method, len(file.Extra))
	}
	if want := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC); !file.Modified.Equal(want) {
		t.Errorf("want it to be of %s, got %s", want, file.Modified)
	}
	content, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 20)
	if _, err := io.ReadFull(content, head); err != nil {
		t.Fatal(err)
	}
	// https://en.wikipedia.org/wiki/Executable_and_Linkable_Format#ELF_header: a machine of 0xb7 is AArch64.
	if !bytes.HasPrefix(head, []byte("\x7fELF")) || head[18] != 0xb7 {
		t.Errorf("want an ELF executable for arm64, got % x", head)
	}
}

func TestBuildsWhatHasChanged(t *testing.T) {
	root := scratch(t, time.Now())
	if _, anew := built(t, root); !anew {
		t.Fatal("want the first build to build")
	}
	for _, tc := range []struct {
		name  string
		apply func(dir string)
		want  bool
	}{
		{"nothing", func(string) {}, false},
		{"a test", func(string) { change(t, root, "functions/api/main_test.go", "package main // changed\n") }, false},
		{"a test's data", func(string) { change(t, root, "functions/api/testdata/event.json", "[]") }, false},
		{"a README", func(string) { change(t, root, "functions/api/README.md", "# The API") }, false},
		{"what is outside", func(string) { change(t, root, "elsewhere/elsewhere.go", "package elsewhere\n") }, false},
		{"a file's time", func(string) { change(t, root, "go.mod", module()["go.mod"]) }, false},
		{"a source", func(string) {
			change(t, root, "functions/internal/said/said.go", "package said\n\nconst Said = \"three\"\n")
		}, true},
		{"a file that may be embedded", func(string) { change(t, root, "functions/api/prompt.md", "Write.") }, true},
		{"go.mod", func(string) { change(t, root, "go.mod", module()["go.mod"]+"// changed\n") }, true},
		{"a zip that is gone", func(dir string) {
			if err := os.Remove(filepath.Join(dir, "api.zip")); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"a zip of a function that is no more", func(dir string) { change(t, dir, "gone.zip", "") }, true},
	} {
		dir := filepath.Join(root, ".work", "functions", "linux-arm64")
		tc.apply(dir)
		if _, anew := built(t, root); anew != tc.want {
			t.Errorf("%s: want built anew to be %t, got %t", tc.name, tc.want, anew)
		}
		if names := slices.Sorted(maps.Keys(sums(t, dir))); !slices.Equal(names, []string{"api.zip", "smoke.zip"}) {
			t.Errorf("%s: want api.zip and smoke.zip, got %v", tc.name, names)
		}
	}
}

func TestZipSaysItsCommit(t *testing.T) {
	root := scratch(t, time.Now())
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{
			"-C", root, "-c", "user.name=Somebody", "-c", "user.email=somebody@writersroom.example",
			"-c", "commit.gpgsign=false",
		}, args...)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	want := func(step, want string) {
		t.Helper()
		if got, err := commit(t.Context(), root); err != nil || got != want {
			t.Errorf("%s: want %q, got %q, %v", step, want, got, err)
		}
	}
	// Temporary folders may lie in somebody's repository.
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(root))
	want("outside git", "unknown")
	git("init", "--quiet")
	change(t, root, ".gitignore", "/.work/\n")
	git("add", ".")
	want("before the first commit", "unknown")
	git("commit", "--quiet", "--message=first")
	first := git("rev-parse", "HEAD")
	want("committed", first)
	before, _ := built(t, root)
	had := sums(t, before)

	for _, name := range []string{"functions/api/main_test.go", "functions/api/testdata/event.json", "functions/api/README.md", "elsewhere/new.go"} {
		change(t, root, name, "package main // changed\n")
	}
	want("with changes of what is not built", first)
	git("add", ".")
	git("commit", "--quiet", "--message=second")
	want("with a commit of what is not built", first)
	if dir, anew := built(t, root); anew || !maps.Equal(had, sums(t, dir)) {
		t.Error("want the zips to stay as they are after a commit of what is not built")
	}

	change(t, root, "functions/api/new.go", "package main\n")
	want("with a new file", first+"+changes")
	git("add", ".")
	git("commit", "--quiet", "--message=third")
	want("with that committed", git("rev-parse", "HEAD"))
	if dir, anew := built(t, root); !anew || maps.Equal(had, sums(t, dir)) {
		t.Error("want other zips after a commit of what is built")
	}
}

func TestBuildRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		platform Platform
		changes  map[string]string
		want     []string
	}{
		"what does not compile": {
			Lambda,
			map[string]string{"functions/api/main.go": "package main\n\nfunc main() { undefined() }\n"},
			[]string{"building the functions: go build:\n", "functions/api/main.go:3:15: undefined: undefined"},
		},
		"what is no Go": {
			Lambda,
			map[string]string{"functions/api/main.go": "pack main\n"},
			[]string{"building the functions: go list:\n", "functions/api/main.go:1:1: expected 'package', found pack"},
		},
		"a package whose changes it would not notice": {
			Lambda,
			map[string]string{"functions/api/main.go": "package main\n\nimport \"example.test/scratch/elsewhere\"\n\nfunc main() { println(elsewhere.Said) }\n"},
			[]string{"building the functions: a function imports example.test/scratch/elsewhere, whose changes would not be noticed; " +
				"move what it needs to example.test/scratch/functions/internal"},
		},
		"a platform without an architecture": {"linux", nil, []string{`platform: must be <GOOS>/<GOARCH>, got "linux"`}},
		"a platform that there is not":       {"linux/abacus", nil, []string{"unsupported GOOS/GOARCH pair linux/abacus"}},
	} {
		t.Run(name, func(t *testing.T) {
			root := scratch(t, time.Now())
			for file, text := range tc.changes {
				change(t, root, file, text)
			}
			dir, err := Build(t.Context(), root, tc.platform, io.Discard)
			if err == nil {
				t.Fatalf("want an error, got %s", dir)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("want %q told, got\n%v", want, err)
				}
			}
			if zips, _ := filepath.Glob(filepath.Join(root, ".work", "functions", "*", "*.zip")); len(zips) != 0 {
				t.Errorf("want no zip, got %v", zips)
			}
		})
	}
}

// After a build that failed, the zips of the one before are not taken for those of the sources as they were again.
func TestBuildAfterAFailure(t *testing.T) {
	root := scratch(t, time.Now())
	if _, anew := built(t, root); !anew {
		t.Fatal("want the first build to build")
	}
	change(t, root, "functions/smoke/main.go", "package main\n")
	if _, err := Build(t.Context(), root, Lambda, io.Discard); err == nil {
		t.Fatal("want an error for a function without main")
	}
	change(t, root, "functions/smoke/main.go", module()["functions/smoke/main.go"])
	if _, anew := built(t, root); !anew {
		t.Error("want a build after one that failed")
	}
}

func TestBuildWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Build(t.Context(), scratch(t, time.Now()), Lambda, io.Discard)
	if want := "building the functions: go is not on the PATH; install it from https://go.dev/dl"; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
}

func TestBuildWithoutFunctions(t *testing.T) {
	root := t.TempDir()
	change(t, root, "functions/internal/said/said.go", "package said\n")
	_, err := Build(t.Context(), root, Lambda, io.Discard)
	if want := filepath.Join(root, "functions") + ": no folder has a main.go, so there is no function"; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
}

// Of two builds, the second waits for the first, and gives up when it is told to.
func TestBuildsTakeTurns(t *testing.T) {
	root := scratch(t, time.Now())
	dir := filepath.Join(root, ".work", "functions", "linux-arm64")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	held, err := flock.Hold(t.Context(), filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Build(ctx, root, Lambda, io.Discard)
	if want := "waiting for the process that holds " + filepath.Join(dir, "lock") + ": context canceled"; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if _, anew := built(t, root); !anew {
		t.Error("want a build once the lock is free")
	}
}
