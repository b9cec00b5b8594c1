package test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
)

// simulation is a call with every policy that has a say in it. A policy that is nil there is none of.
type simulation struct {
	// principal is the ARN of a role's session or of a role, or a service's name.
	principal string
	call
	// account is whose the resource is.
	account                            string
	identity                           []*policyDocument
	boundary, resourcePolicy, endpoint *policyDocument
}

// verdict is what the simulator says of a call, and why.
type verdict struct {
	// Error is why the call could not be simulated: no service knows the action, say, or the action no such resource.
	Error                                  string
	Allowed                                bool
	Identity, Boundary, Resource, Endpoint layer
	// Ignored are the keys of the context that AWS would not say of such a call.
	Ignored []string

	policies []*policyDocument
}

// layer is what one kind of policy says of a call.
type layer struct {
	// Result is Allowed, ImplicitlyDenied or ExplicitlyDenied, for a resource's policy also AllowedForAccount or NotApplicable.
	Result      string
	Allow, Deny []statementID
	// Near are the statements about the action that do not match the call.
	Near []statementID
}

// statementID is a statement of one of verdict.policies, and of one that is near, what does not match.
type statementID struct {
	Policy, Statement int
	Misses            []string
}

// statement is the one that an id speaks of. The simulator gives a resource's policy no name; there is one for a call.
func (v verdict) statement(id statementID, resourcePolicy *policyDocument) policyStatement {
	if id.Policy < 0 {
		return resourcePolicy.Statement[id.Statement]
	}
	return v.policies[id.Policy].Statement[id.Statement]
}

// simulate puts calls to @cloud-copilot/iam-simulate, all in one process.
func simulate(t testing.TB, simulations []simulation) []verdict {
	t.Helper()
	type wireCall struct {
		Principal      string            `json:"principal"`
		Action         string            `json:"action"`
		Resource       string            `json:"resource"`
		Account        string            `json:"account"`
		Context        map[string]string `json:"context"`
		Identity       []int             `json:"identity"`
		Boundary       *int              `json:"boundary"`
		ResourcePolicy *int              `json:"resourcePolicy"`
		Endpoint       *int              `json:"endpoint"`
	}
	var input struct {
		Policies []*policyDocument `json:"policies"`
		Calls    []wireCall        `json:"calls"`
	}
	if len(simulations) == 0 {
		return nil
	}
	ids := map[*policyDocument]int{}
	id := func(d *policyDocument) *int {
		if d == nil {
			return nil
		}
		i, known := ids[d]
		if !known {
			i = len(input.Policies)
			ids[d], input.Policies = i, append(input.Policies, d)
		}
		return &i
	}
	for _, s := range simulations {
		c := wireCall{
			Principal: s.principal, Action: s.action, Resource: s.resource, Account: s.account, Context: s.context,
			Identity: []int{}, Boundary: id(s.boundary), ResourcePolicy: id(s.resourcePolicy), Endpoint: id(s.endpoint),
		}
		for _, d := range s.identity {
			c.Identity = append(c.Identity, *id(d))
		}
		input.Calls = append(input.Calls, c)
	}
	stdin, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "simulate.mjs")
	var stderr bytes.Buffer
	node.Stdin, node.Stderr = bytes.NewReader(stdin), &stderr
	stdout, err := node.Output()
	if err != nil {
		t.Fatalf("node simulate.mjs: %v; `npm ci` installs the simulator\n%s", err, stderr.String())
	}
	var verdicts []verdict
	if err := json.Unmarshal(stdout, &verdicts); err != nil {
		t.Fatal(err)
	}
	for i := range verdicts {
		verdicts[i].policies = input.Policies
	}
	return verdicts
}

