package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/writersroom/infrastructure/internal/emulator"
)

const (
	stateBucket = "writersroom-account-state-333333333333"
	stateObject = "account/terraform.tfstate"
	// besideStorage is what a run says that goes on to what else the account's stack holds.
	besideStorage = "create aws_iam_service_linked_role.services_opensearch-role"
)

// TestBootstrap: the first run makes the storage and moves its own state there, the second finds nothing to do, later ones bring
// the account up to date.
func TestBootstrap(t *testing.T) {
	inTurn(t)
	p := emptyAccount(t)
	p.bootstrap(t, "prod", besideStorage, "account 333333333333: made, state in s3://"+stateBucket+"/"+stateObject)
	before := p.account(t)
	before.isWhole(t)

	p.bootstrap(t, "333333333333", "account 333333333333: nothing changed")
	after := p.account(t)
	after.isWhole(t)
	if before.versions != after.versions {
		t.Errorf("the second run wrote the state: there were %d versions of it, now %d", before.versions, after.versions)
	}

	// What breaks a rule of policy/ is not applied, whether the stack shows it or its plan alone.
	audit := func(retention any) func(resources map[string]any) {
		return func(resources map[string]any) {
			groups, _ := resources["aws_cloudwatch_log_group"].(map[string]any)
			if groups == nil {
				groups = map[string]any{}
				resources["aws_cloudwatch_log_group"] = groups
			}
			groups["audit"] = map[string]any{
				"name": "/writersroom/account/audit", "retention_in_days": retention, "kms_key_id": "${aws_kms_key.state_key.arn}",
				"lifecycle": map[string]any{"prevent_destroy": true},
			}
		}
	}
	for retention, what := range map[any]string{1: "its stack", "${1 * 1}": "the plan of its stack"} {
		p.change(t, audit(retention))
		out, err := p.run(t, "writersroom", "bootstrap", "prod")
		for _, want := range []string{
			"account 333333333333: " + what + " breaks rules of policy/, and is not applied: mend each, or waive it",
			"account-333333333333: CloudWatch.16: aws_cloudwatch_log_group.audit must ",
		} {
			if err == nil || !strings.Contains(out, want) {
				t.Errorf("with logs that are kept for a day (%v): want it refused with %q, got %v and\n%s", retention, want, err, out)
			}
		}
	}
	if there := p.account(t).resources; slices.Contains(there, "aws_cloudwatch_log_group.audit") {
		t.Errorf("the refused runs made something: there are %v", there)
	}

	// What the account's stack comes to hold is applied under the state's lock. A run that is killed then leaves the lock behind;
	// the next one says who held it and how to release it, does not break it, and goes on once a person has.
	p.change(t, audit(365))
	wire := p.tripwire(t, "Logs_20140328.CreateLogGroup", false)
	run := wire.project.start(t, "writersroom", "bootstrap", "prod")
	wire.await(t, run)
	run.kill(t)
	wire.cut()

	out, err := p.run(t, "writersroom", "bootstrap", "prod")
	refusal := regexp.MustCompile(`account 333333333333: its state is locked by \S+ since [0-9-]+ [0-9:]+ UTC, ` +
		"for OperationTypeApply; if .* release its lock " +
		"with `terraform (-chdir=\\S+) force-unlock ([0-9a-f-]{36})`").FindStringSubmatch(out)
	if err == nil || refusal == nil {
		t.Fatalf("with the lock held: want it refused in plain words, got %v and\n%s", err, out)
	}
	p.must(t, "terraform", refusal[1], "force-unlock", "-force", refusal[2])
	p.bootstrap(t, "prod", "create aws_cloudwatch_log_group.audit", "account 333333333333: 1 changed, state in s3://")

	// What would destroy is refused.
	p.change(t, func(resources map[string]any) {
		groups := resources["aws_cloudwatch_log_group"].(map[string]any)
		if delete(groups, "audit"); len(groups) == 0 {
			delete(resources, "aws_cloudwatch_log_group")
		}
	})
	out, err = p.run(t, "writersroom", "bootstrap", "prod")
	want := "account 333333333333: the plan would delete aws_cloudwatch_log_group.audit, and bootstrap destroys nothing"
	if err == nil || !strings.Contains(out, want) {
		t.Errorf("when the stack holds less: want it refused with %q, got %v and\n%s", want, err, out)
	}
	if there := p.account(t).resources; !slices.Contains(there, "aws_cloudwatch_log_group.audit") {
		t.Errorf("the refused run destroyed something: there are %v", there)
	}

	// A deleted state is no reason to make another, which would know of the storage alone.
	if _, err := s3.NewFromConfig(p.aws(t), pathStyle).DeleteObject(t.Context(), &s3.DeleteObjectInput{
		Bucket: aws.String(stateBucket), Key: aws.String(stateObject),
	}); err != nil {
		t.Fatal(err)
	}
	out, err = p.run(t, "writersroom", "bootstrap", "prod")
	want = "account 333333333333: its state s3://" + stateBucket + "/" + stateObject + " was deleted"
	if err == nil || !strings.Contains(out, want) {
		t.Errorf("with the state deleted: want it refused with %q, got %v and\n%s", want, err, out)
	}
}

