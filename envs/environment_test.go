package envs

import (
	"reflect"
	"slices"
	"testing"
)

func TestZones(t *testing.T) {
	e := Defaults()
	e.Networking.AZCount = 3
	if got := e.Zones(); !slices.Equal(got, []string{"us-east-1a", "us-east-1b", "us-east-1c"}) {
		t.Errorf("got %q, want the region's first three", got)
	}
	e.Networking.AvailabilityZones = []string{"us-east-1d", "us-east-1f", "us-east-1a"}
	if got := e.Zones(); !slices.Equal(got, e.Networking.AvailabilityZones) {
		t.Errorf("got %q, want the overlay's own", got)
	}
}

func TestProductionAndDevelopment(t *testing.T) {
	for _, c := range []struct {
		name                    string
		production, development bool
	}{
		{"prod", true, false},
		{"prod-eu", true, false},
		{"production", false, false},
		{"preprod", false, false},
		{"dev", false, true},
		{"pr-12", false, true},
		{"dev2", false, false},
		{"pr-x", false, false},
		{"staging", false, false},
	} {
		e := Environment{Name: c.name}
		if e.Production() != c.production || e.Development() != c.development {
			t.Errorf("%s: got production %t, development %t, want %t, %t", c.name, e.Production(), e.Development(), c.production, c.development)
		}
	}
}

func TestOrigins(t *testing.T) {
	id := Identity{CallbackURLs: []string{
		"https://dev.example/auth/callback", "http://localhost:3000/auth/callback", "https://dev.example/other", "https://dev.example:8443/x",
	}}
	want := []string{"https://dev.example", "http://localhost:3000", "https://dev.example:8443"}
	if got := id.Origins(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDecommissioned(t *testing.T) {
	e := Defaults()
	want := Defaults()
	want.Retain = false
	if got := e.Decommissioned(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !e.Retain {
		t.Error("Decommissioned changed the environment that it was called on")
	}
}

func TestAccounts(t *testing.T) {
	env := func(name, account, region, partition string, days int, emails ...string) Environment {
		return Environment{
			Name: name, Account: account, Region: region, Partition: partition, LogRetentionDays: days,
			Monitoring: Monitoring{AlertEmails: emails},
		}
	}
	dev := env("dev", "222222222222", "us-east-1", "aws", 30, "b@example.org", "a@example.org")
	china := env("china", "111111111111", "cn-north-1", "aws-cn", 365)
	test := env("test", "222222222222", "us-east-1", "aws", 14, "a@example.org", "c@example.org")
	given := []Environment{test, env("pr-1", "222222222222", "us-east-1", "aws", 400, "d@example.org"), dev, china}
	got := Accounts(given)
	want := []Account{
		{ID: "111111111111", Region: "cn-north-1", Partition: "aws-cn", Environments: []Environment{china}},
		{ID: "222222222222", Region: "us-east-1", Partition: "aws", Environments: []Environment{dev, test}, Previews: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	if given[0].Name != "test" {
		t.Errorf("Accounts put its argument in another order: %+v", given)
	}
	if got, want := got[1].AlertEmails(), []string{"a@example.org", "b@example.org", "c@example.org"}; !slices.Equal(got, want) {
		t.Errorf("alert e-mails: got %q, want %q", got, want)
	}
	if got := got[1].LogRetentionDays(); got != 30 {
		t.Errorf("log retention: got %d days, want the longest, 30", got)
	}
	if got := Accounts(nil); len(got) != 0 {
		t.Errorf("got %+v of no environments, want none", got)
	}
}
