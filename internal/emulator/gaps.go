package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Gap is what a stack goes without on the emulator.
type Gap struct {
	// Type is Terraform's: aws_s3_bucket.
	Type string
	// Name is the resource's within its type: its construct path, as in state_lifecycle. Empty is every resource of the type.
	Name string
	// Call is the AWS API call that moto lacks, or that takes too long: s3:PutBucketLifecycleConfiguration.
	Call string
	// Why is what happens without it, and why moto is not taught it.
	Why string
}

// Gaps is the one list of what cannot be applied on the emulator. What it names is still applied, with the rest of its stack, under
// Terraform's mock_provider by the tests of the synthesized stacks, which also refuse an entry that names nothing.
func Gaps() []Gap {
	gaps := []Gap{}
	// The account's, which a bootstrap would wait for. Those of environments are applied.
	for _, name := range []string{"governance_access-logs_lifecycle", "governance_audit_lifecycle", "state_lifecycle"} {
		gaps = append(gaps, Gap{
			Type: "aws_s3_bucket_lifecycle_configuration",
			Name: name,
			Call: "s3:PutBucketLifecycleConfiguration",
			Why:  "moto knows it, but the provider watches a new lifecycle for almost a minute, and no emulator lives for a year",
		})
	}
	return append(gaps, Gap{
		Type: "aws_s3_account_public_access_block",
		Call: "s3control:PutPublicAccessBlock",
		Why:  "moto knows it, but the SDK calls it at <account>.<endpoint>, and nobody resolves such a name of a loopback address",
	})
}

// Names says whether the gap is of the resource at that address.
func (g Gap) Names(address string) bool {
	kind, name, _ := strings.Cut(address, ".")
	return kind == g.Type && (g.Name == "" || g.Name == name)
}

// LeftOut is a resource that a synthesized stack goes without on the emulator, and why.
type LeftOut struct {
	Address string `json:"address"`
	Call    string `json:"call"`
	Why     string `json:"why"`
}

// record is where a stack's JSON tells what was left out of it: under the root's "//", which Terraform ignores and cdktf keeps its
// own notes in.
const (
	comment = "//"
	record  = "leftOut"
)

// LeaveOut takes the resources that the gaps name out of a stack's Terraform JSON, records them there, beside what was recorded
// before, and tells the rules in policy/ of them. A stack with none of them comes back as it is, byte for byte. What stays must not
// refer to what is taken: each such reference is a fault.
func LeaveOut(config []byte, gaps []Gap) ([]byte, error) {
	var stack map[string]any
	decoder := json.NewDecoder(bytes.NewReader(config))
	decoder.UseNumber() // as it was written
	if err := decoder.Decode(&stack); err != nil {
		return nil, err
	}
	taken, bodies := take(stack, gaps)
	if len(taken) == 0 {
		return config, nil
	}
	if err := unreferenced(stack, taken); err != nil {
		return nil, err
	}
	_, before, err := Resources(config)
	if err != nil {
		return nil, err
	}
	left := slices.Concat(before, taken)
	slices.SortFunc(left, func(a, b LeftOut) int { return strings.Compare(a.Address, b.Address) })
	notes, _ := stack[comment].(map[string]any)
	if notes == nil {
		notes = map[string]any{}
	}
	notes[record] = left
	stack[comment] = notes
	if err := tell(stack, bodies); err != nil {
		return nil, err
	}

	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // an expression's && and < stay readable
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(stack); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// take removes what the gaps name from the stack, and returns it sorted by address, and what it was by type and name.
func take(stack map[string]any, gaps []Gap) (left []LeftOut, bodies map[string]any) {
	bodies = map[string]any{}
	types, _ := stack["resource"].(map[string]any)
	for _, kind := range slices.Sorted(maps.Keys(types)) {
		resources, _ := types[kind].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(resources)) {
			address := kind + "." + name
			i := slices.IndexFunc(gaps, func(g Gap) bool { return g.Names(address) })
			if i < 0 {
				continue
			}
			left = append(left, LeftOut{Address: address, Call: gaps[i].Call, Why: gaps[i].Why})
			within(bodies, kind)[name] = resources[name]
			delete(resources, name)
		}
		if len(resources) == 0 {
			delete(types, kind)
		}
	}
	return left, bodies
}

// tell has the rules in policy/ judge the stack as it is on AWS: they find what was left out in the variable by which a stack speaks
// to them (tf.Governance), which a plan carries along. In a variable an expression is a text, and has to be escaped.
func tell(stack, bodies map[string]any) error {
	text, err := json.Marshal(bodies)
	if err != nil {
		return err
	}
	var told map[string]map[string]map[string]any
	decoder := json.NewDecoder(strings.NewReader(strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(text))))
	decoder.UseNumber()
	if err := decoder.Decode(&told); err != nil {
		return err
	}
	left := within(within(within(within(stack, "variable"), "governance"), "default"), "leftOut")
	for kind, resources := range told {
		for name, body := range resources {
			delete(body, comment)
			within(left, kind)[name] = body
		}
	}
	return nil
}

// within is the object of that key, which is made where there is none.
func within(object map[string]any, key string) map[string]any {
	inner, ok := object[key].(map[string]any)
	if !ok {
		inner = map[string]any{}
		object[key] = inner
	}
	return inner
}

// unreferenced refuses a stack in which anything refers to what was taken out of it.
func unreferenced(stack map[string]any, taken []LeftOut) error {
	var faults []error
	check := func(referrer string, body any) error {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		for _, l := range taken {
			if regexp.MustCompile(`(^|[^\w.-])` + regexp.QuoteMeta(l.Address) + `($|[^\w-])`).Match(text) {
				faults = append(faults, fmt.Errorf("%s refers to %s: list it too, or teach moto %s", referrer, l.Address, l.Call))
			}
		}
		return nil
	}
	for _, section := range slices.Sorted(maps.Keys(stack)) {
		members, _ := stack[section].(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(members)) {
			if section == "variable" && key == "governance" { // what the rules are told is text, of what was left out before too
				continue
			}
			if section != "resource" {
				if err := check(section+"."+key, members[key]); err != nil {
					return err
				}
				continue
			}
			resources, _ := members[key].(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(resources)) {
				if err := check(key+"."+name, resources[name]); err != nil {
					return err
				}
			}
		}
	}
	if len(faults) > 0 {
		return fmt.Errorf("what internal/emulator/gaps.go lists cannot be left out:\n%w", errors.Join(faults...))
	}
	return nil
}

// Resources are what a stack's Terraform JSON holds, by address, and what LeaveOut has taken out of it; both sorted. Together they
// are the stack as it is on AWS.
func Resources(config []byte) (held []string, left []LeftOut, err error) {
	var stack struct {
		Notes struct {
			LeftOut []LeftOut `json:"leftOut"`
		} `json:"//"`
		Resource map[string]map[string]json.RawMessage `json:"resource"`
	}
	if err := json.Unmarshal(config, &stack); err != nil {
		return nil, nil, err
	}
	for kind, resources := range stack.Resource {
		for name := range resources {
			held = append(held, kind+"."+name)
		}
	}
	slices.Sort(held)
	return held, stack.Notes.LeftOut, nil
}
