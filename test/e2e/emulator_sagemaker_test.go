package e2e

import (
	"net/http"
	"net/url"
	"testing"
)

// TestSageMaker: what an endpoint is made of can be made, moved over to and destroyed, the plans between are empty; a deployment is
// rolled back while its alarm is on, and can be undone then; a name that is taken is refused.
func TestSageMaker(t *testing.T) {
	inTurn(t)
	p := configured(t, "sagemaker.tf")
	p.changes(t)
	p.refuses(t, "Cannot create already existing model", "apply", "-var=changed=true", "-var=again=true")

	alarm := func(state string) {
		t.Helper()
		status, answer := p.query(t, "monitoring", url.Values{
			"Action": {"SetAlarmState"}, "Version": {"2010-08-01"},
			"AlarmName": {"endpoint-errors"}, "StateValue": {state}, "StateReason": {"a test"},
		})
		if status != http.StatusOK {
			t.Fatalf("SetAlarmState: %d\n%s", status, answer)
		}
	}
	alarm("ALARM")
	p.refuses(t, "rolled back", "apply", "-var=changed=false")
	alarm("OK")
	p.converges(t, "-var=changed=true") // what serves is what was there before the change

	p.destroys(t)
}
