// Package iam writes least privilege as values: statements that say why they are there, rendered to the policy language's JSON.
// The language's NotAction, NotResource and NotPrincipal have no field: what they match grows with every service that AWS adds.
package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Effect is what a statement does with the calls it matches.
type Effect string

// The two effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Statement is one rule of a policy. The zero Effect is Allow.
type Statement struct {
	// Sid names the statement, once in its policy, in letters and digits; empty leaves it out.
	Sid    string
	Effect Effect
	// Principals say who, in policies that hang on a resource: {"Service": {"logs.amazonaws.com"}}. Policies of a role have none.
	Principals map[string][]string
	// Actions are written out: an Allow with a wildcard is refused, unless the policy is a ceiling.
	Actions []string
	// Resources are ARNs, or "*" where the action knows no finer one. A role's trust policy has none, nor has a repository's.
	Resources []string
	// Conditions must all hold.
	Conditions []Condition
	// Reason says why the statement is there. It is demanded of every statement and is not part of the rendered policy.
	Reason string
}

// Condition narrows a statement: {Test: "StringEquals", Key: "aws:SourceAccount", Values: {"111111111111"}}. It holds when one
// of the values matches.
type Condition struct {
	Test   string
	Key    string
	Values []string
}

// Policy is a list of statements; the order is kept.
type Policy []Statement

// JSON renders a policy that grants: every statement has a reason, no Allow has a wildcard in an action, and everyone is let in
// only under a condition. Every fault is told at once. The same policy always gives the same bytes, in whichever order the
// actions, principals and conditions of a statement were written.
func (p Policy) JSON() (string, error) {
	return p.render(grant)
}

// CeilingJSON renders a policy that grants nothing by itself (a permissions boundary, an endpoint policy), which may therefore
// name a service's every action ("s3:*"), though never every service's ("*").
func (p Policy) CeilingJSON() (string, error) {
	return p.render(ceiling)
}

// RepositoryJSON renders the policy of an Amazon ECR repository, which grants like any other and refuses to have resources: it is about
// the repository that it hangs on. https://github.com/aws/aws-cdk/issues/24314
func (p Policy) RepositoryJSON() (string, error) {
	return p.render(repository)
}

// kind is what a policy is for, which decides what its statements must have and may not.
type kind int

const (
	grant kind = iota
	ceiling
	repository
	trust
)

// document and its statement are the policy language's own form; Go keeps the order of fields and sorts the keys of maps.
type document struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid       string `json:",omitempty"`
	Effect    Effect
	Principal map[string][]string `json:",omitempty"`
	Action    []string
	Resource  []string                       `json:",omitempty"`
	Condition map[string]map[string][]string `json:",omitempty"`
}

func (p Policy) render(k kind) (string, error) {
	if err := p.validate(k); err != nil {
		return "", err
	}
	doc := document{Version: "2012-10-17"}
	for _, s := range p {
		doc.Statement = append(doc.Statement, s.document())
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // "<" and ">" are part of no ARN, but of the tokens that stand for ARNs until synthesis
	if err := enc.Encode(doc); err != nil {
		return "", fmt.Errorf("policy: %w", err)
	}
	return strings.TrimSpace(out.String()), nil
}

func (s Statement) document() statement {
	out := statement{
		Sid:      s.Sid,
		Effect:   s.effect(),
		Action:   slices.Sorted(slices.Values(s.Actions)),
		Resource: s.Resources,
	}
	if len(s.Principals) > 0 {
		out.Principal = map[string][]string{}
	}
	for kind, who := range s.Principals {
		out.Principal[kind] = slices.Sorted(slices.Values(who))
	}
	if len(s.Conditions) > 0 {
		out.Condition = map[string]map[string][]string{}
	}
	for _, c := range s.Conditions {
		if out.Condition[c.Test] == nil {
			out.Condition[c.Test] = map[string][]string{}
		}
		out.Condition[c.Test][c.Key] = c.Values
	}
	return out
}

func (s Statement) effect() Effect {
	if s.Effect == "" {
		return Allow
	}
	return s.Effect
}