// TestBootstrapKilled kills a run where it hurts, lets the emulator answer nothing more, and runs it again: with the working
// folder that the killed run left, or without it, as on another machine.
func TestBootstrapKilled(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		call      call
		answered  bool // by AWS, though the killed run never hears of it
		elsewhere bool // the working folder is lost
		want      string
	}{
		"when the bucket is made":             {"PUT /" + stateBucket, true, false, "made"},
		"when the key is made, but not alias": {"TrentService.CreateKey", true, true, "made"},
		"when the alias is made":              {"TrentService.CreateAlias", true, false, "made"},
		"just before the state moves":         {"PUT /" + stateBucket + "/" + stateObject, false, true, "made"},
		"just after the state has moved":      {"PUT /" + stateBucket + "/" + stateObject, true, false, "6 changed"},
	} {
		t.Run(name, func(t *testing.T) {
			inTurn(t)
			p := emptyAccount(t)
			wire := p.tripwire(t, tc.call, tc.answered)
			run := wire.project.start(t, "writersroom", "bootstrap", "prod")
			wire.await(t, run)
			run.kill(t)
			wire.cut()
			if tc.elsewhere {
				if err := os.RemoveAll(filepath.Join(p.dir, ".work", "bootstrap")); err != nil {
					t.Fatal(err)
				}
			}

			p.bootstrap(t, "prod", besideStorage, "account 333333333333: "+tc.want+", state in s3://")
			p.account(t).isWhole(t)
			left, err := filepath.Glob(filepath.Join(p.dir, ".work", "bootstrap", "*", "terraform.tfstate*"))
			if err != nil || len(left) > 0 {
				t.Errorf("the state is in the bucket, and still local too: %v %v", left, err)
			}
		})
	}
}

// TestBootstrapTwiceAtOnce: two people begin at the same moment. One makes the storage; the other's run stops, says why, has
// undone nothing, and finds nothing to do when it is run again.
func TestBootstrapTwiceAtOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		held call // of the later run, until the other has ended
		want []string
	}{
		"neither has a key yet": {"TrentService.CreateKey", []string{
			"AlreadyExistsException", "was made for the state too and nothing uses it", "run this again",
		}},
		"neither has moved its state": {"PUT /" + stateBucket + "/" + stateObject, []string{
			"s3://" + stateBucket + "/" + stateObject + ": another run put its state there first; run this again",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inTurn(t)
			later := emptyAccount(t)
			other := &project{dir: t.TempDir(), environ: later.environ}
			copyInto(t, other.dir, filepath.Join(later.dir, "envs"), filepath.Join(later.dir, "cdktf.out"))
			wire := later.tripwire(t, tc.held, false)
			run := wire.project.start(t, "writersroom", "bootstrap", "prod")
			wire.await(t, run)
			later.awaitBucket(t)
			other.bootstrap(t, "prod", "account 333333333333: made")
			before := other.account(t)
			before.isWhole(t)
			wire.release()
			if err := <-run.exit; err == nil {
				t.Fatalf("the later run: want it to fail, got\n%s", run.output)
			}
			for _, want := range tc.want {
				if !strings.Contains(run.output.String(), want) {
					t.Errorf("the later run: want %q in\n%s", want, run.output)
				}
			}

			later.bootstrap(t, "prod", "account 333333333333: nothing changed")
			if after := later.account(t); after.aliasTarget != before.aliasTarget || after.versions != before.versions {
				t.Errorf("the later run changed what the other had made: it was %+v, now it is %+v", before, after)
			}
		})
	}
}

