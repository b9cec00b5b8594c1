package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// models is what is used of Bedrock.
type models interface {
	Converse(context.Context, *bedrockruntime.ConverseInput, ...func(*bedrockruntime.Options)) (*bedrockruntime.ConverseOutput, error)
}

// modelTimeout leaves time for an answer of ours, of the 29 seconds that API Gateway waits:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const modelTimeout = 25 * time.Second

// prompt is what a model is given of the writer's.
type prompt struct {
	manuscript, passage, instruction string
}

// message is the prompt with each part under its name. The parts are the writer's, and marked so: the guardrail looks for prompt
// attacks in nothing else.
func (p prompt) message() types.Message {
	var content []types.ContentBlock
	add := func(name, text string) {
		if text == "" {
			return
		}
		content = append(content,
			&types.ContentBlockMemberText{Value: name + ":"},
			&types.ContentBlockMemberGuardContent{Value: &types.GuardrailConverseContentBlockMemberText{
				Value: types.GuardrailConverseTextBlock{Text: aws.String(text)},
			}})
	}
	add("Manuscript", p.manuscript)
	add("Passage", p.passage)
	add("Instruction", p.instruction)
	return types.Message{Role: types.ConversationRoleUser, Content: content}
}

// ask has the feature's model answer a prompt, behind the guardrail.
func (a *agents) ask(ctx context.Context, f feature, p prompt) (*rest.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, modelTimeout)
	defer cancel()
	output, err := a.models.Converse(ctx, &bedrockruntime.ConverseInput{
		ModelId:  aws.String(f.model),
		System:   []types.SystemContentBlock{&types.SystemContentBlockMemberText{Value: f.system}},
		Messages: []types.Message{p.message()},
		InferenceConfig: &types.InferenceConfiguration{
			MaxTokens: aws.Int32(f.maxTokens), Temperature: aws.Float32(f.temperature),
		},
		GuardrailConfig: &types.GuardrailConfiguration{
			GuardrailIdentifier: aws.String(a.guardrailID), GuardrailVersion: aws.String(a.guardrailVersion),
			Trace: types.GuardrailTraceEnabled, // tells an answer that was masked from one that was held back
		},
	})
	if err != nil {
		return nil, modelFault(ctx, err)
	}
	if heldBack(output) {
		return nil, &rest.Error{
			Status: http.StatusUnprocessableEntity, Code: "withheld",
			Message: "the assistant may not take or give this text; yours is unchanged; please change the passage or the instruction",
		}
	}
	answer := textOf(output)
	if answer == "" {
		return nil, errors.New("the model answered nothing: " + string(output.StopReason))
	}
	type usage struct {
		InputTokens  int32 `json:"inputTokens"`
		OutputTokens int32 `json:"outputTokens"`
	}
	var used usage
	if output.Usage != nil {
		used = usage{aws.ToInt32(output.Usage.InputTokens), aws.ToInt32(output.Usage.OutputTokens)}
	}
	logging.From(ctx).Info("model answered", "model", f.model, "stopReason", string(output.StopReason),
		"inputTokens", used.InputTokens, "outputTokens", used.OutputTokens)
	return &rest.Response{Status: http.StatusOK, Body: struct {
		Text  string `json:"text"`
		Usage usage  `json:"usage"`
	}{answer, used}}, nil
}

// textOf is what a model wrote.
func textOf(output *bedrockruntime.ConverseOutput) string {
	message, ok := output.Output.(*types.ConverseOutputMemberMessage)
	if !ok {
		return ""
	}
	var text strings.Builder
	for _, block := range message.Value.Content {
		if written, ok := block.(*types.ContentBlockMemberText); ok {
			text.WriteString(written.Value)
		}
	}
	return text.String()
}

// modelFault tells a writer whether to wait. What is ours to mend is logged, and theirs to repeat.
func modelFault(ctx context.Context, err error) error {
	var fault smithy.APIError
	if !errors.As(err, &fault) {
		return err
	}
	later := func(status int, code, message, seconds string) error {
		logging.From(ctx).Warn("model not available", "error", err.Error())
		return &rest.Error{Status: status, Code: code, Message: message, Headers: map[string]string{"Retry-After": seconds}}
	}
	switch fault.ErrorCode() {
	case "ThrottlingException", "ServiceQuotaExceededException":
		return later(http.StatusTooManyRequests, "busy", "the assistant is busy; please try again in a moment", "10")
	case "ModelNotReadyException", "ServiceUnavailableException":
		return later(http.StatusServiceUnavailable, "unavailable", "the assistant is not available; please try again in a moment", "30")
	case "AccessDeniedException": // the spending cap, when it is reached, denies models to the function's role
		return later(http.StatusServiceUnavailable, "unavailable", "the assistant is not available at present", "3600")
	case "ModelTimeoutException":
		return &rest.Error{Status: http.StatusGatewayTimeout, Code: "timeout", Message: "this took too long; please ask for less"}
	}
	return err
}
