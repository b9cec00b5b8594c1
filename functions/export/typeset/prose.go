package typeset

import "strings"

// Prose is a manuscript in plain text.
type Prose struct {
	title string
	text  string
}

// NewProse reads a manuscript in plain text.
func NewProse(title, source string) Prose {
	return Prose{title: oneLine(title), text: clean(source)}
}

// TXT is the text as it is written, without the title.
func (p Prose) TXT() []byte {
	return []byte(strings.TrimRight(p.text, "\n") + "\n")
}

// HTML is the text in paragraphs, which blank lines part, below the title.
func (p Prose) HTML() ([]byte, error) {
	return page{Title: p.title, Prose: p.paragraphs()}.render()
}

// paragraphs keep their line breaks: verse has them, and so has every text that ends its paragraphs with one.
func (p Prose) paragraphs() []string {
	var paragraphs, lines []string
	end := func() {
		if len(lines) > 0 {
			paragraphs = append(paragraphs, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	for line := range strings.SplitSeq(p.text, "\n") {
		if blank(line) {
			end()
			continue
		}
		lines = append(lines, line)
	}
	end()
	return paragraphs
}

// oneLine is a title fit to stand in a line.
func oneLine(title string) string { return strings.Join(strings.Fields(clean(title)), " ") }
