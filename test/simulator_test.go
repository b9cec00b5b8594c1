package test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// call is a request to AWS as IAM sees it.
type call struct {
	// by is the principal that the policy of a resource speaks of ("AWS arn:aws:iam::111111111111:root", which stands for the whole
	// account, or "Service logs.us-east-1.amazonaws.com"); a role's own policies speak of none.
	by       string
	action   string
	resource string
	// context is what conditions ask about: "aws:ResourceAccount", "kms:ViaService".
	context map[string]string
}

// may says whether IAM would let the call through: each of the documents allows it and none denies it. A role's own policies are
// one document, its boundary is another.
func may(t testing.TB, c call, documents ...policyDocument) bool {
	t.Helper()
	for _, d := range documents {
		allowed := false
		for _, s := range d.Statement {
			if !s.matches(t, c) {
				continue
			}
			if s.Effect == "Deny" {
				return false
			}
			allowed = true
		}
		if !allowed {
			return false
		}
	}
	return true
}

func (s policyStatement) matches(t testing.TB, c call) bool {
	t.Helper()
	by := len(s.Principal) == 0
	for kind, who := range s.Principal {
		for _, one := range who {
			by = by || kind+" "+one == c.by || kind+" "+one == "AWS *" // which is everyone, services too
		}
	}
	action := slices.ContainsFunc(s.Action, func(pattern string) bool {
		return glob(strings.ToLower(pattern), strings.ToLower(c.action))
	})
	resource := len(s.Resource) == 0 || slices.ContainsFunc(s.Resource, func(pattern string) bool {
		return glob(substitute(pattern, c.context), c.resource)
	})
	if !by || !action || !resource {
		return false
	}
	for test, keys := range s.Condition {
		for key, values := range keys {
			if !holds(t, test, key, values, c.context) {
				return false
			}
		}
	}
	return true
}

// holds evaluates the tests that the project's policies use, and fails on any other rather than guess.
func holds(t testing.TB, test, key string, values []string, context map[string]string) bool {
	t.Helper()
	got, present := context[key]
	some := func(match func(want, got string) bool) bool {
		return slices.ContainsFunc(values, func(want string) bool { return match(substitute(want, context), got) })
	}
	equal := func(want, got string) bool { return want == got }
	switch strings.TrimPrefix(test, "ForAnyValue:") {
	case "StringEquals", "Bool":
		return present && some(equal)
	case "StringNotEquals":
		return !present || !some(equal)
	case "StringLike":
		return present && some(glob)
	case "ForAllValues:StringEquals":
		return !present || some(equal)
	case "StringNotLike":
		return !present || !some(glob)
	case "ArnLike", "ArnEquals":
		return present && some(globARN)
	case "ArnNotLike", "ArnNotEquals":
		return !present || !some(globARN)
	case "ForAllValues:StringLike", "StringLikeIfExists":
		return !present || some(glob)
	case "BoolIfExists":
		return !present || some(equal)
	case "NumericLessThan":
		return present && some(func(want, got string) bool { return number(t, got) < number(t, want) })
	case "Null":
		return some(func(want, _ string) bool { return want == map[bool]string{true: "false", false: "true"}[present] })
	}
	t.Fatalf("condition %s of %s: not simulated; teach test/simulator_test.go", test, key)
	return false
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// glob matches as IAM does: * is any characters, also none and also slashes and colons, ? is one.
func glob(pattern, text string) bool {
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(strings.ReplaceAll(expression, `\*`, ".*"), `\?`, ".")
	return regexp.MustCompile("^(?s:" + expression + ")$").MatchString(text)
}

// globARN matches the six parts of an ARN, each by itself.
func globARN(pattern, arn string) bool {
	return slices.EqualFunc(strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6), glob)
}

var policyVariable = regexp.MustCompile(`\$\{([a-z]+:[^}]+)\}`)

// substitute puts the context in the place of policy variables; one that the context lacks matches nothing.
func substitute(pattern string, context map[string]string) string {
	return policyVariable.ReplaceAllStringFunc(pattern, func(variable string) string {
		if value, ok := context[policyVariable.FindStringSubmatch(variable)[1]]; ok {
			return value
		}
		return "\x00"
	})
}

// document parses the policy that is an attribute of a resource, as Terraform would hand it to AWS.
func document(t testing.TB, r resource, attribute string) policyDocument {
	t.Helper()
	text, _ := r.get(attribute).(string)
	var doc policyDocument
	if err := json.Unmarshal([]byte(strings.ReplaceAll(applied(r.stack, text), "$${", "${")), &doc); err != nil {
		t.Fatalf("%s: %s: %s: %v\n%s", r.stack, r.Address, attribute, err, r)
	}
	return doc
}