// may is what the project's own evaluator says of the same call.
func (s simulation) may(t testing.TB) bool {
	t.Helper()
	if len(s.identity) > 0 {
		var own policyDocument
		for _, d := range s.identity {
			own.Statement = append(own.Statement, d.Statement...)
		}
		documents := []policyDocument{own}
		for _, d := range []*policyDocument{s.boundary, s.endpoint} {
			if d != nil {
				documents = append(documents, *d)
			}
		}
		if !may(t, s.call, documents...) {
			return false
		}
	}
	theirs := s.account != s.context["aws:PrincipalAccount"]
	switch {
	case s.resourcePolicy == nil:
		return len(s.identity) > 0 && !theirs
	case len(s.identity) == 0 || theirs || strings.HasPrefix(s.action, "kms:") || strings.HasPrefix(s.action, "sts:"):
		return may(t, s.call, *s.resourcePolicy)
	}
	return !slices.ContainsFunc(s.resourcePolicy.Statement, func(st policyStatement) bool {
		return st.Effect == "Deny" && st.matches(t, s.call)
	})
}

// policedStack is a stack as IAM sees it.
type policedStack struct {
	template
	environment, account, region string
	// deployments are what the account's deployers deploy.
	deployments []envs.Deployment
	roles       map[string]policedRole // by name, without writersroom-<environment>-
	// ofResource are the policies that hang on resources, by the resource's ARN; ofEndpoint those of the VPC's endpoints, by the
	// service as actions name it.
	ofResource map[string]*policyDocument
	ofEndpoint map[string]policedEndpoint
}

type policedRole struct {
	name     string
	trust    *policyDocument
	identity []*policyDocument
	boundary *policyDocument
}

type policedEndpoint struct {
	id     string
	policy *policyDocument
}

// unnamed are references to ids that AWS chooses.
var unnamed = regexp.MustCompile(`\$\{aws_\w+\.([\w-]+)\.id\}`)

// resolved is a policy with nothing left to Terraform: an id that AWS chooses is the resource's own name.
func resolved(t testing.TB, r resource, attribute string) *policyDocument {
	t.Helper()
	text, _ := r.get(attribute).(string)
	text = unnamed.ReplaceAllString(applied(r.stack, text), "$1")
	if left := attributeReference.FindString(text); left != "" {
		t.Fatalf("%s: %s: %s: %s is not resolved; teach test/simulator_test.go", r.stack, r.Address, attribute, left)
	}
	d := document(t, resource{Address: r.Address, stack: r.stack, Body: map[string]any{attribute: text}}, attribute)
	return &d
}

// police gathers a stack's policies.
func police(t testing.TB, tpl template) policedStack {
	t.Helper()
	provider := resource{Body: tpl.body}
	text := func(path string) string { value, _ := provider.get(path).(string); return value }
	s := policedStack{
		template:    tpl,
		environment: text("provider.aws.0.default_tags.0.tags.Environment"),
		account:     text("provider.aws.0.allowed_account_ids.0"),
		region:      text("provider.aws.0.region"),
		roles:       map[string]policedRole{},
		ofResource:  map[string]*policyDocument{},
		ofEndpoint:  map[string]policedEndpoint{},
	}
	for _, account := range envs.Accounts(environments(t)) {
		if account.ID == s.account {
			s.deployments = account.Deployments()
		}
	}
	for _, r := range tpl.all("") {
		kind, name, _ := strings.Cut(r.Address, ".")
		if kind == "aws_vpc_endpoint" && r.get("policy") != nil {
			service, _ := r.get("service_name").(string)
			s.ofEndpoint[actionPrefix(service)] = policedEndpoint{name, resolved(t, r, "policy")}
			continue
		}
		if kind == "aws_iam_role" {
			s.addRole(t, r)
		}
		if on, ok := s.policyOf(r); ok {
			s.ofResource[on.arn] = resolved(t, r, on.attribute)
		}
	}
	return s
}

func (s policedStack) addRole(t testing.TB, r resource) {
	t.Helper()
	name, _ := r.get("name").(string)
	role := policedRole{name: name, trust: resolved(t, r, "assume_role_policy")}
	for _, p := range s.all("aws_iam_role_policy") {
		if p.get("role") == "${"+r.Address+".name}" {
			role.identity = append(role.identity, resolved(t, p, "policy"))
		}
	}
	for _, a := range s.all("aws_iam_role_policy_attachment") {
		if a.get("role") == "${"+r.Address+".name}" {
			attached, _ := a.get("policy_arn").(string)
			name := strings.TrimSuffix(strings.TrimPrefix(attached, "${aws_iam_policy."), ".arn}")
			role.identity = append(role.identity, resolved(t, s.one(t, "aws_iam_policy", name), "policy"))
		}
	}
	if boundary, ok := boundaryNamed(s.template, r); ok {
		role.boundary = resolved(t, boundary, "policy")
	}
	s.roles[strings.TrimPrefix(name, "writersroom-"+s.environment+"-")] = role
}

