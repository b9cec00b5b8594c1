package e2e

import (
	"net/url"
	"strings"
	"testing"
)

// TestMonitoringExtensions: what the extensions add of CloudWatch, X-Ray and CloudWatch Logs can be made, changed and destroyed, the
// plans between are empty, and a composite alarm holds on to the alarms that it looks at.
func TestMonitoringExtensions(t *testing.T) {
	inTurn(t)
	p := configured(t, "monitoring.tf")
	p.changes(t)
	for form, want := range map[string]url.Values{
		"Cannot delete": {"Action": {"DeleteAlarms"}, "AlarmNames.member.1": {"errors"}},
		"do not exist":  {"Action": {"PutCompositeAlarm"}, "AlarmName": {"other"}, "AlarmRule": {`ALARM("nothing")`}},
	} {
		if status, answer := p.query(t, "monitoring", want); status != 400 || !strings.Contains(answer, form) {
			t.Errorf("%s: want it refused with %q, got %d %s", want.Get("Action"), form, status, answer)
		}
	}
	out, err := p.run(t, "writersroom", "leftovers", "dev")
	for _, kind := range []string{"Alarm", "Group", "SamplingRule"} {
		if err == nil || !strings.Contains(out, " "+kind+" ") {
			t.Errorf("want a %s among what is there before it is destroyed, got\n%s", kind, out)
		}
	}
	p.destroys(t)
}
