package tf

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/jsii-runtime-go"
)

// preload is what makes the start fast; it says how.
//
//go:embed faststart/preload.js
var preload []byte

const (
	// nodeDefaults is what jsii gives Node when the user gives it nothing.
	// https://github.com/aws/jsii/blob/v1.112.0/packages/%40jsii/go-runtime/jsii-runtime-go/internal/kernel/process/process.go
	nodeDefaults = "--max-old-space-size=4069"
	// nodePreload goes before the path of the preload. jsii starts its kernel with --preserve-symlinks.
	nodePreload = " --preserve-symlinks --require "
)

// fastStart has the Node process behind the bindings load the preload, by NODE_OPTIONS in this process's environment.
// WRITERSROOM_FAST_START=off forgoes it. It has no error: where it cannot be, the start is jsii's own and output is the same.
func fastStart() {
	options := os.Getenv("NODE_OPTIONS")
	if os.Getenv("WRITERSROOM_FAST_START") == "off" || strings.Contains(options, nodePreload) {
		return
	}
	file, err := installPreload()
	if err != nil {
		return
	}
	quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(file) + `"`
	if err := os.Setenv("NODE_OPTIONS", cmp.Or(options, nodeDefaults)+nodePreload+quoted); err != nil {
		return
	}
	// The bindings read the environment when their packages were initialized; closed before its first use, their client reads it
	// again.
	jsii.Close()
}

// endFastStart gives NODE_OPTIONS back, for whatever this process starts next.
func endFastStart() {
	options, _, ours := strings.Cut(os.Getenv("NODE_OPTIONS"), nodePreload)
	if !ours {
		return
	}
	if options == nodeDefaults {
		_ = os.Unsetenv("NODE_OPTIONS")
		return
	}
	_ = os.Setenv("NODE_OPTIONS", options)
}

// installPreload puts the preload where Node can read it and keeps its cache beside it: into the user's cache, or, where there is
// none, into a folder of this process alone, which the preload removes in the end.
func installPreload() (string, error) {
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

// writePreload writes the preload to dir, unless it is there byte for byte. A file by its name appears whole or not at all.
func writePreload(dir string) (string, error) {
	sum := sha256.Sum256(preload)
	file := filepath.Join(dir, "faststart-"+hex.EncodeToString(sum[:8])+".js")
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
