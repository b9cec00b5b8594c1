package e2e

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestElastiCache: a replication group and what belongs to it can be made, changed and destroyed, the plans between are empty, and
// what is in use or would let anybody in is refused, as on AWS.
func TestElastiCache(t *testing.T) {
	t.Parallel()
	p := configured(t, "elasticache.tf")
	p.makeAndChange(t)
	for _, tc := range []struct{ call, name, value, want string }{
		{"DeleteUserGroup", "UserGroupId", "users", "is associated with a replication group"},
		{"DeleteCacheParameterGroup", "CacheParameterGroupName", "parameters", "still members of this parameter group"},
		{"DeleteCacheSubnetGroup", "CacheSubnetGroupName", "subnets", "in use"},
	} {
		if out := p.query(t, "elasticache", url.Values{"Action": {tc.call}, tc.name: {tc.value}}); !strings.Contains(out, tc.want) {
			t.Errorf("%s: want it refused with %q, got\n%s", tc.call, tc.want, out)
		}
	}
	for refused, want := range map[string]string{
		"misnamed":  "User Id and User name must be same for authentication type: iam",
		"open":      "User group needs to contain a user with the user name default",
		"stranger":  "User nobody not found",
		"cleartext": "requires encryption-in-transit",
	} {
		out, err := p.run(t, "terraform", "apply", "-auto-approve", "-input=false", "-no-color", "-var=changed=true", "-var=refused="+refused)
		if err == nil || !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("%s: want it refused with %q, got %v\n%s", refused, want, err, out)
		}
	}
	p.must(t, "terraform", "destroy", "-auto-approve", "-input=false", "-no-color", "-var=changed=true")
	p.must(t, "writersroom", "leftovers", "dev")
}

// makeAndChange applies a configuration of testdata/emulator, as it is and changed, and has the plan after each be empty.
func (p *project) makeAndChange(t *testing.T) {
	t.Helper()
	for _, changed := range []string{"-var=changed=false", "-var=changed=true"} {
		p.must(t, "terraform", "apply", "-auto-approve", "-input=false", "-no-color", changed)
		p.must(t, "terraform", "plan", "-detailed-exitcode", "-input=false", "-no-color", changed)
	}
}

// query makes a call of the AWS query protocol, as nothing that Terraform would ever call, and returns what is answered. The emulator
// reads the account and the service from the credential and checks no signature.
func (p *project) query(t *testing.T, service string, form url.Values) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.getenv("AWS_ENDPOINT_URL"), strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+p.getenv("AWS_ACCESS_KEY_ID")+"/20260101/us-east-1/"+service+
		"/aws4_request, SignedHeaders=host, Signature=none")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return string(body)
}
