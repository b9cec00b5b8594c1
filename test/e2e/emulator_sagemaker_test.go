package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestSageMaker: what an endpoint is made of can be made, moved over to and destroyed, the plans between are empty; a deployment is
// rolled back while its alarm is on, and can be undone then; a name that is taken is refused.
func TestSageMaker(t *testing.T) {
	t.Parallel()
	p := configured(t, "sagemaker.tf")
	terraform := func(args ...string) (string, error) {
		return p.run(t, append([]string{"terraform", args[0], "-input=false", "-no-color"}, args[1:]...)...)
	}
	must := func(args ...string) {
		t.Helper()
		if out, err := terraform(args...); err != nil {
			t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	refused := func(want string, args ...string) {
		t.Helper()
		if out, err := terraform(args...); err == nil || !strings.Contains(out, want) {
			t.Fatalf("terraform %s: want %q, got %v\n%s", strings.Join(args, " "), want, err, out)
		}
	}
	for _, changed := range []string{"-var=changed=false", "-var=changed=true"} {
		must("apply", "-auto-approve", changed)
		must("plan", "-detailed-exitcode", changed)
	}
	refused("Cannot create already existing model", "apply", "-auto-approve", "-var=changed=true", "-var=again=true")

	setAlarm(t, p, "endpoint-errors", "ALARM")
	refused("rolled back", "apply", "-auto-approve", "-var=changed=false")
	setAlarm(t, p, "endpoint-errors", "OK")
	must("apply", "-auto-approve", "-var=changed=true") // what serves is what was there before the change
	must("plan", "-detailed-exitcode", "-var=changed=true")

	must("destroy", "-auto-approve")
	p.must(t, "writersroom", "leftovers", "dev")
}

// setAlarm puts a CloudWatch alarm into a state. The emulator reads who calls from the header, and asks for no signature.
func setAlarm(t *testing.T, p *project, name, state string) {
	t.Helper()
	environ := map[string]string{}
	for _, variable := range p.environ {
		key, value, _ := strings.Cut(variable, "=")
		environ[key] = value
	}
	form := url.Values{"Action": {"SetAlarmState"}, "Version": {"2010-08-01"}, "AlarmName": {name}, "StateValue": {state}, "StateReason": {"a test"}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, environ["AWS_ENDPOINT_URL"], strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+environ["AWS_ACCESS_KEY_ID"]+"/20260101/us-east-1/monitoring/aws4_request")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("alarm %s: %s", name, response.Status)
	}
}
