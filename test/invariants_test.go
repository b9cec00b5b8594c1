package test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/stacks"
)

// eachStack runs a test on every stack, environments and accounts alike.
func eachStack(t *testing.T, test func(t *testing.T, tpl template)) {
	t.Helper()
	for name, tpl := range synthesized {
		t.Run(name, func(t *testing.T) { test(t, tpl) })
	}
}

// eachEnvironment runs a test on every environment's stack.
func eachEnvironment(t *testing.T, test func(t *testing.T, env envs.Environment, tpl template)) {
	t.Helper()
	for _, env := range environments(t) {
		t.Run(env.Name, func(t *testing.T) { test(t, env, stack(t, env.Name)) })
	}
}

// nameOf is the name that AWS knows a resource by: the one of its type, else its Name tag.
func nameOf(r resource) (string, bool) {
	kind, _, _ := strings.Cut(r.Address, ".")
	attribute, ok := map[string]string{
		"aws_s3_bucket":                "bucket",
		"aws_cognito_user_pool_domain": "domain",
		"aws_cognito_identity_pool":    "identity_pool_name",
	}[kind]
	if !ok {
		attribute = "name"
	}
	if name, ok := r.Body[attribute].(string); ok {
		return name, true
	}
	name, ok := r.get("tags.Name").(string)
	return name, ok
}

func TestNamesSayProjectAndEnvironment(t *testing.T) {
	// A group is named after what its members are: it is unique within its user pool and is read by the application. An alias is unique
	// within its function, and what is in the DNS is named after the environment's domain. AWS names GuardDuty's features.
	exempt := []string{
		"aws_cognito_user_group", "aws_guardduty_detector_feature", "aws_lambda_alias", "aws_route53_record", "aws_route53_zone",
	}
	eachStack(t, func(t *testing.T, tpl template) {
		label := tpl.name
		if strings.HasPrefix(label, "account-") {
			label = "account"
		}
		for _, r := range tpl.all("") {
			kind, _, _ := strings.Cut(r.Address, ".")
			name, named := nameOf(r)
			if !named || slices.Contains(exempt, kind) || strings.Contains(name, "${") {
				continue
			}
			ok := false
			for _, prefix := range []string{
				"writersroom-" + label + "-", "/writersroom/" + label + "/", "alias/writersroom-" + label + "-",
				"/aws/rds/cluster/writersroom-" + label + "-", "/aws/sagemaker/Endpoints/writersroom-" + label + "-", // prescribed names
				"/aws/ecs/containerinsights/writersroom-" + label + "/",
				"aws-waf-logs-writersroom-" + label + "-",
			} {
				ok = ok || strings.HasPrefix(name, prefix)
			}
			if !ok && name != "writersroom-"+label && name != "RDSOSMetrics" {
				t.Errorf("%s: %s is named %q, want writersroom-%s-… or /writersroom/%s/…\n%s", tpl.name, r.Address, name, label, label, r)
			}
		}
	})
}

