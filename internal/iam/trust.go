package iam

// Trust is the trust policy of a role that an AWS service assumes, on behalf of account alone: without that condition the service
// could be talked into assuming the role for another of its customers
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html). Further conditions narrow it: an aws:SourceArn, say.
// Policies of several services are appended to one another. A service that sends no aws:SourceAccount, and every principal that
// is not a service, takes a Statement of its own, whose Reason says so. It is rendered by TrustJSON.
func Trust(service, account string, conditions ...Condition) Policy {
	return Policy{{
		Principals: map[string][]string{"Service": {service}},
		Actions:    []string{"sts:AssumeRole"},
		Conditions: append([]Condition{SourceAccount(account)}, conditions...),
		Reason:     service + " works with the role on behalf of this account",
	}}
}

// SourceAccount is the condition that an AWS service acts on behalf of account, twelve digits.
func SourceAccount(account string) Condition {
	return Condition{Test: "StringEquals", Key: "aws:SourceAccount", Values: []string{account}}
}

// TrustJSON renders a role's trust policy. What it is attached to is the role, so its statements have principals and no
// resources; everyone ("*") is never trusted, and an identity provider only with a condition, which has to name the audience: a
// provider such as Cognito or GitHub vouches for all its customers alike. What JSON refuses, it refuses too.
func (p Policy) TrustJSON() (string, error) {
	return p.render(trust)
}
