package test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden holds every stack to the last byte: construct ids and names are a public contract, and a change of one that nobody
// meant replaces a resource.
func TestGolden(t *testing.T) {
	for name, tpl := range synthesized {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".tf.json", tpl.raw)
		})
	}
}

// golden compares with a file under testdata/golden, or writes it when the test is run with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; write it with `make golden`", err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s differs (-golden +synthesized); if that is meant, write it anew with `make golden`:\n%s",
			file, cmp.Diff(string(want), string(got)))
	}
}
