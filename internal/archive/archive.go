// Package archive builds the Lambda functions' deployment packages: one zip a function, the same bytes from the same sources on
// every machine, and built only when the sources have changed.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/writersroom/infrastructure/internal/flock"
)

// Platform is what a function is compiled for: "<GOOS>/<GOARCH>".
type Platform string

// Lambda is what AWS runs the functions on: Amazon Linux 2023 on Graviton.
const Lambda Platform = "linux/arm64"

// Host is this machine's, on which the emulator runs the functions itself.
func Host() Platform { return Platform(runtime.GOOS + "/" + runtime.GOARCH) }

const (
	sources         = "functions"
	fingerprintFile = "fingerprint"
	lockFile        = "lock"
)

// Build makes <root>/.work/functions/<goos>-<goarch>/<name>.zip of every function of the Go module in root, and returns that folder.
// A function is a folder functions/<name> with a main.go; its zip holds one file, the executable bootstrap, as the runtime
// provided.al2023 wants it. Zips that were made of the sources as they are stay; when they are made anew, progress is told so. Of
// several builds at once, one builds and the others wait.
//
// The sources are everything in functions, less tests and READMEs, with go.mod and go.sum. A function that imports another package
// of the module is refused: its changes would go unnoticed.
func Build(ctx context.Context, root string, platform Platform, progress io.Writer) (dir string, err error) {
	goos, goarch, ok := strings.Cut(string(platform), "/")
	if !ok || goos == "" || goarch == "" {
		return "", fmt.Errorf("platform: must be <GOOS>/<GOARCH>, got %q", platform)
	}
	names, err := functions(root)
	if err != nil {
		return "", err
	}
	dir = filepath.Join(root, ".work", sources, goos+"-"+goarch)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	held, err := flock.Hold(ctx, filepath.Join(dir, lockFile))
	if err != nil {
		return "", err
	}
	defer func() { _ = held.Close() }()

	b, err := newBuild(ctx, root, goos, goarch)
	if err != nil {
		return "", fmt.Errorf("building the functions: %w", err)
	}
	want, err := b.fingerprint()
	if err != nil {
		return "", fmt.Errorf("building the functions: %w", err)
	}
	if fresh(dir, names, want) {
		return dir, nil
	}
	fmt.Fprintf(progress, "building %s for %s\n", strings.Join(names, ", "), platform)
	if err := b.into(ctx, dir, names); err != nil {
		return "", fmt.Errorf("building the functions: %w", err)
	}
	return dir, write(filepath.Join(dir, fingerprintFile), func(w io.Writer) error {
		_, err := io.WriteString(w, want)
		return err
	})
}

// functions are the names of the functions in root, sorted.
func functions(root string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(root, sources))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if _, err := os.Stat(filepath.Join(root, sources, entry.Name(), "main.go")); err == nil {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no folder has a main.go, so there is no function", filepath.Join(root, sources))
	}
	return names, nil
}

// fresh says whether dir holds the zips of these functions and no others, made of the sources with this fingerprint.
func fresh(dir string, names []string, fingerprint string) bool {
	was, err := os.ReadFile(filepath.Join(dir, fingerprintFile))
	return err == nil && string(was) == fingerprint && slices.Equal(zipped(dir), names)
}

// zipped are the names of the functions that have a zip in dir, sorted.
func zipped(dir string) []string {
	entries, _ := os.ReadDir(dir) // of a folder that cannot be read, none is known
	var names []string
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), ".zip"); ok {
			names = append(names, name)
		}
	}
	return names
}

// into compiles the functions and puts their zips into dir, which holds none of other functions afterwards. The fingerprint of what
// was there goes first, so that zips of two builds are never taken for those of one.
func (b build) into(ctx context.Context, dir string, names []string) error {
	if err := os.Remove(filepath.Join(dir, fingerprintFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	binaries := filepath.Join(dir, "build") // of this process alone, which holds the lock
	defer func() { _ = os.RemoveAll(binaries) }()
	if err := b.compile(ctx, binaries, names); err != nil {
		return err
	}
	for _, old := range zipped(dir) {
		if !slices.Contains(names, old) {
			if err := os.Remove(filepath.Join(dir, old+".zip")); err != nil {
				return err
			}
		}
	}
	for _, name := range names {
		err := write(filepath.Join(dir, name+".zip"), func(w io.Writer) error { return pack(w, filepath.Join(binaries, name)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// write replaces a file as a whole, so that nobody reads half of it and a hard link to the one before keeps its content.
func write(file string, content func(io.Writer) error) error {
	next, err := os.Create(file + ".next")
	if err != nil {
		return err
	}
	if err := errors.Join(content(next), next.Close()); err != nil {
		return err
	}
	return os.Rename(next.Name(), file)
}
