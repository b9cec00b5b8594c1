package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/writersroom/infrastructure/internal/emulator"
)

// TestEmulatorCommands: the emulator outlives the command that starts it; each command can be given twice.
func TestEmulatorCommands(t *testing.T) {
	inTurn(t)
	p := &project{dir: t.TempDir(), environ: append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))}
	copyInto(t, p.dir, filepath.Join(root, "envs"))
	says := func(want string, args ...string) {
		t.Helper()
		if out := p.must(t, append([]string{"writersroom"}, args...)...); !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("writersroom %s: want %s, got\n%s", strings.Join(args, " "), want, out)
		}
	}
	refuses := func(want string, args ...string) {
		t.Helper()
		out, err := p.run(t, append([]string{"writersroom"}, args...)...)
		if err == nil || strings.TrimSpace(out) != want {
			t.Errorf("writersroom %s: want it refused with %q, got %v\n%s", strings.Join(args, " "), want, err, out)
		}
	}
	const down = "the emulator is not running; start it with `writersroom up`"
	says(down, "status")
	refuses(down, "leftovers", "dev")
	says("the emulator is not running", "down")
	refuses(`environment: must be dev, prod, staging or a preview such as pr-123, got "prd"`, "up", "prd")

	t.Cleanup(func() { p.must(t, "writersroom", "down") })
	first, second := exports(p.stdout(t, "writersroom", "up")), exports(p.stdout(t, "writersroom", "up", "prod"))
	if len(first) == 0 || first[0] != second[0] || !strings.HasPrefix(first[0], "AWS_ENDPOINT_URL=http://127.0.0.1:") {
		t.Errorf("want two of the same endpoint, got\n%q\n%q", first, second)
	}
	says(`(?s)^endpoint +http://127.0.0.1:.*moto 5\.2\..*prod +333333333333 +no\n`, "status")
	says("dev: nothing is left in the emulator's account 111111111111", "leftovers", "dev")
	says("is stopped", "down")
	says("the emulator is not running", "down")
}

