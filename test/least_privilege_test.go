package test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
)

// proof is a file of testdata/least_privilege: what a role must be able to call, and what lies beside that it must not. Another
// principal than a role of the stack says what may be done from outside: a service, an administrator.
type proof struct {
	name string

	// When is the type of a resource; only where a stack has one is there such a role, or such a caller.
	When string
	// Principal is who calls, where that is no role of the stack: a service, or a role that may do everything.
	Principal string
	// AssumedBy is the service that the role is for, and nobody else may act as.
	AssumedBy string `yaml:"assumedBy"`
	// EachDeployment says that every deployment of the account has such a role, called <deployment>-<it>, which is proven for each with
	// ${deployment} as the deployment's name and ${env} as that of an environment of it.
	EachDeployment bool `yaml:"eachDeployment"`
	// Subject is which of GitHub's tokens the role is for, and OtherSubjects are those that it is not for.
	Subject       string
	OtherSubjects []string `yaml:"otherSubjects"`
	// AnyAccount says that the service does not tell for whom it acts, so that its trust cannot depend on it.
	AnyAccount bool `yaml:"anyAccount"`
	// InVPC says that calls come through the VPC's endpoints, as far as there are any.
	InVPC bool `yaml:"inVPC"`
	// Also are files of rows that several roles share, by their names, which begin with "_".
	Also []string
	// Context is what AWS says of all calls of the role, beside what it says of every role's.
	Context         map[string]string
	Allowed, Denied []row

	// deployment is empty but for a role of EachDeployment; environment is whose resources the rows are about.
	deployment, environment string
}

// each are the proofs with one for every deployment in the place of those that say so.
func (s policedStack) each(proofs []proof) []proof {
	var all []proof
	for _, p := range proofs {
		p.environment = s.environment
		if !p.EachDeployment {
			all = append(all, p)
			continue
		}
		for _, d := range s.deployments {
			one := p
			one.name, one.deployment = d.Name+"-"+p.name, d.Name
			one.environment = strings.Replace(d.Pattern, "*", "12", 1)
			all = append(all, one)
		}
	}
	return all
}

// fill puts what the proof is about in the place of ${env}, ${deployment}, ${account} and ${region}.
func (s policedStack) fill(p proof, text string) string {
	return strings.NewReplacer(
		"${env}", p.environment, "${deployment}", p.deployment, "${account}", s.account, "${region}", s.region).Replace(text)
}

// row stands for every one of its calls on every one of its resources. In all texts, ${env}, ${account} and ${region} are the
// stack's. Of a resource whose id AWS chooses the id is the resource's name in Terraform (key/identity_data-key).
type row struct {
	Why   string
	Calls []string
	On    []string
	// With is what AWS says of these calls, in the place of or beside what it says by default; "" is what it does not say.
	With map[string]string
	// By is whose word a call is denied on, though what comes before lets it pass: role (which is left out), its own policies; then
	// its boundary; then the policy of the resource or of the VPC's endpoint.
	By string
	// When is the type of a resource; where a stack has none, calls that the row allows are denied, and it denies none.
	When string
}

// everyRole is the file of what no role may do.
const everyRole = "_every-role"

// proofs reads those of a kind of stack, environment or account.
func proofs(t testing.TB, kind string) []proof {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "least_privilege", kind, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []proof
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p := proof{name: strings.TrimSuffix(filepath.Base(file), ".yaml")}
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(&p); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, p)
	}
	return share(t, all)
}

// share gives every role the rows of the files that it names, and of the one that speaks of every role.
func share(t testing.TB, files []proof) []proof {
	t.Helper()
	shared := map[string]proof{}
	var all []proof
	for _, p := range files {
		if strings.HasPrefix(p.name, "_") {
			shared[p.name] = p
		}
	}
	for _, p := range files {
		if shared[p.name].name != "" {
			continue
		}
		if p.Principal == "" {
			p.Also = append(slices.Clone(p.Also), everyRole)
		}
		for _, name := range p.Also {
			if shared[name].name == "" && name != everyRole {
				t.Fatalf("%s.yaml: also: there is no file %s", p.name, name)
			}
			p.Allowed, p.Denied = slices.Concat(p.Allowed, shared[name].Allowed), slices.Concat(p.Denied, shared[name].Denied)
		}
		all = append(all, p)
	}
	return all
}

