package emulator

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// made is a stack as cdktf writes one: an alarm and an output refer to the queue, nothing refers to the canary or to the alarm.
const made = `{
  "//": {
    "metadata": {
      "stackName": "dev"
    },
    "outputs": {
    }
  },
  "output": {
    "queue": {
      "value": "${aws_sqs_queue.jobs_queue.url}"
    }
  },
  "resource": {
    "aws_cloudwatch_metric_alarm": {
      "jobs_age": {
        "alarm_name": "a && b < c",
        "dimensions": {
          "QueueName": "${aws_sqs_queue.jobs_queue.name}"
        },
        "threshold": 9007199254740993
      }
    },
    "aws_sqs_queue": {
      "jobs_queue": {
        "depends_on": [
          "aws_synthetics_canary.jobs_canary-2"
        ],
        "name": "jobs"
      }
    },
    "aws_synthetics_canary": {
      "jobs_canary": {
        "//": {
          "metadata": {
            "path": "dev/jobs/canary"
          }
        },
        "name": "jobs"
      },
      "jobs_canary-2": {
        "name": "jobs-2"
      }
    }
  }
}`

func TestLeaveOut(t *testing.T) {
	for name, tc := range map[string]struct {
		gaps []Gap
		held []string
		left []LeftOut
	}{
		"one resource": {
			gaps: []Gap{{Type: "aws_synthetics_canary", Name: "jobs_canary", Call: "synthetics:CreateCanary", Why: "it runs a browser"}},
			held: []string{
				"aws_cloudwatch_metric_alarm.jobs_age", "aws_sqs_queue.jobs_queue", "aws_synthetics_canary.jobs_canary-2",
			},
			left: []LeftOut{{"aws_synthetics_canary.jobs_canary", "synthetics:CreateCanary", "it runs a browser"}},
		},
		"a type's only resource": {
			gaps: []Gap{{Type: "aws_cloudwatch_metric_alarm", Call: "cloudwatch:PutMetricAlarm"}},
			held: []string{"aws_sqs_queue.jobs_queue", "aws_synthetics_canary.jobs_canary", "aws_synthetics_canary.jobs_canary-2"},
			left: []LeftOut{{"aws_cloudwatch_metric_alarm.jobs_age", "cloudwatch:PutMetricAlarm", ""}},
		},
		"the first entry that names it counts": {
			gaps: []Gap{
				{Type: "aws_synthetics_canary", Name: "jobs_canary", Call: "first"},
				{Type: "aws_cloudwatch_metric_alarm", Call: "second"},
				{Type: "aws_synthetics_canary", Name: "jobs_canary", Call: "third"},
			},
			held: []string{"aws_sqs_queue.jobs_queue", "aws_synthetics_canary.jobs_canary-2"},
			left: []LeftOut{
				{Address: "aws_cloudwatch_metric_alarm.jobs_age", Call: "second"},
				{Address: "aws_synthetics_canary.jobs_canary", Call: "first"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			config, err := LeaveOut([]byte(made), tc.gaps)
			if err != nil {
				t.Fatal(err)
			}
			held, left, err := Resources(config)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(held, tc.held) {
				t.Errorf("want %q in it, got %q", tc.held, held)
			}
			if !reflect.DeepEqual(left, tc.left) {
				t.Errorf("want %+v left out, got %+v", tc.left, left)
			}

			// Nothing else differs, down to a number that no float64 holds.
			rest, whole := decoded(t, config), decoded(t, []byte(made))
			delete(rest["//"].(map[string]any), "leftOut")
			delete(rest, "variable") // which TestLeaveOutTellsTheRules reads
			for _, l := range left {
				kind, name, _ := strings.Cut(l.Address, ".")
				resources := whole["resource"].(map[string]any)[kind].(map[string]any)
				if delete(resources, name); len(resources) == 0 {
					delete(whole["resource"].(map[string]any), kind)
				}
			}
			if !reflect.DeepEqual(rest, whole) {
				t.Errorf("want the rest as it was, got\n%s", config)
			}
			if again, err := LeaveOut(config, tc.gaps); err != nil || string(again) != string(config) {
				t.Errorf("done twice it differs: %v\n%s", err, again)
			}
		})
	}
}

func TestLeaveOutTellsTheRules(t *testing.T) {
	config := strings.Replace(made, `"output"`, `"variable": {"governance": {"default": {"retained": true}}}, "output"`, 1)
	gaps := []Gap{{Type: "aws_cloudwatch_metric_alarm"}, {Type: "aws_synthetics_canary", Name: "jobs_canary"}}
	for _, gap := range gaps {
		rest, err := LeaveOut([]byte(config), []Gap{gap})
		if err != nil {
			t.Fatal(err)
		}
		config = string(rest)
	}
	want := map[string]any{"governance": map[string]any{"default": map[string]any{
		"retained": true,
		"leftOut": map[string]any{
			"aws_cloudwatch_metric_alarm": map[string]any{"jobs_age": map[string]any{
				"alarm_name": "a && b < c",
				"dimensions": map[string]any{"QueueName": "$${aws_sqs_queue.jobs_queue.name}"},
				"threshold":  json.Number("9007199254740993"),
			}},
			"aws_synthetics_canary": map[string]any{"jobs_canary": map[string]any{"name": "jobs"}},
		},
	}}}
	if got := decoded(t, []byte(config))["variable"]; !reflect.DeepEqual(got, want) {
		t.Errorf("want %v\ngot  %v", want, got)
	}
}

func decoded(t *testing.T, config []byte) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(config)))
	decoder.UseNumber()
	var stack map[string]any
	if err := decoder.Decode(&stack); err != nil {
		t.Fatalf("%v\n%s", err, config)
	}
	return stack
}

