package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mockARN is what an attribute named arn or …_arn is where another resource refers to it.
const mockARN = "arn:aws:mock:us-east-1:123456789012:mock"

// mockDefaults are the attributes that AWS gives a value, by type and name, and that the provider or an expression holds to a form
// where they are used: Terraform makes up eight letters and digits for a text, and an empty list for a list. What is referred to as
// an ARN needs no line here.
var mockDefaults = map[string]map[string]any{
	"aws_acm_certificate": {"domain_validation_options": []any{map[string]any{
		"resource_record_name": "_proof.writersroom.example", "resource_record_type": "CNAME", "resource_record_value": "_proof.example",
	}}},
	"aws_cognito_identity_pool": {"id": "us-east-1:00000000-0000-4000-8000-000000000000"},
	"aws_cognito_user_pool":     {"id": "us-east-1_mock00000"},
	"aws_rds_cluster":           {"master_user_secret": []any{map[string]any{"secret_arn": mockARN}}},
	"aws_vpc":                   {"ipv6_cidr_block": "2001:db8::/56"},
}

// TestMockedApply applies every stack, whole as it is for AWS, under Terraform's mock_provider: the real Terraform orders the graph
// and resolves every reference, and the real provider's schema accepts every argument with values in the place of what AWS makes
// known only later. So what is left out on the emulator is applied here.
func TestMockedApply(t *testing.T) {
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatalf("%v; install it from https://developer.hashicorp.com/terraform/install", err)
	}
	environ := append(os.Environ(), "TF_DATA_DIR="+t.TempDir()) // the provider, for every stack
	command := func(t *testing.T, dir string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), terraform, args...)
		cmd.Dir, cmd.Env = dir, environ
		return cmd
	}
	init := command(t, mockedStack(t, stack(t, "dev")), "init", "-backend=false", "-lockfile=readonly", "-input=false", "-no-color")
	if out, err := init.CombinedOutput(); err != nil {
		t.Fatalf("terraform init: %v\n%s", err, out)
	}
	for name, tpl := range synthesized {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := command(t, mockedStack(t, tpl), "test", "-json", "-verbose").Output()
			applied, faults := testOutput(t, out)
			if err != nil || len(faults) > 0 {
				t.Fatalf("terraform test: %v\n%s\nwhere a made-up value is refused, give it a form in mockDefaults",
					err, strings.Join(faults, "\n"))
			}
			var want []string
			for _, r := range tpl.all("") {
				want = append(want, r.Address)
			}
			if slices.Sort(want); !slices.Equal(applied, want) {
				t.Errorf("want all %d resources of the stack applied, got %d; missing are %v",
					len(want), len(applied), slices.DeleteFunc(want, func(a string) bool { return slices.Contains(applied, a) }))
			}
			t.Logf("applied %d resources", len(applied))
		})
	}
}

// mockedStack writes a stack with its test to a folder of its own. Of the stack two things are changed, because `terraform test`
// cannot do them: it destroys in the end what it applied, so nothing prevents that, and it mocks no ephemeral resource
// (https://github.com/hashicorp/terraform/issues/38608), so a text stands for what one gives.
func mockedStack(t *testing.T, tpl template) string {
	t.Helper()
	ephemeral := regexp.MustCompile(`\bephemeral\.\w+\.[\w-]+(\.\w+|\[\d+\])*`)
	var body map[string]any
	if err := json.Unmarshal(ephemeral.ReplaceAll(tpl.raw, []byte(`\"mock\"`)), &body); err != nil {
		t.Fatal(err)
	}
	delete(body, "ephemeral")
	for _, r := range (template{body: body}).all("") {
		if lifecycle, ok := r.Body["lifecycle"].(map[string]any); ok {
			delete(lifecycle, "prevent_destroy")
		}
	}

	mocks := map[string]map[string]any{}
	give := func(kind, attribute string, value any) {
		if mocks[kind] == nil {
			mocks[kind] = map[string]any{}
		}
		mocks[kind][attribute] = value
	}
	for _, match := range regexp.MustCompile(`\b(aws_\w+)\.[\w-]+\.(arn|\w+_arn)\b`).FindAllSubmatch(tpl.raw, -1) {
		give(string(match[1]), string(match[2]), mockARN)
	}
	for kind, attributes := range mockDefaults {
		for attribute, value := range attributes {
			give(kind, attribute, value)
		}
	}
	blocks := map[string]any{}
	for kind, defaults := range mocks {
		blocks[kind] = map[string]any{"defaults": defaults}
	}
	dir := t.TempDir()
	copyFile(t, filepath.Join(tpl.dir, ".terraform.lock.hcl"), filepath.Join(dir, ".terraform.lock.hcl"))
	zips, err := filepath.Glob(filepath.Join(tpl.dir, "functions", "*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "functions"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, zip := range zips {
		copyFile(t, zip, filepath.Join(dir, "functions", filepath.Base(zip)))
	}
	for file, content := range map[string]any{
		"cdk.tf.json": body,
		"mock.tftest.json": map[string]any{
			"mock_provider": map[string]any{"aws": map[string]any{"mock_resource": blocks}},
			"run":           map[string]any{"apply": map[string]any{"command": "apply"}},
		},
	} {
		raw, err := json.MarshalIndent(content, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// testOutput reads what `terraform test -json -verbose` prints: the addresses in the state after the run, sorted, and every error.
// https://developer.hashicorp.com/terraform/internals/machine-readable-ui
func testOutput(t *testing.T, out []byte) (applied, faults []string) {
	t.Helper()
	for line := range bytes.Lines(out) {
		var message struct {
			Level      string `json:"@level"`
			Message    string `json:"@message"`
			Diagnostic struct {
				Detail  string
				Snippet struct{ Context, Code string }
			}
			TestState struct {
				RootModule struct {
					Resources []struct{ Address string }
				} `json:"root_module"`
			} `json:"test_state"`
		}
		if err := json.Unmarshal(line, &message); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if message.Level == "error" {
			at := message.Diagnostic.Snippet
			faults = append(faults, fmt.Sprintf("%s: %s: %s %s",
				at.Context, strings.TrimSpace(at.Code), message.Message, message.Diagnostic.Detail))
		}
		for _, r := range message.TestState.RootModule.Resources {
			applied = append(applied, r.Address)
		}
	}
	slices.Sort(applied)
	return applied, faults
}
