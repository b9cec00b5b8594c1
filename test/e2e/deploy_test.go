package e2e

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestDevThroughCDKTF is README's way by hand: deploy, diff, output, destroy.
func TestDevThroughCDKTF(t *testing.T) {
	t.Parallel()
	p := emptyProject(t, "dev")
	p.bootstrapped(t, "dev")
	cdktf := func(args ...string) string {
		t.Helper()
		return p.must(t, append([]string{"cdktf", args[0], "dev", "--app", filepath.Join(bin, "app")}, args[1:]...)...)
	}
	cdktf("deploy", "--auto-approve")
	if out := cdktf("diff"); !strings.Contains(out, "No changes.") {
		t.Errorf("cdktf diff dev after cdktf deploy dev: want No changes., got\n%s", out)
	}
	p.judged(t, "dev", "plan") // which cdktf diff leaves in the stack's folder
	outputs := cdktf("output")
	for _, name := range []string{"vpc-id", "user-pool-id", "web-client-id", "sign-in-url"} {
		if !strings.Contains(outputs, name) {
			t.Errorf("cdktf output dev: no %s in\n%s", name, outputs)
		}
	}
	// The credentials are those of dev's account.
	out, err := p.run(t, "cdktf", "deploy", "staging", "--auto-approve", "--app", filepath.Join(bin, "app"))
	if err == nil || !strings.Contains(out, "AWS account ID not allowed: 111111111111") {
		t.Errorf("cdktf deploy staging with dev's credentials: want the account refused, got %v\n%s", err, out)
	}
	p.keepsNoSecret(t, "dev")
	// Of each stack all is there, or it is told what is not and why.
	status := p.covers(t, "dev")
	for _, want := range []string{
		`(?m)^account-111111111111 +111111111111 +\d+ of \d+ resources \(\d+ %\)$`,
		`(?m)^account-111111111111, left out here(?s:.*)\n  aws_s3_bucket_lifecycle_configuration\.state_lifecycle\n    s3:Put`,
	} {
		if !regexp.MustCompile(want).MatchString(status) {
			t.Errorf("writersroom status: want %s in\n%s", want, status)
		}
	}
	if strings.Contains(status, "otherwise than it stands in cdktf.out") {
		t.Errorf("writersroom status: want what is deployed to be what is in cdktf.out, got\n%s", status)
	}
	if left, err := p.run(t, "writersroom", "leftovers", "dev"); err == nil {
		t.Errorf("writersroom leftovers dev finds nothing while dev is deployed:\n%s", left)
	}
	cdktf("destroy", "--auto-approve")
	p.must(t, "writersroom", "leftovers", "dev")
}

// TestStagingConverges and TestProdConverges apply the other environments, staging with the knowledge base that no overlay turns on.
func TestStagingConverges(t *testing.T) {
	t.Parallel()
	converges(t, "staging")
}

func TestProdConverges(t *testing.T) {
	t.Parallel()
	converges(t, "prod")
}

// converges applies an environment whose plan has been judged: the plan after is empty, what was deployed serves a writer, and destroying
// leaves nothing.
func converges(t *testing.T, environment string) {
	t.Helper()
	p := emptyProject(t, environment)
	if environment == "staging" {
		p.overlay(t, "staging", "ai:\n", "ai:\n  knowledgeBase: true\n")
	}
	p.bootstrapped(t, environment)
	p.calls(t, environment) // the account's stack is applied by people
	p.terraform(t, environment, "init", "-lockfile=readonly", "-input=false", "-no-color")
	p.terraform(t, environment, "plan", "-out=plan", "-input=false", "-no-color")
	p.judged(t, environment, "plan")
	p.terraform(t, environment, "apply", "-input=false", "-no-color", "plan")
	p.mayAll(t, environment, "apply")
	p.converged(t, environment)
	p.mayAll(t, environment, "plan")
	p.covers(t, environment)
	p.keepsNoSecret(t, environment)
	if environment == "staging" { // of which the test may take a text away again
		p.serves(t, environment)
	}
	made := p.resources(t, environment)
	if slices.Contains(made, "aws_bedrockagent_knowledge_base.ai_knowledge-base") != (environment == "staging") {
		t.Errorf("%s: want a knowledge base in staging alone, got %q", environment, made)
	}
	if environment == "prod" {
		out, err := p.run(t, "terraform", "-chdir="+p.stack("prod"), "destroy", "-auto-approve", "-no-color")
		if err == nil || !strings.Contains(out, "prevent_destroy") {
			t.Fatalf("destroying prod: want it refused by prevent_destroy, got %v\n%s", err, out)
		}
		// Cognito refuses too, until it has been told that the user pool is no longer protected.
		p.environ = append(p.environ, "WRITERSROOM_DECOMMISSION=prod")
		p.must(t, "app", "prod")
		p.terraform(t, "prod", "apply", "-auto-approve", "-input=false", "-no-color")
	}
	p.calls(t, environment)
	p.terraform(t, environment, "destroy", "-auto-approve", "-no-color")
	if environment != "prod" { // which nobody's role destroys
		p.mayAll(t, environment, "apply")
	}
	p.must(t, "writersroom", "leftovers", environment)
}