// claim is one call and what is said of it.
type claim struct {
	simulation
	of, why string
	// deployment and environment are the proof's.
	deployment, environment string
	allowed                 bool
	// deniedBy is whose word a denied call is denied on; empty is anybody's.
	deniedBy string
	// says are the keys of the context that the claim is about: AWS must say them of such a call.
	says []string
	// ifSaid is a key of the context: where AWS does not say it of such a call, the claim says nothing.
	ifSaid string
}

// claimed turns proofs into claims about a stack, and tells which roles lack a proof and which proofs a role.
func (s policedStack) claimed(proofs []proof) (claims []claim, faults []string) {
	proven := map[string]bool{}
	for _, p := range s.each(proofs) {
		wanted := p.When == "" || len(s.all(p.When)) > 0
		role, there := s.roles[p.name]
		if p.Principal != "" {
			there = wanted
		}
		switch {
		case there && !wanted:
			faults = append(faults, fmt.Sprintf("%s: role %s: want none without %s", s.name, p.name, p.When))
		case !there && wanted:
			faults = append(faults, fmt.Sprintf("%s: there is no role %s; remove its rows, or say when it is there", s.name, p.name))
		case p.Principal == "" && (len(p.Allowed) == 0 || len(p.Denied) == 0):
			faults = append(faults, fmt.Sprintf("%s: role %s: want calls that are allowed and calls that are denied", s.name, p.name))
		}
		proven[p.name] = true
		if !there {
			continue
		}
		for _, r := range p.Allowed {
			allowed := r.When == "" || len(s.all(r.When)) > 0
			claims = append(claims, s.rowClaims(p, role, r, allowed)...)
		}
		if p.Principal == "" {
			claims = append(claims, s.trustClaims(p, role)...)
		}
		for _, r := range p.Denied {
			if r.When != "" && len(s.all(r.When)) == 0 {
				continue
			}
			claims = append(claims, s.rowClaims(p, role, r, false)...)
		}
	}
	for name := range s.roles {
		if !proven[name] {
			faults = append(faults, fmt.Sprintf("%s: role %s: no row says what it may call and what not", s.name, name))
		}
	}
	return claims, faults
}

// openToAll is what is supposed of whatever belongs to somebody else: that its owner lets everybody in.
var openToAll = policyDocument{Version: "2012-10-17", Statement: []policyStatement{{
	Effect: "Allow", Principal: map[string][]string{"AWS": {"*"}}, Action: []string{"*"}, Resource: []string{"*"},
}}}

// administrator is the policy of somebody who may do everything in the account.
var administrator = policyDocument{Version: "2012-10-17", Statement: []policyStatement{{
	Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"},
}}}

// rowClaims are a row's, and for a role's call that is allowed also that what lies beside it is not.
func (s policedStack) rowClaims(p proof, role policedRole, r row, allowed bool) []claim {
	fill := func(text string) string { return s.fill(p, text) }
	by := r.By
	if by == "" {
		by = "role"
	}
	var claims []claim
	for i, action := range r.Calls {
		for _, on := range r.On {
			c := claim{of: p.name, deployment: p.deployment, environment: p.environment, why: r.Why, allowed: allowed, deniedBy: by, says: slices.Sorted(maps.Keys(r.With))}
			c.simulation = s.simulationOf(p, role, action, fill(on))
			for _, said := range []map[string]string{p.Context, r.With} {
				for key, value := range said {
					c.context = with(c.context, fill(key), fill(value))
				}
			}
			c.simulation = s.owned(c.simulation)
			claims = append(claims, c)
			if allowed && p.Principal == "" && i == 0 { // the other calls go where the first does
				claims = append(claims, s.besides(c)...)
			}
		}
	}
	return claims
}

