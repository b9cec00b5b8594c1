package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// native writes resources in Terraform's native syntax, of which Trivy reads all.
//
// Only the provider knows which objects are blocks (an origin) and which are values (tags), so each is written as both: a check asks by
// name for the one that the provider has it to be, and does not see the other.
func native(resources []resource) string {
	var b strings.Builder
	for _, r := range resources {
		fmt.Fprintf(&b, "resource %q %q {\n", r.kind, r.name)
		writeBody(&b, r.body)
		b.WriteString("}\n")
	}
	return b.String()
}

// meta tells the arguments that say how Terraform handles a resource, not what it is, and CDKTF's comment.
func meta(name string) bool {
	return slices.Contains([]string{"//", "connection", "depends_on", "lifecycle", "provider", "provisioner"}, name)
}

func writeBody(b *strings.Builder, body map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if body[name] == nil || meta(name) {
			continue
		}
		fmt.Fprintf(b, "%s = %s\n", name, value(body[name]))
		for _, block := range blocks(body[name]) {
			fmt.Fprintf(b, "%s {\n", name)
			writeBody(b, block)
			b.WriteString("}\n")
		}
	}
}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// blocks are what may be blocks: an object, or each of a list of them, whose every key can name an argument.
func blocks(v any) []map[string]any {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var all []map[string]any
	for _, item := range list {
		body, ok := item.(map[string]any)
		if !ok {
			return nil
		}
		for key := range body {
			if !identifier.MatchString(key) && !meta(key) {
				return nil
			}
		}
		all = append(all, body)
	}
	return all
}

// value is a JSON value as an expression.
func value(v any) string {
	var b strings.Builder
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return template(v)
	case json.Number:
		return v.String()
	case []any:
		b.WriteString("[\n")
		for _, item := range v {
			b.WriteString(value(item) + ",\n")
		}
		return b.String() + "]"
	case map[string]any:
		b.WriteString("{\n")
		for _, key := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(template(key) + " = " + value(v[key]) + "\n")
		}
		return b.String() + "}"
	default:
		return fmt.Sprint(v)
	}
}

// template is a string of Terraform's JSON syntax as a quoted one: what lies between the references needs escapes here, and the
// references themselves must have none.
func template(s string) string {
	var b strings.Builder
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	// A fault in the template is told by whoever parses what is written.
	tokens, _ := hclsyntax.LexTemplate([]byte(s), "", hcl.InitialPos)
	end := 0
	for _, token := range tokens {
		if token.Type == hclsyntax.TokenStringLit {
			b.WriteString(s[end:token.Range.Start.Byte])
			b.WriteString(escape.Replace(string(token.Bytes)))
			end = token.Range.End.Byte
		}
	}
	return `"` + b.String() + s[end:] + `"`
}
