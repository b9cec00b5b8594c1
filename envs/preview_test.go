package envs

import (
	"fmt"
	"os"
	"reflect"
	"testing"

	"github.com/writersroom/infrastructure/internal/naming"
)

func TestIsPreview(t *testing.T) {
	for name, want := range map[string]bool{
		"pr-1": true, "pr-123": true, "pr-999999": true,
		"pr-": false, "pr-0": false, "pr-01": false, "pr-1000000": false, "pr--1": false, "pr-1-a": false, "pr-1\n": false,
		"pr-x": false, "PR-1": false, "xpr-1": false, "dev": false, "prod": false, "": false,
	} {
		if got := IsPreview(name); got != want {
			t.Errorf("IsPreview(%q): got %t, want %t", name, got, want)
		}
		if want && len(name) > naming.MaxEnvironment {
			t.Errorf("%q is a preview's name, but longer than an environment's may be", name)
		}
	}
}

func TestWithPreview(t *testing.T) {
	environments, err := Load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprint(environments)
	all, err := WithPreview(environments, "pr-1025")
	if err != nil {
		t.Fatal(err)
	}
	if got := names(all); got != "dev pr-1025 prod staging" {
		t.Fatalf("got %s, want dev pr-1025 prod staging", got)
	}
	want := all[0]
	want.Name = "pr-1025"
	want.Networking.CIDR = "100.64.16.0/20"
	want.Identity.CallbackURLs = []string{"https://pr-1025.dev.writersroom.example/auth/callback", "http://localhost:3000/auth/callback"}
	want.Identity.LogoutURLs = []string{"https://pr-1025.dev.writersroom.example/", "http://localhost:3000/"}
	if !reflect.DeepEqual(all[1], want) {
		t.Errorf("got  %+v\nwant %+v", all[1], want)
	}
	if !all[1].Development() || all[1].Production() || all[1].StateKey() != "pr-1025/terraform.tfstate" {
		t.Errorf("want a development environment with a state of its own, got %+v", all[1])
	}
	if after := fmt.Sprint(environments); after != before {
		t.Errorf("WithPreview changed what it was given:\nbefore %s\nafter  %s", before, after)
	}
}

// The preview is not retained whatever dev is, and shares no list with it.
func TestWithPreviewOfARetainedDev(t *testing.T) {
	environments, err := Load(overlays(map[string]string{
		"dev.yaml": callbacks("'https://dev.example:8443/?a=b'") + "retain: true\n" +
			"networking: {availabilityZones: [us-east-1b, us-east-1c]}\nmonitoring: {alertEmails: [alerts@dev.example]}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	all, err := WithPreview(environments, "pr-7")
	if err != nil {
		t.Fatal(err)
	}
	if all[1].Retain {
		t.Error("got a retained preview, want one that can be destroyed")
	}
	if got := all[1].Identity.CallbackURLs[0]; got != "https://pr-7.dev.example:8443/?a=b" {
		t.Errorf("got %s, want the port and the query kept", got)
	}
	before := fmt.Sprint(environments)
	all[1].Networking.AvailabilityZones[0], all[1].Identity.CallbackURLs[0] = "changed", "changed"
	all[1].Monitoring.AlertEmails[0] = "changed"
	if after := fmt.Sprint(environments); after != before {
		t.Errorf("got a preview that shares lists with dev:\nbefore %s\nafter  %s", before, after)
	}
}

func TestPreviewCIDR(t *testing.T) {
	for name, want := range map[string]string{
		"pr-1": "100.64.16.0/20", "pr-15": "100.64.240.0/20", "pr-16": "100.65.0.0/20", "pr-1023": "100.127.240.0/20",
		"pr-1024": "100.64.0.0/20", "pr-1025": "100.64.16.0/20", "pr-999999": "100.99.240.0/20",
	} {
		if got := previewCIDR(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	seen := map[string]bool{}
	for number := 1; number <= 1024; number++ {
		seen[previewCIDR(fmt.Sprintf("pr-%d", number))] = true
	}
	if len(seen) != 1024 {
		t.Errorf("got %d ranges for 1,024 consecutive numbers, want one each", len(seen))
	}
}

func TestWithPreviewRefuses(t *testing.T) {
	environments, err := Load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	withOne, err := WithPreview(environments, "pr-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule         string
		environments []Environment
		name         string
		want         []string
	}{
		{"a name that is no preview's", environments, "feature", []string{
			`preview: name: must be pr- and a pull request's number of at most six digits, got "feature"`,
		}},
		{"no dev", environments[1:], "pr-1", []string{
			"preview: pr-1 is made from dev, which is not among the environments; add envs/dev.yaml",
		}},
		{"the same preview again", withOne, "pr-1", []string{`pr-1: name: must be unique, got "pr-1" again`}},
		{"two previews in one range", withOne, "pr-1025", []string{
			`pr-1025: networking.cidr: must not overlap 100.64.16.0/20 of pr-1, got "100.64.16.0/20"; take a range of its own`,
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := WithPreview(c.environments, c.name)
			wantFaults(t, err, c.want...)
		})
	}

	outside := withOne[1]
	outside.Networking.CIDR = "10.99.0.0/16"
	wantFaults(t, Validate([]Environment{outside}),
		`pr-1: networking.cidr: must be within 100.64.0.0/10, where previews are, got "10.99.0.0/16"`)
}
