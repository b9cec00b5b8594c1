package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
)

// A stack that says all that a stack has to, with nothing in it or a bucket that nothing protects; and a plan of the bucket.
const (
	said = `"terraform": {}, "provider": {"aws": [{"region": "us-east-1", "default_tags": [{"tags": {
		"Project": "writersroom", "Environment": "dev", "ManagedBy": "terraform"}}]}]}`
	nothing = "{" + said + "}"
	bare    = "{" + said + `, "resource": {"aws_s3_bucket": {"b": {"bucket": "writersroom-dev-b"}}}}`
	planned = `{"planned_values": {"root_module": {"resources": [
		{"address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b", "values": {"bucket": "b"}}]}}}`
	fault = "S3.8: aws_s3_bucket.b must have an aws_s3_bucket_public_access_block with all four set to true"
)

// ran is what a command prints and how it ends, in a project of those stacks.
func ran(t *testing.T, stacks map[string]string, stdin string, args ...string) (out string, err error) {
	t.Helper()
	dir := t.TempDir()
	overlays, err := filepath.Abs("../../envs")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(overlays, filepath.Join(dir, "envs")); err != nil {
		t.Fatal(err)
	}
	for name, config := range stacks {
		file := filepath.Join(dir, "cdktf.out", "stacks", name, "cdk.tf.json")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "plan.json"), []byte(planned), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	var printed bytes.Buffer
	cmd := root()
	cmd.SetArgs(args)
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&printed)
	cmd.SetErr(&printed)
	err = cmd.ExecuteContext(t.Context())
	return printed.String(), err
}

func TestCheck(t *testing.T) {
	for name, tc := range map[string]struct {
		stacks  map[string]string
		stdin   string
		args    []string
		printed []string
		fault   []string // none is success
	}{
		"nothing wrong": {
			stacks: map[string]string{"dev": nothing}, args: []string{"dev"},
			printed: []string{" 0 waived, 0 violations\n"},
		},
		"a violation": {
			stacks: map[string]string{"dev": nothing, "prod": bare}, args: []string{"dev", "prod"},
			printed: []string{" 0 waived, 0 violations\n", "prod: " + fault + "\n", " 0 waived, "},
			fault:   []string{" of the rules in policy/: mend each, or waive it beside the resource with a reason and a last day"},
		},
		"nothing synthesized": {
			stacks: map[string]string{"dev": bare}, args: []string{"dev", "staging", "pr-7"},
			printed: []string{"dev: " + fault}, // the others keep it from nothing
			fault: []string{
				"staging: cdktf.out/stacks/staging/cdk.tf.json is not there; make it with: cdktf synth",
				"pr-7: cdktf.out/stacks/pr-7/cdk.tf.json is not there; make it with: WRITERSROOM_PREVIEW=pr-7 cdktf synth",
				" of the rules in policy/",
			},
		},
		"all that there are": {
			fault: []string{"account-111111111111: ", "account-222222222222: ", "account-333333333333: ", "\ndev: ", "\nprod: ", "\nstaging: "},
		},
		"no stack's JSON": {
			stacks: map[string]string{"dev": "{"}, args: []string{"dev"},
			fault: []string{"dev: cdktf.out/stacks/dev/cdk.tf.json: must be the JSON of a stack", "; make it anew with: cdktf synth"},
		},
		"an unknown stack": {
			args:  []string{"dev", "qa"},
			fault: []string{`stack "qa": unknown; there are account-111111111111, account-222222222222, account-333333333333, dev, prod, staging`},
		},
		"a plan's file": {
			args: []string{"--plan-file", "plan.json"}, printed: []string{"plan.json: " + fault}, fault: []string{" of the rules in policy/"},
		},
		"a plan that is piped": {
			args: []string{"--plan-file", "-"}, stdin: planned,
			printed: []string{"standard input: " + fault}, fault: []string{" of the rules in policy/"},
		},
		"a plan that is none": {
			args: []string{"--plan-file", "-"}, stdin: "PK",
			fault: []string{"standard input: must be the JSON of a stack (cdk.tf.json) or of a plan (terraform show -json)"},
		},
		"a plan that is not there": {args: []string{"--plan-file", "none.json"}, fault: []string{"open none.json: no such file"}},
		"a plan of a stack":        {args: []string{"--plan-file", "plan.json", "dev"}, fault: []string{"leave dev out"}},
		"two plans":                {args: []string{"--plan-file", "plan.json", "--plan"}, fault: []string{"[plan plan-file]"}},
	} {
		t.Run(name, func(t *testing.T) {
			printed, err := ran(t, tc.stacks, tc.stdin, append([]string{"check"}, tc.args...)...)
			for _, want := range tc.printed {
				if !strings.Contains(printed, want) {
					t.Errorf("want %q printed, got\n%s", want, printed)
				}
			}
			if (err == nil) != (len(tc.fault) == 0) {
				t.Fatalf("want faults %q, got %v", tc.fault, err)
			}
			for _, want := range tc.fault {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("want %q in\n%v", want, err)
				}
			}
		})
	}
}

func TestStackNamesAreAll(t *testing.T) {
	all, err := envs.Load(os.DirFS("../../envs"))
	if err != nil {
		t.Fatal(err)
	}
	names, err := stackNames(all, nil)
	want := []string{"account-111111111111", "account-222222222222", "account-333333333333", "dev", "prod", "staging"}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("want %q, got %q, %v", want, names, err)
	}
}
