package e2e

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/writersroom/infrastructure/internal/archive"
	"github.com/writersroom/infrastructure/internal/emulator"
)

// TestLambdaExtensions: functions and workflows can be made, changed and destroyed, the plans between are empty, and they run.
func TestLambdaExtensions(t *testing.T) {
	inTurn(t)
	p := configured(t, "lambda.tf")
	p.buildSteps(t)
	p.converges(t, "-var=changed=false")
	functions := p.functions(t)

	t.Run("an invocation", func(t *testing.T) {
		got := functions.invoke(t, "live", `{"step": "only", "steps": []}`)
		var answer struct {
			Steps                           []string
			Caller, Version, Setting, Group string
		}
		if err := json.Unmarshal(got.Payload, &answer); err != nil || got.FunctionError != nil {
			t.Fatalf("want an answer, got %q %s, %v", aws.ToString(got.FunctionError), got.Payload, err)
		}
		if !slices.Equal(answer.Steps, []string{"only"}) || answer.Setting != "first" || answer.Version != "1" ||
			answer.Group != "/writersroom/dev/steps" || aws.ToString(got.ExecutedVersion) != "1" {
			t.Errorf("want the step only of version 1 with its first setting, got version %s: %s", aws.ToString(got.ExecutedVersion), got.Payload)
		}
		if want := "arn:aws:sts::111111111111:assumed-role/function/steps"; answer.Caller != want {
			t.Errorf("want the function to call AWS as %s, got %s", want, answer.Caller)
		}
		if log := logged(t, got); !strings.Contains(log, "step only, process ") {
			t.Errorf("want what it printed in its log, got %q", log)
		}
		events := p.logEvents(t, "/writersroom/dev/steps")
		if !strings.Contains(events, "step only, process ") {
			t.Errorf("want what it printed in its log group, got %s", events)
		}
	})
	t.Run("an invocation that fails", func(t *testing.T) {
		functions.fails(t, `{"step": "only", "refuse": "only"}`, "Refused", "only is refused")
		functions.fails(t, `{"exit": true}`, "Runtime.ExitError", "Runtime exited with error: exit status 3")
		_, err := functions.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("steps"), Qualifier: aws.String("gone")})
		if gone := (*lambdatypes.ResourceNotFoundException)(nil); !errors.As(err, &gone) {
			t.Errorf("want no alias gone, got %v", err)
		}
	})
	t.Run("a workflow that succeeds", func(t *testing.T) {
		done, history := p.execute(t, "good", `{"steps": [], "refuse": "", "stumble": ""}`)
		var output struct{ Steps []string }
		if done.Status != sfntypes.ExecutionStatusSucceeded {
			t.Fatalf("want it to succeed, got %s %s", done.Status, aws.ToString(done.Cause))
		}
		if err := json.Unmarshal([]byte(aws.ToString(done.Output)), &output); err != nil || !slices.Equal(output.Steps, []string{"first", "second"}) {
			t.Errorf("want both steps done, got %s, %v", aws.ToString(done.Output), err)
		}
		if failed := history[sfntypes.HistoryEventTypeTaskFailed]; failed != 0 {
			t.Errorf("want no task failed, got %d", failed)
		}
	})
	t.Run("a workflow that fails", func(t *testing.T) {
		for name, tc := range map[string]struct {
			input, reason string
			tries         int
		}{
			"refused":  {`{"steps": [], "refuse": "second", "stumble": ""}`, "Refused", 1},
			"stumbled": {`{"steps": [], "refuse": "", "stumble": "first"}`, "Stumbled", 3},
		} {
			done, history := p.execute(t, name, tc.input)
			if done.Status != sfntypes.ExecutionStatusFailed || aws.ToString(done.Error) != "Failed" {
				t.Errorf("%s: want it failed, got %s %s", name, done.Status, aws.ToString(done.Error))
			}
			if failed := history[sfntypes.HistoryEventTypeTaskFailed]; failed != tc.tries {
				t.Errorf("%s: want %d tries, got %d", name, tc.tries, failed)
			}
			p.recorded(t, name, tc.reason)
		}
	})

	p.converges(t, "-var=changed=true")
	t.Run("another version", func(t *testing.T) {
		versions := p.stdout(t, "terraform", "output", "-raw", "versions")
		if want := "2 arn:aws:states:us-east-1:111111111111:stateMachine:workflow:2"; versions != want {
			t.Errorf("want %s published, got %s", want, versions)
		}
		for qualifier, want := range map[string]string{"live": `"version":"2","setting":"changed"`, "1": `"version":"1","setting":"first"`} {
			if got := functions.invoke(t, qualifier, `{}`); !strings.Contains(string(got.Payload), want) {
				t.Errorf("%s: want %s, got %s", qualifier, want, got.Payload)
			}
		}
	})
	t.Run("an invocation that takes too long", func(t *testing.T) {
		log := functions.fails(t, `{"sleep": true}`, "Sandbox.Timedout", "Task timed out after 1.00 seconds")
		pid, err := strconv.Atoi(regexp.MustCompile(`process (\d+)`).FindStringSubmatch(log + " process 0")[1])
		if err != nil || pid == 0 {
			t.Fatalf("want the process in the log, got %q", log)
		}
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("want its process %d ended, got %v", pid, err)
		}
	})
	t.Run("what is there", func(t *testing.T) {
		out, err := p.run(t, "writersroom", "leftovers", "dev")
		for _, kind := range []string{"LambdaFunction", "StateMachine"} {
			if err == nil || !strings.Contains(out, " "+kind+" ") {
				t.Errorf("want a %s among what is there before it is destroyed, got\n%s", kind, out)
			}
		}
	})
	p.destroys(t)
}