// simulationOf is a call as it is made by default: the one place that says what AWS knows of a call whatever it is.
func (s policedStack) simulationOf(p proof, role policedRole, action, resource string) simulation {
	service, _, _ := strings.Cut(action, ":")
	context := map[string]string{
		"aws:RequestedRegion":         s.region,
		"aws:SecureTransport":         "true",
		"aws:ResourceAccount":         s.account,
		"aws:ResourceTag/Environment": p.environment,
	}
	sim := simulation{principal: p.Principal, call: call{action: action, resource: resource}}
	if strings.HasSuffix(p.Principal, ".amazonaws.com") {
		sim.principal = strings.ReplaceAll(p.Principal, "${region}", s.region)
		sim.by = "Service " + sim.principal
		context["aws:SourceAccount"] = s.account
		context["aws:PrincipalIsAWSService"] = "true"
	} else {
		name := role.name
		sim.identity, sim.boundary = role.identity, role.boundary
		if p.Principal != "" {
			name, sim.identity = p.Principal, []*policyDocument{&administrator}
		}
		sim.principal = "arn:aws:sts::" + s.account + ":assumed-role/" + name + "/session"
		sim.by = "AWS arn:aws:iam::" + s.account + ":root"
		maps.Copy(context, map[string]string{
			"aws:PrincipalAccount":      s.account,
			"aws:PrincipalArn":          "arn:aws:iam::" + s.account + ":role/" + name,
			"aws:PrincipalIsAWSService": "false",
			"aws:PrincipalType":         "AssumedRole",
			"aws:ViaAWSService":         "false",
		})
	}
	switch service {
	case "s3":
		context["s3:TlsVersion"] = "1.3"
	case "kms":
		context["kms:CallerAccount"] = s.account
	}
	if endpoint, ok := s.ofEndpoint[service]; ok && p.InVPC && service != "kms" { // which services call for roles, from their own network
		context["aws:SourceVpce"], sim.endpoint = endpoint.id, endpoint.policy
	}
	sim.context = context
	return sim
}

// owned adds what the owner of the resource says of a call.
func (s policedStack) owned(sim simulation) simulation {
	sim.account = sim.context["aws:ResourceAccount"]
	if parts := strings.SplitN(sim.resource, ":", 6); len(parts) == 6 && parts[4] != "" {
		sim.account = parts[4]
	}
	sim.context = with(sim.context, "aws:ResourceAccount", sim.account)
	sim.resourcePolicy = s.policyOn(sim.resource)
	if sim.resourcePolicy == nil && strings.HasPrefix(sim.action, "kms:") && s.environment == naming.AccountWide {
		sim.resourcePolicy = &policyDocument{Version: "2012-10-17", Statement: []policyStatement{{ // an environment's key, left to IAM
			Effect: "Allow", Principal: map[string][]string{"AWS": {"arn:aws:iam::" + s.account + ":root"}},
			Action: []string{"kms:*"}, Resource: []string{"*"},
		}}}
	}
	if sim.account != s.account && !strings.HasPrefix(sim.action, "ec2:") { // whose resources have no policies
		sim.resourcePolicy = &openToAll
	}
	return sim
}

// besides are the claims that what lies beside an allowed call is denied: the same in another environment, account or region.
func (s policedStack) besides(allowed claim) []claim {
	env := envs.Environment{Name: allowed.environment, Account: s.account, Region: s.region}
	var claims []claim
	for what, c := range neighbours(env, allowed.call) {
		if allowed.environment == naming.AccountWide && c.resource == allowed.resource {
			continue // what an account holds once serves every environment
		}
		beside := allowed
		c.by = allowed.by
		beside.allowed, beside.deniedBy, beside.says = false, "", nil
		beside.why = "it is of " + what
		beside.call = c
		beside.simulation = s.owned(beside.simulation)
		if c.resource == allowed.resource {
			beside.ifSaid = "aws:ResourceTag/Environment"
		}
		claims = append(claims, beside)
	}
	return claims
}

