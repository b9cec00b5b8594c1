package iam

import (
	"strings"
	"testing"
)

// render is one of Policy's renderings.
type render func(Policy) (string, error)

// allowed is a statement without a fault; change makes one of it.
func allowed(change func(*Statement)) Policy {
	s := Statement{
		Actions:   []string{"s3:GetObject"},
		Resources: []string{"arn:aws:s3:::manuscripts/*"},
		Reason:    "the editor reads manuscripts",
	}
	change(&s)
	return Policy{s}
}

func TestJSON(t *testing.T) {
	tls := Condition{Test: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}
	for _, c := range []struct {
		name   string
		render render
		policy Policy
		want   string
	}{
		{
			"least", Policy.JSON, allowed(func(*Statement) {}),
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::manuscripts/*"]}]}`,
		},
		{
			"repository", Policy.RepositoryJSON, allowed(func(s *Statement) { s.Resources, s.Actions = nil, []string{"ecr:BatchGetImage"} }),
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:BatchGetImage"]}]}`,
		},
		{
			"all fields", Policy.JSON,
			Policy{
				{
					Sid:        "Logs",
					Principals: map[string][]string{"Service": {"logs.us-east-1.amazonaws.com"}, "AWS": {"arn:aws:iam::111111111111:role/b", "arn:aws:iam::111111111111:role/a"}},
					Actions:    []string{"kms:Encrypt", "kms:Decrypt"},
					Resources:  []string{"*"},
					Conditions: []Condition{
						SourceAccount("111111111111"),
						{Test: "StringEquals", Key: "aws:RequestedRegion", Values: []string{"us-west-2", "us-east-1"}},
						{Test: "ArnLike", Key: "kms:EncryptionContext:aws:logs:arn", Values: []string{"arn:aws:logs:us-east-1:111111111111:*"}},
					},
					Reason: "CloudWatch encrypts the log groups",
				},
				{
					Sid: "TLS", Effect: Deny, Principals: map[string][]string{"AWS": {"*"}}, Actions: []string{"*"}, Resources: []string{"arn:aws:s3:::b", "arn:aws:s3:::a"},
					Conditions: []Condition{tls}, Reason: "nothing is sent in the clear",
				},
			},
			`{"Version":"2012-10-17","Statement":[` +
				`{"Sid":"Logs","Effect":"Allow",` +
				`"Principal":{"AWS":["arn:aws:iam::111111111111:role/a","arn:aws:iam::111111111111:role/b"],"Service":["logs.us-east-1.amazonaws.com"]},` +
				`"Action":["kms:Decrypt","kms:Encrypt"],"Resource":["*"],` +
				`"Condition":{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":["arn:aws:logs:us-east-1:111111111111:*"]},` +
				`"StringEquals":{"aws:RequestedRegion":["us-west-2","us-east-1"],"aws:SourceAccount":["111111111111"]}}},` +
				`{"Sid":"TLS","Effect":"Deny","Principal":{"AWS":["*"]},"Action":["*"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::a"],` +
				`"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`,
		},
		{
			"tokens and angle brackets as they are", Policy.JSON, allowed(func(s *Statement) { s.Resources = []string{"${TfToken[TOKEN.7]}", "<&>"} }),
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["${TfToken[TOKEN.7]}","<&>"]}]}`,
		},
		{
			"everyone under a condition", Policy.JSON, allowed(func(s *Statement) {
				s.Principals = map[string][]string{"AWS": {"*"}}
				s.Conditions = []Condition{{Test: "StringEquals", Key: "aws:PrincipalAccount", Values: []string{"111111111111"}}}
			}),
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::manuscripts/*"],` +
				`"Condition":{"StringEquals":{"aws:PrincipalAccount":["111111111111"]}}}]}`,
		},
		{
			"ceiling with a service's every action, for everyone", Policy.CeilingJSON, allowed(func(s *Statement) {
				s.Principals = map[string][]string{"AWS": {"*"}}
				s.Actions = []string{"s3:*", "kms:Describe*"}
			}),
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["kms:Describe*","s3:*"],"Resource":["arn:aws:s3:::manuscripts/*"]}]}`,
		},
		{
			"trust in services", Policy.TrustJSON, append(
				Trust("lambda.amazonaws.com", "111111111111"),
				Trust("states.amazonaws.com", "111111111111", Condition{Test: "ArnLike", Key: "aws:SourceArn", Values: []string{"arn:aws:states:*:111111111111:*"}})...),
			`{"Version":"2012-10-17","Statement":[` +
				`{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com"]},"Action":["sts:AssumeRole"],` +
				`"Condition":{"StringEquals":{"aws:SourceAccount":["111111111111"]}}},` +
				`{"Effect":"Allow","Principal":{"Service":["states.amazonaws.com"]},"Action":["sts:AssumeRole"],` +
				`"Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:states:*:111111111111:*"]},"StringEquals":{"aws:SourceAccount":["111111111111"]}}}]}`,
		},
		{
			"trust in an identity provider", Policy.TrustJSON,
			Policy{{
				Principals: map[string][]string{"Federated": {"cognito-identity.amazonaws.com"}},
				Actions:    []string{"sts:TagSession", "sts:AssumeRoleWithWebIdentity"},
				Conditions: []Condition{
					{Test: "StringEquals", Key: "cognito-identity.amazonaws.com:aud", Values: []string{"us-east-1:pool"}},
					{Test: "ForAnyValue:StringLike", Key: "cognito-identity.amazonaws.com:amr", Values: []string{"authenticated"}},
				},
				Reason: "writers who have signed in",
			}},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":["cognito-identity.amazonaws.com"]},` +
				`"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession"],` +
				`"Condition":{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":["authenticated"]},` +
				`"StringEquals":{"cognito-identity.amazonaws.com:aud":["us-east-1:pool"]}}}]}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.render(c.policy)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestJSONIsTheSameInWhicheverOrderItWasWritten(t *testing.T) {
	written := func(actions, who, services []string, conditions ...Condition) Policy {
		return allowed(func(s *Statement) {
			s.Actions, s.Conditions = actions, conditions
			s.Principals = map[string][]string{"Service": services, "AWS": who}
		})
	}
	region := Condition{Test: "StringEquals", Key: "aws:RequestedRegion", Values: []string{"us-east-1"}}
	one, err := written([]string{"s3:GetObject", "s3:PutObject", "s3:ListBucket"}, []string{"a", "b"}, []string{"x", "y"},
		SourceAccount("111111111111"), region).JSON()
	if err != nil {
		t.Fatal(err)
	}
	actions := []string{"s3:PutObject", "s3:ListBucket", "s3:GetObject"}
	other, err := written(actions, []string{"b", "a"}, []string{"y", "x"}, region, SourceAccount("111111111111")).JSON()
	if err != nil {
		t.Fatal(err)
	}
	if one != other {
		t.Errorf("got two renderings of one policy:\n%s\n%s", one, other)
	}
	if actions[0] != "s3:PutObject" {
		t.Errorf("rendering sorted its caller's own list: %q", actions)
	}
}

func TestRefusals(t *testing.T) {
	everyone := map[string][]string{"AWS": {"arn:aws:iam::111111111111:root", "*"}}
	trusting := func(change func(*Statement)) Policy {
		p := Trust("lambda.amazonaws.com", "111111111111")
		change(&p[0])
		return p
	}
	for _, c := range []struct {
		name   string
		render render
		policy Policy
		want   []string
	}{
		{"no statement", Policy.JSON, nil, []string{"policy: must have a statement, got none"}},
		{"no reason", Policy.JSON, allowed(func(s *Statement) { s.Reason = " " }), []string{
			"policy[0]: reason: must say why the statement is there, got none",
		}},
		{"effect", Policy.JSON, allowed(func(s *Statement) { s.Effect = "allow" }), []string{
			`policy[0]: effect: must be Allow or Deny, got "allow"`,
		}},
		{"sid", Policy.JSON, allowed(func(s *Statement) { s.Sid = "Read it" }), []string{
			`policy[0] (Read it): sid: must be letters and digits, got "Read it"`,
		}},
		{"sid twice", Policy.JSON, append(allowed(func(s *Statement) { s.Sid = "Read" }), allowed(func(s *Statement) { s.Sid = "Read" })...), []string{
			`policy[1] (Read): sid: must be unique in its policy, got "Read", which policy[0] has`,
		}},

		{"principal of no kind", Policy.JSON, allowed(func(s *Statement) { s.Principals = map[string][]string{"User": {"me"}} }), []string{
			`policy[0]: principals: must be of kind AWS, Service or Federated, got "User"`,
		}},
		{"nobody", Policy.JSON, allowed(func(s *Statement) { s.Principals = map[string][]string{"AWS": {}} }), []string{
			`policy[0]: principals: AWS must name a principal, got []`,
		}},
		{"somebody without a name", Policy.JSON, allowed(func(s *Statement) { s.Principals = map[string][]string{"AWS": {"me", ""}} }), []string{
			`policy[0]: principals: AWS must name a principal, got ["me" ""]`,
		}},
		{"everyone", Policy.JSON, allowed(func(s *Statement) { s.Principals = everyone }), []string{
			`policy[0]: principals: must not be everyone without a condition, got AWS "*"`,
		}},

		{"no action", Policy.JSON, allowed(func(s *Statement) { s.Actions = nil }), []string{
			"policy[0]: actions: must name an action, got none",
		}},
		{"every action", Policy.JSON, allowed(func(s *Statement) { s.Actions = []string{"*"} }), []string{
			`policy[0]: actions: must name a service and a call, got "*"`,
		}},
		{"every service", Policy.JSON, allowed(func(s *Statement) { s.Actions = []string{"*:GetObject"} }), []string{
			`policy[0]: actions: must name a service and a call, got "*:GetObject"`,
		}},
		{"a service alone", Policy.JSON, allowed(func(s *Statement) { s.Actions = []string{"s3", "s3:"} }), []string{
			`policy[0]: actions: must name a service and a call, got "s3"`,
			`policy[0]: actions: must name a service and a call, got "s3:"`,
		}},
		{"wildcards in a call", Policy.JSON, allowed(func(s *Statement) { s.Actions = []string{"s3:*", "s3:Get*", "s3:?etObject"} }), []string{
			`policy[0]: actions: must be written out, got "s3:*"; name each call the principal makes`,
			`policy[0]: actions: must be written out, got "s3:Get*"; name each call the principal makes`,
			`policy[0]: actions: must be written out, got "s3:?etObject"; name each call the principal makes`,
		}},
		{"every service under a ceiling", Policy.CeilingJSON, allowed(func(s *Statement) { s.Actions = []string{"*", "*:*", "s?:*"} }), []string{
			`policy[0]: actions: must name a service and a call, got "*"`,
			`policy[0]: actions: must name a service and a call, got "*:*"`,
			`policy[0]: actions: must name a service and a call, got "s?:*"`,
		}},
		{"no call in a denial", Policy.JSON, allowed(func(s *Statement) { s.Effect, s.Actions = Deny, []string{"s3"} }), []string{
			`policy[0]: actions: must name a service and a call, got "s3"`,
		}},

		{"no resource", Policy.JSON, allowed(func(s *Statement) { s.Resources = nil }), []string{
			"policy[0]: resources: must name a resource, got none",
		}},
		{"resource of a repository's policy", Policy.RepositoryJSON, allowed(func(*Statement) {}), []string{
			`policy[0]: resources: must be none in a repository's policy, which is about what it hangs on, got ["arn:aws:s3:::manuscripts/*"]`,
		}},
		{"everyone in a repository's policy", Policy.RepositoryJSON, allowed(func(s *Statement) { s.Resources, s.Principals = nil, everyone }), []string{
			`policy[0]: principals: must not be everyone without a condition, got AWS "*"`,
		}},
		{"wildcard in a repository's policy", Policy.RepositoryJSON, allowed(func(s *Statement) { s.Resources, s.Actions = nil, []string{"ecr:*"} }), []string{
			`policy[0]: actions: must be written out, got "ecr:*"; name each call the principal makes`,
		}},
		{"resource without a name", Policy.JSON, allowed(func(s *Statement) { s.Resources = []string{""} }), []string{
			`policy[0]: resources: must not be empty, got [""]`,
		}},

		{"test", Policy.JSON, allowed(func(s *Statement) {
			s.Conditions = []Condition{{"StringEqual", "aws:SourceAccount", []string{"1"}}, {"NullIfExists", "aws:SourceArn", []string{"true"}}}
		}), []string{
			`policy[0]: conditions: must have a test that IAM knows, got "StringEqual"`,
			`policy[0]: conditions: must have a test that IAM knows, got "NullIfExists"`,
		}},
		{"condition without a key", Policy.JSON, allowed(func(s *Statement) { s.Conditions = []Condition{{"Bool", "", []string{"true"}}} }), []string{
			"policy[0]: conditions: must have a key, got none for Bool",
		}},
		{"condition without a value", Policy.JSON, allowed(func(s *Statement) {
			s.Conditions = []Condition{{"Bool", "aws:SecureTransport", nil}, SourceAccount("")}
		}), []string{
			`policy[0]: conditions: Bool aws:SecureTransport must have a value, got []`,
			`policy[0]: conditions: StringEquals aws:SourceAccount must have a value, got [""]`,
		}},
		{"condition twice", Policy.JSON, allowed(func(s *Statement) {
			s.Conditions = []Condition{SourceAccount("1"), {"StringEquals", "AWS:SourceAccount", []string{"2"}}, {"StringLike", "aws:SourceAccount", []string{"3"}}}
		}), []string{
			`policy[0]: conditions: StringEquals AWS:SourceAccount must be written once, got it again with ["2"]; one condition takes several values`,
		}},

		{"trust without a principal", Policy.TrustJSON, trusting(func(s *Statement) { s.Principals = nil }), []string{
			"policy[0]: principals: must say who may assume the role, got none",
		}},
		{"trust in everyone, whatever the condition", Policy.TrustJSON, trusting(func(s *Statement) { s.Principals = everyone }), []string{
			`policy[0]: principals: must not be everyone, got AWS "*"; name who assumes the role`,
		}},
		{"trust with a resource", Policy.TrustJSON, trusting(func(s *Statement) { s.Resources = []string{"*"} }), []string{
			`policy[0]: resources: must be none in a trust policy, which is about the role it hangs on, got ["*"]`,
		}},
		{"trust with another service's call", Policy.TrustJSON, trusting(func(s *Statement) { s.Actions = []string{"s3:GetObject", "sts:*"} }), []string{
			`policy[0]: actions: must be calls of sts in a trust policy, got "s3:GetObject"`,
			`policy[0]: actions: must be written out, got "sts:*"; name each call the principal makes`,
		}},
		{"trust in a provider's every customer", Policy.TrustJSON, Policy{{
			Principals: map[string][]string{"Federated": {"cognito-identity.amazonaws.com"}},
			Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
			Reason:     "writers",
		}}, []string{"policy[0]: conditions: must name the audience that the identity provider vouches for, got none"}},
		{"trust without an account", Policy.TrustJSON, Trust("lambda.amazonaws.com", ""), []string{
			`policy[0]: conditions: StringEquals aws:SourceAccount must have a value, got [""]`,
		}},
		{"trust without a service", Policy.TrustJSON, Trust("", "111111111111"), []string{
			`policy[0]: principals: Service must name a principal, got [""]`,
		}},
		{"trust in two accounts", Policy.TrustJSON, Trust("lambda.amazonaws.com", "1", SourceAccount("2")), []string{
			`policy[0]: conditions: StringEquals aws:SourceAccount must be written once, got it again with ["2"]; one condition takes several values`,
		}},

		{"several at once, in the order of statements and fields", Policy.JSON, Policy{
			{Sid: "One", Effect: "Maybe", Actions: []string{"s3:*"}},
			{Sid: "Two", Reason: "it is needed", Actions: []string{"s3:GetObject"}, Resources: []string{"*"}},
			{Sid: "One", Reason: "again", Principals: everyone, Actions: []string{"*"}, Resources: []string{"*"}},
		}, []string{
			`policy[0] (One): effect: must be Allow or Deny, got "Maybe"`,
			"policy[0] (One): reason: must say why the statement is there, got none",
			"policy[0] (One): actions: must be written out, got \"s3:*\"; name each call the principal makes",
			"policy[0] (One): resources: must name a resource, got none",
			`policy[2] (One): principals: must not be everyone without a condition, got AWS "*"`,
			`policy[2] (One): actions: must name a service and a call, got "*"`,
			`policy[2] (One): sid: must be unique in its policy, got "One", which policy[0] has`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.render(c.policy)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if want := strings.Join(c.want, "\n"); message != want {
				t.Errorf("got:\n%s\nwant:\n%s", message, want)
			}
			if got != "" {
				t.Errorf("got %s beside the error, want nothing", got)
			}
		})
	}
}
