package typeset

import "strings"

// remark stands where a remark was; clean has left no such character in the text.
const remark = "\x00"

// withoutRemarks takes out what a writer keeps to himself: [[notes]] and /* the boneyard */. What is begun and never ended is no
// remark, and neither is a note with an empty line in it, unless two spaces are on that line.
// https://fountain.io/syntax/#notes, https://fountain.io/syntax/#boneyard
func withoutRemarks(source string) string {
	note := finder{source: source, sought: "[["}
	noteEnd := finder{source: source, sought: "]]"}
	emptyLine := finder{source: source, sought: "\n\n"}
	boneyard := finder{source: source, sought: "/*"}
	boneyardEnd := finder{source: source, sought: "*/"}

	var text strings.Builder
	at := 0
	for {
		begin, end := min(note.from(at), boneyard.from(at)), 0
		if begin == len(source) {
			break
		}
		if begin == note.from(at) {
			if end = noteEnd.from(begin + 2); emptyLine.from(begin) < end {
				end = len(source)
			}
		} else {
			end = boneyardEnd.from(begin + 2)
		}
		if end == len(source) { // never ended
			text.WriteString(source[at : begin+2])
			at = begin + 2
			continue
		}
		text.WriteString(source[at:begin] + remark)
		at = end + 2
	}
	text.WriteString(source[at:])
	return closeGaps(text.String())
}

// closeGaps takes away the lines that held nothing but remarks, together with one of the two gaps around them, so that what stood
// there is not seen.
func closeGaps(text string) string {
	if !strings.Contains(text, remark) {
		return text
	}
	var lines []string
	closing := false
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, remark) {
			line = strings.ReplaceAll(strings.ReplaceAll(line, " "+remark+" ", " "), remark, "")
			if line = strings.TrimRight(line, " \t"); line == "" {
				closing = len(lines) == 0 || blank(lines[len(lines)-1])
				continue
			}
		}
		if closing && blank(line) {
			continue
		}
		closing = false
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// finder finds a string in a source, from places that only grow, and reads the source once however often it is asked.
type finder struct {
	source, sought string
	found          int
	begun          bool
}

// from is where the string is next, or the source's length.
func (f *finder) from(at int) int {
	if f.begun && f.found >= at {
		return f.found
	}
	f.begun, f.found = true, len(f.source)
	if next := strings.Index(f.source[at:], f.sought); next >= 0 {
		f.found = at + next
	}
	return f.found
}
