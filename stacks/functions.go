package stacks

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// placeFunctions puts the zips that are in from into a stack's folder, in the place of those of an earlier synthesis. They are linked
// where both folders are on one file system: whoever builds a zip anew makes another file, so that what is linked stays as it is.
func placeFunctions(from, to string) error {
	zips, err := filepath.Glob(filepath.Join(from, "*.zip"))
	if err != nil {
		return err
	}
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, zip := range zips {
		placed := filepath.Join(to, filepath.Base(zip))
		if os.Link(zip, placed) == nil {
			continue
		}
		if err := copyFile(zip, placed); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
