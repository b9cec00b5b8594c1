package test

import (
	"bytes"
	"testing"

	"github.com/writersroom/infrastructure/stacks"
)

// TestDeterminism synthesizes everything a second time: the same input gives the same bytes.
func TestDeterminism(t *testing.T) {
	again, err := synthesize(t.TempDir(), stacks.Target{})
	if err != nil {
		t.Fatal(err)
	}
	if len(again) != len(synthesized) {
		t.Fatalf("first %d stacks, then %d", len(synthesized), len(again))
	}
	for name, tpl := range synthesized {
		if !bytes.Equal(tpl.raw, again[name].raw) {
			t.Errorf("%s: two syntheses differ", name)
		}
	}
}
