package envs

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// README.md must have every key with its default, and no other key.
func TestREADMEHasEveryField(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, fields, _ := strings.Cut(string(text), "## Fields")
	fields, _, _ = strings.Cut(fields, "\n## ")
	got := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+?)` \\| `?(.*?)`? \\|").FindAllStringSubmatch(fields, -1) {
		got[row[1]] = row[2]
	}
	want := defaults(reflect.ValueOf(Defaults()), "")
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s: README.md has default %q, Defaults has %q", key, got[key], want[key])
		}
	}
	for key := range got {
		if _, known := want[key]; !known {
			t.Errorf("%s: README.md has it, Environment has not", key)
		}
	}
}

func defaults(section reflect.Value, prefix string) map[string]string {
	all := map[string]string{}
	for key, field := range fieldsOf(section) {
		switch value := fmt.Sprint(field.Interface()); {
		case field.Kind() == reflect.Struct:
			for inner, value := range defaults(field, prefix+key+".") {
				all[inner] = value
			}
		case value == "":
			all[prefix+key] = "none"
		default:
			all[prefix+key] = value
		}
	}
	return all
}
