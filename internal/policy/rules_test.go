package policy

import (
	"bytes"
	"context"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/writersroom/infrastructure/policy"
)

// ruleFiles are all of the folder, by name, the rules' tests among them.
func ruleFiles(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := fs.Glob(policy.Rules, "*.rego")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = policy.Rules.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// The rules' own tests, which `opa test policy` and `conftest verify` run too.
func TestRules(t *testing.T) {
	modules, written := map[string]*ast.Module{}, map[string]bool{}
	for name, text := range ruleFiles(t) {
		module, err := ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{ProcessAnnotation: true})
		if err != nil {
			t.Fatal(err)
		}
		modules[name] = module
		for _, rule := range module.Rules {
			if strings.HasPrefix(rule.Head.Name.String(), "test_") {
				written[module.Package.Path.String()+"."+rule.Head.Name.String()] = true
			}
		}
	}
	results, err := tester.NewRunner().SetModules(modules).CapturePrintOutput(true).SetTimeout(time.Hour).
		SetCompiler(ast.NewCompiler().WithStrict(true).WithEnablePrintStatements(true)).RunTests(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for result := range results {
		delete(written, result.Package+"."+result.Name)
		if !result.Pass() {
			t.Errorf("%s: %s.%s: %v\n%s", result.Location, result.Package, result.Name, result.Error, result.Output)
		}
	}
	for test := range written {
		t.Errorf("%s: want it run", test)
	}
}

// As `opa fmt` writes them.
func TestRulesAreFormatted(t *testing.T) {
	for name, text := range ruleFiles(t) {
		formatted, err := format.SourceWithOpts(name, text, format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(formatted, text) {
			t.Errorf("policy/%s: want it as opa fmt writes it:\n%s", name, formatted)
		}
	}
}
