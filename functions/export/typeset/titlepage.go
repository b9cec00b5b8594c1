package typeset

import "strings"

// frontPage is a title page as readers expect it.
type frontPage struct {
	Title Text
	// Names are what belongs to the title: who wrote it, from what.
	Names []Field
	// Details are everything else, with their keys.
	Details []Field
}

// titlePage sorts the title page's fields. The document's own title stands in for one that is missing.
func (s Screenplay) titlePage() frontPage {
	page := frontPage{Title: Text{{Text: s.title}}}
	for _, field := range s.Fields {
		if len(field.Values) == 0 {
			continue
		}
		switch strings.ToLower(field.Key) {
		case "title":
			page.Title = nil
			for i, value := range field.Values {
				if i > 0 {
					page.Title = append(page.Title, Span{Text: "\n"})
				}
				page.Title = append(page.Title, value...)
			}
		case "credit", "author", "authors", "source":
			page.Names = append(page.Names, field)
		default:
			page.Details = append(page.Details, field)
		}
	}
	return page
}
