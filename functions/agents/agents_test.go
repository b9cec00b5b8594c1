package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// shelf is the manuscripts bucket in memory, as the function's role sees it: opted-out/ is denied.
type shelf map[string]string

func (s shelf) GetObject(_ context.Context, in *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	if strings.HasPrefix(*in.Key, "opted-out/") {
		return nil, &smithy.GenericAPIError{Code: "AccessDenied", Message: "arn:aws:s3:::manuscripts"}
	}
	text, ok := s[*in.Key]
	if !ok {
		return nil, &s3types.NoSuchKey{}
	}
	return &s3.GetObjectOutput{Body: io.NopCloser(strings.NewReader(text))}, nil
}

// bedrock answers what it is told to, and remembers what it was asked.
type bedrock struct {
	output *bedrockruntime.ConverseOutput
	err    error
	asked  []*bedrockruntime.ConverseInput
	limits []bool
}

func (b *bedrock) Converse(ctx context.Context, in *bedrockruntime.ConverseInput, _ ...func(*bedrockruntime.Options)) (*bedrockruntime.ConverseOutput, error) {
	_, limited := ctx.Deadline()
	b.asked, b.limits = append(b.asked, in), append(b.limits, limited)
	return b.output, b.err
}

func says(text string, reason types.StopReason) *bedrockruntime.ConverseOutput {
	return &bedrockruntime.ConverseOutput{
		StopReason: reason,
		Usage:      &types.TokenUsage{InputTokens: aws.Int32(120), OutputTokens: aws.Int32(30)},
		Output: &types.ConverseOutputMemberMessage{Value: types.Message{
			Content: []types.ContentBlock{&types.ContentBlockMemberText{Value: text}},
		}},
	}
}

// room is the function over a bucket and a model in memory.
type room struct {
	*testing.T
	shelf  shelf
	model  *bedrock
	log    *bytes.Buffer
	router *rest.Router
}

func newRoom(t *testing.T) *room {
	r := &room{T: t, log: &bytes.Buffer{}, model: &bedrock{output: says("She went on.", types.StopReasonEndTurn)}, shelf: shelf{
		"authors/ann/documents/emma": "Emma Woodhouse, handsome.", "authors/ann/documents/blank": "", "opted-out/ann/documents/diary": "Dear diary",
		"authors/ann/documents/emma/notes": "Not a document",
	}}
	a := &agents{manuscriptsBucket: "manuscripts", guardrailID: "fiction", guardrailVersion: "3", objects: r.shelf, models: r.model}
	r.router = &rest.Router{Routes: a.routes("arn:draft", "arn:review"), Logger: logging.New(r.log, "agents")}
	return r
}

type answer struct {
	status  int
	headers map[string]string
	text    string
}

func (r *room) ask(author, resource, body string) answer {
	r.Helper()
	event := events.APIGatewayProxyRequest{HTTPMethod: http.MethodPost, Resource: resource, Body: body}
	event.RequestContext.RequestID = "request-1"
	event.RequestContext.Authorizer = map[string]any{"claims": map[string]any{"sub": author, "scope": "writersroom/agents:write"}}
	got, err := r.router.Handle(context.Background(), event)
	if err != nil {
		r.Fatal(err)
	}
	return answer{got.StatusCode, got.Headers, got.Body}
}

