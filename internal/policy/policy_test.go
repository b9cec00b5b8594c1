package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// bucket is a stack with one bucket that blocks nothing, and its waivers of that.
func bucket(waivers string) string {
	return fmt.Sprintf(`{
		"terraform": {},
		"provider": {"aws": [{"region": "us-east-1", "default_tags": [{"tags": {"Environment": "dev"}}]}]},
		"resource": {"aws_s3_bucket": {"b": {"bucket": "writersroom-dev-b"}}},
		"variable": {"governance": {"default": {"waivers": {"aws_s3_bucket": {"b": [%s]}}}}}
	}`, waivers)
}

const fault = "S3.8: aws_s3_bucket.b must have an aws_s3_bucket_public_access_block with all four set to true"

func loaded(t *testing.T) Rules {
	t.Helper()
	rules, err := Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestLoadRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ rule, want string }{
		"the network":   {`p := http.send({"method": "GET", "url": "http://127.0.0.1"})`, "policy/rule.rego:2: rego_type_error: undefined function http.send"},
		"chance":        {`p := rand.intn("a", 9)`, "policy/rule.rego:2: rego_type_error: undefined function rand.intn"},
		"what is wrong": {`p := `, "policy/rule.rego:2: rego_parse_error"},
	} {
		_, err := load(t.Context(), fstest.MapFS{"rule.rego": {Data: []byte("package writersroom\n" + tc.rule)}})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: want %q, got %v", name, tc.want, err)
		}
	}
	if _, err := load(t.Context(), fstest.MapFS{"rule.rego": {Data: []byte("package writersroom\np := time.now_ns()")}}); err != nil {
		t.Errorf("the time: want it allowed, got %v", err)
	}
}

// Of the many controls that are about a bucket, one is looked at.
func TestJudge(t *testing.T) {
	rules := loaded(t)
	for name, tc := range map[string]struct {
		document   string
		status     string
		violations []string
	}{
		"a fault": {bucket(""), Failed, []string{fault}},
		"a waived one": {
			bucket(`{"control": "S3.8", "reason": "nothing is in it", "expires": "2199-12-31"}`), Waived, nil,
		},
		"one that was waived": {
			bucket(`{"control": "S3.8", "reason": "nothing is in it", "expires": "2020-12-31"}`), Failed, []string{
				fault, "S3.8: aws_s3_bucket.b was waived until 2020-12-31 (nothing is in it): mend it, or look at it anew",
			},
		},
		"no fault": {
			strings.Replace(bucket(""), `"resource": {`, `"resource": {"aws_s3_bucket_public_access_block": {"b": {
				"bucket": "${aws_s3_bucket.b.id}", "block_public_acls": true, "block_public_policy": true,
				"ignore_public_acls": true, "restrict_public_buckets": true}}, `, 1), Passed, nil,
		},
		"a plan": {
			`{"planned_values": {"root_module": {"resources": [{"address": "aws_s3_bucket.b", "mode": "managed",
				"type": "aws_s3_bucket", "name": "b", "values": {"bucket": "writersroom-dev-b"}}]}}}`, Failed, []string{fault},
		},
		"what HCP Terraform hands over": {
			`{"run": {}, "plan": {"planned_values": {"root_module": {"resources": [{"address": "aws_s3_bucket.b", "mode": "managed",
				"type": "aws_s3_bucket", "name": "b", "values": {"bucket": "writersroom-dev-b"}}]}}}}`, Failed, []string{fault},
		},
	} {
		t.Run(name, func(t *testing.T) {
			verdict, err := rules.Judge(t.Context(), []byte(tc.document))
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(verdict.Results, func(r Result) bool { return r.Control == "S3.8" && r.Address == "aws_s3_bucket.b" })
			if i < 0 {
				t.Fatalf("want a result of S3.8 for aws_s3_bucket.b, got %+v", verdict.Results)
			}
			if got := verdict.Results[i]; got.Status != tc.status || got.Title == "" {
				t.Errorf("want it %s, with a title, got %+v", tc.status, got)
			}
			var violations []string
			for _, v := range verdict.Violations {
				if v.Control == "S3.8" {
					violations = append(violations, v.String())
				}
			}
			if !slices.Equal(violations, tc.violations) {
				t.Errorf("want violations %q, got %q", tc.violations, violations)
			}
		})
	}
}

func TestJudgeAnswersTheSame(t *testing.T) {
	document := []byte(bucket(`{"control": "S3.8", "reason": "", "expires": "2020-12-31"}`))
	first, err := loaded(t).Judge(t.Context(), document)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Violations) < 3 {
		t.Fatalf("want enough to bring into an order, got %q", first.Violations)
	}
	for range 3 {
		again, err := loaded(t).Judge(t.Context(), document)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(again, first) {
			t.Errorf("want\n%+v\ngot\n%+v", first, again)
		}
	}
}

// What is no stack would otherwise pass.
func TestJudgeRefuses(t *testing.T) {
	const must = "must be the JSON of a stack (cdk.tf.json) or of a plan (terraform show -json)"
	rules := loaded(t)
	for name, tc := range map[string]struct{ document, want string }{
		"nothing":        {"", must + ": unexpected end of JSON input"},
		"broken JSON":    {"{", must + ": unexpected end of JSON input"},
		"a plan's file":  {"PK\x03\x04", must + ": invalid character"},
		"a list":         {"[]", must + ": json: cannot unmarshal array"},
		"something else": {`{"resources": []}`, must + ", and holds neither terraform nor planned_values"},
		"a null":         {"null", must + ", and holds neither"},
	} {
		if _, err := rules.Judge(t.Context(), []byte(tc.document)); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%s: want %q, got %v", name, tc.want, err)
		}
	}
}

func TestErr(t *testing.T) {
	if err := (Verdict{}).Err("dev"); err != nil {
		t.Errorf("of no violation: want none, got %v", err)
	}
	verdict := Verdict{Violations: []Violation{
		{Control: "S3.8", Address: "aws_s3_bucket.b", Message: "must be shut"},
		{Control: "House.Tags", Address: "aws_vpc.v", Message: "must have tag Project"},
	}}
	want := "dev: S3.8: aws_s3_bucket.b must be shut\ndev: House.Tags: aws_vpc.v must have tag Project"
	if err := verdict.Err("dev"); err == nil || err.Error() != want {
		t.Errorf("want\n%s\ngot\n%v", want, err)
	}
}