// trustClaims are who may act as a role and who may not.
func (s policedStack) trustClaims(p proof, role policedRole) []claim {
	const web = "cognito-identity.amazonaws.com"
	action, kind, right := "sts:AssumeRole", "Service", map[string]string{"aws:SourceAccount": s.account}
	if p.AssumedBy == web {
		action, kind = "sts:AssumeRoleWithWebIdentity", "Federated"
		right = map[string]string{web + ":aud": "identity_identity-pool", web + ":amr": "authenticated"}
	}
	if p.Subject != "" {
		action, kind = "sts:AssumeRoleWithWebIdentity", "Federated"
		right = map[string]string{p.AssumedBy + ":aud": "sts.amazonaws.com", p.AssumedBy + ":sub": s.fill(p, p.Subject)}
		p.AssumedBy = "arn:aws:iam::" + s.account + ":oidc-provider/" + p.AssumedBy
	}
	if p.AnyAccount {
		clear(right)
	}
	one := func(why, principal string, allowed bool, context map[string]string) claim {
		return claim{of: p.name, why: why, allowed: allowed, says: slices.Sorted(maps.Keys(context)), simulation: simulation{
			principal: principal, account: s.account, resourcePolicy: role.trust,
			call: call{
				by: kind + " " + principal, action: action, context: context,
				resource: "arn:aws:iam::" + s.account + ":role/" + role.name,
			},
		}}
	}
	somebody := one("somebody else may do everything, but not become it", "arn:aws:sts::"+s.account+":assumed-role/somebody/session", false,
		map[string]string{"aws:PrincipalAccount": s.account})
	somebody.action, somebody.by = "sts:AssumeRole", "AWS arn:aws:iam::"+s.account+":root"
	somebody.identity = []*policyDocument{&administrator}
	claims := []claim{
		one("it is its role", p.AssumedBy, true, right),
		one("it is for another service", "ec2.amazonaws.com", false, right),
		somebody,
	}
	for _, subject := range p.OtherSubjects {
		for key := range right {
			if strings.HasSuffix(key, ":sub") {
				claims = append(claims, one("it is not for "+subject, p.AssumedBy, false, with(right, key, s.fill(p, subject))))
			}
		}
	}
	for key := range right {
		claims = append(claims,
			one("the service does not say for whom it acts", p.AssumedBy, false, with(right, key, "")),
			one("the service acts for somebody else", p.AssumedBy, false, with(right, key, "999999999999")))
	}
	return claims
}

// fault is what is wrong with a claim: nothing where the simulator agrees.
func (c claim) fault(v verdict) string {
	wrong := ""
	switch {
	case v.Error != "":
		wrong = "cannot be simulated: " + v.Error
	case c.ifSaid != "" && slices.Contains(v.Ignored, c.ifSaid):
		return ""
	case slices.ContainsFunc(c.says, func(key string) bool { return slices.Contains(v.Ignored, key) }):
		wrong = fmt.Sprintf("AWS says nothing of %v in such a call", v.Ignored)
	case v.Allowed != c.allowed:
		wrong = fmt.Sprintf("allowed: want %t, got %t", c.allowed, v.Allowed)
	case c.allowed:
		return ""
	default:
		own, boundary := v.Identity.Result == "Allowed", v.Boundary.Result == "Allowed" || c.boundary == nil
		switch {
		case len(c.identity) == 0 || c.deniedBy == "":
			return ""
		case c.deniedBy == "role" && own:
			wrong = "denied, but not by the role's own policies"
		case c.deniedBy == "boundary" && (!own || boundary):
			wrong = "denied, but not by the boundary alone"
		case c.deniedBy == "resource" && (!own || !boundary):
			wrong = "denied, but not by the resource's or the endpoint's policy alone"
		case !slices.Contains([]string{"role", "boundary", "resource"}, c.deniedBy):
			wrong = fmt.Sprintf("by: must be role, boundary or resource, got %q", c.deniedBy)
		}
	}
	if wrong == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s on %s: %s\n  row: %s\n  context: %s\n%s", c.of, c.action, c.resource, wrong, c.why, compact(c.context), v.explain(c.simulation))
}