// covers fails the test where the emulator holds less than 95 % of a deployed environment, and returns what is said of it.
func (p *project) covers(t *testing.T, environment string) (status string) {
	t.Helper()
	status = p.must(t, "writersroom", "status")
	told := regexp.MustCompile(`(?m)^` + environment + ` +\d{12} +\d+ of \d+ resources \((\d+) %\)$`).FindStringSubmatch(status)
	if told == nil {
		t.Fatalf("writersroom status: no coverage of %s in\n%s", environment, status)
	}
	if percent, err := strconv.Atoi(told[1]); err != nil || percent < 95 {
		t.Errorf("%s: want at least 95 %% of its resources applied, got %s %%\n%s", environment, told[1], status)
	}
	return status
}

// TestHeldLock: while one apply waits for its answer, nobody else gets in, and not when it is killed without a chance to let go
// either, until a person releases the lock by its id.
func TestHeldLock(t *testing.T) {
	inTurn(t)
	p := newProject(t, "dev")
	p.terraform(t, "dev", "init", "-lockfile=readonly", "-input=false", "-no-color")
	refused := func() string {
		t.Helper()
		out, err := p.run(t, "terraform", "-chdir="+p.stack("dev"), "apply", "-auto-approve", "-input=false", "-no-color")
		if err == nil || !strings.Contains(out, "Error acquiring the state lock") {
			t.Fatalf("a second apply: want it refused by the lock, got %v\n%s", err, out)
		}
		if there := p.resources(t, "dev"); len(there) > 0 {
			t.Fatalf("the refused apply made %v", there)
		}
		id := regexp.MustCompile(`ID:\s+([0-9a-f-]{36})`).FindStringSubmatch(out)
		if id == nil {
			t.Fatalf("the refusal names no lock:\n%s", out)
		}
		return id[1]
	}

	first := p.start(t, "terraform", "-chdir="+p.stack("dev"), "apply", "-no-color")
	first.await(t, "Enter a value:", 1)
	refused()
	first.kill(t)
	id := refused()
	p.terraform(t, "dev", "force-unlock", "-force", id)
	p.terraform(t, "dev", "apply", "-auto-approve", "-input=false", "-no-color", "-target=aws_kms_key.identity_data-key")
}

// TestKilledApply: an apply that is told to end in its middle keeps what it made in the state and lets go of the lock; the next
// one makes the rest. It is told so while it waits for what it has made: Terraform cuts calls off, and what a creating call that is cut
// off has made is in no state (docs/runbooks/state.md).
func TestKilledApply(t *testing.T) {
	inTurn(t)
	p := newProject(t, "dev")
	p.terraform(t, "dev", "init", "-lockfile=readonly", "-input=false", "-no-color")
	const waitedFor, last = "aws_elasticache_user_group.storage_valkey-users", "aws_elasticache_replication_group.storage_valkey"
	first := p.start(t, "terraform", "-chdir="+p.stack("dev"), "apply", "-auto-approve", "-no-color", "-parallelism=1", "-target="+last)
	first.await(t, regexp.QuoteMeta(waitedFor)+": Still creating", 1)
	first.stop(t)
	made := p.resources(t, "dev")
	if !slices.Contains(made, waitedFor) || slices.Contains(made, last) {
		t.Fatalf("the killed apply was to keep %s and not to come to %s, got %q:\n%s", waitedFor, last, made, first.output)
	}
	p.terraform(t, "dev", "apply", "-auto-approve", "-input=false", "-no-color", "-target="+last)
	p.converged(t, "dev", "-target="+last)
	if all := p.resources(t, "dev"); !slices.Contains(all, last) {
		t.Errorf("the next apply was to make %s, got %q", last, all)
	}
}