func TestLeaveOutKeepsWhatIsWhole(t *testing.T) {
	for name, gaps := range map[string][]Gap{
		"an empty list":  nil,
		"another type":   {{Type: "aws_synthetics_group"}},
		"another name":   {{Type: "aws_synthetics_canary", Name: "jobs"}},
		"a type's start": {{Type: "aws_synthetics"}},
	} {
		t.Run(name, func(t *testing.T) {
			if config, err := LeaveOut([]byte(made), gaps); err != nil || string(config) != made {
				t.Errorf("want the same bytes, got %v\n%s", err, config)
			}
		})
	}
}

// The record grows where a longer list is applied to what a shorter one was applied to.
func TestLeaveOutTwice(t *testing.T) {
	config, err := LeaveOut([]byte(made), []Gap{{Type: "aws_synthetics_canary", Name: "jobs_canary", Call: "first"}})
	if err != nil {
		t.Fatal(err)
	}
	if config, err = LeaveOut(config, []Gap{{Type: "aws_cloudwatch_metric_alarm", Call: "second"}}); err != nil {
		t.Fatal(err)
	}
	_, left, err := Resources(config)
	want := []LeftOut{
		{Address: "aws_cloudwatch_metric_alarm.jobs_age", Call: "second"},
		{Address: "aws_synthetics_canary.jobs_canary", Call: "first"},
	}
	if err != nil || !reflect.DeepEqual(left, want) {
		t.Errorf("want %+v, got %+v, %v", want, left, err)
	}
}

func TestLeaveOutRefusesWhatIsReferredTo(t *testing.T) {
	for name, tc := range map[string]struct {
		gaps []Gap
		want []string
	}{
		"by an output and a resource, each told": {
			gaps: []Gap{{Type: "aws_sqs_queue", Call: "a:Call"}},
			want: []string{
				"output.queue refers to aws_sqs_queue.jobs_queue: list it too, or teach moto a:Call",
				"aws_cloudwatch_metric_alarm.jobs_age refers to aws_sqs_queue.jobs_queue: list it too, or teach moto a:Call",
			},
		},
		"by depends_on": {
			gaps: []Gap{{Type: "aws_synthetics_canary", Call: "a:Call"}},
			want: []string{"aws_sqs_queue.jobs_queue refers to aws_synthetics_canary.jobs_canary-2: list it too, or teach moto a:Call"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			want := "what internal/emulator/gaps.go lists cannot be left out:\n" + strings.Join(tc.want, "\n")
			if config, err := LeaveOut([]byte(made), tc.gaps); err == nil || err.Error() != want {
				t.Errorf("want %s\ngot %v\n%s", want, err, config)
			}
		})
	}
}

func TestGapsSayWhatIsMissing(t *testing.T) {
	for _, g := range Gaps() {
		if service, operation, _ := strings.Cut(g.Call, ":"); g.Type == "" || service == "" || operation == "" || g.Why == "" {
			t.Errorf("want a type, a call such as s3:PutObject and a reason, got %+v", g)
		}
	}
}
