package typeset

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	screenplay, err := os.ReadFile("testdata/sample.fountain")
	if err != nil {
		t.Fatal(err)
	}
	prose, err := os.ReadFile("testdata/prose.text")
	if err != nil {
		t.Fatal(err)
	}
	for name, document := range map[string]Document{
		"sample": NewScreenplay("a working title", string(screenplay)),
		"prose":  NewProse("Salt & <Water>", string(prose)),
	} {
		page, err := document.HTML()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/"+name+".txt", document.TXT())
		golden(t, "testdata/"+name+".html", page)
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; if it is meant, go test ./functions/export/typeset -update):\n%s", path, diff)
	}
}
