package main

import (
	"slices"
	"testing"
)

func TestEnvironment(t *testing.T) {
	t.Chdir("../..")
	for name, fault := range map[string]string{
		"dev":    "",
		"pr-123": "",
		"prd":    `environment: must be dev, prod, staging or a preview such as pr-123, got "prd"`,
		"":       `environment: must be dev, prod, staging or a preview such as pr-123, got ""`,
	} {
		env, err := environment(name)
		switch {
		case fault == "" && (err != nil || env.Name != name):
			t.Errorf("%s: got %q, %v", name, env.Name, err)
		case fault != "" && (err == nil || err.Error() != fault):
			t.Errorf("%s: want %q, got %v", name, fault, err)
		}
	}
}

func TestEnvironmentsWithPreview(t *testing.T) {
	t.Chdir("../..")
	t.Setenv("WRITERSROOM_PREVIEW", "pr-7")
	all, err := environments()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name)
	}
	if want := []string{"dev", "pr-7", "prod", "staging"}; !slices.Equal(names, want) {
		t.Errorf("want %q, got %q", want, names)
	}
	if _, err := environment("pr-7"); err != nil {
		t.Error(err)
	}
}

func TestEnvironmentsOutsideTheProject(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := environment("dev"); err == nil {
		t.Error("want it refused where there is no folder envs")
	}
}
