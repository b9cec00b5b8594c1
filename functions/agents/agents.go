package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/writersroom/infrastructure/functions/internal/logging"
	"github.com/writersroom/infrastructure/functions/internal/manuscripts"
	"github.com/writersroom/infrastructure/functions/internal/rest"
)

// agents is what the routes' handlers work with.
type agents struct {
	manuscriptsBucket string
	guardrailID       string
	guardrailVersion  string

	objects objects
	models  models
}

// objects is what is used of S3.
type objects interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
}

// What a model is given, in characters. A writer pays for it in seconds, the house by the token and by the thousand characters
// that the guardrail reads: https://aws.amazon.com/bedrock/pricing/
const (
	maxInstruction = 1000
	maxPassage     = 8000
	maxManuscript  = 16000
)

// handler answers the requests for a feature.
func (a *agents) handler(f feature) rest.Handler {
	return func(ctx context.Context, request *rest.Request) (*rest.Response, error) {
		var body struct {
			DocumentID  string `json:"documentId"`
			Instruction string `json:"instruction"`
			Text        string `json:"text"`
		}
		if err := request.Decode(&body); err != nil {
			return nil, err
		}
		if err := errorOf(tooLong("instruction", body.Instruction, maxInstruction), tooLong("text", body.Text, maxPassage)); err != nil {
			return nil, err
		}
		// Also when all that is asked about is in the request: whose document it is, and whether models may read it, shows here alone.
		manuscript, err := a.manuscript(ctx, request.Author, body.DocumentID)
		if err != nil {
			return nil, err
		}
		if f.whole && body.Text == "" && utf8.RuneCountInString(manuscript) > maxManuscript {
			return nil, &rest.Error{
				Status: http.StatusRequestEntityTooLarge, Code: "too_large",
				Message: "the document has more than " + strconv.Itoa(maxManuscript) + " characters; send the passage you mean as text",
			}
		}
		if manuscript == "" && body.Text == "" && body.Instruction == "" {
			return nil, rest.Invalid("the document is empty; send an instruction or a text")
		}
		return a.ask(ctx, f, prompt{manuscript: end(manuscript, maxManuscript), passage: body.Text, instruction: body.Instruction})
	}
}

// manuscript is the text of the author's document. Another author's is in another folder, and one that is opted out in a folder
// that the function's role cannot read, so that both are not found.
func (a *agents) manuscript(ctx context.Context, author, id string) (string, error) {
	if !manuscripts.IsID(id) {
		return "", rest.NotFound()
	}
	output, err := a.objects.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(a.manuscriptsBucket), Key: aws.String(manuscripts.Key(author, id, false)),
	})
	var fault smithy.APIError
	if errors.As(err, &fault) {
		switch fault.ErrorCode() {
		case "NoSuchKey":
			return "", rest.NotFound()
		case "AccessDenied": // what S3 says of a missing object to who may not list the bucket, but also where a grant is missing
			logging.From(ctx).Warn("manuscript denied", "document", id, "error", err.Error())
			return "", rest.NotFound()
		}
	}
	if err != nil {
		return "", err
	}
	defer output.Body.Close()
	content, err := io.ReadAll(output.Body)
	if err != nil {
		return "", err
	}
	return string(content), nil
}

// end is the last characters of a text.
func end(text string, characters int) string {
	from := len(text)
	for ; characters > 0 && from > 0; characters-- {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	return text[from:]
}

// tooLong says of a field that it is, or nothing.
func tooLong(field, text string, characters int) string {
	if n := utf8.RuneCountInString(text); n > characters {
		return field + ": must have at most " + strconv.Itoa(characters) + " characters, got " + strconv.Itoa(n)
	}
	return ""
}

// errorOf is the error of those faults that there are.
func errorOf(faults ...string) error {
	var told []string
	for _, fault := range faults {
		if fault != "" {
			told = append(told, fault)
		}
	}
	if len(told) == 0 {
		return nil
	}
	return rest.Invalid(told...)
}
