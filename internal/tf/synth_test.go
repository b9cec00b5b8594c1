package tf

import (
	"errors"
	"testing"
)

func TestFaultKeepsTheInnermostPath(t *testing.T) {
	inner := fault(func() string { return "/prod/networking/vpc" }, "a name is missing\n")
	if want := (Fault{Path: "prod/networking/vpc", Source: "outside this module", Message: "a name is missing"}); *inner != want {
		t.Errorf("want %+v, got %+v", want, *inner)
	}
	if outer := fault(func() string { return "prod" }, inner); outer != inner {
		t.Errorf("want %v, got %v", inner, outer)
	}
	if got, want := inner.Error(), "prod/networking/vpc: a name is missing (outside this module)"; got != want {
		t.Errorf("want %q, got %q", want, got)
	}
}

func TestFaultIsToldThoughTheBindingsAreGone(t *testing.T) {
	got := fault(func() string { panic("no response received from child process") }, errors.New("write |1: broken pipe"))
	want := Fault{Path: "(the bindings no longer answer)", Source: "outside this module", Message: "write |1: broken pipe"}
	if *got != want {
		t.Errorf("want %+v, got %+v", want, *got)
	}
}