// surplus are the grants that no allowed call needs: of a role each action and each resource, of a key each statement, and of each
// resource's policy each service.
func (s policedStack) surplus(claims []claim, verdicts []verdict) (faults []string) {
	type grant struct {
		policy    *policyDocument
		statement int
		what      string
	}
	used := map[grant]bool{}
	for i, c := range claims {
		if !c.allowed || !verdicts[i].Allowed {
			continue
		}
		for _, id := range verdicts[i].Identity.Allow {
			d := verdicts[i].policies[id.Policy]
			for _, action := range d.Statement[id.Statement].Action {
				if strings.EqualFold(action, c.action) {
					used[grant{d, id.Statement, action}] = true
				}
			}
			for _, pattern := range d.Statement[id.Statement].Resource {
				if glob(substitute(pattern, c.context), c.resource) {
					used[grant{d, id.Statement, pattern}] = true
				}
			}
		}
		for _, id := range verdicts[i].Resource.Allow {
			used[grant{c.resourcePolicy, id.Statement, ""}] = true
			used[grant{c.resourcePolicy, id.Statement, c.principal}] = true
		}
	}
	check := func(of string, d *policyDocument, i int, what string) {
		if !used[grant{d, i, what}] {
			faults = append(faults, fmt.Sprintf("%s: %s: no row needs %s of %s", s.name, of, what, compact(d.Statement[i])))
		}
	}
	measured := map[string]bool{}
	for _, c := range claims {
		measured[c.of] = c.deployment != ""
	}
	for _, name := range slices.Sorted(maps.Keys(s.roles)) {
		if measured[name] {
			continue // test/e2e measures what they need, and TestDeployersAreGrantedWhatAWSKnows says whether they can use it
		}
		for _, d := range s.roles[name].identity {
			for i, st := range d.Statement {
				if st.Effect == "Allow" {
					for _, what := range slices.Concat(st.Action, st.Resource) {
						check(name, d, i, what)
					}
				}
			}
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(s.ofResource)) {
		for i, st := range s.ofResource[arn].Statement {
			switch {
			case st.Effect != "Allow":
			case len(st.Principal["Service"]) > 0:
				for _, service := range st.Principal["Service"] {
					check(arn, s.ofResource[arn], i, service)
				}
			case strings.Contains(arn, ":kms:"):
				check(arn, s.ofResource[arn], i, "")
			}
		}
	}
	return faults
}

// simulated puts claims to the simulator.
func simulated(t testing.TB, claims []claim) []verdict {
	t.Helper()
	var calls []simulation
	for _, c := range claims {
		calls = append(calls, c.simulation)
	}
	return simulate(t, calls)
}

// provenStacks are all stacks, and one with everything in it that is off in all of them, each with its kind.
func provenStacks(t *testing.T) map[string]policedStack {
	t.Helper()
	all := map[string]policedStack{}
	for name, tpl := range synthesized {
		all[name] = police(t, tpl)
	}
	_, tpl := withKnowledgeBase(t)
	all["dev with a knowledge base"] = police(t, tpl)
	return all
}

func (s policedStack) kind() string {
	if s.environment == naming.AccountWide {
		return naming.AccountWide
	}
	return "environment"
}

// Every role may do what it is for and nothing beside it, says a simulator that is not ours; and ours agrees.
func TestLeastPrivilege(t *testing.T) {
	for name, s := range provenStacks(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims, faults := s.claimed(proofs(t, s.kind()))
			verdicts := simulated(t, claims)
			for i, c := range claims {
				if fault := c.fault(verdicts[i]); fault != "" {
					t.Errorf("%s: %s", s.name, fault)
					continue
				}
				ours := c.simulation
				ours.context = maps.Clone(ours.context)
				maps.DeleteFunc(ours.context, func(key, _ string) bool { return slices.Contains(verdicts[i].Ignored, key) })
				if got := ours.may(t); got != verdicts[i].Allowed {
					t.Errorf("%s: %s: %s on %s: simulator_test.go says %t, iam-simulate %t\n  context: %s\n%s", s.name, c.of, c.action, c.resource,
						got, verdicts[i].Allowed, compact(ours.context), verdicts[i].explain(c.simulation))
				}
			}
			for _, fault := range slices.Concat(faults, s.surplus(claims, verdicts)) {
				t.Error(fault)
			}
		})
	}
}

