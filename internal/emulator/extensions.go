package emulator

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
)

// extensions are moto's launcher and what it teaches moto, in Python.
//
//go:embed moto/*.py
var extensions embed.FS

func (h home) launcher() string { return filepath.Join(string(h), "moto", "launcher.py") }
func (h home) probe() string    { return filepath.Join(string(h), "moto", "probe.py") }

// installExtensions writes the extensions of this build, and none of an earlier one, to the folder moto of h.
func (h home) installExtensions() error {
	if err := os.RemoveAll(filepath.Join(string(h), "moto")); err != nil {
		return err
	}
	return fs.WalkDir(extensions, "moto", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(string(h), filepath.FromSlash(path))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		text, err := extensions.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}