// TestBootstrapAnotherAccount: credentials of another account are refused before anything is made.
func TestBootstrapAnotherAccount(t *testing.T) {
	inTurn(t)
	p := emptyAccount(t)
	p.must(t, "app", "account-111111111111")
	out, err := p.run(t, "writersroom", "bootstrap", "dev")
	if want := "must be of account 111111111111, got account 333333333333"; err == nil || !strings.Contains(out, want) {
		t.Errorf("want it refused with %q, got %v and\n%s", want, err, out)
	}
	if got := p.account(t); len(got.buckets)+len(got.tables)+len(got.keys) > 0 {
		t.Errorf("the refused run made %+v", got)
	}
}

// emptyAccount is a project with prod's account synthesized, and an emulator on which nothing has been made.
func emptyAccount(t *testing.T) *project {
	t.Helper()
	p := emptyProject(t, "prod")
	p.must(t, "app", "account-333333333333")
	p.stateAndServices(t, "account-333333333333")
	return p
}

// stateAndServices has an account's stack go without what is in none of the tests of state and locks, and takes most of the time: as the
// emulator's gaps are left out, so that the rules in policy/ judge it as though it were there. The environments that are deployed whole
// have it.
func (p *project) stateAndServices(t *testing.T, stack string) {
	t.Helper()
	file := filepath.Join(p.stack(stack), "cdk.tf.json")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatal(err)
	}
	delete(body, "output") // which tell of what is left out
	if raw, err = json.Marshal(body); err != nil {
		t.Fatal(err)
	}
	held, _, err := emulator.Resources(raw)
	if err != nil {
		t.Fatal(err)
	}
	var rest []emulator.Gap
	for _, address := range held {
		if kind, name, _ := strings.Cut(address, "."); !slices.Contains(accountResources(), address) {
			rest = append(rest, emulator.Gap{Type: kind, Name: name, Call: "none", Why: "the test is not about it"})
		}
	}
	if raw, err = emulator.LeaveOut(raw, rest); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// accountResources are the account's state storage, and services that refer to nothing else of the account's stack.
func accountResources() []string {
	return []string{
		"aws_api_gateway_account.services_api-gateway",
		"aws_backup_region_settings.services_backup-settings", "aws_cloudwatch_log_resource_policy.services_log-delivery",
		"aws_dynamodb_table.state_lock-table", "aws_iam_role.services_api-gateway-logs-role",
		"aws_iam_role_policy.services_api-gateway-logs-policy", "aws_iam_service_linked_role.services_opensearch-role",
		"aws_kms_alias.state_alias", "aws_kms_key.state_key", "aws_s3_bucket.state_bucket",
		"aws_s3_bucket_ownership_controls.state_ownership", "aws_s3_bucket_policy.state_policy",
		"aws_s3_bucket_public_access_block.state_public-access", "aws_s3_bucket_server_side_encryption_configuration.state_encryption",
		"aws_s3_bucket_versioning.state_versioning",
	}
}

// bootstrap runs the command and fails the test unless it prints all that is wanted.
func (p *project) bootstrap(t *testing.T, name string, want ...string) {
	t.Helper()
	out := p.must(t, "writersroom", "bootstrap", name)
	for _, text := range want {
		if !strings.Contains(out, text) {
			t.Errorf("writersroom bootstrap %s: want %q in\n%s", name, text, out)
		}
	}
}

// change rewrites the resources of the account's synthesized stack.
func (p *project) change(t *testing.T, change func(resources map[string]any)) {
	t.Helper()
	file := filepath.Join(p.stack("account-333333333333"), "cdk.tf.json")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatal(err)
	}
	change(body["resource"].(map[string]any))
	if raw, err = json.Marshal(body); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// awaitBucket waits until the state's bucket is there. A run makes it beside the key, on which it does not depend: what another run finds of