func TestADraftGoesOnWhereTheManuscriptEnds(t *testing.T) {
	r := newRoom(t)
	got := r.ask("ann", "/agents/draft", `{"documentId":"emma","instruction":"Go on.","text":"clever, and rich"}`)
	if want := `{"text":"She went on.","usage":{"inputTokens":120,"outputTokens":30}}` + "\n"; got.status != 200 || got.text != want {
		t.Fatalf("want 200 %s, got %d %s", want, got.status, got.text)
	}
	asked := r.model.asked[0]
	if *asked.ModelId != "arn:draft" || *asked.GuardrailConfig.GuardrailIdentifier != "fiction" || *asked.GuardrailConfig.GuardrailVersion != "3" {
		t.Errorf("want the profile and the guardrail's version, got %s and %+v", *asked.ModelId, asked.GuardrailConfig)
	}
	if asked.GuardrailConfig.Trace != types.GuardrailTraceEnabled {
		t.Errorf("want a trace, without which what was masked counts as held back; got %q", asked.GuardrailConfig.Trace)
	}
	if *asked.InferenceConfig.MaxTokens != 2000 || !r.model.limits[0] {
		t.Errorf("want an answer of bounded length and time, got %d tokens, deadline %v", *asked.InferenceConfig.MaxTokens, r.model.limits[0])
	}
	var parts []string
	for _, block := range asked.Messages[0].Content {
		switch block := block.(type) {
		case *types.ContentBlockMemberText:
			parts = append(parts, block.Value)
		case *types.ContentBlockMemberGuardContent:
			parts = append(parts, "guarded "+*block.Value.(*types.GuardrailConverseContentBlockMemberText).Value.Text)
		}
	}
	want := []string{
		"Manuscript:", "guarded Emma Woodhouse, handsome.", "Passage:", "guarded clever, and rich", "Instruction:", "guarded Go on.",
	}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Errorf("what the model was given (-want +got):\n%s", diff)
	}
	for _, secret := range []string{"Woodhouse", "clever", "Go on", "She went"} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("want no %q in the log, got %s", secret, r.log.String())
		}
	}
	if !strings.Contains(r.log.String(), `"outputTokens":30`) {
		t.Errorf("want the tokens in the log, got %s", r.log.String())
	}
}

func TestAReviewHasAModelOfItsOwn(t *testing.T) {
	r := newRoom(t)
	if got := r.ask("ann", "/agents/review", `{"documentId":"emma"}`); got.status != 200 {
		t.Fatalf("want 200, got %d %s", got.status, got.text)
	}
	if got := *r.model.asked[0].ModelId; got != "arn:review" {
		t.Errorf("want arn:review, got %s", got)
	}
}

func TestWhatModelsMayNotReadIsNotFound(t *testing.T) {
	r := newRoom(t)
	for name, test := range map[string]struct{ author, body string }{
		"opted out":                            {"ann", `{"documentId":"diary"}`},
		"opted out, with the text in the call": {"ann", `{"documentId":"diary","text":"Dear diary"}`},
		"another author's":                     {"bob", `{"documentId":"emma"}`},
		"none":                                 {"ann", `{"documentId":"none"}`},
		"a path":                               {"ann", `{"documentId":"../../../opted-out/ann/documents/diary"}`},
		"what is no document":                  {"ann", `{"documentId":"emma/notes"}`},
		"nothing":                              {"ann", `{}`},
	} {
		if got := r.ask(test.author, "/agents/review", test.body); got.status != http.StatusNotFound {
			t.Errorf("%s: want 404, got %d %s", name, got.status, got.text)
		}
	}
	if len(r.model.asked) != 0 {
		t.Errorf("want no model asked, got %d calls", len(r.model.asked))
	}
}

// Without s3:ListBucket, S3 denies what is not there.
func TestADeniedManuscriptIsNotFoundAndLogged(t *testing.T) {
	r := newRoom(t)
	a := &agents{objects: denied{}, models: r.model}
	r.router.Routes = a.routes("", "")
	if got := r.ask("ann", "/agents/draft", `{"documentId":"emma"}`); got.status != http.StatusNotFound || strings.Contains(got.text, "arn:") {
		t.Errorf("want 404, got %d %s", got.status, got.text)
	}
	if !strings.Contains(r.log.String(), "manuscript denied") {
		t.Errorf("want it in the log, got %s", r.log.String())
	}
}

type denied struct{}

func (denied) GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	return nil, &smithy.GenericAPIError{Code: "AccessDenied", Message: "arn:aws:s3:::manuscripts"}
}

