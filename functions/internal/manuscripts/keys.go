// Package manuscripts knows where manuscripts and their exports lie in the buckets. The buckets' policies, the writers' own
// credentials and what models may read go by these folders (constructs/storage).
package manuscripts

import "strings"

// The two halves of the buckets. Below each is a folder for every writer, named by their id: a token's "sub" claim.
const (
	authorsPrefix = "authors/"
	// optedOutPrefix is where the manuscripts lie that no model may read.
	optedOutPrefix = "opted-out/"
)

// Key is where a document's text lies in the manuscripts bucket.
func Key(authorID, documentID string, optedOut bool) string {
	return folder(authorID, optedOut) + "documents/" + documentID
}

// ExportKey is where a finished export lies in the exports bucket. The ending is that of the file's name: txt or html.
func ExportKey(authorID, exportID, ending string, optedOut bool) string {
	return folder(authorID, optedOut) + "exports/" + exportID + "." + ending
}

// WorkingKey is where an export lies in the exports bucket until it is finished.
func WorkingKey(exportID string) string {
	return "working/" + exportID
}

func folder(authorID string, optedOut bool) string {
	if optedOut {
		return optedOutPrefix + authorID + "/"
	}
	return authorsPrefix + authorID + "/"
}

// maxID is the length of the longest id, far more than the 26 characters of those that are made.
const maxID = 64

// IsID says whether a text can be the id of a document, a project or an export: lower-case letters, digits and hyphens, at most
// 64. It is asked of what callers send, before that becomes a part of a key.
func IsID(text string) bool {
	return text != "" && len(text) <= maxID && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