// it would depend on the moment.
func (p *project) awaitBucket(t *testing.T) {
	t.Helper()
	storage := s3.NewFromConfig(p.aws(t), pathStyle)
	if err := s3.NewBucketExistsWaiter(storage, func(o *s3.BucketExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, time.Second
	}).Wait(t.Context(), &s3.HeadBucketInput{Bucket: aws.String(stateBucket)}, time.Minute); err != nil {
		t.Fatal(err)
	}
}

// contents are what an account holds of state storage.
type contents struct {
	buckets, tables, aliases []string
	// keys are those that were made for the state.
	keys        []string
	aliasTarget string
	// versions is how many versions of the account's state there are, resources what its newest holds.
	versions   int
	resources  []string
	encryption string
}

// isWhole fails the test unless there is one of everything, and the state says so.
func (c contents) isWhole(t *testing.T) {
	t.Helper()
	alias := "alias/writersroom-account-state"
	if !slices.Equal(c.buckets, []string{stateBucket}) || !slices.Equal(c.tables, []string{"writersroom-account-state-lock"}) ||
		!slices.Equal(c.aliases, []string{alias}) || len(c.keys) != 1 || c.aliasTarget != c.keys[0] {
		t.Errorf("want one bucket, one table, one key and its alias, got %+v", c)
	}
	if want := "arn:aws:kms:us-east-1:333333333333:" + alias; c.encryption != want {
		t.Errorf("the state is encrypted with %q, want %q", c.encryption, want)
	}
	if want := accountResources(); !slices.Equal(c.resources, want) {
		t.Errorf("the state holds %v, want %v", c.resources, want)
	}
}

// aws is what the AWS SDK's clients of the project's account are made from.
func (p *project) aws(t *testing.T) aws.Config {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("us-east-1"),
		config.WithBaseEndpoint(p.getenv("AWS_ENDPOINT_URL")),
		config.WithCredentialsProvider(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID:     p.getenv("AWS_ACCESS_KEY_ID"),
				SecretAccessKey: p.getenv("AWS_SECRET_ACCESS_KEY"),
				SessionToken:    p.getenv("AWS_SESSION_TOKEN"),
			}, nil
		})))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func pathStyle(o *s3.Options) {
	o.UsePathStyle, o.DisableLogOutputChecksumValidationSkipped = true, true
}

// account looks at the account through AWS's own APIs.
func (p *project) account(t *testing.T) contents {
	t.Helper()
	ctx, cfg := t.Context(), p.aws(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var c contents

	storage := s3.NewFromConfig(cfg, pathStyle)
	buckets, err := storage.ListBuckets(ctx, &s3.ListBucketsInput{})
	must(err)
	for _, bucket := range buckets.Buckets {
		c.buckets = append(c.buckets, aws.ToString(bucket.Name))
	}
	tables, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, &dynamodb.ListTablesInput{})
	must(err)
	c.tables = tables.TableNames
	keyring := kms.NewFromConfig(cfg)
	aliases, err := keyring.ListAliases(ctx, &kms.ListAliasesInput{})
	must(err)
	for _, alias := range aliases.Aliases {
		if name := aws.ToString(alias.AliasName); !strings.HasPrefix(name, "alias/aws/") {
			c.aliases, c.aliasTarget = append(c.aliases, name), aws.ToString(alias.TargetKeyId)
		}
	}
	keys, err := keyring.ListKeys(ctx, &kms.ListKeysInput{})
	must(err)
	for _, key := range keys.Keys {
		tags, err := keyring.ListResourceTags(ctx, &kms.ListResourceTagsInput{KeyId: key.KeyId})
		must(err)
		ours := func(tag kmstypes.Tag) bool { return aws.ToString(tag.TagValue) == "writersroom-account-state" }
		if slices.ContainsFunc(tags.Tags, ours) {
			c.keys = append(c.keys, aws.ToString(key.KeyId))
		}
	}
	if len(c.buckets) == 0 {
		return c
	}

	versions, err := storage.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: aws.String(stateBucket)})
	must(err)
	for _, version := range versions.Versions {
		if aws.ToString(version.Key) == stateObject {
			c.versions++
		}
	}
	object, err := storage.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(stateBucket), Key: aws.String(stateObject)})
	must(err)
	c.encryption = aws.ToString(object.SSEKMSKeyId)
	raw, err := io.ReadAll(object.Body)
	must(errors.Join(err, object.Body.Close()))
	var state struct {
		Resources []struct{ Type, Name string }
	}
	must(json.Unmarshal(raw, &state))
	for _, r := range state.Resources {
		c.resources = append(c.resources, r.Type+"."+r.Name)
	}
	slices.Sort(c.resources)
	return c
}

