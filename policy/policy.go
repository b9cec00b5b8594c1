// Package policy holds the rules that every stack has to keep, in Rego. internal/policy runs them; conftest and HCP Terraform take them
// as they are.
package policy

import "embed"

// Rules are the files of this folder, the rules' tests among them.
//
//go:embed *.rego
var Rules embed.FS
