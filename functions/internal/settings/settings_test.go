package settings

import (
	"os"
	"slices"
	"testing"
)

func TestReader(t *testing.T) {
	t.Setenv("TABLE", "writersroom-dev-documents")
	t.Setenv("ORIGINS", "https://a.example, https://b.example,")
	t.Setenv("NONE", "")
	var r Reader
	if got, want := r.Text("TABLE"), "writersroom-dev-documents"; got != want {
		t.Errorf("text: want %q, got %q", want, got)
	}
	if got, want := r.List("ORIGINS"), []string{"https://a.example", "https://b.example"}; !slices.Equal(got, want) {
		t.Errorf("list: want %q, got %q", want, got)
	}
	if got := r.List("NONE"); len(got) != 0 {
		t.Errorf("an empty list: want nothing, got %q", got)
	}
	if err := r.Err(); err != nil {
		t.Errorf("want no fault, got %v", err)
	}
}

func TestEveryMissingVariableIsToldAtOnce(t *testing.T) {
	t.Setenv("EMPTY", "")
	t.Setenv("UNSET", "") // restored after the test
	if err := os.Unsetenv("UNSET"); err != nil {
		t.Fatal(err)
	}
	var r Reader
	r.Text("EMPTY")
	r.List("UNSET")
	r.Text("EMPTY")
	want := "environment variable EMPTY is not set; add it to the function's configuration\n" +
		"environment variable UNSET is not set; add it to the function's configuration"
	if err := r.Err(); err == nil || err.Error() != want {
		t.Errorf("want\n%s\ngot\n%v", want, err)
	}
}
