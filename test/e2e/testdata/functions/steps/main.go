// Command steps is a Lambda function that does as its event says, so that the emulator can be seen to run it.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// event is what a step is to do: answer, unless it is told otherwise.
type event struct {
	Steps   []string `json:"steps"`
	Step    string   `json:"step"`
	Refuse  string   `json:"refuse"`  // the step that fails for good
	Stumble string   `json:"stumble"` // the step that fails in a way that another try might mend
	Exit    bool     `json:"exit"`
	Sleep   bool     `json:"sleep"`
}

// answer is the event's steps with this one, and what the function knows of itself.
type answer struct {
	Steps   []string `json:"steps"`
	Caller  string   `json:"caller"`
	Version string   `json:"version"`
	Setting string   `json:"setting"`
	Group   string   `json:"group"`
}

// Refused and Stumbled are told by the names of their types.
type (
	Refused  struct{ step string }
	Stumbled struct{ step string }
)

func (e *Refused) Error() string  { return e.step + " is refused" }
func (e *Stumbled) Error() string { return e.step + " stumbled" }

func handle(ctx context.Context, e event) (*answer, error) {
	fmt.Printf("step %s, process %d\n", e.Step, os.Getpid())
	switch {
	case e.Exit:
		os.Exit(3)
	case e.Sleep:
		time.Sleep(time.Hour)
	case e.Refuse != "" && e.Refuse == e.Step:
		return nil, &Refused{e.Step}
	case e.Stumble != "" && e.Stumble == e.Step:
		return nil, &Stumbled{e.Step}
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	caller, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, err
	}
	return &answer{
		Steps:   append(e.Steps, e.Step),
		Caller:  aws.ToString(caller.Arn),
		Version: lambdacontext.FunctionVersion,
		Setting: os.Getenv("SETTING"),
		Group:   lambdacontext.LogGroupName,
	}, nil
}

func main() { lambda.Start(handle) }
