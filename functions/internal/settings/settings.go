// Package settings reads what a function is told by its environment variables.
package settings

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Reader reads environment variables and remembers which were missing, so that whoever deploys is told of all of them at once.
// The zero value is ready for use.
type Reader struct {
	missing []string
}

// Text is the value of a variable. One that is not set, or empty, is missing.
func (r *Reader) Text(name string) string {
	value := os.Getenv(name)
	if value == "" {
		r.miss(name)
	}
	return value
}

// List is the parts of a variable that are separated by commas, without the spaces around them. A variable that is set and empty
// is an empty list; one that is not set is missing.
func (r *Reader) List(name string) []string {
	value, set := os.LookupEnv(name)
	if !set {
		r.miss(name)
	}
	var parts []string
	for part := range strings.SplitSeq(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// Err names every variable that was asked for and is missing, or is nil.
func (r *Reader) Err() error {
	var faults []error
	for _, name := range r.missing {
		faults = append(faults, fmt.Errorf("environment variable %s is not set; add it to the function's configuration", name))
	}
	return errors.Join(faults...)
}

func (r *Reader) miss(name string) {
	if !slices.Contains(r.missing, name) {
		r.missing = append(r.missing, name)
	}
}