// What is taken from the proofs, or changed in what the stacks grant, is noticed.
func TestLeastPrivilegeNotices(t *testing.T) {
	stacks := provenStacks(t)
	for _, name := range []string{"prod", "dev with a knowledge base"} { // between them they have every role
		s := stacks[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := proofs(t, s.kind())
			claims, _ := s.claimed(all)
			verdicts := simulated(t, claims)
			s.noticesMissingProofs(t, all, claims, verdicts)
			mutants := slices.Concat(s.withoutGrants(claims, verdicts), s.widened(claims), s.withoutKeyUse(claims, verdicts))
			var changed []claim
			for _, m := range mutants {
				changed = append(changed, m.claims...)
			}
			verdicts = simulated(t, changed)
			for _, m := range mutants {
				noticed := false
				for i, c := range m.claims {
					noticed = noticed || c.fault(verdicts[i]) != ""
				}
				verdicts = verdicts[len(m.claims):]
				if !noticed {
					t.Errorf("%s: %s, and none of %d rows about it notices", s.name, m.what, len(m.claims))
				}
			}
		})
	}
}

// noticesMissingProofs takes every role's proof away, and then all that it allows.
func (s policedStack) noticesMissingProofs(t *testing.T, all []proof, claims []claim, verdicts []verdict) {
	t.Helper()
	for i, p := range all {
		if _, there := s.roles[p.name]; !there {
			continue
		}
		want := fmt.Sprintf("%s: role %s: no row says what it may call and what not", s.name, p.name)
		if _, faults := s.claimed(slices.Delete(slices.Clone(all), i, i+1)); !slices.Contains(faults, want) {
			t.Errorf("without %s.yaml: want %q, got %q", p.name, want, faults)
		}
		var others []claim
		var theirs []verdict
		for j, c := range claims {
			if c.of != p.name {
				others, theirs = append(others, c), append(theirs, verdicts[j])
			}
		}
		if len(s.surplus(others, theirs)) <= len(s.surplus(claims, verdicts)) {
			t.Errorf("%s: without what %s.yaml allows, no grant is left over", s.name, p.name)
		}
	}
	stray := proof{name: "nobody", Allowed: []row{{Why: "it is not there"}}}
	want := s.name + ": there is no role nobody; remove its rows, or say when it is there"
	if _, faults := s.claimed(append(slices.Clone(all), stray)); !slices.Contains(faults, want) {
		t.Errorf("with rows of a role that is not there: want %q, got %q", want, faults)
	}
}

// mutant is a change of a policy, and the claims that it bears on.
type mutant struct {
	what   string
	claims []claim
}

