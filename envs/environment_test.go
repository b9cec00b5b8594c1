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
	got := Accounts([]Environment{
		{Name: "a", Account: "222222222222", Region: "us-east-1", Partition: "aws"},
		{Name: "b", Account: "111111111111", Region: "cn-north-1", Partition: "aws-cn"},
		{Name: "c", Account: "222222222222", Region: "us-east-1", Partition: "aws"},
	})
	want := []Account{
		{ID: "111111111111", Region: "cn-north-1", Partition: "aws-cn"},
		{ID: "222222222222", Region: "us-east-1", Partition: "aws"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := Accounts(nil); len(got) != 0 {
		t.Errorf("got %+v of no environments, want none", got)
	}
}