var attributeReference = regexp.MustCompile(`\$\{(aws_\w+)\.([\w.-]+)\.(\w+)\}`)

// applied is a text with what AWS would answer in the place of references, so that policies can be simulated: names as they are
// configured, and for ids that AWS chooses the resource's own name.
func applied(stack, text string) string {
	tpl := synthesized[stack]
	provider := resource{Body: tpl.body}
	region, _ := provider.get("provider.aws.0.region").(string)
	account, _ := provider.get("provider.aws.0.allowed_account_ids.0").(string)
	if account == "" { // a stack of one test
		region, account = scratchConfig(stack).Region, scratchConfig(stack).Account
	}
	return attributeReference.ReplaceAllStringFunc(text, func(whole string) string {
		parts := attributeReference.FindStringSubmatch(whole)
		kind, name, attribute := parts[1], parts[2], parts[3]
		configured := resource{Body: tpl.body}.get
		get := func(attribute string) string {
			value, _ := configured("resource." + kind + "." + name + "." + attribute).(string)
			return applied(stack, value)
		}
		if value := get(attribute); value != "" {
			return value
		}
		arn := func(service, resource string) string {
			return "arn:aws:" + service + ":" + region + ":" + account + ":" + resource
		}
		named := func(service, kind, attribute string) string {
			if name := get(attribute); name != "" {
				return arn(service, kind+name)
			}
			return whole // a stack of one test, where what is referred to has no name
		}
		switch kind + "." + attribute {
		case "aws_bedrock_guardrail.guardrail_arn":
			return arn("bedrock", "guardrail/"+name)
		case "aws_bedrock_guardrail_version.version":
			return "1"
		case "aws_bedrock_inference_profile.arn":
			return arn("bedrock", "application-inference-profile/"+name)
		case "aws_bedrockagent_knowledge_base.arn":
			return arn("bedrock", "knowledge-base/"+name)
		case "aws_dynamodb_table.arn":
			return named("dynamodb", "table/", "name")
		case "aws_elasticache_replication_group.arn":
			return named("elasticache", "replicationgroup:", "replication_group_id")
		case "aws_elasticache_user.arn":
			return named("elasticache", "user:", "user_id")
		case "aws_iam_openid_connect_provider.arn":
			return "arn:aws:iam::" + account + ":oidc-provider/" + strings.TrimPrefix(get("url"), "https://")
		case "aws_iam_policy.arn":
			return "arn:aws:iam::" + account + ":policy/" + get("name")
		case "aws_kms_alias.target_key_arn":
			target, _ := configured("resource." + kind + "." + name + ".target_key_id").(string)
			return applied(stack, strings.Replace(target, ".key_id}", ".arn}", 1))
		case "aws_kms_key.arn":
			return arn("kms", "key/"+name)
		case "aws_opensearch_domain.arn":
			return named("es", "domain/", "domain_name")
		case "aws_rds_cluster.arn":
			return named("rds", "cluster:", "cluster_identifier")
		case "aws_rds_cluster.cluster_resource_id":
			if get("cluster_identifier") != "" {
				return "cluster-" + name
			}
		case "aws_s3_bucket.arn":
			return "arn:aws:s3:::" + get("bucket")
		case "aws_s3_bucket.id":
			return get("bucket")
		case "aws_secretsmanager_secret.arn":
			return named("secretsmanager", "secret:", "name") + "-a1b2c3"
		case "aws_secretsmanager_secret_version.arn":
			return get("secret_id")
		}
		return whole
	})
}

// rights are what a role's inline policies say, together.
func rights(t testing.TB, tpl template, role resource) policyDocument {
	t.Helper()
	var all policyDocument
	for _, r := range tpl.all("aws_iam_role_policy") {
		if r.get("role") == "${"+role.Address+".name}" {
			all.Statement = append(all.Statement, document(t, r, "policy").Statement...)
		}
	}
	if len(all.Statement) == 0 {
		t.Errorf("%s: %s has no policy\n%s", tpl.name, role.Address, role)
	}
	return all
}

// with is a copy of a context with keys and values changed; a key without a value ("") is what AWS says nothing of.
func with(context map[string]string, changes ...string) map[string]string {
	changed := maps.Clone(context)
	for i := 0; i < len(changes); i += 2 {
		changed[changes[i]] = changes[i+1]
		if changes[i+1] == "" {
			delete(changed, changes[i])
		}
	}
	return changed
}
