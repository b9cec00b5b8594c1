package typeset

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is what stands on the page, in stretches of one style each. Its lines end in \n, but for the last.
type Text []Span

// Span is a stretch of text in one style.
type Span struct {
	Text  string
	Style Style
}

// Style is how text stands out.
type Style struct{ Italic, Bold, Underline bool }

// String is the text without its styles.
func (t Text) String() string {
	var b strings.Builder
	for _, span := range t {
		b.WriteString(span.Text)
	}
	return b.String()
}

// token is either a stretch of text or one mark: *, ** or _. The mark *** is ** and *.
type token struct {
	text  string
	style Style // what a mark turns on and off; none for text
	// mayBegin and mayEnd say whether a mark stands where emphasis can begin, and where it can end.
	mayBegin, mayEnd bool
	paired           bool
}

// emphasize reads the emphasis in one line, beyond which none reaches. A mark without a partner is text like any other, as in "dial
// *69 and then *23": emphasis begins where no space follows the mark, and ends where none comes before it.
func emphasize(line string) Text {
	if !strings.ContainsAny(line, "*_") {
		return Text{{Text: line}}
	}
	tokens := tokenize(line)
	pair(tokens)

	var text Text
	var run strings.Builder
	var style Style
	end := func() {
		if run.Len() > 0 {
			text = append(text, Span{Text: run.String(), Style: style})
			run.Reset()
		}
	}
	for _, t := range tokens {
		if !t.paired {
			run.WriteString(t.text)
			continue
		}
		end()
		style = Style{
			Italic:    style.Italic != t.style.Italic,
			Bold:      style.Bold != t.style.Bold,
			Underline: style.Underline != t.style.Underline,
		}
	}
	end()
	return text
}

// tokenize parts a line into text and marks. A backslash makes text of the mark behind it, and more than three asterisks are text.
func tokenize(line string) []token {
	var tokens []token
	before := ' ' // to a mark, the edge of the line is as good as a space
	for line != "" {
		var found []token
		size := 0
		switch c := line[0]; {
		case c == '\\' && len(line) > 1 && (line[1] == '*' || line[1] == '_'):
			size = 2
			found = []token{{text: line[1:2]}}
		case c == '*' || c == '_':
			size = len(line) - len(strings.TrimLeft(line, string(c)))
			found = marks(line[:size])
			for i := range found {
				found[i].mayBegin = !unicode.IsSpace(first(line[size:]))
				found[i].mayEnd = !unicode.IsSpace(before)
			}
		default:
			if size = strings.IndexAny(line[1:], `\*_`) + 1; size == 0 {
				size = len(line)
			}
			found = []token{{text: line[:size]}}
		}
		tokens = append(tokens, found...)
		before, _ = utf8.DecodeLastRuneInString(line[:size])
		line = line[size:]
	}
	return tokens
}

// marks are what a run of asterisks or underscores stands for.
func marks(run string) []token {
	italic := token{text: "*", style: Style{Italic: true}}
	bold := token{text: "**", style: Style{Bold: true}}
	switch run {
	case "*":
		return []token{italic}
	case "**":
		return []token{bold}
	case "***":
		return []token{bold, italic}
	case "_":
		return []token{{text: "_", style: Style{Underline: true}}}
	}
	return []token{{text: run}}
}

// pair joins each mark that can end emphasis with the nearest of its kind before it that can begin some.
func pair(tokens []token) {
	begun := map[Style]*token{}
	for i := range tokens {
		t := &tokens[i]
		begin := begun[t.style]
		switch {
		case t.style == Style{}:
		case t.mayEnd && begin != nil:
			begin.paired, t.paired = true, true
			delete(begun, t.style)
		case t.mayBegin:
			begun[t.style] = t
		}
	}
}

func first(s string) rune {
	for _, r := range s {
		return r
	}
	return ' '
}
