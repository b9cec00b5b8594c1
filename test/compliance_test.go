package test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/policy"
)

// docs/compliance.md says of every control which resources keep it, where, and which need not. A waiver is told with its last day and
// counts as one for good here, so that no day changes the document; the day itself fails the synthesis.
func TestComplianceDocument(t *testing.T) {
	columns := complianceColumns(t)
	found := map[string]findings{}
	titles := map[string]string{}
	for _, c := range columns {
		found[c.name] = findings{}
		for _, name := range c.stacks {
			for _, r := range judged(t, stack(t, name).raw).Results {
				titles[r.Control] = r.Title
				found[c.name].add(r)
			}
		}
	}
	controls := slices.SortedFunc(maps.Keys(titles), compareControls)

	var doc strings.Builder
	fmt.Fprintf(&doc, `# Compliance

Written by %[1]smake golden%[1]s from the synthesized stacks and the rules in [policy](../policy/README.md); the tests fail when it no longer
says what is. A control is one of [AWS Security Hub](https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html),
whose id it has, or a rule of this house. %[1]saccount%[1]s is what an AWS account holds once, for whatever environments live in it: all accounts
are in that column, and what holds there holds in each.

## Controls

A cell is how many resources keep the control, and how many are waived. An empty one: there is none that the control is about.

`, "`")
	tableRow(&doc, append([]string{"control", "asks that"}, columnNames(columns)...)...)
	tableRow(&doc, slices.Repeat([]string{"---"}, len(columns)+2)...)
	for _, control := range controls {
		cells := []string{control, titles[control]}
		for _, c := range columns {
			cells = append(cells, found[c.name].count(control))
		}
		tableRow(&doc, cells...)
	}

	doc.WriteString("\n## Waivers\n\n")
	waived := declaredWaivers(t, columns)
	if len(waived) == 0 {
		doc.WriteString("There is none.\n")
	} else {
		tableRow(&doc, "control", "resource", "where", "until", "because")
		tableRow(&doc, slices.Repeat([]string{"---"}, 5)...)
		for _, w := range slices.SortedFunc(maps.Keys(waived), compareWaivers) {
			tableRow(&doc, w.control, "`"+w.address+"`", strings.Join(waived[w], ", "), w.expires, w.reason)
		}
	}

	doc.WriteString("\n## Resources\n")
	family := ""
	for _, control := range controls {
		if prefix, _, _ := strings.Cut(control, "."); prefix != family {
			family = prefix
			fmt.Fprintf(&doc, "\n### %s\n\n", family)
			tableRow(&doc, append([]string{"control", "resources"}, columnNames(columns)...)...)
			tableRow(&doc, slices.Repeat([]string{"---"}, len(columns)+2)...)
		}
		for _, g := range alikeResources(control, columns, found) {
			tableRow(&doc, append([]string{control, g.resources()}, g.statuses...)...)
		}
	}

	file := filepath.Join(root, "docs", "compliance.md")
	if *update {
		if err := os.WriteFile(file, []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; write it with `make golden`", err)
	}
	if !bytes.Equal(want, []byte(doc.String())) {
		t.Errorf("%s differs (-document +synthesized); if that is meant, write it anew with `make golden`:\n%s",
			file, cmp.Diff(string(want), doc.String()))
	}
}

// complianceColumn is a place: what accounts hold once, or an environment.
type complianceColumn struct {
	name   string
	stacks []string
}

// complianceColumns are the accounts', then the environments', production last.
func complianceColumns(t *testing.T) []complianceColumn {
	t.Helper()
	all := environments(t)
	accounts := complianceColumn{name: "account"}
	for _, account := range envs.Accounts(all) {
		accounts.stacks = append(accounts.stacks, account.Stack())
	}
	list := []complianceColumn{accounts}
	for _, production := range []bool{false, true} {
		for _, env := range all {
			if env.Production() == production {
				list = append(list, complianceColumn{env.Name, []string{env.Name}})
			}
		}
	}
	return list
}

func columnNames(columns []complianceColumn) (list []string) {
	for _, c := range columns {
		list = append(list, c.name)
	}
	return list
}

// findings are a column's: the status of a resource by control and address.
type findings map[string]map[string]string

// add notes a result. Of several stacks' the worst counts.
func (f findings) add(r policy.Result) {
	status := r.Status
	if status == policy.Failed && r.Waiver.Reason != "" { // whose last day is over
		status = policy.Waived
	}
	if f[r.Control] == nil {
		f[r.Control] = map[string]string{}
	}
	order := []string{"", policy.Passed, policy.Waived, policy.Failed}
	if slices.Index(order, status) > slices.Index(order, f[r.Control][r.Address]) {
		f[r.Control][r.Address] = status
	}
}

// count says how many resources keep a control, and how many do not.
func (f findings) count(control string) string {
	statuses := map[string]int{}
	for _, status := range f[control] {
		statuses[status]++
	}
	var parts []string
	if n := statuses[policy.Passed]; n > 0 {
		parts = append(parts, strconv.Itoa(n))
	}
	for _, status := range []string{policy.Waived, policy.Failed} {
		if n := statuses[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	return strings.Join(parts, ", ")
}

// resourceGroup are the resources of one type of which a control says the same in every column.
type resourceGroup struct {
	kind     string
	names    []string
	statuses []string
}

func (g resourceGroup) resources() string {
	if len(g.names) == 1 && g.names[0] == "" {
		return g.kind
	}
	return "`" + g.kind + "`: " + strings.Join(g.names, ", ")
}

// alikeResources are the groups of a control, sorted.
func alikeResources(control string, columns []complianceColumn, found map[string]findings) []resourceGroup {
	addresses := map[string]bool{}
	for _, c := range columns {
		for address := range found[c.name][control] {
			addresses[address] = true
		}
	}
	var groups []resourceGroup
	for _, address := range slices.Sorted(maps.Keys(addresses)) {
		kind, name, _ := strings.Cut(address, ".")
		statuses := make([]string, 0, len(columns))
		for _, c := range columns {
			statuses = append(statuses, found[c.name][control][address])
		}
		same := func(g resourceGroup) bool { return g.kind == kind && slices.Equal(g.statuses, statuses) }
		if i := slices.IndexFunc(groups, same); i >= 0 {
			groups[i].names = append(groups[i].names, name)
		} else {
			groups = append(groups, resourceGroup{kind, []string{name}, statuses})
		}
	}
	return groups
}

// declaredWaiver is one that stands beside a resource, of a control or of a scanner's finding.
type declaredWaiver struct{ control, address, expires, reason string }

// declaredWaivers are all there are, and the columns they are in.
func declaredWaivers(t *testing.T, columns []complianceColumn) map[declaredWaiver][]string {
	t.Helper()
	all := map[declaredWaiver][]string{}
	for _, c := range columns {
		for _, name := range c.stacks {
			types, _ := dig(stack(t, name).body, "variable.governance.default.waivers").(map[string]any)
			for kind, resources := range types {
				for name, list := range resources.(map[string]any) {
					for _, one := range list.([]any) {
						text := func(key string) string { return one.(map[string]any)[key].(string) }
						w := declaredWaiver{text("control"), kind + "." + name, text("expires"), text("reason")}
						if !slices.Contains(all[w], c.name) {
							all[w] = append(all[w], c.name)
						}
					}
				}
			}
		}
	}
	return all
}

func compareWaivers(a, b declaredWaiver) int {
	if a.control != b.control {
		return compareControls(a.control, b.control)
	}
	return strings.Compare(a.address+a.expires+a.reason, b.address+b.expires+b.reason)
}

// compareControls sorts S3.9 before S3.10.
func compareControls(a, b string) int {
	familyA, idA, _ := strings.Cut(a, ".")
	familyB, idB, _ := strings.Cut(b, ".")
	numberA, errA := strconv.Atoi(idA)
	numberB, errB := strconv.Atoi(idB)
	if familyA != familyB || errA != nil || errB != nil {
		return strings.Compare(a, b)
	}
	return numberA - numberB
}

// tableRow is one of a Markdown table.
func tableRow(doc *strings.Builder, cells ...string) {
	for _, cell := range cells {
		doc.WriteString("| " + strings.NewReplacer("|", `\|`, "\n", " ").Replace(cell) + " ")
	}
	doc.WriteString("|\n")
}
