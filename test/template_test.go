package test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// template is a stack's synthesized Terraform JSON.
type template struct {
	name string
	dir  string
	raw  []byte
	body map[string]any
}

// resource is one resource of a template.
type resource struct {
	// Address is Terraform's: aws_vpc.networking_vpc.
	Address string
	Body    map[string]any
	stack   string
}

// stack is the template of the stack named; it fails the test where there is none.
func stack(t testing.TB, name string) template {
	t.Helper()
	tpl, ok := synthesized[name]
	if !ok {
		t.Fatalf("no stack is named %q; there are %v", name, slices.Sorted(maps.Keys(synthesized)))
	}
	return tpl
}

// all are the resources of a type, or every resource when the type is empty, sorted by address.
func (tpl template) all(kind string) []resource {
	var list []resource
	types, _ := tpl.body["resource"].(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(types)) {
		if kind != "" && k != kind {
			continue
		}
		byName := types[k].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			list = append(list, resource{Address: k + "." + name, Body: byName[name].(map[string]any), stack: tpl.name})
		}
	}
	return list
}

// one is the resource of that type and name; it fails the test, listing what there is, where there is none.
func (tpl template) one(t testing.TB, kind, name string) resource {
	t.Helper()
	var there []string
	for _, r := range tpl.all(kind) {
		if r.Address == kind+"."+name {
			return r
		}
		there = append(there, r.Address)
	}
	t.Fatalf("%s: no %s.%s; of that type there are %v", tpl.name, kind, name, there)
	return resource{}
}

// get is what lies at a path of keys and indexes ("setting.0.name"), nil where nothing does. A block that may repeat is a list
// in one place of Terraform's JSON and an object in another; an index 0 is forgiven on an object.
func (r resource) get(path string) any { return dig(r.Body, path) }

func dig(at any, path string) any {
	for _, step := range strings.Split(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			if next, ok := v[step]; ok || step != "0" {
				at = next
			}
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			at = v[i]
		default:
			return nil
		}
	}
	return at
}

// want fails the test, printing the address and the JSON seen, unless path holds what is wanted.
func (r resource) want(t testing.TB, path string, want any) {
	t.Helper()
	if got := r.get(path); !reflect.DeepEqual(normal(t, got), normal(t, want)) {
		t.Errorf("%s: %s: %s: want %s, got %s\n%s", r.stack, r.Address, path, compact(want), compact(got), r)
	}
}

// String is the resource's JSON.
func (r resource) String() string {
	out, err := json.MarshalIndent(r.Body, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// normal is a value as JSON would read it, so that 443 and 443.0 are equal.
func normal(t testing.TB, v any) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func compact(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
