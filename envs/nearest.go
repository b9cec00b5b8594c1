package envs

import (
	"reflect"
	"slices"
	"strings"
)

// nearest is the mend for an unknown key: where there is such a key, or the key of its section that it nearly is, or the keys that
// the section has.
func nearest(key, section string) string {
	var siblings []string
	for _, path := range paths(reflect.TypeFor[Environment](), "") {
		parent, leaf := "", path
		if dot := strings.LastIndexByte(path, '.'); dot >= 0 {
			parent, leaf = path[:dot], path[dot+1:]
		}
		switch {
		case parent == section:
			siblings = append(siblings, leaf)
		case strings.EqualFold(key, leaf) && parent == "":
			return "did you mean " + leaf + " outside " + section + "?"
		case strings.EqualFold(key, leaf):
			return "did you mean " + path + "?"
		}
	}
	slices.Sort(siblings)
	const anotherWord = 3 // letters of difference
	near, least := "", anotherWord
	for _, sibling := range siblings {
		if d := distance(strings.ToLower(key), strings.ToLower(sibling)); d < least {
			near, least = sibling, d
		}
	}
	if near == "" {
		return "known are " + strings.Join(siblings, ", ")
	}
	return "did you mean " + near + "?"
}

// paths are all keys of a section, those of its sections included, in the order they are declared.
func paths(section reflect.Type, prefix string) []string {
	var all []string
	for i := range section.NumField() {
		field := section.Field(i)
		key := field.Tag.Get("yaml")
		if key == "-" {
			continue
		}
		all = append(all, prefix+key)
		if field.Type.Kind() == reflect.Struct {
			all = append(all, paths(field.Type, prefix+key+".")...)
		}
	}
	return all
}

// distance is how many letters must be put in, taken out, replaced or swapped with their neighbour to make a into b.
// https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance (optimal string alignment)
func distance(a, b string) int {
	d := make([][]int, len(a)+1) // d[i][j] is the distance of the first i letters of a from the first j of b
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			if i == 0 || j == 0 {
				d[i][j] = i + j
				continue
			}
			replaced := d[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			d[i][j] = min(replaced, d[i-1][j]+1, d[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
