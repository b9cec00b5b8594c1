package typeset

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var (
	// head is what comes before the manuscript, the title aside.
	head = regexp.MustCompile(`(?s)^<!DOCTYPE html>\n<html lang="en">.*</head>\n`)
	// tag is what the template writes: no other element, and no attribute but a class.
	tag = regexp.MustCompile(`<(/?)(body|dd|div|dl|dt|em|h1|h2|header|hr|html|main|p|span|strong|u)( class="[a-z-]+")?>`)
)

// FuzzRender shows that no manuscript makes a rendering panic, or writes markup into a page, or a line wider than the page.
func FuzzRender(f *testing.F) {
	for _, path := range []string{"testdata/sample.fountain", "testdata/prose.text"} {
		seed, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add("Title", string(seed))
	}
	for _, seed := range []string{
		"Title: <script>alert(1)</script>\nAuthor: \"><img src=x onerror=alert(1)>\n\nA man.",
		"INT. <b> #<i>#\n\n@<u>\n(<p>)\n<em>*</em>*\n\nB ^\n~<hr>\n\n> <a href=x> <\n\n></style><script> TO:",
		"{{.Title}} {{template \"text\" .}} <!-- --> &lt;b&gt; ]]> \u2028<x>",
		"***_***_***\n[[[[/*[[*/]]\n/*/\n  \n\t\n======\n.a\n^\nA^\n^",
	} {
		f.Add("<b>&amp;\"'</title>", seed)
	}
	f.Fuzz(func(t *testing.T, title, source string) {
		// Where the template's own elements are written, the manuscript's are told from them by a letter more.
		disguised := strings.ReplaceAll(source, "<", "<x")
		for _, document := range []Document{
			NewScreenplay(title, source), NewScreenplay(title, disguised), NewProse(title, source), NewProse(title, disguised),
		} {
			page, err := document.HTML()
			if err != nil {
				t.Fatal(err)
			}
			checkPage(t, string(page))
			text := string(document.TXT())
			if !utf8.ValidString(text) || strings.ContainsAny(text, "\r\x00\x1b") {
				t.Fatalf("want text without control characters, got %q", text)
			}
			if _, ok := document.(Screenplay); ok {
				for line := range strings.SplitSeq(text, "\n") {
					if columns(line) > pageWidth {
						t.Fatalf("want lines of at most %d characters, got %q", pageWidth, line)
					}
				}
			}
		}
	})
}

// checkPage fails on anything that is no element of the template's, in its place.
func checkPage(t *testing.T, page string) {
	t.Helper()
	if !utf8.ValidString(page) || strings.Count(page, "<style>") != 1 || strings.Count(page, "<title>") != 1 {
		t.Fatalf("want one head, got %q", page)
	}
	body := head.ReplaceAllString(page, "")
	if body == page {
		t.Fatalf("want the template's head, got %q", page)
	}
	if text := tag.ReplaceAllString(body, ""); strings.ContainsAny(text, "<>") {
		t.Fatalf("want no other elements than the template's, got %q", text)
	}
	var open []string
	for _, found := range tag.FindAllStringSubmatch(body, -1) {
		switch end, name := found[1] != "", found[2]; {
		case name == "hr" || name == "html": // has no end, or begins in the head
		case !end:
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("want elements that end in the order they began, got </%s> within %q in %q", name, open, body)
		default:
			open = slices.Delete(open, len(open)-1, len(open))
		}
	}
	if len(open) > 0 {
		t.Fatalf("want every element to end, got %q", open)
	}
}
