package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// unbuilt are the names, as patterns, of the files and folders that no executable is made of. Other prose may be embedded in one.
func unbuilt() []string { return []string{"*_test.go", "testdata", "README.md"} }

// fingerprint is the same for two builds that make the same zips: it covers the sources' names and contents, and how they are
// compiled.
func (b build) fingerprint() (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %q\n", b.version, b.flags(), b.environ)
	tree := os.DirFS(b.root)
	add := func(name string) error {
		file, err := tree.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		content := sha256.New()
		if _, err := io.Copy(content, file); err != nil {
			return err
		}
		fmt.Fprintf(sum, "%q %x\n", name, content.Sum(nil))
		return nil
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if err := add(name); err != nil {
			return "", err
		}
	}
	err := fs.WalkDir(tree, sources, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		for _, pattern := range unbuilt() {
			if left, _ := path.Match(pattern, entry.Name()); left && entry.IsDir() {
				return fs.SkipDir
			} else if left {
				return nil
			}
		}
		if entry.IsDir() {
			return nil
		}
		return add(name)
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
