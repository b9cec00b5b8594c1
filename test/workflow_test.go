package test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
)

// workflow is a state machine's definition.
type workflow struct {
	StartAt string
	States  map[string]struct {
		Type, Resource, Next string
		End                  bool
		TimeoutSeconds       int
		Parameters           map[string]any
		Retry                []struct {
			ErrorEquals []string
			MaxAttempts int
		}
		Catch []struct {
			ErrorEquals []string
			Next        string
		}
	}
}

func exportWorkflow(t *testing.T, tpl template) (resource, workflow) {
	t.Helper()
	machine := tpl.one(t, "aws_sfn_state_machine", "compute_export-workflow")
	var w workflow
	if err := json.Unmarshal([]byte(machine.get("definition").(string)), &w); err != nil {
		t.Fatalf("%s: %s: definition: %v\n%s", tpl.name, machine.Address, err, machine)
	}
	return machine, w
}

func TestWorkflow(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		machine, _ := exportWorkflow(t, tpl)
		for path, want := range map[string]any{
			"name":                                         "writersroom-" + env.Name + "-export",
			"type":                                         "STANDARD",
			"encryption_configuration.type":                "CUSTOMER_MANAGED_KMS_KEY",
			"encryption_configuration.kms_key_id":          "${aws_kms_key.identity_data-key.arn}",
			"logging_configuration.level":                  "ALL",
			"logging_configuration.log_destination":        "${aws_cloudwatch_log_group.compute_export-workflow-log.arn}:*",
			"logging_configuration.include_execution_data": false, // a manuscript's title is its writer's
			"tracing_configuration.enabled":                true,
		} {
			machine.want(t, path, want)
		}
		logs := tpl.one(t, "aws_cloudwatch_log_group", "compute_export-workflow-log")
		logs.want(t, "retention_in_days", env.LogRetentionDays)
		logs.want(t, "kms_key_id", "${aws_kms_key.identity_logs-key.arn}")
	})
}

// The steps come in their order; each is tried again, but not what no repetition mends, and whatever ends one leads by way of the
// writer's job and the dead-letter queue to a failure that people see.
func TestWorkflowNeverFailsInSilence(t *testing.T) {
	_, w := exportWorkflow(t, stack(t, "prod"))
	var steps []string
	for at := w.StartAt; ; at = w.States[at].Next {
		step, there := w.States[at]
		if !there {
			t.Fatalf("%q leads nowhere; there are %q", at, slices.Sorted(maps.Keys(w.States)))
		}
		steps = append(steps, at)
		if name := dig(step.Parameters, "Payload.step"); name != strings.ToLower(at) {
			t.Errorf("%s: want the function's step %s, got %v", at, strings.ToLower(at), name)
		}
		if got := dig(step.Parameters, "FunctionName"); got != "${aws_lambda_alias.compute_export-live.arn}" {
			t.Errorf("%s: want the function's alias called, got %v", at, got)
		}
		if len(step.Retry) != 2 || step.Retry[0].MaxAttempts != 0 || !slices.Equal(step.Retry[0].ErrorEquals, []string{"InvalidExport", "NotFound"}) {
			t.Errorf("%s: want InvalidExport and NotFound not tried again, got %+v", at, step.Retry)
		}
		if len(step.Catch) != 1 || step.Catch[0].Next != "TellFailure" || !slices.Equal(step.Catch[0].ErrorEquals, []string{"States.ALL"}) {
			t.Errorf("%s: want every error caught and told, got %+v", at, step.Catch)
		}
		if step.End {
			break
		}
	}
	if want := []string{"Validate", "Render", "Store", "Notify"}; !slices.Equal(steps, want) {
		t.Errorf("want the steps %q, got %q", want, steps)
	}
	for name, s := range w.States {
		if s.Type != "Task" {
			continue
		}
		if s.TimeoutSeconds == 0 {
			t.Errorf("%s may take for ever", name)
		}
		if last := s.Retry[len(s.Retry)-1]; last.MaxAttempts < 3 || !slices.Equal(last.ErrorEquals, []string{"States.ALL"}) {
			t.Errorf("%s: want every other error tried again, got %+v", name, s.Retry)
		}
	}
	told, aside := w.States["TellFailure"], w.States["SetAside"]
	if told.Resource != "arn:aws:states:::dynamodb:updateItem" || told.Next != "SetAside" || told.Catch[0].Next != "SetAside" ||
		dig(told.Parameters, "TableName") != "${aws_dynamodb_table.storage_export-jobs.name}" {
		t.Errorf("TellFailure: want the job's item updated and then SetAside, whether or not that could be done, got %+v", told)
	}
	if aside.Resource != "arn:aws:states:::sqs:sendMessage" || aside.Next != "Failed" || w.States["Failed"].Type != "Fail" ||
		dig(aside.Parameters, "QueueUrl") != "${aws_sqs_queue.compute_exports-dead-letters.url}" {
		t.Errorf("SetAside: want a message to the dead-letter queue and then a failure, got %+v", aside)
	}
}
