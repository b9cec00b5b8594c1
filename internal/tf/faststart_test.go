package tf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPreloadGoesAfterTheUsersNodeOptions(t *testing.T) {
	for name, tc := range map[string]struct{ options, file, want string }{
		"none": {
			file: "/cache/faststart.js",
			want: ` --max-old-space-size=4069 --preserve-symlinks --require "/cache/faststart.js"`,
		},
		"jsii's own, set by the user": {
			options: "--max-old-space-size=4069",
			file:    "/cache/faststart.js",
			want:    `--max-old-space-size=4069 --preserve-symlinks --require "/cache/faststart.js"`,
		},
		"the user's": {
			options: `--max-old-space-size=8192 --require "/a b.js"`,
			file:    "/cache/faststart.js",
			want:    `--max-old-space-size=8192 --require "/a b.js" --preserve-symlinks --require "/cache/faststart.js"`,
		},
		"a path with spaces and quotes": {
			options: "--no-warnings",
			file:    `/Users/A "B" C\D/faststart.js`,
			want:    `--no-warnings --preserve-symlinks --require "/Users/A \"B\" C\\D/faststart.js"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := withPreload(tc.options, tc.file)
			if got != tc.want {
				t.Errorf("want %s\ngot  %s", tc.want, got)
			}
			if back := withoutPreload(got); back != tc.options {
				t.Errorf("want %q back, got %q", tc.options, back)
			}
		})
	}
}

func TestFastStartChangesTheEnvironmentOnceAndCloseGivesItBack(t *testing.T) {
	t.Setenv("WRITERSROOM_FAST_START", "")
	t.Setenv("NODE_OPTIONS", "--no-warnings")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())

	fastStart()
	first := os.Getenv("NODE_OPTIONS")
	if !strings.HasPrefix(first, "--no-warnings"+preloadOption) {
		t.Fatalf("want the preload after --no-warnings, got %q", first)
	}
	fastStart()
	if again := os.Getenv("NODE_OPTIONS"); again != first {
		t.Errorf("a second start changed NODE_OPTIONS to %q", again)
	}
	Close()
	if after := os.Getenv("NODE_OPTIONS"); after != "--no-warnings" {
		t.Errorf("want --no-warnings after Close, got %q", after)
	}
}

func TestFastStartOffChangesNothing(t *testing.T) {
	t.Setenv("WRITERSROOM_FAST_START", "off")
	t.Setenv("NODE_OPTIONS", "--no-warnings")
	fastStart()
	if got := os.Getenv("NODE_OPTIONS"); got != "--no-warnings" {
		t.Errorf("want --no-warnings, got %q", got)
	}
}

func TestPreloadIsTrustedByContentAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	file, err := writePreload(dir)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, file: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: want mode %v, got %v, %v", path, want, info.Mode().Perm(), err)
		}
	}

	if err := os.WriteFile(file, []byte("process.exit(1)"), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := writePreload(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(again); err != nil || string(got) != string(preload) {
		t.Errorf("what was there is trusted: %q, %v", got, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("want one file, got %v, %v", left, err)
	}
}

func TestPreloadHasAFolderOfItsOwnWhereThereIsNoCache(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(nowhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", nowhere)
	t.Setenv("HOME", nowhere)
	t.Setenv("TMPDIR", temp)
	file, err := installPreload()
	if err != nil {
		t.Fatal(err)
	}
	// The preload knows by this name that the folder is to be removed.
	if dir := filepath.Dir(file); !strings.HasPrefix(dir, filepath.Join(temp, "writersroom-faststart-")) {
		t.Errorf("want a folder of its own in %s, got %s", temp, dir)
	}

	t.Setenv("TMPDIR", nowhere)
	t.Setenv("NODE_OPTIONS", "--no-warnings")
	fastStart()
	if got := os.Getenv("NODE_OPTIONS"); got != "--no-warnings" {
		t.Errorf("with no place for the preload, want --no-warnings, got %q", got)
	}
}