// buildSteps makes steps.zip of testdata/functions, with the project's own go.mod.
func (c configuration) buildSteps(t *testing.T) {
	t.Helper()
	scratch := t.TempDir()
	copyInto(t, scratch, filepath.Join("testdata", "functions"), filepath.Join(root, "go.mod"), filepath.Join(root, "go.sum"))
	dir, err := archive.Build(t.Context(), scratch, archive.Host(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	copyInto(t, c.dir, filepath.Join(dir, "steps.zip"))
}

// config is for the AWS SDK.
func (c configuration) config(t *testing.T) aws.Config {
	t.Helper()
	e, err := emulator.Find(filepath.Join(c.dir, ".work"))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := e.Config(t.Context(), "111111111111", "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

type functions struct{ *lambda.Client }

func (c configuration) functions(t *testing.T) functions {
	t.Helper()
	return functions{lambda.NewFromConfig(c.config(t))}
}

func (f functions) invoke(t *testing.T, qualifier, event string) *lambda.InvokeOutput {
	t.Helper()
	out, err := f.Invoke(t.Context(), &lambda.InvokeInput{
		FunctionName: aws.String("steps"),
		Qualifier:    &qualifier,
		Payload:      []byte(event),
		LogType:      lambdatypes.LogTypeTail,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// fails wants an invocation to fail so, and returns what the function printed.
func (f functions) fails(t *testing.T, event, kind, message string) (log string) {
	t.Helper()
	out := f.invoke(t, "live", event)
	var told struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal(out.Payload, &told); err != nil {
		t.Fatalf("%v: %s", err, out.Payload)
	}
	if aws.ToString(out.FunctionError) != "Unhandled" || told.ErrorType != kind || !strings.Contains(told.ErrorMessage, message) {
		t.Errorf("%s: want %s: %s, got %q: %s", event, kind, message, aws.ToString(out.FunctionError), out.Payload)
	}
	return logged(t, out)
}

func logged(t *testing.T, out *lambda.InvokeOutput) string {
	t.Helper()
	log, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	if err != nil {
		t.Fatal(err)
	}
	return string(log)
}

// execute runs the workflow to its end, and returns how it ended and how many events of each type there were.
func (c configuration) execute(t *testing.T, name, input string) (*sfn.DescribeExecutionOutput, map[sfntypes.HistoryEventType]int) {
	t.Helper()
	workflows := sfn.NewFromConfig(c.config(t))
	started, err := workflows.StartExecution(t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: aws.String(c.stdout(t, "terraform", "output", "-raw", "workflow")),
		Name:            &name,
		Input:           &input,
	})
	if err != nil {
		t.Fatal(err)
	}
	for {
		done, err := workflows.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
		if err != nil {
			t.Fatal(err)
		}
		if done.Status == sfntypes.ExecutionStatusRunning {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		out, err := workflows.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: started.ExecutionArn})
		if err != nil {
			t.Fatal(err)
		}
		history := map[sfntypes.HistoryEventType]int{}
		for _, event := range out.Events {
			history[event.Type]++
		}
		return done, history
	}
}

// recorded fails the test unless the workflow wrote the reason of a failure to the table, and sent it to the queue.
func (c configuration) recorded(t *testing.T, execution, reason string) {
	t.Helper()
	item, err := dynamodb.NewFromConfig(c.config(t)).GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("jobs"),
		Key:       map[string]dynamodbtypes.AttributeValue{"id": &dynamodbtypes.AttributeValueMemberS{Value: execution}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := item.Item["reason"].(*dynamodbtypes.AttributeValueMemberS); !ok || got.Value != reason {
		t.Errorf("%s: want the reason %s in the table, got %v", execution, reason, slices.Collect(maps.Values(item.Item)))
	}
	queue := aws.String(c.stdout(t, "terraform", "output", "-raw", "queue"))
	queues := sqs.NewFromConfig(c.config(t))
	received, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue, MaxNumberOfMessages: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(received.Messages) != 1 {
		t.Fatalf("%s: want one message, got %d", execution, len(received.Messages))
	}
	var told struct{ Error string }
	body := aws.ToString(received.Messages[0].Body)
	if err := json.Unmarshal([]byte(body), &told); err != nil || told.Error != reason {
		t.Errorf("%s: want a message that tells of %s, got %s, %v", execution, reason, body, err)
	}
	if _, err := queues.PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: queue}); err != nil {
		t.Fatal(err)
	}
}