// withoutGrants takes away what every statement of every role grants, also where another statement repeats it word for word: two
// grants of tables both bring the use of their key.
func (s policedStack) withoutGrants(claims []claim, verdicts []verdict) (all []mutant) {
	s.eachGrant(func(role string, d *policyDocument, i int) {
		m := mutant{what: fmt.Sprintf("%s may no longer what %s grants", role, compact(d.Statement[i]))}
		changed := map[*policyDocument]*policyDocument{}
		for _, own := range s.roles[role].identity {
			changed[own] = own.without(d.Statement[i])
		}
		for j, c := range claims {
			if c.of == role && c.allowed && verdicts[j].rests(d, i) {
				m.claims = append(m.claims, c.under(changed))
			}
		}
		all = append(all, m)
	})
	return all
}

// without is a policy without the actions of a statement, wherever they are granted on the same resources under the same conditions.
func (d policyDocument) without(grant policyStatement) *policyDocument {
	left := policyDocument{Version: d.Version}
	for _, st := range d.Statement {
		if st.Effect == grant.Effect && compact(st.Resource) == compact(grant.Resource) && compact(st.Condition) == compact(grant.Condition) {
			st.Action = slices.DeleteFunc(slices.Clone(st.Action), func(action string) bool { return slices.Contains(grant.Action, action) })
		}
		if len(st.Action) > 0 {
			left.Statement = append(left.Statement, st)
		}
	}
	return &left
}

// rests says whether a call is allowed by that statement of a role's policy, if not by it alone.
func (v verdict) rests(d *policyDocument, i int) bool {
	return slices.ContainsFunc(v.Identity.Allow, func(id statementID) bool { return v.policies[id.Policy] == d && id.Statement == i })
}

// widened lets every statement of every role that names resources grant the same on all.
func (s policedStack) widened(claims []claim) (all []mutant) {
	s.eachGrant(func(role string, d *policyDocument, i int) {
		if slices.Contains(d.Statement[i].Resource, "*") {
			return
		}
		m := mutant{what: fmt.Sprintf("%s may everywhere what %s grants", role, compact(d.Statement[i]))}
		changed := &policyDocument{Version: d.Version, Statement: slices.Clone(d.Statement)}
		changed.Statement[i].Resource = []string{"*"}
		for _, c := range claims {
			if c.of == role && !c.allowed && c.deniedBy == "role" && slices.Contains(d.Statement[i].Action, c.action) {
				m.claims = append(m.claims, c.under(map[*policyDocument]*policyDocument{d: changed}))
			}
		}
		all = append(all, m)
	})
	return all
}

// withoutKeyUse leaves every statement of every key's policy out.
func (s policedStack) withoutKeyUse(claims []claim, verdicts []verdict) (all []mutant) {
	for arn, d := range s.ofResource {
		for i, st := range d.Statement {
			if st.Effect != "Allow" || !strings.Contains(arn, ":kms:") {
				continue
			}
			m := mutant{what: fmt.Sprintf("%s no longer says %s", arn, compact(st))}
			changed := &policyDocument{Version: d.Version, Statement: slices.Delete(slices.Clone(d.Statement), i, i+1)}
			for j, c := range claims {
				if c.allowed && c.resourcePolicy == d && slices.ContainsFunc(verdicts[j].Resource.Allow, func(id statementID) bool { return id.Statement == i }) {
					c.resourcePolicy = changed
					m.claims = append(m.claims, c)
				}
			}
			all = append(all, m)
		}
	}
	return all
}

// eachGrant visits every statement of every role that allows something.
func (s policedStack) eachGrant(visit func(role string, d *policyDocument, i int)) {
	for _, name := range slices.Sorted(maps.Keys(s.roles)) {
		for _, d := range s.roles[name].identity {
			for i, st := range d.Statement {
				if st.Effect == "Allow" {
					visit(name, d, i)
				}
			}
		}
	}
}

// under is a claim about a role of whose policies some are changed.
func (c claim) under(changed map[*policyDocument]*policyDocument) claim {
	own := c.identity
	c.identity = nil
	for _, d := range own {
		if to := changed[d]; to != nil {
			d = to
		}
		if len(d.Statement) > 0 {
			c.identity = append(c.identity, d)
		}
	}
	return c
}
