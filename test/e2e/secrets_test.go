package e2e

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

// keepsNoSecret fails the test where the state of a deployed stack holds a secret: the value of one that Secrets Manager keeps, or
// of an attribute that the provider itself calls sensitive.
func (p *project) keepsNoSecret(t *testing.T, stack string) {
	t.Helper()
	raw := p.stdout(t, "terraform", "-chdir="+p.stack(stack), "state", "pull")
	secrets := p.secrets(t)
	if len(secrets) == 0 {
		t.Errorf("%s: there is no secret to look for; the database's master password is one", stack)
	}
	for name, values := range secrets {
		for _, value := range values {
			if strings.Contains(raw, value) {
				t.Errorf("%s: the state holds the value of the secret %s", stack, name)
			}
		}
	}
	for _, found := range sensitive(t, p.schemas(t, stack), raw) {
		t.Errorf("%s: the state holds a value of %s, which the provider calls sensitive", stack, found)
	}
}

// secrets are the values of every secret in the account, by the secret's name.
func (p *project) secrets(t *testing.T) map[string][]string {
	t.Helper()
	dir := filepath.Join(p.dir, "secrets")
	copyInto(t, p.dir, filepath.Join("testdata", "secrets"))
	copyInto(t, dir, filepath.Join("testdata", "provider.tf"))
	copyInto(t, filepath.Join(dir, ".terraform.lock.hcl"), filepath.Join(root, "terraform.lock.hcl"))
	p.must(t, "terraform", "-chdir="+dir, "init", "-lockfile=readonly", "-input=false", "-no-color")
	p.must(t, "terraform", "-chdir="+dir, "apply", "-auto-approve", "-input=false", "-no-color")
	var texts map[string]string
	if err := json.Unmarshal([]byte(p.stdout(t, "terraform", "-chdir="+dir, "output", "-json", "secrets")), &texts); err != nil {
		t.Fatal(err)
	}
	values := map[string][]string{}
	for name, text := range texts {
		var fields map[string]any
		if json.Unmarshal([]byte(text), &fields) != nil {
			values[name] = []string{text}
			continue
		}
		for field, value := range fields {
			if field != "username" {
				values[name] = append(values[name], fmt.Sprint(value))
			}
		}
	}
	return values
}

// schemas are what the provider says of every resource type's attributes.
func (p *project) schemas(t *testing.T, stack string) map[string]*tfjson.Schema {
	t.Helper()
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal([]byte(p.stdout(t, "terraform", "-chdir="+p.stack(stack), "providers", "schema", "-json")), &schemas); err != nil {
		t.Fatal(err)
	}
	return schemas.Schemas["registry.terraform.io/hashicorp/aws"].ResourceSchemas
}

// openThoughSensitive are attributes that the provider calls sensitive for what they may hold, with what they hold here.
func openThoughSensitive() map[string]string {
	return map[string]string{
		"aws_ssm_parameter.value": "names and addresses, of parameters of type String",
	}
}

// sensitive are the attributes, as <type>.<path>, that hold a value in a state although the provider calls them sensitive.
func sensitive(t *testing.T, schemas map[string]*tfjson.Schema, state string) []string {
	t.Helper()
	var parsed struct {
		Resources []struct {
			Mode, Type string
			Instances  []struct{ Attributes map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(state), &parsed); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, r := range parsed.Resources {
		if r.Type == "terraform_data" { // Terraform's own, of no provider
			continue
		}
		schema, known := schemas[r.Type]
		if r.Mode != "managed" || !known {
			t.Errorf("%s %s: the provider has no schema of it", r.Mode, r.Type)
			continue
		}
		for _, instance := range r.Instances {
			if r.Type == "aws_ssm_parameter" && instance.Attributes["type"] != "String" {
				found = append(found, r.Type+" of type "+fmt.Sprint(instance.Attributes["type"]))
			}
			for _, path := range held(schema.Block, instance.Attributes, r.Type) {
				if _, open := openThoughSensitive()[path]; !open {
					found = append(found, path)
				}
			}
		}
	}
	return found
}

// held are the paths of sensitive attributes with a value, in a block and the blocks within.
func held(block *tfjson.SchemaBlock, values map[string]any, path string) []string {
	var found []string
	for name, attribute := range block.Attributes {
		if value := values[name]; attribute.Sensitive && value != nil && fmt.Sprint(value) != "" && fmt.Sprint(value) != "[]" {
			found = append(found, path+"."+name)
		}
	}
	for name, inner := range block.NestedBlocks {
		list, ok := values[name].([]any)
		if !ok {
			list = []any{values[name]}
		}
		for _, one := range list {
			if fields, ok := one.(map[string]any); ok {
				found = append(found, held(inner.Block, fields, path+"."+name)...)
			}
		}
	}
	return found
}

// TestSensitive shows that the search finds what it looks for.
func TestSensitive(t *testing.T) {
	schemas := map[string]*tfjson.Schema{
		"aws_ssm_parameter": {Block: &tfjson.SchemaBlock{Attributes: map[string]*tfjson.SchemaAttribute{"value": {Sensitive: true}, "type": {}}}},
		"aws_x": {Block: &tfjson.SchemaBlock{
			Attributes: map[string]*tfjson.SchemaAttribute{"password": {Sensitive: true}, "name": {}},
			NestedBlocks: map[string]*tfjson.SchemaBlockType{
				"user": {Block: &tfjson.SchemaBlock{Attributes: map[string]*tfjson.SchemaAttribute{"token": {Sensitive: true}}}},
			},
		}},
	}
	state := func(kind, attributes string) string {
		return `{"resources": [{"mode": "managed", "type": "` + kind + `", "instances": [{"attributes": ` + attributes + `}]}]}`
	}
	for _, c := range []struct{ kind, attributes, want string }{
		{"aws_x", `{"name": "n", "password": null, "user": []}`, ""},
		{"aws_x", `{"name": "n", "password": ""}`, ""},
		{"aws_x", `{"name": "n", "password": "p"}`, "aws_x.password"},
		{"aws_x", `{"name": "n", "user": [{"token": "t"}]}`, "aws_x.user.token"},
		{"aws_x", `{"name": "n", "user": {"token": "t"}}`, "aws_x.user.token"},
		{"aws_ssm_parameter", `{"type": "String", "value": "v"}`, ""},
		{"aws_ssm_parameter", `{"type": "SecureString", "value": "v"}`, "aws_ssm_parameter of type SecureString"},
	} {
		if got := strings.Join(sensitive(t, schemas, state(c.kind, c.attributes)), " "); got != c.want {
			t.Errorf("%s %s: want %q, got %q", c.kind, c.attributes, c.want, got)
		}
	}
}
