package tf

import "github.com/aws/jsii-runtime-go"

// String is what the bindings take for a string.
func String(s string) *string { return &s }

// Strings is what the bindings take for a list of strings.
func Strings(list ...string) *[]*string { return jsii.PtrSlice(list...) }

// Bool is what the bindings take for a boolean.
func Bool(b bool) *bool { return &b }

// Number is what the bindings take for a number.
func Number[T int | float64](n T) *float64 { return jsii.Number(n) }

// Map is what the bindings take for a map of strings.
func Map(m map[string]string) *map[string]*string {
	out := make(map[string]*string, len(m))
	for k, v := range m {
		out[k] = String(v)
	}
	return &out
}
