package cicd

import (
	"slices"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
)

// access is what a deployment does with one kind of resource: what a plan reads and what an apply calls beside that. Which calls these
// are was measured: test/e2e fails on one that the provider makes and that is not here. What stands here beside was not seen there,
// since it updates what a test makes once, or since AWS checks it and the emulator does not.
type access struct {
	sid         string
	read, write []string
	on          []string
	when        []iam.Condition
	reason      string
}

// part is a managed policy. A role has ten at most, of 6,144 characters, so that some hold what several modules take.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
type part struct {
	name   string
	access []access
}

// grants says what a deployment takes.
type grants struct {
	Config
	Deployment
}

// reads are what a plan reads, and an apply does too.
func (g grants) reads() []part {
	return []part{
		{"read-platform", slices.Concat(g.networking(), g.identity(), g.ai(), g.monitoring())},
		{"read-storage", g.storage()},
		{"read-compute", slices.Concat(g.compute(), g.edge())},
	}
}

// writes are what an apply calls beside.
func (g grants) writes() []part {
	return []part{
		{"write-networking", g.networking()},
		{"write-identity", g.identity()},
		{"write-storage", g.storage()},
		{"write-compute", g.compute()},
		{"write-edge", g.edge()},
		{"write-ai-monitoring", slices.Concat(g.ai(), g.monitoring())},
	}
}

func reading(all []access) []iam.Statement {
	return statements(all, func(a access) []string { return a.read })
}

func writing(all []access) []iam.Statement {
	return statements(all, func(a access) []string { return a.write })
}

func statements(all []access, actions func(access) []string) []iam.Statement {
	var list []iam.Statement
	for _, a := range all {
		if calls := actions(a); len(calls) > 0 {
			list = append(list, iam.Statement{Sid: a.sid, Actions: calls, Resources: a.on, Conditions: a.when, Reason: a.reason})
		}
	}
	return list
}

// label names what the deployment's environments hold; for previews it is a pattern.
func (g grants) label() naming.Label {
	return naming.Label{Environment: g.Pattern, Account: g.Account}
}

// named are the ARNs of a service's resources that carry the deployment's name: each kind is what comes before the name.
func (g grants) named(service string, kinds ...string) []string {
	var arns []string
	for _, kind := range kinds {
		arns = append(arns, g.arn(service, kind+g.label().Name("*")))
	}
	return arns
}

// arn names a resource of the deployment's region and account.
func (g grants) arn(service, resource string) string {
	return "arn:" + g.Partition + ":" + service + ":" + g.Region + ":" + g.Account + ":" + resource
}

// global names a resource whose ARN holds no region.
func (g grants) global(service, resource string) string {
	return "arn:" + g.Partition + ":" + service + "::" + g.Account + ":" + resource
}

// atEdge are ARNs with those of the region that CloudFront takes its certificates and firewalls from.
func (g grants) atEdge(service string, resources ...string) []string {
	var arns []string
	for _, region := range slices.Compact([]string{g.Region, "us-east-1"}) {
		for _, resource := range resources {
			arns = append(arns, "arn:"+g.Partition+":"+service+":"+region+":"+g.Account+":"+resource)
		}
	}
	return arns
}

// tagged says that a resource is the deployment's own.
func (g grants) tagged() iam.Condition {
	return iam.Condition{Test: "StringLike", Key: "aws:ResourceTag/Environment", Values: []string{g.Pattern}}
}

// tagging says that a call makes the resource the deployment's own.
func (g grants) tagging() iam.Condition {
	return iam.Condition{Test: "StringLike", Key: "aws:RequestTag/Environment", Values: []string{g.Pattern}}
}

// untagged says that a resource is nobody's yet.
func untagged() iam.Condition { return hasNoTag("true") }

// hasNoTag says whether ("true" or "false") a resource does not tell whose it is.
func hasNoTag(value string) iam.Condition {
	return iam.Condition{Test: "Null", Key: "aws:ResourceTag/Environment", Values: []string{value}}
}

// domains are the names that the deployment has in the DNS.
func (g grants) domains() []string {
	domain := g.Environment.Domain()
	if g.Pattern != g.Environment.Name {
		domain = g.Pattern + "." + domain
	}
	return []string{domain, "*." + domain}
}