// TestAccountsAreApart: the credentials of one account neither see nor change another's resources.
func TestAccountsAreApart(t *testing.T) {
	inTurn(t)
	e, err := emulator.Up(t.Context(), filepath.Join(t.TempDir(), ".work"), emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Down(t.Context()) })
	held := func(account string) int {
		t.Helper()
		resources, err := e.Inventory(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		return len(resources)
	}
	for i, account := range []string{"111111111111", "222222222222"} {
		cfg, err := e.Config(t.Context(), account, "eu-central-1")
		if err != nil {
			t.Fatal(err)
		}
		caller, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil || aws.ToString(caller.Account) != account {
			t.Errorf("want the credentials of %s, got those of %s, %v", account, aws.ToString(caller.Account), err)
		}
		for range i + 1 {
			if _, err := kms.NewFromConfig(cfg).CreateKey(t.Context(), &kms.CreateKeyInput{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if one, two := held("111111111111"), held("222222222222"); one != 1 || two != 2 {
		t.Errorf("want 1 and 2 resources, got %d and %d", one, two)
	}
	if err := e.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := held("222222222222"); left != 0 {
		t.Errorf("want none after a reset, got %d", left)
	}
	if _, err := e.Environ(t.Context(), "12345", "us-east-1"); err == nil {
		t.Error("want an account of five digits refused")
	}
}

// TestLeftovers: whatever a deployment leaves behind is told, tagged or not; what is the account's or another environment's is not.
func TestLeftovers(t *testing.T) {
	inTurn(t)
	p := configured(t, "leftovers.tf")
	p.apply(t)
	out, err := p.run(t, "writersroom", "leftovers", "dev")
	if err == nil {
		t.Error("want it to fail")
	}
	var kinds []string
	for line := range strings.Lines(out) {
		if words := strings.Fields(line); len(words) > 3 && words[0] != "dev:" {
			kinds = append(kinds, words[2])
		}
	}
	want := []string{
		"CognitoIdpUserPool", "ElasticAddress", "NetworkInterface", "SecurityGroupRule", "ManagedPolicy", "Key", "LogGroup", "Bucket", "Bucket",
	}
	if !slices.Equal(kinds, want) || !strings.Contains(out, "left-behind-by-dev") || strings.Contains(out, "kept") {
		t.Errorf("want %q, got\n%s", want, out)
	}
	p.destroys(t)
}

// TestExtensions: what the extensions add can be made, changed and destroyed, the plans between are empty, and a protected user
// pool is kept.
func TestExtensions(t *testing.T) {
	inTurn(t)
	p := configured(t, "extensions.tf")
	p.changes(t)
	p.refuses(t, "deletion protection is activated", "destroy")
	p.apply(t, "-var=protected=false", "-target=aws_cognito_user_pool.pool")
	p.destroys(t, "-var=protected=false")
}

// TestContainer has a stand-in for docker, which runs with the Python of this machine what a container would be told to run.
func TestContainer(t *testing.T) {
	e, err := emulator.Up(t.Context(), filepath.Join(t.TempDir(), ".work"), emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	python := regexp.MustCompile(`of (/.*)$`).FindStringSubmatch(e.Moto)
	if err := e.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	if python == nil {
		t.Skipf("moto is in a container already: %s", e.Moto)
	}
	fakes := t.TempDir()
	script := `#!/bin/sh
echo "$@" >> "` + fakes + `/calls"
[ "$1" = run ] || exit 0
while [ "$1" != motoserver/moto:` + emulator.Version + ` ]; do
	case "$1" in
	--publish) port=${2#127.0.0.1:}; port=${port%:5000} ;;
	--volume) extensions=${2%:/extensions:ro} ;;
	--env) export "$2" ;;
	esac
	shift
done
[ "$*" = "$1 -B -u /extensions/launcher.py -H 0.0.0.0 -p 5000" ] || exit 1
exec "` + python[1] + `" -B -u "$extensions/launcher.py" -H 127.0.0.1 -p "$port"
`
	if err := os.WriteFile(filepath.Join(fakes, "docker"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", fakes)
	e, err = emulator.Up(t.Context(), filepath.Join(t.TempDir(), ".work"), emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "motoserver/moto:" + emulator.Version; e.Moto != want {
		t.Errorf("want %s, got %s", want, e.Moto)
	}
	if _, err := e.Environ(t.Context(), "111111111111", "us-east-1"); err != nil {
		t.Error(err)
	}
	if err := e.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	calls, err := os.ReadFile(filepath.Join(fakes, "calls"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "rm --force " + e.Container + "\n"; !strings.HasSuffix(string(calls), want) {
		t.Errorf("want the last call to docker to be %q, got\n%s", want, calls)
	}
}

// TestProviderReachesOnlyTheEmulator: what a shell has set up for AWS does not count beside what `up` prints.
func TestProviderReachesOnlyTheEmulator(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
	t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAELSEWHERE")
	e, err := emulator.Up(t.Context(), filepath.Join(t.TempDir(), ".work"), emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Down(t.Context()) })
	environ, err := e.Environ(t.Context(), "111111111111", "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"main.tf": `terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}
provider "aws" {
  max_retries         = 3
  allowed_account_ids = ["111111111111"]
}
data "aws_caller_identity" "this" {}
`,
		"config": "[profile other]\nrole_arn = arn:aws:iam::999999999999:role/other\nsource_profile = other\n" +
			"aws_access_key_id = AKIAOTHER\naws_secret_access_key = other\nendpoint_url = http://127.0.0.1:1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-input=false", "-no-color"}, {"apply", "-auto-approve", "-input=false", "-no-color"}} {
		cmd := exec.CommandContext(t.Context(), "terraform", args...)
		cmd.Dir = dir
		cmd.Env = append(append(os.Environ(), "AWS_PROFILE=other", "AWS_CONFIG_FILE="+filepath.Join(dir, "config")), environ...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("terraform %s: %v\n%s", args[0], err, out)
		}
	}
}
