package tf

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/jsii-runtime-go"
)

// preload is loaded by Node before jsii's own code; it says what it does there.
//
//go:embed faststart/preload.js
var preload []byte

// What goes after the user's own NODE_OPTIONS.
const (
	// jsiiOptions are what jsii sets when the user has set nothing.
	jsiiOptions = " --max-old-space-size=4069"
	// preloadOption goes before the path of the preload. The kernel finds its packages through symbolic links, and so jsii's
	// launcher passes --preserve-symlinks on to it; the preload runs the kernel without a launcher.
	preloadOption = " --preserve-symlinks --require "
)

// fastStart has the Node process behind the bindings load the preload. Output is the same without it, only later: where it cannot
// be, or WRITERSROOM_FAST_START=off forgoes it, jsii starts as it does.
func fastStart() {
	options := os.Getenv("NODE_OPTIONS")
	if os.Getenv("WRITERSROOM_FAST_START") == "off" || strings.Contains(options, preloadOption) {
		return
	}
	file, err := installPreload()
	if err != nil {
		return
	}
	if err := os.Setenv("NODE_OPTIONS", withPreload(options, file)); err != nil {
		return
	}
	// The bindings copied the environment when their packages were initialized. Closed before it was used, their client is made
	// anew, and copies it again.
	jsii.Close()
}

// endFastStart gives NODE_OPTIONS back to whatever this process starts next.
func endFastStart() {
	options := withoutPreload(os.Getenv("NODE_OPTIONS"))
	if options == "" {
		_ = os.Unsetenv("NODE_OPTIONS")
		return
	}
	_ = os.Setenv("NODE_OPTIONS", options)
}

// withPreload adds the preload to the user's NODE_OPTIONS, or to what jsii would set for none.
func withPreload(options, file string) string {
	if options == "" {
		options = jsiiOptions
	}
	return options + preloadOption + `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(file) + `"`
}

// withoutPreload is the inverse of withPreload.
func withoutPreload(options string) string {
	before, _, found := strings.Cut(options, preloadOption)
	if found && before == jsiiOptions {
		return ""
	}
	return before
}

// installPreload puts the preload into the user's cache; where that cannot be, into a folder of this process alone, which the
// preload removes when Node exits.
func installPreload() (file string, err error) {
	if cache, err := os.UserCacheDir(); err == nil {
		if file, err := writePreload(filepath.Join(cache, "writersroom-infrastructure")); err == nil {
			return file, nil
		}
	}
	dir, err := os.MkdirTemp("", "writersroom-faststart-*")
	if err != nil {
		return "", err
	}
	return writePreload(dir)
}

// writePreload makes the file in dir that is the preload byte for byte, and trusts none that is not. It appears whole or not at
// all, whoever else writes it at the time.
func writePreload(dir string) (file string, err error) {
	file = filepath.Join(dir, fmt.Sprintf("faststart-%.8x.js", sha256.Sum256(preload)))
	if have, err := os.ReadFile(file); err == nil && bytes.Equal(have, preload) {
		return file, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	temp, err := os.CreateTemp(dir, "faststart-*.tmp")
	if err != nil {
		return "", err
	}
	defer os.Remove(temp.Name())
	if _, err := temp.Write(preload); err != nil {
		return "", err
	}
	if err := temp.Close(); err != nil {
		return "", err
	}
	return file, os.Rename(temp.Name(), file)
}
