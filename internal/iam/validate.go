package iam

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The policy language's own words. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
var (
	sidForm    = regexp.MustCompile(`^[A-Za-z0-9]*$`)
	actionForm = regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z0-9*?]+$`)
	testForm   = regexp.MustCompile(`^(ForAllValues:|ForAnyValue:)?(String(Not)?(Equals(IgnoreCase)?|Like)|Arn(Not)?(Equals|Like)|` +
		`(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress)(IfExists)?$|^Null$`)
)

// faults gathers what is wrong, so that all of it can be told at once.
type faults []error

func (f *faults) add(format string, args ...any) {
	*f = append(*f, fmt.Errorf(format, args...))
}

// validate tells every fault of every statement, with the statement's place in its policy, and its Sid where it has one.
func (p Policy) validate(k kind) error {
	if len(p) == 0 {
		return errors.New("policy: must have a statement, got none")
	}
	var all faults
	first := map[string]int{}
	for i, s := range p {
		path := fmt.Sprintf("policy[%d]", i)
		if s.Sid != "" {
			path += " (" + s.Sid + ")"
		}
		found := s.validate(k)
		if j, taken := first[s.Sid]; taken {
			found.add("sid: must be unique in its policy, got %q, which policy[%d] has", s.Sid, j)
		} else if s.Sid != "" {
			first[s.Sid] = i
		}
		for _, fault := range found {
			all.add("%s: %w", path, fault)
		}
	}
	return errors.Join(all...)
}

func (s Statement) validate(k kind) faults {
	var f faults
	if !sidForm.MatchString(s.Sid) {
		f.add("sid: must be letters and digits, got %q", s.Sid)
	}
	if e := s.effect(); e != Allow && e != Deny {
		f.add("effect: must be Allow or Deny, got %q", e)
	}
	if strings.TrimSpace(s.Reason) == "" {
		f.add("reason: must say why the statement is there, got none")
	}
	s.validatePrincipals(k, &f)
	s.validateActions(k, &f)
	s.validateResources(k, &f)
	s.validateConditions(&f)
	return f
}

func (s Statement) validatePrincipals(k kind, f *faults) {
	if k == trust && len(s.Principals) == 0 {
		f.add("principals: must say who may assume the role, got none")
	}
	for _, kind := range slices.Sorted(maps.Keys(s.Principals)) {
		who := s.Principals[kind]
		if kind != "AWS" && kind != "Service" && kind != "Federated" {
			f.add("principals: must be of kind AWS, Service or Federated, got %q", kind)
		}
		if len(who) == 0 || slices.Contains(who, "") {
			f.add("principals: %s must name a principal, got %q", kind, who)
		}
		everyone, unconditional := slices.Contains(who, "*"), len(s.Conditions) == 0
		switch {
		case s.effect() == Deny:
		case k == trust && everyone:
			f.add("principals: must not be everyone, got %s \"*\"; name who assumes the role", kind)
		case (k == grant || k == repository) && everyone && unconditional:
			f.add("principals: must not be everyone without a condition, got %s \"*\"", kind)
		case k == trust && kind == "Federated" && unconditional:
			f.add("conditions: must name the audience that the identity provider vouches for, got none")
		}
	}
}

func (s Statement) validateActions(k kind, f *faults) {
	if len(s.Actions) == 0 {
		f.add("actions: must name an action, got none")
	}
	for _, action := range s.Actions {
		service, call, _ := strings.Cut(action, ":")
		switch {
		case s.effect() == Deny && action == "*":
		case !actionForm.MatchString(action):
			f.add("actions: must name a service and a call, got %q", action)
		case k == trust && service != "sts":
			f.add("actions: must be calls of sts in a trust policy, got %q", action)
		case s.effect() != Deny && k != ceiling && strings.ContainsAny(call, "*?"):
			f.add("actions: must be written out, got %q; name each call the principal makes", action)
		}
	}
}

func (s Statement) validateResources(k kind, f *faults) {
	switch {
	case k == trust && len(s.Resources) > 0:
		f.add("resources: must be none in a trust policy, which is about the role it hangs on, got %q", s.Resources)
	case k == repository && len(s.Resources) > 0:
		f.add("resources: must be none in a repository's policy, which is about what it hangs on, got %q", s.Resources)
	case k != trust && k != repository && len(s.Resources) == 0:
		f.add("resources: must name a resource, got none")
	case slices.Contains(s.Resources, ""):
		f.add("resources: must not be empty, got %q", s.Resources)
	}
}

func (s Statement) validateConditions(f *faults) {
	written := map[string]bool{}
	for _, c := range s.Conditions {
		name := c.Test + " " + c.Key
		if !testForm.MatchString(c.Test) {
			f.add("conditions: must have a test that IAM knows, got %q", c.Test)
		}
		if c.Key == "" {
			f.add("conditions: must have a key, got none for %s", c.Test)
		}
		if len(c.Values) == 0 || slices.Contains(c.Values, "") {
			f.add("conditions: %s must have a value, got %q", name, c.Values)
		}
		// The language has one list of values for a test of a key, any of which matches: two conditions that must both hold would
		// become one that holds more easily.
		if written[strings.ToLower(name)] {
			f.add("conditions: %s must be written once, got it again with %q; one condition takes several values", name, c.Values)
		}
		written[strings.ToLower(name)] = true
	}
}
