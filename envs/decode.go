package envs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// decode lays the YAML in text over what environment already holds, and tells every fault at once. It walks the nodes itself
// because the library's own decoder takes numbers for text and `yes` for a boolean, knows no near misses, and speaks of Go's types
// to people who write YAML.
func decode(file string, text []byte, environment *Environment) error {
	d := decoder{file: file}
	var doc, next yaml.Node
	stream := yaml.NewDecoder(bytes.NewReader(text))
	switch err := stream.Decode(&doc); {
	case errors.Is(err, io.EOF): // nothing but comments: all defaults
		return nil
	case err != nil:
		return d.syntax(text, err)
	}
	if err := stream.Decode(&next); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: must hold one YAML document, got more; split it into files", file)
	}
	d.mapping("", doc.Content[0], reflect.ValueOf(environment).Elem())
	return errors.Join(d.faults...)
}

type decoder struct {
	file   string
	faults []error
}

func (d *decoder) fault(at *yaml.Node, path, format string, args ...any) {
	place := fmt.Sprintf("%s:%d: ", d.file, at.Line)
	if path != "" {
		place += path + ": "
	}
	d.faults = append(d.faults, errors.New(place+fmt.Sprintf(format, args...)))
}

// syntax tells what the library says behind the file and the line after the last beginning of the text that is YAML: the library
// counts from the start of what it was reading, which may be far above.
func (d *decoder) syntax(text []byte, err error) error {
	line := 1
	lines := bytes.SplitAfter(text, []byte("\n"))
	for n := len(lines) - 1; n > 0; n-- {
		if yaml.Unmarshal(bytes.Join(lines[:n], nil), new(yaml.Node)) == nil {
			line = n + 1
			break
		}
	}
	return fmt.Errorf("%s:%d: must be YAML: %s", d.file, line, libraryPlace.ReplaceAllString(err.Error(), ""))
}

var libraryPlace = regexp.MustCompile(`^yaml: (line \d+: )?`)

// mapping reads a section. One without a value, all its keys commented out, keeps its defaults.
func (d *decoder) mapping(path string, n *yaml.Node, into reflect.Value) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.fault(n, path, "must be keys with values, got %s", shown(n))
		return
	}
	fields := fieldsOf(into)
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := shownKey(key)
		at := join(path, name)
		field, known := fields[key.Value]
		switch line, again := first[key.Value]; {
		case !known || key.Kind != yaml.ScalarNode:
			d.fault(key, at, "unknown key; %s", nearest(name, path))
		case again:
			d.fault(key, at, "must be written once, got it again; it is on line %d too", line)
		default:
			first[key.Value] = key.Line
			d.value(at, value, field)
		}
	}
}

func (d *decoder) value(path string, n *yaml.Node, into reflect.Value) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch into.Kind() {
	case reflect.Struct:
		d.mapping(path, n, into)
	case reflect.Slice:
		d.list(path, n, into)
	case reflect.String:
		d.text(path, n, into)
	case reflect.Int:
		d.number(path, n, into)
	case reflect.Float64:
		d.fraction(path, n, into)
	case reflect.Bool:
		d.boolean(path, n, into)
	}
}

// list replaces the default list as a whole, by an empty one too.
func (d *decoder) list(path string, n *yaml.Node, into reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fault(n, path, "must be a list, got %s", shown(n))
		return
	}
	list := reflect.MakeSlice(into.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.value(fmt.Sprintf("%s[%d]", path, i), item, list.Index(i))
	}
	into.Set(list)
}

// text takes nothing but text: an account's id, say, would lose its leading zeros as a number.
func (d *decoder) text(path string, n *yaml.Node, into reflect.Value) {
	mend := ""
	if n.Kind == yaml.ScalarNode {
		switch n.ShortTag() {
		case "!!str":
			into.SetString(n.Value)
			return
		case "!!int", "!!float":
			mend = "; put it in quotes, without which a number loses its leading zeros"
		case "!!bool", "!!timestamp":
			mend = "; put it in quotes"
		}
	}
	d.fault(n, path, "must be text, got %s%s", shown(n), mend)
}

func (d *decoder) number(path string, n *yaml.Node, into reflect.Value) {
	number, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil {
		d.fault(n, path, "must be a whole number, got %s", shown(n))
		return
	}
	into.SetInt(int64(number))
}

// fraction takes whole numbers too.
func (d *decoder) fraction(path string, n *yaml.Node, into reflect.Value) {
	number, err := strconv.ParseFloat(n.Value, 64)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" && n.ShortTag() != "!!float" || err != nil {
		d.fault(n, path, "must be a number, got %s", shown(n))
		return
	}
	into.SetFloat(number)
}

func (d *decoder) boolean(path string, n *yaml.Node, into reflect.Value) {
	truth, err := strconv.ParseBool(n.Value)
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || err != nil {
		d.fault(n, path, "must be true or false, got %s", shown(n))
		return
	}
	into.SetBool(truth)
}

// shown is a value as its writer would recognise it, on one line.
func shown(n *yaml.Node) string {
	switch n.Kind {
	case yaml.AliasNode:
		return shown(n.Alias)
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "keys with values"
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing; leave the line out for the default"
	case "!!int", "!!float", "!!bool", "!!timestamp":
		if plain.MatchString(n.Value) {
			return n.Value
		}
	}
	return strconv.Quote(n.Value)
}

// plain is what can be shown without quotes.
var plain = regexp.MustCompile(`^[\w.:+-]+$`)

func shownKey(key *yaml.Node) string {
	switch {
	case key.Kind != yaml.ScalarNode:
		return shown(key)
	case plain.MatchString(key.Value):
		return key.Value
	}
	return strconv.Quote(key.Value)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// fieldsOf are a section's fields by their keys in YAML.
func fieldsOf(section reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range section.NumField() {
		if key := section.Type().Field(i).Tag.Get("yaml"); key != "-" {
			fields[key] = section.Field(i)
		}
	}
	return fields
}
