package compute

import (
	"bytes"
	"encoding/json"
	"strings"
)

// The states of the export workflow that follow no step of the function's.
const (
	tellFailure = "TellFailure"
	setAside    = "SetAside"
	failed      = "Failed"
)

const (
	// workflowSeconds is more than all steps take with all that is tried again: of a workflow that runs out of time nobody would be told
	// by itself, of a step the writer is.
	workflowSeconds = 90 * 60
	// stepSeconds is a little more than the function gives itself: it is the function that should tell what took so long.
	stepSeconds = 130
)

// The parts of the Amazon States Language that the workflow is written in: https://states-language.net/spec.html
type (
	definition struct {
		Comment        string
		StartAt        string
		TimeoutSeconds int
		States         map[string]state
	}
	state struct {
		Type           string
		Comment        string         `json:",omitempty"`
		Resource       string         `json:",omitempty"`
		Parameters     map[string]any `json:",omitempty"`
		TimeoutSeconds int            `json:",omitempty"`
		OutputPath     string         `json:",omitempty"`
		ResultPath     *nothing       `json:",omitempty"`
		Retry          []retry        `json:",omitempty"`
		Catch          []catch        `json:",omitempty"`
		Next           string         `json:",omitempty"`
		End            bool           `json:",omitempty"`
		ErrorPath      string         `json:",omitempty"`
		CausePath      string         `json:",omitempty"`
	}
	retry struct {
		ErrorEquals     []string
		MaxAttempts     int
		IntervalSeconds int     `json:",omitempty"`
		BackoffRate     float64 `json:",omitempty"`
		MaxDelaySeconds int     `json:",omitempty"`
		JitterStrategy  string  `json:",omitempty"`
	}
	catch struct {
		ErrorEquals []string
		ResultPath  string
		Next        string
	}
	// nothing is rendered as null: a state's result is thrown away and its input goes on.
	nothing struct{}
)

func (nothing) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// exportDefinition is the workflow's: the function's steps one after another, each tried again after what may pass. When one fails for
// good the writer is told, the export is set aside in the dead-letter queue for people to look at, and the execution fails.
func (b *builder) exportDefinition(functionARN, queueURL string) (string, error) {
	steps := []struct{ name, comment string }{
		{"Validate", "The document is there, and the writer's own"},
		{"Render", "Its text becomes what was asked for, in a working copy"},
		{"Store", "The working copy becomes the writer's export"},
		{"Notify", "The job has succeeded, and the writer's browser is told"},
	}
	states := map[string]state{
		tellFailure: {
			Type: "Task", Comment: "The job has failed, and why, by the error's name alone",
			Resource: b.integration("dynamodb:updateItem"),
			Parameters: map[string]any{
				"TableName":                b.ExportJobsTableName,
				"Key":                      map[string]any{"id": map[string]string{"S.$": "$.exportId"}},
				"ConditionExpression":      "attribute_exists(id)",
				"UpdateExpression":         "SET #status = :status, finishedAt = :now, reason = :reason",
				"ExpressionAttributeNames": map[string]string{"#status": "status"},
				"ExpressionAttributeValues": map[string]any{
					":status": map[string]string{"S": "failed"},
					":now":    map[string]string{"S.$": "$$.State.EnteredTime"},
					":reason": map[string]string{"S.$": "$.error.Error"},
				},
			},
			TimeoutSeconds: stepSeconds,
			ResultPath:     &nothing{},
			Retry:          []retry{patiently("States.ALL")},
			Catch:          []catch{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.untold", Next: setAside}},
			Next:           setAside,
		},
		setAside: {
			Type: "Task", Comment: "People look into what is in the dead-letter queue",
			Resource:       b.integration("sqs:sendMessage"),
			Parameters:     map[string]any{"QueueUrl": queueURL, "MessageBody.$": "States.JsonToString($)"},
			TimeoutSeconds: stepSeconds,
			ResultPath:     &nothing{},
			Retry:          []retry{patiently("States.ALL")},
			Next:           failed,
		},
		failed: {Type: "Fail", ErrorPath: "$.error.Error", CausePath: "$.error.Cause"},
	}
	for i, step := range steps {
		task := state{
			Type: "Task", Comment: step.comment,
			Resource: b.integration("lambda:invoke"),
			Parameters: map[string]any{
				"FunctionName": functionARN,
				"Payload":      map[string]string{"step": strings.ToLower(step.name), "export.$": "$"},
			},
			TimeoutSeconds: stepSeconds,
			OutputPath:     "$.Payload",
			Retry: []retry{
				{ErrorEquals: []string{"InvalidExport", "NotFound"}}, // which no repetition mends
				patiently("States.ALL"),
			},
			Catch: []catch{{ErrorEquals: []string{"States.ALL"}, ResultPath: "$.error", Next: tellFailure}},
		}
		if i+1 < len(steps) {
			task.Next = steps[i+1].name
		} else {
			task.End = true
		}
		states[step.name] = task
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // "<" and ">" are part of the tokens that stand for ARNs until synthesis
	err := enc.Encode(definition{
		Comment: "Exports a manuscript", StartAt: steps[0].name, TimeoutSeconds: workflowSeconds, States: states,
	})
	return strings.TrimSpace(out.String()), err
}

// integration is what a task names to have Step Functions call another service itself.
func (c Config) integration(call string) string { return "arn:" + c.Partition + ":states:::" + call }

// patiently tries again after 2, 4, 8, 16 and 30 seconds or less, so that those who wait do not all come back at once.
func patiently(errors ...string) retry {
	return retry{
		ErrorEquals: errors, MaxAttempts: 5, IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 30, JitterStrategy: "FULL",
	}
}