// A construct id is lower case with hyphens, so that its path makes a readable address, and one address is one path.
func TestAddressesReadLikePaths(t *testing.T) {
	plain := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9.]+)*(_[a-z0-9]+(-[a-z0-9.]+)*)*$`)
	eachStack(t, func(t *testing.T, tpl template) {
		for _, r := range tpl.all("") {
			_, name, _ := strings.Cut(r.Address, ".")
			path, _ := r.get("//.metadata.path").(string)
			want := strings.ReplaceAll(strings.TrimPrefix(path, tpl.name+"/"), "/", "_")
			if name != want || !plain.MatchString(name) {
				t.Errorf("%s: %s: want %s, of lower case, digits and hyphens, from path %s", tpl.name, r.Address, want, path)
			}
		}
	})
}

func TestBackendAndProviderAreGuarded(t *testing.T) {
	keys := map[string]string{}
	guard := func(tpl template, account envs.Account, key string) {
		t.Helper()
		root := resource{Address: "terraform", Body: tpl.body, stack: tpl.name}
		state := stacks.StateOf(account)
		for path, want := range map[string]any{
			"terraform.backend.s3.bucket":                    state.Bucket,
			"terraform.backend.s3.dynamodb_table":            state.LockTable,
			"terraform.backend.s3.key":                       key,
			"terraform.backend.s3.kms_key_id":                state.KeyARN,
			"terraform.backend.s3.region":                    account.Region,
			"terraform.backend.s3.encrypt":                   true,
			"terraform.backend.s3.use_lockfile":              true,
			"terraform.backend.s3.allowed_account_ids":       []string{account.ID},
			"terraform.required_providers.aws.source":        "hashicorp/aws",
			"terraform.required_providers.aws.version":       stacks.ProviderVersion,
			"provider.aws.0.region":                          account.Region,
			"provider.aws.0.allowed_account_ids":             []string{account.ID},
			"provider.aws.0.default_tags.0.tags.Project":     "writersroom",
			"provider.aws.0.default_tags.0.tags.ManagedBy":   "terraform",
			"provider.aws.0.default_tags.0.tags.Environment": strings.SplitN(key, "/", 2)[0],
			"provider.aws.0.max_retries":                     nil,
			"provider.aws.0.s3_use_path_style":               nil,
			"provider.aws.0.endpoints":                       nil,
		} {
			root.want(t, path, want)
		}
		if other, taken := keys[state.Bucket+"/"+key]; taken {
			t.Errorf("%s and %s keep their state in one place: %s/%s", other, tpl.name, state.Bucket, key)
		}
		keys[state.Bucket+"/"+key] = tpl.name
	}
	for _, env := range environments(t) {
		account := envs.Account{ID: env.Account, Region: env.Region, Partition: env.Partition}
		guard(stack(t, env.Name), account, env.Name+"/terraform.tfstate")
	}
	for _, account := range envs.Accounts(environments(t)) {
		guard(stack(t, account.Stack()), account, "account/terraform.tfstate")
	}
}

// A plan of an environment needs no account: nothing is looked up in AWS.
func TestNothingIsLookedUp(t *testing.T) {
	eachStack(t, func(t *testing.T, tpl template) {
		if data, ok := tpl.body["data"]; ok {
			t.Errorf("%s has data sources: %s", tpl.name, compact(data))
		}
	})
}

// policies are all policy documents of a template, by address and attribute.
func policies(t *testing.T, tpl template) map[string]policyDocument {
	t.Helper()
	found := map[string]policyDocument{}
	for _, r := range tpl.all("") {
		for attribute, value := range r.Body {
			text, ok := value.(string)
			if !ok || !strings.Contains(text, `"Statement"`) {
				continue
			}
			var doc policyDocument
			if err := json.Unmarshal([]byte(text), &doc); err != nil {
				t.Errorf("%s: %s: %s: %v\n%s", tpl.name, r.Address, attribute, err, text)
				continue
			}
			found[r.Address+": "+attribute] = doc
		}
	}
	return found
}

// policyDocument is a policy as internal/iam renders it.
type policyDocument struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal map[string][]string `json:",omitempty"`
	Action    []string
	Resource  []string                       `json:",omitempty"`
	Condition map[string]map[string][]string `json:",omitempty"`
}

// Only what bounds and grants nothing may name a service's every action: permissions boundaries and endpoint policies.
func TestNoWildcardActionIsGranted(t *testing.T) {
	ceilings := regexp.MustCompile(`^(aws_vpc_endpoint\..*|aws_iam_policy\..*boundary): policy$`)
	eachStack(t, func(t *testing.T, tpl template) {
		for at, doc := range policies(t, tpl) {
			for _, s := range doc.Statement {
				for _, action := range s.Action {
					wild := strings.Contains(action, "*")
					if s.Effect == "Allow" && wild && (!ceilings.MatchString(at) || strings.HasPrefix(action, "*")) {
						t.Errorf("%s: %s: %s allows %s", tpl.name, at, s.Sid, action)
					}
				}
				for _, who := range s.Principal["AWS"] {
					if s.Effect == "Allow" && who == "*" && len(s.Condition) == 0 && !ceilings.MatchString(at) {
						t.Errorf("%s: %s: %s allows everyone", tpl.name, at, s.Sid)
					}
				}
			}
		}
	})
}

func TestEveryLogGroupIsEncryptedAndExpires(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		groups := tpl.all("aws_cloudwatch_log_group")
		if len(groups) == 0 {
			t.Fatal("no log group: the flow log has one")
		}
		for _, r := range groups {
			r.want(t, "retention_in_days", env.LogRetentionDays)
			if key, _ := r.get("kms_key_id").(string); key == "" {
				t.Errorf("%s: %s: no kms_key_id\n%s", tpl.name, r.Address, r)
			}
		}
	})
}

func TestProductionIsRetained(t *testing.T) {
	retained := []string{"aws_kms_key", "aws_cognito_user_pool"}
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, kind := range retained {
			for _, r := range tpl.all(kind) {
				want := any(nil)
				if env.Retain {
					want = true
				}
				r.want(t, "lifecycle.prevent_destroy", want)
			}
		}
	})
}
