package test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/rego"
)

// The rules are nobody's but OPA's: conftest and HCP Terraform take the folder policy as it is, and say what internal/policy says.

// conftest is the tool, which has the folder's rules and reads the files.
func conftest(t *testing.T, args ...string) (string, error) {
	t.Helper()
	tool, err := exec.LookPath("conftest")
	if err != nil {
		if tool, err = filepath.Abs(filepath.Join(root, ".work", "bin", "conftest")); err == nil {
			_, err = os.Stat(tool)
		}
	}
	if err != nil {
		t.Fatalf("%v; `make synth` installs it first", err)
	}
	cmd := exec.CommandContext(t.Context(), tool, slices.Insert(args, 1, "--policy", "policy")...)
	cmd.Dir = root
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	return string(out) + said.String(), err
}

// deniedByConftest is what each document is denied for.
func deniedByConftest(t *testing.T, documents map[string][]byte) map[string][]string {
	t.Helper()
	dir := t.TempDir()
	args := []string{"test", "--output", "json"}
	for name, document := range documents {
		file := filepath.Join(dir, name+".json")
		if err := os.WriteFile(file, document, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	out, _ := conftest(t, args...) // which fails where anything is denied
	var results []struct {
		Filename string
		Failures []struct{ Msg string }
	}
	if err := json.Unmarshal([]byte(out), &results); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	denied := map[string][]string{}
	for _, r := range results {
		name := strings.TrimSuffix(filepath.Base(r.Filename), ".json")
		denied[name] = []string{}
		for _, f := range r.Failures {
			denied[name] = append(denied[name], f.Msg)
		}
		slices.Sort(denied[name])
	}
	return denied
}

// unversioned makes of an account one whose state is overwritten.
var unversioned = map[string]any{"aws_s3_bucket_versioning.state_versioning.versioning_configuration.status": "Suspended"}

// broken is dev with a bucket that is not shut.
func broken(t *testing.T) []byte {
	t.Helper()
	return mutated(t, stack(t, "dev"), map[string]any{
		"aws_s3_bucket_public_access_block.storage_manuscripts_public-access.block_public_policy": false,
	})
}

func TestConftest(t *testing.T) {
	// conftest gives each of the rules' tests five seconds, and takes no other number. A busy machine may need longer for the longest;
	// internal/policy runs the same tests for as long as they take.
	if out, err := conftest(t, "verify"); err != nil && !strings.Contains(out, "context deadline exceeded") {
		t.Errorf("conftest verify: %v\n%s", err, out)
	}
	account := stack(t, "account-111111111111")
	documents := map[string][]byte{
		"broken":      broken(t),
		"plan":        plannedOffline(t, account, nil),
		"broken-plan": plannedOffline(t, account, unversioned),
	}
	for name, tpl := range synthesized {
		documents[name] = tpl.raw
	}
	denied := deniedByConftest(t, documents)
	for name, document := range documents {
		want := []string{}
		for _, v := range judged(t, document).Violations {
			want = append(want, v.String())
		}
		if got, ok := denied[name]; !ok || !slices.Equal(got, want) {
			t.Errorf("%s: internal/policy says %q, conftest %q", name, want, got)
		}
	}
	for _, name := range []string{"broken", "broken-plan"} {
		if len(denied[name]) == 0 {
			t.Errorf("%s: want it denied", name)
		}
	}
}

// HCP Terraform asks the query of policies.hcl of the plan and the run, and lets nothing through that has an answer.
func TestHCPTerraform(t *testing.T) {
	set, err := os.ReadFile(filepath.Join(root, "policy", "policies.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	query := regexp.MustCompile(`(?m)^\s*query\s+= "(.+)"$`).FindSubmatch(set)
	if query == nil || !regexp.MustCompile(`(?m)^\s*enforcement_level = "mandatory"$`).Match(set) {
		t.Fatalf("want a query that is mandatory in\n%s", set)
	}
	ask := func(plan []byte) (denied []any) {
		t.Helper()
		var planned any
		if err := json.Unmarshal(plan, &planned); err != nil {
			t.Fatal(err)
		}
		answers, err := rego.New(
			rego.Query(string(query[1])),
			rego.Load([]string{filepath.Join(root, "policy")}, nil),
			rego.Input(map[string]any{"plan": planned, "run": map[string]any{"id": "run-1", "is_destroy": false}}),
		).Eval(t.Context())
		if err != nil || len(answers) != 1 {
			t.Fatalf("want an answer, got %v, %v", answers, err)
		}
		return answers[0].Expressions[0].Value.([]any)
	}
	account := stack(t, "account-111111111111")
	if denied := ask(plannedOffline(t, account, nil)); len(denied) > 0 {
		t.Errorf("want the plan of an account let through, got %v", denied)
	}
	want := "S3.14: aws_s3_bucket.state_bucket "
	denied := ask(plannedOffline(t, account, unversioned))
	if !slices.ContainsFunc(denied, func(d any) bool { return strings.HasPrefix(d.(string), want) }) {
		t.Errorf("want it denied for %q, got %v", want, denied)
	}
}

// plannedOffline is the JSON of the first plan of a stack, changed as changed does it. There is no state, and nothing in a plan asks AWS
// for anything but whose the credentials are, which the provider is told not to.
func plannedOffline(t *testing.T, tpl template, values map[string]any) []byte {
	t.Helper()
	dir := t.TempDir()
	copyFile(t, filepath.Join(tpl.dir, ".terraform.lock.hcl"), filepath.Join(dir, ".terraform.lock.hcl"))
	offline, err := json.Marshal(map[string]any{
		"terraform": map[string]any{"backend": map[string]any{"local": map[string]any{}}},
		"provider": map[string]any{"aws": []any{map[string]any{
			"access_key": "none", "secret_key": "none", "allowed_account_ids": nil, "skip_credentials_validation": true,
			"skip_requesting_account_id": true, "skip_metadata_api_check": "true",
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string][]byte{"cdk.tf.json": mutated(t, tpl, values), "offline_override.tf.json": offline} {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	terraform := func(args ...string) []byte {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "terraform", args...)
		var said strings.Builder
		cmd.Dir, cmd.Stderr = dir, &said
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("terraform %s: %v\n%s%s", args[0], err, out, said.String())
		}
		return out
	}
	terraform("init", "-lockfile=readonly", "-input=false", "-no-color")
	terraform("plan", "-out=plan", "-input=false", "-no-color")
	return terraform("show", "-json", "plan")
}
