package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFaults(t *testing.T) {
	open := Finding{ID: "AVD-AWS-0104", Severity: "CRITICAL", Resource: "aws_x.a", Message: "Open."}
	low := Finding{ID: "AVD-AWS-0089", Severity: "LOW", Resource: "aws_x.a", Message: "Not logged."}
	waiver := Waiver{Control: "trivy:AVD-AWS-0104", Reason: "it has to be", Expires: "2027-11-30"}
	edited := func(edit func(*Waiver)) []Waiver {
		w := waiver
		edit(&w)
		return []Waiver{w}
	}
	for name, tt := range map[string]struct {
		findings []Finding
		waivers  map[string][]Waiver
		day      string
		want     []string
	}{
		"nothing found": {},
		"waived":        {findings: []Finding{open}, waivers: map[string][]Waiver{"aws_x.a": {waiver}}},
		"waived on its last day": {
			findings: []Finding{open}, waivers: map[string][]Waiver{"aws_x.a": {waiver}}, day: "2027-11-30",
		},
		"low":            {findings: []Finding{low}},
		"another's rule": {waivers: map[string][]Waiver{"aws_x.a": {{Control: "S3.9"}}}},
		"not waived":     {findings: []Finding{open}, want: []string{"aws_x.a: trivy:AVD-AWS-0104 (CRITICAL): Open; mend it"}},
		"waived elsewhere": {
			findings: []Finding{open}, waivers: map[string][]Waiver{"aws_x.b": {waiver}},
			want: []string{"aws_x.a: trivy:AVD-AWS-0104 (CRITICAL): Open; mend it", "aws_x.b: trivy:AVD-AWS-0104 is waived, and nothing is found"},
		},
		"a resource that is left out": {waivers: map[string][]Waiver{"aws_x.c": {waiver}}},
		"another control waived": {
			findings: []Finding{open},
			waivers:  map[string][]Waiver{"aws_x.a": edited(func(w *Waiver) { w.Control = "trivy:AVD-AWS-0107" })},
			want:     []string{"aws_x.a: trivy:AVD-AWS-0104 (CRITICAL)", "aws_x.a: trivy:AVD-AWS-0107 is waived, and nothing is found"},
		},
		"expired": {
			findings: []Finding{open}, waivers: map[string][]Waiver{"aws_x.a": {waiver}}, day: "2027-12-01",
			want: []string{"it was waived until 2027-11-30"},
		},
		"no day": {
			findings: []Finding{open}, waivers: map[string][]Waiver{"aws_x.a": edited(func(w *Waiver) { w.Expires = "soon" })},
			want: []string{`must be a day, 2006-01-02, got "soon"`},
		},
		"no reason": {
			findings: []Finding{open}, waivers: map[string][]Waiver{"aws_x.a": edited(func(w *Waiver) { w.Reason = " " })},
			want: []string{"has no Reason"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			day := "2026-12-01"
			if tt.day != "" {
				day = tt.day
			}
			at, err := time.Parse(time.DateTime, day+" 23:59:59")
			if err != nil {
				t.Fatal(err)
			}
			report := Report{Resources: []string{"aws_x.a", "aws_x.b"}, Checks: 1, Findings: tt.findings, Waivers: tt.waivers}
			got := report.Faults(at)
			if !slices.EqualFunc(got, tt.want, strings.Contains) {
				t.Errorf("want faults that contain %q, got %q", tt.want, got)
			}
		})
	}
}

func TestAScanOfNothingIsAFault(t *testing.T) {
	for name, report := range map[string]Report{
		"no resources": {Checks: 1},
		"no checks":    {Resources: []string{"aws_x.a"}},
	} {
		if faults := report.Faults(time.Time{}); len(faults) != 1 || !strings.Contains(faults[0], "want some of each") {
			t.Errorf("%s: want it told, got %q", name, faults)
		}
	}
}

func TestWaiversOfStackAndPlan(t *testing.T) {
	const waived = `{"governance": {"default": {"waivers": {"aws_x": {"a": [{"control": "trivy:1", "reason": "r", "expires": "2027-11-30"}]}}}}}`
	for name, document := range map[string]string{
		"stack": `{"variable": ` + waived + `}`,
		"plan":  `{"configuration": {"root_module": {"variables": ` + waived + `}}}`,
	} {
		file := filepath.Join(t.TempDir(), "file.json")
		if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := waivers(file)
		want := []Waiver{{Control: "trivy:1", Reason: "r", Expires: "2027-11-30"}}
		if err != nil || !slices.Equal(got["aws_x.a"], want) || len(got) != 1 {
			t.Errorf("%s: want %v of aws_x.a alone, got %v, %v", name, want, got, err)
		}
	}
}

func TestAMissingScannerIsToldHowToBuild(t *testing.T) {
	if _, err := Run(t.Context(), filepath.Join(t.TempDir(), "scanner"), "cdk.tf.json"); err == nil ||
		!strings.Contains(err.Error(), "`make scanner` builds it") {
		t.Errorf("want make scanner named, got %v", err)
	}
}