// attachment is where a policy hangs, and which attribute holds it.
type attachment struct{ arn, attribute string }

// policyOf says on what the policy hangs that is part of a resource, or is one.
func (s policedStack) policyOf(r resource) (attachment, bool) {
	kind, name, _ := strings.Cut(r.Address, ".")
	arn := func(service, resource string) string {
		return "arn:aws:" + service + ":" + s.region + ":" + s.account + ":" + resource
	}
	of := func(attribute string) string { // what an attribute refers to, by the name that AWS knows it by
		text, _ := r.get(attribute).(string)
		if parts := attributeReference.FindStringSubmatch(text); len(parts) > 0 && parts[3] != "bucket" && parts[3] != "id" {
			referred := resource{Body: s.body}
			if name, ok := referred.get("resource." + parts[1] + "." + parts[2] + ".name").(string); ok {
				return name
			}
		}
		return applied(s.name, text)
	}
	switch kind {
	case "aws_backup_vault_policy":
		return attachment{arn("backup", "backup-vault:"+of("backup_vault_name")), "policy"}, true
	case "aws_dynamodb_resource_policy":
		return attachment{arn("dynamodb", "table/"+of("resource_arn")), "policy"}, true
	case "aws_ecr_repository_policy":
		return attachment{arn("ecr", "repository/"+of("repository")), "policy"}, true
	case "aws_kms_key":
		return attachment{arn("kms", "key/"+name), "policy"}, true
	case "aws_opensearch_domain":
		return attachment{arn("es", "domain/"+of("domain_name")), "access_policies"}, r.get("access_policies") != nil
	case "aws_s3_bucket_policy":
		return attachment{"arn:aws:s3:::" + of("bucket"), "policy"}, true
	case "aws_secretsmanager_secret_policy":
		return attachment{arn("secretsmanager", "secret:"+of("secret_arn")+"-a1b2c3"), "policy"}, true
	case "aws_sns_topic_policy":
		return attachment{arn("sns", of("arn")), "policy"}, true
	case "aws_sqs_queue_policy":
		return attachment{arn("sqs", of("queue_url")), "policy"}, true
	}
	return attachment{}, false
}

// policyOn is the policy of the resource that a call is about, which is also that of what lies in it: objects, indexes, paths.
func (s policedStack) policyOn(resource string) *policyDocument {
	for arn, policy := range s.ofResource {
		if resource == arn || strings.HasPrefix(resource, arn+"/") {
			return policy
		}
	}
	return nil
}

// actionPrefix is what the actions of a service begin with that a VPC endpoint names: com.amazonaws.us-east-1.ecr.api serves ecr:….
func actionPrefix(endpoint string) string {
	parts := strings.SplitN(endpoint, ".", 4)
	service, _, _ := strings.Cut(parts[len(parts)-1], ".")
	return strings.TrimSuffix(service, "-runtime")
}

// explain says which statements of which kind of policy decided on a call, and which came near.
func (v verdict) explain(s simulation) string {
	var out strings.Builder
	for _, part := range []struct {
		name string
		layer
	}{{"own policies", v.Identity}, {"boundary", v.Boundary}, {"resource's policy", v.Resource}, {"endpoint's policy", v.Endpoint}} {
		if part.Result == "" {
			continue
		}
		fmt.Fprintf(&out, "  %s: %s\n", part.name, part.Result)
		for _, id := range part.Allow {
			fmt.Fprintf(&out, "    allows: %s\n", compact(v.statement(id, s.resourcePolicy)))
		}
		for _, id := range part.Deny {
			fmt.Fprintf(&out, "    denies: %s\n", compact(v.statement(id, s.resourcePolicy)))
		}
		if part.Result == "Allowed" {
			continue
		}
		for _, id := range part.Near {
			fmt.Fprintf(&out, "    is for another %s: %s\n", strings.Join(id.Misses, " and "), compact(v.statement(id, s.resourcePolicy)))
		}
	}
	return out.String()
}
