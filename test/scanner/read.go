package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// resource is one that is to be: its strings are Terraform's templates, in which ${aws_kms_key.data.arn} is a reference.
type resource struct {
	kind, name string
	body       map[string]any
}

func (r resource) address() string { return r.kind + "." + r.name }

// read reads the resources of a synthesized stack or of a plan, sorted by address. It refuses what it cannot read and a file without
// any, since nothing would be found in it.
func read(file string) ([]resource, error) {
	raw, err := os.ReadFile(file) //nolint:gosec // it is whoever calls that names the file
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var document struct {
		stack
		plan
	}
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	resources := document.stack.resources()
	if document.Configuration != nil {
		if resources, err = document.plan.resources(); err != nil {
			return nil, err
		}
	}
	if len(resources) == 0 {
		return nil, errors.New("no resources: want a cdk.tf.json, or a plan as terraform show -json prints it")
	}
	slices.SortFunc(resources, func(a, b resource) int { return strings.Compare(a.address(), b.address()) })
	return resources, nil
}

// stack is a cdk.tf.json.
type stack struct {
	Resource map[string]map[string]map[string]any `json:"resource"`
}

func (s stack) resources() []resource {
	var list []resource
	for kind, named := range s.Resource {
		for name, body := range named {
			list = append(list, resource{kind, name, body})
		}
	}
	return list
}

// plan is of https://developer.hashicorp.com/terraform/internals/json-format what says how resources are to be.
type plan struct {
	Changes []struct {
		Address, Mode, Type, Name string
		Change                    struct {
			After   map[string]any `json:"after"`
			Unknown map[string]any `json:"after_unknown"`
		}
	} `json:"resource_changes"`
	Configuration *struct {
		Root struct {
			Calls     map[string]any `json:"module_calls"`
			Resources []struct {
				Address     string
				Expressions map[string]any
			}
		} `json:"root_module"`
	} `json:"configuration"`
}

func (p plan) resources() ([]resource, error) {
	if calls := p.Configuration.Root.Calls; len(calls) > 0 {
		return nil, fmt.Errorf("modules are not read, and there are %v", slices.Sorted(maps.Keys(calls)))
	}
	written := map[string]any{}
	for _, r := range p.Configuration.Root.Resources {
		written[r.Address] = expressed(r.Expressions)
	}
	after := map[string]map[string]any{}
	for _, r := range p.Changes {
		if r.Mode == "managed" && r.Change.After != nil { // nil where it is to be destroyed
			after[r.Address] = r.Change.After
		}
	}
	var list []resource
	for _, r := range p.Changes {
		if after[r.Address] != nil {
			body, _ := planned(r.Change.After, r.Change.Unknown, written[r.Type+"."+r.Name], after).(map[string]any)
			list = append(list, resource{r.Type, r.Name, body})
		}
	}
	return list, nil
}

// expressed is an argument as it was written. Of what was not written in JSON, only what is referred to is known.
func expressed(expression any) any {
	switch e := expression.(type) {
	case map[string]any:
		if constant, ok := e["constant_value"]; ok {
			return constant
		}
		if references, ok := e["references"].([]any); ok && len(references) > 0 {
			return fmt.Sprintf("${%v}", references[0])
		}
		body := map[string]any{}
		for name, v := range e {
			body[name] = expressed(v)
		}
		return body
	case []any:
		list := make([]any, len(e))
		for i := range e {
			list[i] = expressed(e[i])
		}
		return list
	default:
		return e
	}
}

// reference is all that an argument consists of.
var reference = regexp.MustCompile(`^\$\{(\w+\.[^.}]+)\.(\w+)\}$`)

// planned is a planned value, and what was written where the value will be known only once the plan is applied. A reference to what
// another resource is planned to be stays one, for checks to see what belongs together. Blocks that have no order may get what was
// written in another block of their kind. What was not written is left out: once a resource is there, its plan repeats what AWS says of
// it, such as the rules of a security group, which are resources of their own here, and would be found with the wrong one.
func planned(value, unknown, written any, after map[string]map[string]any) any {
	if unknown == true {
		return written
	}
	switch v := value.(type) {
	case map[string]any:
		unknowns, _ := unknown.(map[string]any)
		if block, ok := written.([]any); ok && len(block) == 1 {
			written = block[0]
		}
		body := map[string]any{}
		source, ok := written.(map[string]any)
		if !ok { // the whole of it is an expression
			for name := range v {
				body[name] = planned(v[name], unknowns[name], nil, after)
			}
			return body
		}
		for name := range source {
			body[name] = planned(v[name], unknowns[name], source[name], after)
		}
		return body
	case []any:
		unknowns, _ := unknown.([]any)
		// A block that is written but once may be an object.
		source, ok := written.([]any)
		if !ok {
			source = []any{written}
		}
		list := make([]any, len(v))
		for i := range v {
			list[i] = planned(v[i], at(unknowns, i), at(source, i), after)
		}
		return list
	case string:
		text, _ := written.(string)
		if to := reference.FindStringSubmatch(text); to != nil && after[to[1]][to[2]] == value {
			return text
		}
		return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(v)
	default:
		return v
	}
}

func at(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}
