package typeset

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline is a screenplay in one line an element, each behind its kind.
func outline(s Screenplay) []string {
	var lines []string
	for _, field := range s.Fields {
		values := make([]string, len(field.Values))
		for i, value := range field.Values {
			values[i] = value.String()
		}
		lines = append(lines, "field "+field.Key+": "+strings.Join(values, " | "))
	}
	one := func(e Element) string {
		return strings.TrimSpace(string(e.Kind) + " " + strings.ReplaceAll(e.Text.String(), "\n", " | "))
	}
	for _, e := range s.Elements {
		line := one(e)
		if e.Number != "" {
			line += " [" + e.Number + "]"
		}
		for _, speech := range e.Speeches {
			line += " " + speech.Character.String() + ":"
			for _, part := range speech.Lines {
				line += " {" + one(part) + "}"
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func TestFountain(t *testing.T) {
	for _, c := range []struct {
		name, source string
		want         []string
	}{
		{"scene headings", "INT. HOUSE - DAY\n\next. lawn\n\nEST THE SEA\n\nINT./EXT. CAR\n\nINT/EXT CAR\n\nI/E CAR", []string{
			"scene INT. HOUSE - DAY", "scene ext. lawn", "scene EST THE SEA", "scene INT./EXT. CAR", "scene INT/EXT CAR", "scene I/E CAR",
		}},
		{"no scene heading", "Interior. A house.\n\nHe says\nINT. HOUSE", []string{"action Interior. A house.", "action He says | INT. HOUSE"}},
		{"a scene heading without the blank line after it", "INT. HOUSE - DAY\nA door.", []string{"scene INT. HOUSE - DAY", "action A door."}},
		{"scene numbers", "INT. HOUSE #12-A.#\n\n.ATTIC #3#\n\nINT. ROOM #5", []string{
			"scene INT. HOUSE [12-A.]", "scene ATTIC [3]", "scene INT. ROOM #5",
		}},
		{"forced scene", ".sniper scope\n\n...and so on\n\n. dot", []string{"scene sniper scope", "action ...and so on", "action . dot"}},
		{"action keeps its lines and its indentation", "One.\n  Two.\n\tThree.", []string{"action One. |   Two. |     Three."}},
		{"action keeps blank lines beyond the first", "One.\n\nTwo.\n\n\n\nThree.", []string{"action One.", "action Two.", "action  |  | Three."}},
		{"forced action", "!BANG\nA shot.\n\n  !INT. NO SCENE", []string{"action BANG | A shot.", "action   INT. NO SCENE"}},
		{"dialogue", "STEEL\nCome out!\nAll of you.", []string{"conversation STEEL: {dialogue Come out! | All of you.}"}},
		{"dialogue with parentheticals", "STEEL (on the radio)\n(low)\nYes.\n(beat)\nNo.", []string{
			"conversation STEEL (on the radio): {parenthetical (low)} {dialogue Yes.} {parenthetical (beat)} {dialogue No.}",
		}},
		{"a pause in dialogue", "DEALER\nTen.\n  \nAnd four.", []string{"conversation DEALER: {dialogue Ten. |  | And four.}"}},
		{"no character", "23\nis a number.\n\nSTEEL\n\nHe is.\n\nSTEEL (O.S\nHm.\n\nSteel\nHm.\n\n文字\n文。", []string{
			"action 23 | is a number.", "action STEEL", "action He is.", "action STEEL (O.S | Hm.", "action Steel | Hm.", "action 文字 | 文。",
		}},
		{"forced character", "@McCLANE\nYippie!\n\n@文字\n文。", []string{"conversation McCLANE: {dialogue Yippie!}", "conversation 文字: {dialogue 文。}"}},
		{"indented", "\t\tSTEEL\n\t(low)\n\tYes.\n\n\t\tINT. HOUSE", []string{"conversation STEEL: {parenthetical (low)} {dialogue Yes.}", "scene INT. HOUSE"}},
		{"dual dialogue", "BRICK\nNo.\n\nSTEEL ^\nYes.", []string{"conversation BRICK: {dialogue No.} STEEL: {dialogue Yes.}"}},
		{"dual dialogue without a partner", "STEEL ^\nYes.\n\nA pause.\n\n@McCLANE^\nNo.", []string{
			"conversation STEEL: {dialogue Yes.}", "action A pause.", "conversation McCLANE: {dialogue No.}",
		}},
		{"dual dialogue of three", "A\nOne.\n\nB ^\nTwo.\n\nC ^\nThree.", []string{
			"conversation A: {dialogue One.} B: {dialogue Two.}", "conversation C: {dialogue Three.}",
		}},
		{"lyrics", "~La la\n~la\n\nSTEEL\n~La\nNo.", []string{"lyrics La la | la", "conversation STEEL: {lyrics La} {dialogue No.}"}},
		{"transitions", "CUT TO:\n\nA cat.\nCUT TO:\n\ncut to:\n\n> Burn to white.", []string{
			"transition CUT TO:", "action A cat. | CUT TO:", "action cut to:", "transition Burn to white.",
		}},
		{"centered", "> THE <\n>END<\n\n><", []string{"centered THE | END", "centered"}},
		{"page breaks", "One.\n===\nTwo.\n\n==", []string{"action One.", "page-break", "action Two.", "synopsis ="}},
		{"outline", "# Act\n## Sequence\nINT. HOUSE\n\n= It begins.", []string{"section Act", "section Sequence", "scene INT. HOUSE", "synopsis It begins."}},
		{"notes", "A [[not B]] man.\n\n[[a note\n  \nwith a pause]]\n\nSTEEL\nYes.\n[[no?]]\nNo.", []string{
			"action A man.", "conversation STEEL: {dialogue Yes. | No.}",
		}},
		{"a note with an empty line is none", "[[a\n\nb]]", []string{"action [[a", "action b]]"}},
		{"boneyard", "One.\n\n/*\nINT. HOUSE\n\n[[*/\n\nTwo /* and a half */.\n\n/* for ever", []string{
			"action One.", "action Two .", "action /* for ever",
		}},
		{"title page", "\n\nTitle: Brick & Steel\nAuthor:\n    Stu\n\tand Co.\nCopyright:\nDraft date: 1/20/2012\n\nHe runs.", []string{
			"field Title: Brick & Steel", "field Author: Stu | and Co.", "field Copyright: ", "field Draft date: 1/20/2012", "action He runs.",
		}},
		{"a title page alone", "Title: Nothing", []string{"field Title: Nothing"}},
		{"no title page", "FADE IN:\n\nA man.", []string{"action FADE IN:", "action A man."}},
		{"nor is this", "He said: no.\nShe left.", []string{"action He said: no. | She left."}},
		{"old line ends", "STEEL\r\nYes.\r\rHe leaves.\u2028Slowly.", []string{"conversation STEEL: {dialogue Yes.}", "action He leaves. | Slowly."}},
		{"no text", "a\xff\x00\x1b[31mb", []string{"action a\ufffd[31mb"}},
		{"nothing", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, outline(NewScreenplay("", c.source))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// marked shows a text's styles: /italic/, #bold#, |underline|.
func marked(text Text) string {
	var b strings.Builder
	for _, span := range text {
		s := span.Text
		if span.Style.Italic {
			s = "/" + s + "/"
		}
		if span.Style.Bold {
			s = "#" + s + "#"
		}
		if span.Style.Underline {
			s = "|" + s + "|"
		}
		b.WriteString(s)
	}
	return b.String()
}

func TestEmphasis(t *testing.T) {
	for source, want := range map[string]string{
		"plain":                       "plain",
		"*italic*":                    "/italic/",
		"a **bold** word":             "a #bold# word",
		"***both***":                  "#/both/#",
		"_under_":                     "|under|",
		"_an *italic* phrase_":        "|an ||/italic/|| phrase|",
		"**bold *both***":             "#bold ##/both/#",
		"***both* bold**":             "#/both/## bold#",
		"*a _b* c_":                   "/a /|/b/|| c|",
		"dial *69 and then *23":       "dial *69 and then *23",
		"2 * 3 * 4 and a _ b":         "2 * 3 * 4 and a _ b",
		`\*no\* and \_no\_ and a \ b`: `*no* and _no_ and a \ b`,
		`*yes\**`:                     "/yes*/",
		"*never ended":                "*never ended",
		"ended*":                      "ended*",
		"**half*":                     "**half*",
		"**** ____":                   "**** ____",
		"é*è*é":                       "é/è/é",
	} {
		if got := marked(emphasize(source)); got != want {
			t.Errorf("%q: want %q, got %q", source, want, got)
		}
	}
}

func TestEmphasisEndsWithItsLine(t *testing.T) {
	got := NewScreenplay("", "*one\ntwo*").Elements[0].Text
	if marked(got) != "*one\ntwo*" {
		t.Errorf("want no emphasis, got %q", marked(got))
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"short", []string{"short"}},
		{"exactly 10", []string{"exactly 10"}},
		{"exactly 10 and more", []string{"exactly 10", "and more"}},
		{"two  spaces stay", []string{"two", "spaces", "stay"}},
		{"a  b", []string{"a  b"}},
		{"incomprehensibilities", []string{"incomprehe", "nsibilitie", "s"}},
		{"   indented text", []string{"   indente", "d text"}},
		{"一二三四五六七八九十一", []string{"一二三四五六七八九十", "一"}},
		{"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e", []string{strings.Repeat("e\u0301", 10), "e"}},
		{"", []string{""}},
		{"              ", []string{""}},
		{"one\n\ntwo", []string{"one", "", "two"}},
	} {
		if diff := cmp.Diff(c.want, wrap(c.text, 10)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestTitle(t *testing.T) {
	for name, c := range map[string]struct{ source, want string }{
		"the title page's":   {"Title:\n  *The*\n  Sea\n\nA man.", "<title>The Sea</title>"},
		"the document's":     {"A man.", "<title>Working &lt;title&gt;</title>"},
		"when the page's is": {"Title:\nAuthor: Me\n\nA man.", "<title>Working &lt;title&gt;</title>"},
	} {
		page, err := NewScreenplay("Working\n<title>", c.source).HTML()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), c.want) {
			t.Errorf("%s: want %s in\n%s", name, c.want, page)
		}
	}
}
