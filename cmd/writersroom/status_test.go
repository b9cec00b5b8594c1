package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/emulator"
)

func TestStatus(t *testing.T) {
	const (
		onAWS      = `{"resource": {"aws_vpc": {"vpc": {}}, "aws_s3_bucket_lifecycle_configuration": {"state_lifecycle": {}}}}`
		onEmulator = `{"//": {"leftOut": [{"address": "aws_s3_bucket_lifecycle_configuration.state_lifecycle",
			"call": "s3:PutBucketLifecycleConfiguration", "why": "it takes too long"}]}, "resource": {"aws_vpc": {"vpc": {}}}}`
		leftOut = "\ndev, left out here and applied under Terraform's mock_provider instead (make synth):\n" +
			"  aws_s3_bucket_lifecycle_configuration.state_lifecycle\n    s3:PutBucketLifecycleConfiguration: "
	)
	for name, tc := range map[string]struct {
		config   string // of cdktf.out; empty is none
		serial   int
		applied  []string
		coverage string
		remarks  string // how they begin
	}{
		"nothing yet": {config: onEmulator, coverage: "no"},
		"destroyed":   {config: onEmulator, serial: 7, coverage: "no, destroyed"},
		"what the emulator lacks is part of the whole": {
			config: onEmulator, serial: 1, applied: []string{"aws_vpc.vpc"},
			coverage: "1 of 2 resources (50 %)", remarks: leftOut + "it takes too long\n",
		},
		"all": {
			config: `{"resource": {"aws_vpc": {"vpc": {}}}}`, serial: 1, applied: []string{"aws_vpc.vpc"},
			coverage: "1 of 1 resource (100 %)",
		},
		"nearly all": {
			config: `{"resource": {"aws_vpc": {"a": {}, "b": {}, "c": {}}}}`, serial: 1, applied: []string{"aws_vpc.a", "aws_vpc.b"},
			coverage: "2 of 3 resources (66 %)",
			remarks:  "\ndev is deployed otherwise than it stands in cdktf.out:\n  not applied yet: aws_vpc.c\n",
		},
		"not synthesized": {
			serial: 1, applied: []string{"aws_vpc.vpc"},
			coverage: "1 resource (of how many is not known before cdktf synth)",
		},
		"synthesized for AWS since": {
			config: onAWS, serial: 1, applied: []string{"aws_vpc.vpc"},
			coverage: "1 of 2 resources (50 %)", remarks: leftOut,
		},
		"synthesized from other code since": {
			config: `{"resource": {"aws_vpc": {"new": {}}}}`, serial: 1, applied: []string{"aws_vpc.old"},
			coverage: "0 of 1 resource (0 %)",
			remarks: "\ndev is deployed otherwise than it stands in cdktf.out:\n" +
				"  not applied yet: aws_vpc.new\n  no longer in cdktf.out: aws_vpc.old\n",
		},
		"emptied since": {
			config: `{}`, serial: 1, applied: []string{"aws_vpc.vpc"},
			coverage: "0 of 0 resources (0 %)",
			remarks:  "\ndev is deployed otherwise than it stands in cdktf.out:\n  no longer in cdktf.out: aws_vpc.vpc\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := deployment{stack: "dev", account: envs.Account{ID: "111111111111"}, serial: tc.serial, applied: tc.applied}
			file := filepath.Join(t.TempDir(), "cdk.tf.json")
			if tc.config != "" {
				if err := os.WriteFile(file, []byte(tc.config), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.readStack(file); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if err := report(&out, &emulator.Emulator{}, []deployment{d}); err != nil {
				t.Fatal(err)
			}
			_, rows, _ := strings.Cut(out.String(), "deployed\n")
			row, remarks, _ := strings.Cut(rows, "\n")
			if want := "dev    111111111111  " + tc.coverage; row != want {
				t.Errorf("want row %q, got %q", want, row)
			}
			if !strings.HasPrefix(remarks, tc.remarks) || (tc.remarks == "" && remarks != "") {
				t.Errorf("want remarks %q, got %q", tc.remarks, remarks)
			}
		})
	}
}

func TestStatusOfWhatIsNoStack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cdk.tf.json")
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := new(deployment).readStack(file)
	if err == nil || !strings.HasPrefix(err.Error(), file+": ") || !strings.HasSuffix(err.Error(), "; make it anew with: cdktf synth") {
		t.Errorf("want the file and the mend, got %v", err)
	}
}
