package compute

// The limits of the functions (functions/api, functions/agents), so that what they would refuse does not reach them. They check again: API Gateway looks only
// at bodies that say they are JSON.
const (
	maxTitle = 200
	// maxText is in characters, of which none is shorter than the byte that the function counts.
	maxText = 5 << 20
	// maxInstruction and maxPassage are what a model is given beside the document, in characters.
	maxInstruction = 1000
	maxPassage     = 8000
	// idForm is an id's; a document of no project may say so with an empty one.
	idForm         = "^[a-z0-9-]{1,64}$"
	optionalIDForm = "^[a-z0-9-]{0,64}$"
)

// models are what the bodies of requests must be, as JSON schema of draft 4, which is the one that API Gateway knows.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
func models() object {
	text := func(least, most int) object { return object{"type": "string", "minLength": least, "maxLength": most} }
	one := func(values ...string) object { return object{"type": "string", "enum": values} }
	id := object{"type": "string", "pattern": idForm}
	model := func(properties object, required ...string) object {
		return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	}
	return object{
		"Document": model(object{
			"title":     text(1, maxTitle),
			"format":    one("text", "fountain"),
			"text":      text(0, maxText),
			"projectId": object{"type": "string", "pattern": optionalIDForm},
			"optedOut":  object{"type": "boolean"},
		}, "title", "format", "text"),
		"Export":  model(object{"documentId": id, "format": one("txt", "html")}, "documentId", "format"),
		"Project": model(object{"title": text(1, maxTitle)}, "title"),
		"Ticket":  model(object{"documentId": id}, "documentId"),
		"Assignment": model(object{
			"documentId": id, "instruction": text(0, maxInstruction), "text": text(0, maxPassage),
		}, "documentId"),
	}
}
