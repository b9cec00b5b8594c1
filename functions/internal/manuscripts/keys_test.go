package manuscripts

import (
	"strings"
	"testing"
)

func TestKeys(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Key("ann", "d1", false), "authors/ann/documents/d1"},
		{Key("ann", "d1", true), "opted-out/ann/documents/d1"},
		{ExportKey("ann", "e1", "txt", false), "authors/ann/exports/e1.txt"},
		{ExportKey("ann", "e1", "html", true), "opted-out/ann/exports/e1.html"},
		{WorkingKey("e1"), "working/e1"},
	} {
		if test.got != test.want {
			t.Errorf("want %q, got %q", test.want, test.got)
		}
	}
}

func TestIsID(t *testing.T) {
	for text, want := range map[string]bool{
		"b3ktqz7yk5j2m6vdx4nwa2ulsm":           true,
		"6f1c2d0e-4c58-4f0e-9a3e-1f2f3a4b5c6d": true,
		strings.Repeat("a", 64):                true,
		strings.Repeat("a", 65):                false,
		"":                                     false,
		"../b":                                 false,
		"a/b":                                  false,
		"a.b":                                  false,
		"a b":                                  false,
		"aéb":                                  false,
		"A":                                    false,
	} {
		if got := IsID(text); got != want {
			t.Errorf("IsID(%q): want %v, got %v", text, want, got)
		}
	}
}