func TestWhatIsTooLongIsNotSent(t *testing.T) {
	r := newRoom(t)
	r.shelf["authors/ann/documents/novel"] = strings.Repeat("é", maxManuscript) + "!"
	body := func(fields map[string]string) string {
		encoded, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	for _, test := range []struct {
		name, resource string
		body           map[string]string
		status         int
		message        string
	}{
		{
			"both", "/agents/draft",
			map[string]string{"documentId": "emma", "instruction": strings.Repeat("é", 1001), "text": strings.Repeat("é", 8001)},
			400, "instruction: must have at most 1000 characters, got 1001; text: must have at most 8000 characters, got 8001",
		},
		{
			"as long as may be", "/agents/draft",
			map[string]string{"documentId": "emma", "instruction": strings.Repeat("é", 1000), "text": strings.Repeat("é", 8000)},
			200, "",
		},
		{
			"a review of a novel", "/agents/review",
			map[string]string{"documentId": "novel"},
			413, "the document has more than 16000 characters; send the passage you mean as text",
		},
		{"a review of a passage of it", "/agents/review", map[string]string{"documentId": "novel", "text": "é"}, 200, ""},
		{"a draft of its next page", "/agents/draft", map[string]string{"documentId": "novel"}, 200, ""},
		{"of nothing", "/agents/draft", map[string]string{"documentId": "blank"}, 400, "the document is empty; send an instruction or a text"},
		{"of a blank page with an instruction", "/agents/draft", map[string]string{"documentId": "blank", "instruction": "Begin."}, 200, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r.model.asked = nil
			got := r.ask("ann", test.resource, body(test.body))
			if got.status != test.status || !strings.Contains(got.text, test.message) {
				t.Errorf("want %d %q, got %d %s", test.status, test.message, got.status, got.text)
			}
			if asked := len(r.model.asked); (asked == 1) != (test.status == 200) {
				t.Errorf("want the model asked only if it answers, got %d calls", asked)
			}
		})
	}
	r.ask("ann", "/agents/draft", `{"documentId":"novel"}`)
	guarded := r.model.asked[len(r.model.asked)-1].Messages[0].Content[1].(*types.ContentBlockMemberGuardContent)
	given := *guarded.Value.(*types.GuardrailConverseContentBlockMemberText).Value.Text
	if want := strings.Repeat("é", maxManuscript-1) + "!"; given != want {
		t.Errorf("want the last %d characters, whole; got %d bytes", maxManuscript, len(given))
	}
}

func TestAModelThatDoesNotAnswer(t *testing.T) {
	for _, test := range []struct {
		err        error
		status     int
		code       string
		retryAfter string
	}{
		{&types.ThrottlingException{Message: aws.String("arn:aws:bedrock")}, 429, "busy", "10"},
		{&types.ServiceQuotaExceededException{}, 429, "busy", "10"},
		{&types.ModelNotReadyException{}, 503, "unavailable", "30"},
		{&types.ServiceUnavailableException{}, 503, "unavailable", "30"},
		{&types.AccessDeniedException{Message: aws.String("arn:aws:iam")}, 503, "unavailable", "3600"},
		{&types.ModelTimeoutException{}, 504, "timeout", ""},
		{fmt.Errorf("Converse: %w", context.DeadlineExceeded), 504, "timeout", ""},
		{&types.ValidationException{Message: aws.String("arn:aws:bedrock")}, 500, "internal", ""},
		{errors.New("connection reset by peer"), 500, "internal", ""},
	} {
		r := newRoom(t)
		r.model.output, r.model.err = nil, test.err
		got := r.ask("ann", "/agents/draft", `{"documentId":"emma"}`)
		if got.status != test.status || !strings.Contains(got.text, `"code":"`+test.code+`"`) || got.headers["Retry-After"] != test.retryAfter {
			t.Errorf("%T: want %d %s, Retry-After %q; got %d %s %q",
				test.err, test.status, test.code, test.retryAfter, got.status, got.text, got.headers["Retry-After"])
		}
		if strings.Contains(got.text, "arn:") {
			t.Errorf("%T: want nothing of AWS's message, got %s", test.err, got.text)
		}
	}
}