// getenv is a variable of the project's commands.
func (p *project) getenv(name string) string {
	for _, variable := range slices.Backward(p.environ) {
		if value, ok := strings.CutPrefix(variable, name+"="); ok {
			return value
		}
	}
	return ""
}

// call is a request to AWS: the operation of a JSON API, or the method and path of S3.
type call string

func callOf(r *http.Request) call {
	if operation := r.Header.Get("X-Amz-Target"); operation != "" {
		return call(operation)
	}
	query := r.URL.Query()
	query.Del("x-id") // the SDK's name for the operation
	if len(query) > 0 {
		return call(r.Method + " " + r.URL.Path + "?" + query.Encode())
	}
	return call(r.Method + " " + r.URL.Path)
}

// tripwire stands between commands and the emulator, and holds the calls of one kind: before the emulator sees them, or when it
// has answered.
type tripwire struct {
	// project is the same project, seen through the wire.
	project *project

	server            *httptest.Server
	reached           chan struct{} // closed when the call has come
	released, severed chan struct{} // closed when it may go on, or when nothing may any more
	reach, sever      sync.Once
}

func (p *project) tripwire(t *testing.T, at call, answered bool) *tripwire {
	t.Helper()
	emulator, err := url.Parse(p.getenv("AWS_ENDPOINT_URL"))
	if err != nil {
		t.Fatal(err)
	}
	wire := &tripwire{reached: make(chan struct{}), released: make(chan struct{}), severed: make(chan struct{})}
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			// What has reached AWS is done there, whether or not the caller lives to hear of it.
			ctx, cancel := context.WithCancel(context.WithoutCancel(r.Out.Context()))
			context.AfterFunc(t.Context(), cancel)
			r.Out = r.Out.WithContext(ctx)
			r.SetURL(emulator)
			r.Out.Host = r.In.Host // the signature covers it
		},
		ModifyResponse: func(r *http.Response) error {
			wire.pass(answered && callOf(r.Request) == at)
			return nil
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	wire.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wire.pass(!answered && callOf(r) == at)
		forward.ServeHTTP(w, r)
	}))
	wire.project = &project{dir: p.dir, environ: append(slices.Clone(p.environ), "AWS_ENDPOINT_URL="+wire.server.URL)}
	t.Cleanup(wire.cut)
	return wire
}

// pass lets a call through: at once, or if it is to be held, when it is released. Through a wire that is cut nothing comes.
func (wire *tripwire) pass(hold bool) {
	select {
	case <-wire.severed:
		panic(http.ErrAbortHandler)
	default:
	}
	if !hold {
		return
	}
	wire.reach.Do(func() { close(wire.reached) })
	select {
	case <-wire.released:
	case <-wire.severed:
		panic(http.ErrAbortHandler)
	}
}

// await waits until the call has come.
func (wire *tripwire) await(t *testing.T, run *process) {
	t.Helper()
	select {
	case <-wire.reached:
	case err := <-run.exit:
		t.Fatalf("%v ended (%v) before the call came:\n%s", run.cmd.Args, err, run.output)
	case <-time.After(5 * time.Minute):
		t.Fatalf("%v never made the call:\n%s", run.cmd.Args, run.output)
	}
}

func (wire *tripwire) release() { close(wire.released) }

// cut lets nothing more through, and returns when the emulator has done what was under way.
func (wire *tripwire) cut() {
	wire.sever.Do(func() {
		close(wire.severed)
		wire.server.CloseClientConnections()
		wire.server.Close()
	})
}
