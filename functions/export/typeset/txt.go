package typeset

import (
	"strings"
	"unicode"
)

// Where an element stands on a page of a screenplay, in characters from the left edge of action, and how wide it is. There are ten
// characters to an inch. https://www.oscars.org/sites/oscars/files/scriptsample.pdf
const (
	pageWidth = 60

	dialogueIndent, dialogueWidth           = 10, 35
	parentheticalIndent, parentheticalWidth = 16, 25
	characterIndent, characterWidth         = 22, 38

	// Of two speeches that are spoken at once, each has half a page, with a gap between them.
	dualGap                                         = 4
	dualWidth                                       = (pageWidth - dualGap) / 2
	dualParentheticalIndent, dualParentheticalWidth = 4, dualWidth - 8
	dualCharacterIndent, dualCharacterWidth         = 8, dualWidth - 8
)

// pageEnd is what a printer takes for the end of a page.
const pageEnd = "\f"

// TXT is the screenplay as it is typed. What is emphasized looks like the rest.
func (s Screenplay) TXT() []byte {
	pages := [][]string{s.typedTitlePage(), nil}
	for _, e := range s.Elements {
		page := &pages[len(pages)-1]
		if e.Kind == PageBreak {
			pages = append(pages, nil)
			continue
		}
		if lines := e.typed(); len(lines) > 0 {
			if len(*page) > 0 {
				*page = append(*page, "")
			}
			*page = append(*page, lines...)
		}
	}
	var b strings.Builder
	for i, page := range pages {
		if i > 0 {
			b.WriteString(pageEnd + "\n")
		}
		for _, line := range page {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return []byte(b.String())
}

// typedTitlePage has what names the screenplay in the middle, and what else its writer says of it below.
func (s Screenplay) typedTitlePage() []string {
	page := s.titlePage()
	lines := centered(page.Title.String())
	for _, field := range page.Names {
		lines = append(lines, "")
		for _, value := range field.Values {
			lines = append(lines, centered(value.String())...)
		}
	}
	for _, field := range page.Details {
		lines = append(lines, "")
		for i, value := range field.Values {
			label := "    "
			if i == 0 {
				label = field.Key + ": "
			}
			lines = append(lines, wrap(label+value.String(), pageWidth)...)
		}
	}
	return lines
}

// typed are the lines of an element, none for the writer's outline.
func (e Element) typed() []string {
	if !e.Printed() {
		return nil
	}
	switch e.Kind {
	case Scene:
		heading := strings.ToUpper(e.Text.String())
		if e.Number != "" {
			heading = e.Number + "  " + heading
		}
		return wrap(heading, pageWidth)
	case Transition:
		return set(e.Text, pageWidth, func(line string) string { return strings.Repeat(" ", pageWidth-columns(line)) + line })
	case Centered:
		return centered(e.Text.String())
	case Conversation:
		if e.Dual() {
			return beside(e.Speeches[0].typedHalf(), e.Speeches[1].typedHalf())
		}
		return e.Speeches[0].typed()
	case Lyrics:
		return indented(e.Text, dialogueIndent, dialogueWidth)
	}
	return wrap(e.Text.String(), pageWidth)
}

func (s Speech) typed() []string {
	lines := indented(s.Character, characterIndent, characterWidth)
	for _, part := range s.Lines {
		if part.Kind == Parenthetical {
			lines = append(lines, indented(part.Text, parentheticalIndent, parentheticalWidth)...)
		} else {
			lines = append(lines, indented(part.Text, dialogueIndent, dialogueWidth)...)
		}
	}
	return lines
}

// typedHalf is the speech where another is spoken at once.
func (s Speech) typedHalf() []string {
	lines := indented(s.Character, dualCharacterIndent, dualCharacterWidth)
	for _, part := range s.Lines {
		if part.Kind == Parenthetical {
			lines = append(lines, indented(part.Text, dualParentheticalIndent, dualParentheticalWidth)...)
		} else {
			lines = append(lines, indented(part.Text, 0, dualWidth)...)
		}
	}
	return lines
}

func beside(left, right []string) []string {
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		if i < len(left) {
			lines[i] = left[i]
		}
		if i < len(right) {
			lines[i] += strings.Repeat(" ", dualWidth+dualGap-columns(lines[i])) + right[i]
		}
	}
	return lines
}

func indented(text Text, indent, width int) []string {
	return set(text, width, func(line string) string { return strings.Repeat(" ", indent) + line })
}

func centered(text string) []string {
	return set(Text{{Text: text}}, pageWidth, func(line string) string {
		return strings.Repeat(" ", (pageWidth-columns(line))/2) + line
	})
}

// set wraps a text and puts each of its lines in its place.
func set(text Text, width int, place func(line string) string) []string {
	lines := wrap(text.String(), width)
	for i, line := range lines {
		lines[i] = place(line)
	}
	return lines
}

// wrap parts a text into lines of at most so many characters, between words where it can.
func wrap(text string, width int) []string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		for {
			end := cut(line, width)
			lines = append(lines, strings.TrimRight(line[:end], " "))
			if end == len(line) {
				break
			}
			line = strings.TrimLeft(line[end:], " ")
		}
	}
	return lines
}

// cut is where a line has to end: all of it where it fits, else at its last space that is not its indentation, else where the
// width ends.
func cut(line string, width int) int {
	column, space, begun := 0, 0, false
	for at, r := range line {
		if r == ' ' && begun {
			space = at
		}
		begun = begun || r != ' '
		if column += runeColumns(r); column > width && r != ' ' {
			if space > 0 {
				return space
			}
			return at
		}
	}
	return len(line)
}

// columns is how many characters wide a line is typed.
func columns(line string) (n int) {
	for _, r := range line {
		n += runeColumns(r)
	}
	return n
}

// runeColumns is 0 for what is typed over the character before it, such as an accent.
func runeColumns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	return 1
}
