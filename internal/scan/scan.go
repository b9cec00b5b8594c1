// Package scan holds synthesized stacks and plans against the checks of an outside scanner, and against the waivers that they carry. The
// scanner, test/scanner, is a program of a module of its own: what it is made of is in nothing that is deployed.
package scan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// prefix is what the control of a waiver begins with that is meant for the scanner.
const prefix = "trivy:"

// Report is what the scanner says of one file.
type Report struct {
	// File is a cdk.tf.json or a plan.
	File string `json:"file"`
	// Resources are the addresses of all that were read, Checks is how many checks they were held against.
	Resources []string  `json:"resources"`
	Checks    int       `json:"checks"`
	Findings  []Finding `json:"findings"`
	// Waivers are those that the file carries, by address.
	Waivers map[string][]Waiver `json:"-"`
}

// Finding is a check that a resource does not pass.
type Finding struct {
	// ID is Trivy's, AVD-AWS-0104, Severity LOW, MEDIUM, HIGH or CRITICAL.
	ID       string `json:"id"`
	Severity string `json:"severity"`
	// Resource is the address that Terraform knows the resource by.
	Resource string `json:"resource"`
	Message  string `json:"message"`
}

// Waiver is one of tf.Waive, as a file carries it.
type Waiver struct {
	Control string `json:"control"`
	Reason  string `json:"reason"`
	Expires string `json:"expires"`
}

// Run scans files, each a cdk.tf.json or a plan as `terraform show -json` prints it, with the scanner built to the path program. It
// refuses a file that holds no resource.
func Run(ctx context.Context, program string, files ...string) ([]Report, error) {
	if _, err := os.Stat(program); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; `make scanner` builds it", err)
	}
	out, err := exec.CommandContext(ctx, program, files...).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil, fmt.Errorf("%s: %w: %s", program, err, exit.Stderr)
	}
	if err != nil {
		return nil, err
	}
	var reports []Report
	if err := json.Unmarshal(out, &reports); err != nil {
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	for i := range reports {
		if reports[i].Waivers, err = waivers(reports[i].File); err != nil {
			return nil, fmt.Errorf("%s: %w", reports[i].File, err)
		}
	}
	return reports, nil
}

// waivers reads the waivers of a cdk.tf.json or of a plan, where they are a variable's default.
func waivers(file string) (map[string][]Waiver, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	type variables struct {
		Governance struct {
			Default struct {
				Waivers map[string]map[string][]Waiver `json:"waivers"`
			} `json:"default"`
		} `json:"governance"`
	}
	var document struct {
		Variable      variables `json:"variable"`
		Configuration struct {
			Root struct {
				Variables variables `json:"variables"`
			} `json:"root_module"`
		} `json:"configuration"`
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, err
	}
	byAddress := map[string][]Waiver{}
	for _, source := range []variables{document.Variable, document.Configuration.Root.Variables} {
		for kind, named := range source.Governance.Default.Waivers {
			for name, list := range named {
				byAddress[kind+"."+name] = list
			}
		}
	}
	return byAddress, nil
}

// Faults is what is to be mended before the file may be applied: every finding of severity HIGH or CRITICAL that is not waived on that
// day, every waiver for the scanner that no finding needs, and a scan that held nothing against anything.
func (r Report) Faults(day time.Time) []string {
	var faults []string
	if r.Checks == 0 || len(r.Resources) == 0 {
		faults = append(faults, fmt.Sprintf("%d resources were held against %d checks: want some of each", len(r.Resources), r.Checks))
	}
	needed := map[string]bool{}
	for _, f := range r.Findings {
		control := prefix + f.ID
		needed[f.Resource+" "+control] = true
		if f.Severity != "HIGH" && f.Severity != "CRITICAL" {
			continue
		}
		if why := r.notWaived(f.Resource, control, day); why != "" {
			faults = append(faults, fmt.Sprintf("%s: %s (%s): %s; %s", f.Resource, control, f.Severity, strings.TrimSuffix(f.Message, "."), why))
		}
	}
	for _, address := range slices.Sorted(maps.Keys(r.Waivers)) {
		if !slices.Contains(r.Resources, address) { // left out on the emulator
			continue
		}
		for _, w := range r.Waivers[address] {
			if strings.HasPrefix(w.Control, prefix) && !needed[address+" "+w.Control] {
				faults = append(faults, fmt.Sprintf("%s: %s is waived, and nothing is found: delete the waiver", address, w.Control))
			}
		}
	}
	return faults
}

// notWaived says why a control is to be met, and nothing where a waiver holds.
func (r Report) notWaived(address, control string, day time.Time) string {
	i := slices.IndexFunc(r.Waivers[address], func(w Waiver) bool { return w.Control == control })
	if i < 0 {
		return fmt.Sprintf("mend it, or waive it beside the resource with tf.Waive and Control: %q", control)
	}
	w := r.Waivers[address][i]
	expires, err := time.Parse(time.DateOnly, w.Expires)
	switch {
	case err != nil:
		return fmt.Sprintf("the waiver's Expires must be a day, 2006-01-02, got %q", w.Expires)
	case !day.Before(expires.AddDate(0, 0, 1)):
		return fmt.Sprintf("it was waived until %s: look at it anew", w.Expires)
	case strings.TrimSpace(w.Reason) == "":
		return "the waiver has no Reason"
	}
	return ""
}
