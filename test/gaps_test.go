package test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/internal/emulator"
	"github.com/writersroom/infrastructure/stacks"
)

// On the emulator a stack is what it is on AWS, but for what the one list leaves out and tells, and for how the emulator is called.
func TestOnlyGapsDifferOnTheEmulator(t *testing.T) {
	onEmulator, err := synthesize(t.TempDir(), stacks.Target{Endpoint: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Sorted(maps.Keys(onEmulator)), slices.Sorted(maps.Keys(synthesized)); !slices.Equal(got, want) {
		t.Fatalf("want stacks %q, got %q", want, got)
	}
	eachStack(t, func(t *testing.T, tpl template) {
		var left []any
		want := normal(t, tpl.body).(map[string]any)
		for _, r := range tpl.all("") {
			i := slices.IndexFunc(emulator.Gaps(), func(g emulator.Gap) bool { return g.Names(r.Address) })
			if i < 0 {
				continue
			}
			gap := emulator.Gaps()[i]
			left = append(left, map[string]any{"address": r.Address, "call": gap.Call, "why": gap.Why})
			kind, name, _ := strings.Cut(r.Address, ".")
			resources := dig(want, "resource."+kind).(map[string]any)
			if delete(resources, name); len(resources) == 0 {
				delete(want["resource"].(map[string]any), kind)
			}
		}
		if len(left) > 0 {
			want["//"].(map[string]any)["leftOut"] = left
		}
		maps.Copy(dig(want, "provider.aws.0").(map[string]any), map[string]any{"max_retries": 3.0, "s3_use_path_style": true})
		maps.Copy(dig(want, "terraform.backend.s3").(map[string]any), map[string]any{"use_path_style": true})
		if domain, ok := dig(want, "resource.aws_opensearch_domain.storage_opensearch").(map[string]any); ok {
			domain["timeouts"] = map[string]any{"create": "1s", "update": "1s", "delete": "30s"}
		}
		got := normal(t, onEmulator[tpl.name].body)
		for _, stack := range []any{want, got} {
			delete(dig(stack, "//.metadata").(map[string]any), "overrides") // what of the stack the bindings were not asked for
		}
		delete(dig(got, "variable.governance.default").(map[string]any), "leftOut") // which the rules judge, below
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-wanted +synthesized):\n%s", tpl.name, diff)
		}

		if diff := cmp.Diff(judged(t, tpl.raw), judged(t, onEmulator[tpl.name].raw)); diff != "" {
			t.Errorf("%s: what the rules say (-on AWS +on the emulator):\n%s", tpl.name, diff)
		}

		held, recorded, err := emulator.Resources(onEmulator[tpl.name].raw)
		if err != nil {
			t.Fatal(err)
		}
		if whole := len(tpl.all("")); len(held)+len(recorded) != whole {
			t.Errorf("want %d resources in all, got %d and %d left out: %+v", whole, len(held), len(recorded), recorded)
		}
	})
}

// An entry of the list that names nothing is out of date. What it does name is in a stack, and TestMockedApply applies every one.
func TestEveryGapNamesAResource(t *testing.T) {
	for _, gap := range emulator.Gaps() {
		named := false
		for _, tpl := range synthesized {
			named = named || slices.ContainsFunc(tpl.all(""), func(r resource) bool { return gap.Names(r.Address) })
		}
		if !named {
			t.Errorf("no stack holds what internal/emulator/gaps.go lists, so take it off the list: %s", compact(gap))
		}
	}
}
