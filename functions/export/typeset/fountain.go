package typeset

import (
	"regexp"
	"strings"
	"unicode"
)

// Kind is what an element of a screenplay is.
type Kind string

// The kinds of elements. Sections and synopses are the writer's own outline, and stand in no rendering.
const (
	Action        Kind = "action"
	Centered      Kind = "centered"
	Conversation  Kind = "conversation"
	Dialogue      Kind = "dialogue"
	Lyrics        Kind = "lyrics"
	PageBreak     Kind = "page-break"
	Parenthetical Kind = "parenthetical"
	Scene         Kind = "scene"
	Section       Kind = "section"
	Synopsis      Kind = "synopsis"
	Transition    Kind = "transition"
)

// Element is a part of a screenplay that is set in a way of its own.
type Element struct {
	Kind Kind
	Text Text
	// Number is a scene's, as its writer gave it.
	Number string
	// Speeches are a conversation's: one, or two that are spoken at once.
	Speeches []Speech
}

// Speech is what a character says without interruption.
type Speech struct {
	Character Text
	// Lines are dialogue, parentheticals and lyrics.
	Lines []Element
}

// Field is an entry of the title page.
type Field struct {
	Key    string
	Values []Text
}

// Screenplay is a manuscript in Fountain.
type Screenplay struct {
	title    string
	Fields   []Field
	Elements []Element
}

// NewScreenplay reads a manuscript in Fountain (https://fountain.io/syntax/). The title is that of the document, for a manuscript
// without one on its title page.
func NewScreenplay(title, source string) Screenplay {
	fields, body := titlePage(strings.Split(withoutRemarks(clean(source)), "\n"))
	p := parser{lines: body, blanks: 1}
	for p.at < len(p.lines) {
		p.element()
	}
	return Screenplay{title: oneLine(title), Fields: fields, Elements: p.elements}
}

var (
	fieldLine = regexp.MustCompile(`^([^\s:][^:]*):(.*)$`)
	sceneLine = regexp.MustCompile(`(?i)^(INT|EXT|EST|INT\.?/EXT|I/E)[. ]`)
	// forcedScene is a single period before a letter or a digit, so that no ellipsis makes a scene.
	forcedScene = regexp.MustCompile(`^\.[\pL\pN]`)
	sceneNumber = regexp.MustCompile(`\s*#([\pL\pN.-]+)#$`)
	breakLine   = regexp.MustCompile(`^={3,}$`)
)

// titlePage parts the title page from the body. The page is made of keys with a value on their line or on indented lines below it; a
// screenplay that opens with FADE IN: has none.
func titlePage(lines []string) (fields []Field, body []string) {
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	for at, line := range lines {
		field := fieldLine.FindStringSubmatch(line)
		switch {
		case blank(line):
			body = lines[at:]
		case field != nil:
			fields = append(fields, Field{Key: strings.TrimSpace(field[1])})
			if value := strings.TrimSpace(field[2]); value != "" {
				fields[len(fields)-1].Values = []Text{emphasize(value)}
			}
			continue
		case len(fields) > 0 && strings.TrimLeft(line, " \t") != line:
			last := &fields[len(fields)-1]
			last.Values = append(last.Values, emphasize(strings.TrimSpace(line)))
			continue
		default:
			return nil, lines
		}
		break
	}
	if len(fields) == 0 || len(fields[0].Values) == 0 {
		return nil, lines
	}
	return fields, body
}

// parser reads a screenplay line by line.
type parser struct {
	lines    []string
	at       int
	blanks   int // how many blank lines came before the one at hand
	elements []Element
}

// element reads the element that begins at the line at hand.
func (p *parser) element() {
	line := p.lines[p.at]
	trimmed := strings.TrimSpace(line)
	if trimmed == "" {
		p.blanks++
		p.at++
		return
	}
	alone := p.at+1 == len(p.lines) || blank(p.lines[p.at+1])
	apart := p.blanks > 0
	switch {
	case breakLine.MatchString(trimmed):
		p.add(Element{Kind: PageBreak})
	case trimmed[0] == '=':
		p.add(Element{Kind: Synopsis, Text: emphasize(strings.TrimSpace(trimmed[1:]))})
	case trimmed[0] == '#':
		p.add(Element{Kind: Section, Text: emphasize(strings.TrimSpace(strings.TrimLeft(trimmed, "#")))})
	case forcedScene.MatchString(trimmed):
		p.add(scene(trimmed[1:]))
	case trimmed[0] == '!':
		p.join(Action, strings.Replace(line, "!", "", 1))
	case trimmed[0] == '>' && len(trimmed) > 1 && strings.HasSuffix(trimmed, "<"):
		p.join(Centered, strings.TrimSpace(trimmed[1:len(trimmed)-1]))
	case trimmed[0] == '>':
		p.add(Element{Kind: Transition, Text: emphasize(strings.TrimSpace(trimmed[1:]))})
	case trimmed[0] == '~':
		p.join(Lyrics, strings.TrimSpace(trimmed[1:]))
	// A blank line should follow a scene heading too. Where it was forgotten the heading still is no character's name.
	case apart && sceneLine.MatchString(trimmed):
		p.add(scene(trimmed))
	case apart && alone && upper(trimmed) && strings.HasSuffix(trimmed, "TO:"):
		p.add(Element{Kind: Transition, Text: emphasize(trimmed)})
	case apart && !alone && (trimmed[0] == '@' || isCue(trimmed)):
		p.speech(strings.TrimPrefix(trimmed, "@"))
	default:
		p.join(Action, line)
	}
}

