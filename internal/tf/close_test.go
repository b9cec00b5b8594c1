package tf

import (
	"strings"
	"testing"
)

func TestPassOn(t *testing.T) {
	const alarm = "Runtime process exited abnormally: waitid: no child processes"
	for said, want := range map[string]string{
		"":                             "",
		alarm:                          "",
		"one\n" + alarm + "two\nthree": "one\ntwo\nthree",
		"Runtime process exited abnormally: exit status 1": "Runtime process exited abnormally: exit status 1",
	} {
		var got strings.Builder
		passOn(&got, strings.NewReader(said))
		if got.String() != want {
			t.Errorf("of %q: want %q passed on, got %q", said, want, got.String())
		}
	}
}
