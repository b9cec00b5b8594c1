// Scanner holds what Terraform would make against the checks of Trivy, an outside scanner, as they were when its version in go.mod was
// released: they are part of the program, which asks no network for anything.
//
// It reads the cdk.tf.json of synthesized stacks and plans (terraform show -json), and prints a JSON list with one report for each file.
// It judges nothing: internal/scan does, which knows of the waivers.
//
// It is not the trivy command line, which takes minutes more to build, because that one is blind to what is synthesized: it sees no nested
// block of Terraform's JSON syntax, takes the references in the plan of such a configuration for plain strings, and passes over
// every folder that is named dev.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy/pkg/iac/rego"
	"github.com/aquasecurity/trivy/pkg/iac/scan"
	"github.com/aquasecurity/trivy/pkg/iac/scanners/options"
	"github.com/aquasecurity/trivy/pkg/iac/scanners/terraform"
	"github.com/aquasecurity/trivy/pkg/mapfs"
)

// report is what is said of one file.
type report struct {
	File string `json:"file"`
	// Resources are the addresses of all that were read, Checks the number of checks that were held against them.
	Resources []string  `json:"resources"`
	Checks    int       `json:"checks"`
	Findings  []finding `json:"findings"`
}

// finding is a check that a resource does not pass.
type finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Resource string `json:"resource"`
	Message  string `json:"message"`
}

func main() {
	reports, err := run(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(reports)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(files []string) ([]report, error) {
	if len(files) == 0 {
		return nil, errors.New("usage: scanner FILE...: each a cdk.tf.json, or a plan as terraform show -json prints it")
	}
	opts := []options.ScannerOption{rego.WithEmbeddedPolicies(true), rego.WithEmbeddedLibraries(true)}
	checks := rego.NewScanner(opts...)
	if err := checks.LoadPolicies(nil); err != nil {
		return nil, err
	}
	opts = append(opts, rego.WithRegoScanner(checks), terraform.ScannerWithStopOnHCLError(true), terraform.ScannerWithDownloadsAllowed(false))
	reports := make([]report, 0, len(files))
	for _, file := range files {
		resources, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		r, err := check(resources, opts)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		r.File = file
		reports = append(reports, r)
	}
	return reports, nil
}

func check(resources []resource, opts []options.ScannerOption) (report, error) {
	var r report
	for _, res := range resources {
		r.Resources = append(r.Resources, res.address())
	}
	files := mapfs.New()
	if err := files.WriteVirtualFile("main.tf", []byte(native(resources)), 0o600); err != nil {
		return report{}, err
	}
	results, err := terraform.New(opts...).ScanFS(context.Background(), files, ".")
	if err != nil {
		return report{}, err
	}
	r.Checks = len(results)
	for _, result := range results {
		// What Trivy was told to ignore is found nonetheless: waivers are ours.
		if result.Status() == scan.StatusPassed {
			continue
		}
		flat := result.Flatten()
		r.Findings = append(r.Findings, finding{
			ID: result.Rule().AVDID, Severity: string(flat.Severity), Resource: addressOf(flat.Resource, r.Resources), Message: flat.Description,
		})
	}
	slices.SortFunc(r.Findings, func(a, b finding) int {
		return strings.Compare(a.Resource+" "+a.ID+" "+a.Message, b.Resource+" "+b.ID+" "+b.Message)
	})
	return r, nil
}

// addressOf is the address of the resource that a place lies in: aws_s3_bucket.open.versioning lies in aws_s3_bucket.open. A name may
// hold a dot, so that the longest address is the one meant.
func addressOf(place string, addresses []string) string {
	found := place
	longest := 0
	for _, address := range addresses {
		rest, ok := strings.CutPrefix(place, address)
		if ok && (rest == "" || strings.ContainsAny(rest[:1], ".[")) && len(address) > longest {
			found, longest = address, len(address)
		}
	}
	return found
}
