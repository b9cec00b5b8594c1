package e2e

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// configuration is a file of testdata/emulator, with an emulator of its own that it is applied to as dev's account.
type configuration struct{ *project }

// configured starts the emulator and sets Terraform up.
func configured(t *testing.T, file string) configuration {
	t.Helper()
	c := configuration{&project{dir: t.TempDir(), environ: append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))}}
	copyInto(t, c.dir, filepath.Join(root, "envs"), filepath.Join("testdata", "provider.tf"), filepath.Join("testdata", "emulator", file))
	copyInto(t, filepath.Join(c.dir, ".terraform.lock.hcl"), filepath.Join(root, "terraform.lock.hcl"))
	t.Cleanup(func() { c.must(t, "writersroom", "down") })
	c.environ = append(c.environ, exports(c.stdout(t, "writersroom", "up", "dev"))...)
	c.must(t, "terraform", "init", "-lockfile=readonly", "-input=false", "-no-color")
	return c
}

func (c configuration) apply(t *testing.T, args ...string) {
	t.Helper()
	c.must(t, append([]string{"terraform", "apply", "-auto-approve", "-input=false", "-no-color"}, args...)...)
}

// converges applies the configuration, and fails the test unless the next plan is empty.
func (c configuration) converges(t *testing.T, args ...string) {
	t.Helper()
	c.apply(t, args...)
	c.must(t, append([]string{"terraform", "plan", "-detailed-exitcode", "-input=false", "-no-color"}, args...)...)
}

// changes has the configuration converge as it is, and changed.
func (c configuration) changes(t *testing.T) {
	t.Helper()
	c.converges(t, "-var=changed=false")
	c.converges(t, "-var=changed=true")
}

// refuses fails the test unless the command of Terraform's fails, with an error that says what is wanted.
func (c configuration) refuses(t *testing.T, want, command string, args ...string) {
	t.Helper()
	out, err := c.run(t, append([]string{"terraform", command, "-auto-approve", "-input=false", "-no-color"}, args...)...)
	if err == nil || !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " "), want) {
		t.Errorf("terraform %s %s: want it refused with %q, got %v\n%s", command, strings.Join(args, " "), want, err, out)
	}
}

// destroys takes the configuration down again, and fails the test unless nothing is left of it.
func (c configuration) destroys(t *testing.T, args ...string) {
	t.Helper()
	c.must(t, append([]string{"terraform", "destroy", "-auto-approve", "-input=false", "-no-color"}, args...)...)
	c.must(t, "writersroom", "leftovers", "dev")
}

// query makes a call of the AWS query protocol, as nothing that Terraform would ever call, and returns the status and what is answered.
func (c configuration) query(t *testing.T, service string, form url.Values) (status int, answer string) {
	t.Helper()
	return c.post(t, service, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, form.Encode())
}

// logEvents are the events of a log group, as CloudWatch Logs tells them.
func (c configuration) logEvents(t *testing.T, group string) string {
	t.Helper()
	header := http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"Logs_20140328.FilterLogEvents"}}
	status, answer := c.post(t, "logs", header, `{"logGroupName": "`+group+`"}`)
	if status != http.StatusOK {
		t.Fatalf("logs:FilterLogEvents of %s: %d %s", group, status, answer)
	}
	return answer
}

// post makes a call. The emulator reads the account and the service from the credential and checks no signature.
func (c configuration) post(t *testing.T, service string, header http.Header, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.getenv("AWS_ENDPOINT_URL"), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+c.getenv("AWS_ACCESS_KEY_ID")+"/20260101/us-east-1/"+service+
		"/aws4_request, SignedHeaders=host, Signature=none")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(said)
}
