// Package policy judges a stack by the rules in policy/: the JSON that cdktf synthesizes, or the JSON of a plan.
package policy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/writersroom/infrastructure/policy"
)

// Mend is what can be done about violations.
const Mend = "mend each, or waive it beside the resource with a reason and a last day: policy/README.md"

// Rules are ready to judge any number of stacks, at once too.
type Rules struct {
	query rego.PreparedEvalQuery
}

// Verdict is what the rules say of one stack.
type Verdict struct {
	// Results are one for each control and resource that it is about.
	Results []Result `json:"results"`
	// Violations are why the stack must not be applied: faults that nothing waives, and waivers that do not hold.
	Violations []Violation `json:"violations"`
}

// Result is what one control says of one resource.
type Result struct {
	Control string `json:"control"`
	Title   string `json:"title"`
	Address string `json:"address"`
	// Status is Passed, Failed or Waived.
	Status   string   `json:"status"`
	Messages []string `json:"messages"`
	// Waiver is empty where there is none.
	Waiver struct {
		Reason  string `json:"reason"`
		Expires string `json:"expires"`
	} `json:"waiver"`
}

// What a control can say of a resource.
const (
	Passed = "passed"
	Failed = "failed"
	Waived = "waived"
)

// Violation is a fault, and what has to be done about it.
type Violation struct {
	Control string `json:"control"`
	Address string `json:"address"`
	Message string `json:"message"`
}

func (v Violation) String() string { return v.Control + ": " + v.Address + " " + v.Message }

// Err is nil for a stack that may be applied. Else it holds a line for each violation, after the stack's name.
func (v Verdict) Err(stack string) error {
	faults := make([]error, 0, len(v.Violations))
	for _, violation := range v.Violations {
		faults = append(faults, fmt.Errorf("%s: %s", stack, violation))
	}
	return errors.Join(faults...)
}

// Load compiles the rules. It refuses one that asks for more than the stack and the time, such as the network: what one machine says
// of a stack, every other says.
func Load(ctx context.Context) (Rules, error) { return load(ctx, policy.Rules) }

func load(ctx context.Context, folder fs.FS) (Rules, error) {
	deterministic := ast.CapabilitiesForThisVersion()
	deterministic.Builtins = slices.DeleteFunc(deterministic.Builtins, func(b *ast.Builtin) bool {
		return b.IsNondeterministic() && b.Name != ast.NowNanos.Name
	})
	options := []func(*rego.Rego){
		rego.Query("v = {\"results\": data.writersroom.results, \"violations\": data.writersroom.violations}"),
		rego.Capabilities(deterministic),
	}
	files, err := fs.Glob(folder, "*.rego")
	if err != nil {
		return Rules{}, err
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.rego") {
			continue
		}
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			return Rules{}, err
		}
		options = append(options, rego.Module(path.Join("policy", file), string(text)))
	}
	query, err := rego.New(options...).PrepareForEval(ctx)
	if err != nil {
		return Rules{}, fmt.Errorf("policy: %w", err)
	}
	return Rules{query}, nil
}

// Judge says what the rules say of a document: a stack's cdk.tf.json, or the JSON of a plan of it. Results and violations are sorted.
// It refuses a document that is neither, of which no rule would find anything wrong.
func (r Rules) Judge(ctx context.Context, document []byte) (Verdict, error) {
	var input map[string]any
	if err := json.Unmarshal(document, &input); err != nil {
		return Verdict{}, fmt.Errorf("must be the JSON of a stack (cdk.tf.json) or of a plan (terraform show -json): %w", err)
	}
	_, stack := input["terraform"]
	_, plan := input["planned_values"]
	_, run := input["plan"]
	if !stack && !plan && !run {
		return Verdict{}, errors.New("must be the JSON of a stack (cdk.tf.json) or of a plan (terraform show -json), " +
			"and holds neither terraform nor planned_values")
	}
	answers, err := r.query.Eval(ctx, rego.EvalInput(input))
	if err != nil {
		return Verdict{}, fmt.Errorf("policy: %w", err)
	}
	raw, err := json.Marshal(answers[0].Bindings["v"])
	if err != nil {
		return Verdict{}, err
	}
	var v Verdict
	if err := json.Unmarshal(raw, &v); err != nil {
		return Verdict{}, fmt.Errorf("policy: %w", err)
	}
	slices.SortFunc(v.Results, func(a, b Result) int { return strings.Compare(a.Control+" "+a.Address, b.Control+" "+b.Address) })
	slices.SortFunc(v.Violations, func(a, b Violation) int { return strings.Compare(a.String(), b.String()) })
	return v, nil
}