// add takes an element of one line. What follows it stands apart even without a blank line.
func (p *parser) add(e Element) {
	p.elements = append(p.elements, e)
	p.at++
	p.blanks = 1
}

// join takes a line of an element that can have several. The blank lines between two paragraphs of action are the writer's choice:
// all beyond the one that parts any two elements are kept.
func (p *parser) join(kind Kind, line string) {
	text := emphasize(expandTabs(strings.TrimRight(line, " \t")))
	if n := len(p.elements); n > 0 && p.elements[n-1].Kind == kind {
		switch previous := &p.elements[n-1]; {
		case p.blanks == 0:
			previous.Text = append(append(previous.Text, Span{Text: "\n"}), text...)
			p.at++
			return
		case kind == Action && p.blanks > 1:
			text = append(Text{{Text: strings.Repeat("\n", p.blanks-1)}}, text...)
		}
	}
	p.elements = append(p.elements, Element{Kind: kind, Text: text})
	p.at++
	p.blanks = 0
}

// expandTabs follows https://fountain.io/syntax/#action.
func expandTabs(line string) string { return strings.ReplaceAll(line, "\t", "    ") }

func scene(heading string) Element {
	e := Element{Kind: Scene}
	if number := sceneNumber.FindStringSubmatch(heading); number != nil {
		e.Number = number[1]
		heading = strings.TrimSuffix(heading, number[0])
	}
	e.Text = emphasize(strings.TrimSpace(heading))
	return e
}

// isCue says whether a line is the name of who speaks: in capitals, but for what stands in parentheses behind it.
func isCue(line string) bool {
	name := strings.TrimSpace(strings.TrimSuffix(line, "^"))
	if extension := strings.IndexByte(name, '('); extension >= 0 {
		if !strings.HasSuffix(name, ")") {
			return false
		}
		name = name[:extension]
	}
	return upper(name)
}

// upper says whether a line has capitals and no small letters. One in a script that knows neither has to be forced.
func upper(line string) bool {
	return strings.IndexFunc(line, unicode.IsUpper) >= 0 && strings.IndexFunc(line, unicode.IsLower) < 0
}

// speech reads what a character says, up to the next blank line. A line of two spaces or more is a pause in it.
func (p *parser) speech(cue string) {
	name, dual := strings.CutSuffix(cue, "^")
	s := Speech{Character: emphasize(strings.TrimSpace(name))}
	for p.at++; p.at < len(p.lines); p.at++ {
		line := p.lines[p.at]
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" && len(line) < 2:
			p.converse(s, dual)
			return
		case strings.HasPrefix(trimmed, "(") && strings.HasSuffix(trimmed, ")"):
			s.Lines = append(s.Lines, Element{Kind: Parenthetical, Text: emphasize(trimmed)})
		case strings.HasPrefix(trimmed, "~"):
			s.say(Lyrics, strings.TrimSpace(trimmed[1:]))
		default:
			s.say(Dialogue, trimmed)
		}
	}
	p.converse(s, dual)
}

// say adds a line of dialogue or of lyrics to those of its kind before it.
func (s *Speech) say(kind Kind, line string) {
	if n := len(s.Lines); n > 0 && s.Lines[n-1].Kind == kind {
		s.Lines[n-1].Text = append(append(s.Lines[n-1].Text, Span{Text: "\n"}), emphasize(line)...)
		return
	}
	s.Lines = append(s.Lines, Element{Kind: kind, Text: emphasize(line)})
}

// converse adds a speech: beside the one before it when both are spoken at once.
func (p *parser) converse(s Speech, dual bool) {
	p.blanks = 0
	if n := len(p.elements); dual && n > 0 && p.elements[n-1].Kind == Conversation && len(p.elements[n-1].Speeches) == 1 {
		p.elements[n-1].Speeches = append(p.elements[n-1].Speeches, s)
		return
	}
	p.elements = append(p.elements, Element{Kind: Conversation, Speeches: []Speech{s}})
}