func TestAnAnswerThatIsHeldBack(t *testing.T) {
	trace := func(assessment types.GuardrailAssessment) *types.ConverseTrace {
		return &types.ConverseTrace{Guardrail: &types.GuardrailTraceAssessment{
			OutputAssessments: map[string][]types.GuardrailAssessment{"fiction": {assessment}},
		}}
	}
	entity := func(action types.GuardrailSensitiveInformationPolicyAction) *types.GuardrailSensitiveInformationPolicyAssessment {
		return &types.GuardrailSensitiveInformationPolicyAssessment{PiiEntities: []types.GuardrailPiiEntityFilter{{Action: action}}}
	}
	masked := entity(types.GuardrailSensitiveInformationPolicyActionAnonymized)
	filter := &types.GuardrailContentPolicyAssessment{Filters: []types.GuardrailContentFilter{{Action: types.GuardrailContentPolicyActionBlocked}}}
	intervened := types.StopReasonGuardrailIntervened
	for _, test := range []struct {
		name   string
		reason types.StopReason
		trace  *types.ConverseTrace
		status int
	}{
		{"by the model", types.StopReasonContentFiltered, nil, 422},
		{"by the guardrail, which does not say why", intervened, nil, 422},
		{"by the guardrail, which says nothing", intervened, trace(types.GuardrailAssessment{}), 422},
		{"by a filter", intervened, trace(types.GuardrailAssessment{ContentPolicy: filter}), 422},
		{"for a credential", intervened, trace(types.GuardrailAssessment{
			SensitiveInformationPolicy: entity(types.GuardrailSensitiveInformationPolicyActionBlocked),
		}), 422},
		{"by a filter, and masked", intervened, trace(types.GuardrailAssessment{ContentPolicy: filter, SensitiveInformationPolicy: masked}), 422},
		{"by a policy that is new", intervened, trace(types.GuardrailAssessment{
			TopicPolicy: &types.GuardrailTopicPolicyAssessment{}, SensitiveInformationPolicy: masked,
		}), 422},
		{"a number, masked", intervened, trace(types.GuardrailAssessment{SensitiveInformationPolicy: masked}), 200},
		{"nothing, at the end of the tokens", types.StopReasonMaxTokens, nil, 200},
	} {
		r := newRoom(t)
		r.model.output = says("My card is {CREDIT_DEBIT_CARD_NUMBER}.", test.reason)
		r.model.output.Trace = test.trace
		got := r.ask("ann", "/agents/draft", `{"documentId":"emma"}`)
		if got.status != test.status || strings.Contains(got.text, "My card") != (test.status == 200) {
			t.Errorf("%s: want %d, got %d %s", test.name, test.status, got.status, got.text)
		}
	}
}

func TestAnAnswerWithoutTextIsAFault(t *testing.T) {
	r := newRoom(t)
	r.model.output = &bedrockruntime.ConverseOutput{StopReason: types.StopReasonEndTurn}
	if got := r.ask("ann", "/agents/draft", `{"documentId":"emma"}`); got.status != 500 {
		t.Errorf("want 500, got %d %s", got.status, got.text)
	}
}

func TestBothRoutesHaveAScope(t *testing.T) {
	for _, route := range newRoom(t).router.Routes {
		if route.Scope != "agents:write" {
			t.Errorf("%s %s: want agents:write, got %q", route.Method, route.Resource, route.Scope)
		}
	}
}

func TestTheFunctionTellsAllThatItIsNotTold(t *testing.T) {
	names := []string{
		"ALLOWED_ORIGINS", "DRAFT_MODEL", "ENVIRONMENT", "GUARDRAIL_ID", "GUARDRAIL_VERSION", "MANUSCRIPTS_BUCKET", "REVIEW_MODEL",
	}
	for _, name := range names {
		t.Setenv(name, "x") // restored after the test
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	_, err := newRouter(context.Background(), logging.New(&bytes.Buffer{}, "agents"))
	for _, name := range names {
		if err == nil || !strings.Contains(err.Error(), " "+name+" ") {
			t.Errorf("want %s told, got %v", name, err)
		}
	}
}
