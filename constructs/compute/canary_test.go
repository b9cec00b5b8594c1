package compute

import (
	"testing"

	"github.com/writersroom/infrastructure/envs"
)

func TestShiftGraduallyRefusesWhatTakesNothingBack(t *testing.T) {
	const fault = "canary: alarms: must be 1 to 10, without which no version is taken back, got "
	for _, test := range []struct {
		name   string
		canary bool
		alarms int
		want   string
	}{
		{"no alarm", true, 0, fault + "0"},
		{"more alarms than CodeDeploy watches", true, 11, fault + "11"},
		{"no canary", false, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &Compute{cfg: Config{Settings: envs.Compute{Canary: test.canary}}}
			got := ""
			if err := c.ShiftGradually(make([]string, test.alarms)...); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("want %q, got %q", test.want, got)
			}
			if c.Release != "" {
				t.Errorf("want no release, got %s", c.Release)
			}
		})
	}
}
