// Package typeset makes of a manuscript what its writer downloads: plain text, or a web page that stands by itself. It takes any text
// whatever: what cannot be read as intended is set as it is written. Its work grows with the length of the text and no faster.
package typeset

import (
	"strings"
	"unicode"
)

// Document is a manuscript that has been read.
type Document interface {
	// TXT is the document as UTF-8 text whose lines end in \n.
	TXT() []byte
	// HTML is the document as a page with its style in it: it loads nothing and runs nothing, and nothing in the manuscript is taken
	// for markup.
	HTML() ([]byte, error)
}

// lineEnds are the ways to end a line, those of old systems, of word processors and of Unicode included.
func lineEnds() *strings.Replacer {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")
}

// clean is a text without a byte order mark, whose lines end in \n, with U+FFFD for bytes that are no UTF-8, and without control
// characters: terminals obey them, and HTML forbids them.
func clean(source string) string {
	source = strings.ToValidUTF8(strings.TrimPrefix(source, "\ufeff"), "\ufffd")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, lineEnds().Replace(source))
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }
