package typeset

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"fmt"
	"html/template"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var style string

// language is what a page says it is written in. No document says so itself; the product is in English.
const language = "en"

// page is what the template is filled in with: prose, or a screenplay.
type page struct {
	Title      string
	Prose      []string
	Screenplay *screenplayPage
}

type screenplayPage struct {
	Front    frontPage
	Elements []Element
}

// HTML is the screenplay as a page that looks like a typed one, with its title page at the head.
func (s Screenplay) HTML() ([]byte, error) {
	front := s.titlePage()
	return page{Title: oneLine(front.Title.String()), Screenplay: &screenplayPage{Front: front, Elements: s.Elements}}.render()
}

// Language is the template's.
func (page) Language() string { return language }

// Style is the template's.
func (page) Style() template.CSS {
	return template.CSS(style) //nolint:gosec // the file is ours
}

// Policy has a browser load nothing and run nothing for the page, whatever got into it.
func (page) Policy() string {
	hash := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
}

// Printed says whether readers see the element.
func (e Element) Printed() bool { return e.Kind != Section && e.Kind != Synopsis }

// Dual says whether two speeches are spoken at once.
func (e Element) Dual() bool { return len(e.Speeches) == 2 }

// render fills the template in, which escapes everything that comes from the manuscript.
func (p page) render() ([]byte, error) {
	layout, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("reading the page's template: %w", err)
	}
	var b bytes.Buffer
	if err := layout.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("filling the page in: %w", err)
	}
	return b.Bytes(), nil
}
