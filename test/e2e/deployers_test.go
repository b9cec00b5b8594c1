package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// actionOf is what IAM calls the action that lets an operation be called, where that is not the operation's own name.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html
var actionOf = map[string]string{
	"budgets:CreateBudget":                       "budgets:ModifyBudget",
	"budgets:CreateNotification":                 "budgets:ModifyBudget",
	"budgets:DeleteBudget":                       "budgets:ModifyBudget",
	"budgets:DescribeBudget":                     "budgets:ViewBudget",
	"budgets:DescribeNotificationsForBudget":     "budgets:ViewBudget",
	"budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
	"cloudfront:CreateDistributionWithTags":      "cloudfront:CreateDistribution",
	"s3:DeleteBucketCors":                        "s3:PutBucketCORS",
	"s3:DeleteBucketEncryption":                  "s3:PutEncryptionConfiguration",
	"s3:DeleteBucketLifecycle":                   "s3:PutLifecycleConfiguration",
	"s3:DeleteBucketOwnershipControls":           "s3:PutBucketOwnershipControls",
	"s3:DeleteObjects":                           "s3:DeleteObject",
	"s3:DeletePublicAccessBlock":                 "s3:PutBucketPublicAccessBlock",
	"s3:GetBucketAccelerateConfiguration":        "s3:GetAccelerateConfiguration",
	"s3:GetBucketCors":                           "s3:GetBucketCORS",
	"s3:GetBucketEncryption":                     "s3:GetEncryptionConfiguration",
	"s3:GetBucketLifecycle":                      "s3:GetLifecycleConfiguration",
	"s3:GetBucketReplication":                    "s3:GetReplicationConfiguration",
	"s3:GetObjectLockConfiguration":              "s3:GetBucketObjectLockConfiguration",
	"s3:GetPublicAccessBlock":                    "s3:GetBucketPublicAccessBlock",
	"s3:HeadBucket":                              "s3:ListBucket",
	"s3:HeadObject":                              "s3:GetObject",
	"s3:ListObjectVersions":                      "s3:ListBucketVersions",
	"s3:ListObjectsV2":                           "s3:ListBucket",
	"s3:PutBucketCors":                           "s3:PutBucketCORS",
	"s3:PutBucketEncryption":                     "s3:PutEncryptionConfiguration",
	"s3:PutBucketLifecycle":                      "s3:PutLifecycleConfiguration",
	"s3:PutPublicAccessBlock":                    "s3:PutBucketPublicAccessBlock",
}

// withheld are calls that a plan makes and its role may not: it plans with -refresh=false. The provider reads a secret's version together
// with its value.
var withheld = []string{"secretsmanager:GetSecretValue"}

// mayAll fails the test unless the role of a kind, plan or apply, that the environment's account has for it is granted every call that
// Terraform made since calls was asked last.
func (p *project) mayAll(t *testing.T, environment, kind string) {
	t.Helper()
	calls, granted := p.calls(t, environment), p.granted(t, environment, kind)
	if len(calls) < 50 || len(granted) < 50 {
		t.Fatalf("%s: want Terraform's calls and what %s is granted, got %q and %q", environment, kind, calls, granted)
	}
	for _, operation := range calls {
		action := operation
		if other, ok := actionOf[operation]; ok {
			action = other
		}
		switch {
		case operation == "sts:GetCallerIdentity": // which nobody can be denied
		case kind == "plan" && slices.Contains(withheld, action):
		case !slices.Contains(granted, action):
			t.Errorf("%s: Terraform called %s, and its %s role is not granted %s: constructs/cicd", environment, operation, kind, action)
		}
	}
}

// calls are the operations that Terraform called in the environment's account since they were asked for last.
func (p *project) calls(t *testing.T, environment string) []string {
	t.Helper()
	answer, err := http.Get(p.getenv("AWS_ENDPOINT_URL") + "/moto-api/calls?account=" + p.accountOf(t, environment))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	if err := json.Unmarshal(text, &calls); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return calls
}

// granted are the actions in the policies of a role of the account's stack.
func (p *project) granted(t *testing.T, environment, kind string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.stack("account-"+p.accountOf(t, environment)), "cdk.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	var stack struct {
		Resource map[string]map[string]struct {
			Policy    string
			PolicyARN string `json:"policy_arn"`
			Role      string
		}
	}
	if err := json.Unmarshal(text, &stack); err != nil {
		t.Fatal(err)
	}
	role := "${aws_iam_role.cicd_" + environment + "-" + kind + "-role.name}"
	var policies []string
	for _, own := range stack.Resource["aws_iam_role_policy"] {
		if own.Role == role {
			policies = append(policies, own.Policy)
		}
	}
	for _, attached := range stack.Resource["aws_iam_role_policy_attachment"] {
		if attached.Role == role {
			name := strings.TrimSuffix(strings.TrimPrefix(attached.PolicyARN, "${aws_iam_policy."), ".arn}")
			policies = append(policies, stack.Resource["aws_iam_policy"][name].Policy)
		}
	}
	var actions []string
	for _, text := range policies {
		var policy struct {
			Statement []struct{ Action []string }
		}
		if err := json.Unmarshal([]byte(text), &policy); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, s := range policy.Statement {
			actions = append(actions, s.Action...)
		}
	}
	return actions
}

// accountOf is the account that the environment's overlay says.
func (p *project) accountOf(t *testing.T, environment string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, "envs", environment+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	told := regexp.MustCompile(`(?m)^account: "(\d{12})"$`).FindSubmatch(text)
	if told == nil {
		t.Fatalf("envs/%s.yaml says no account:\n%s", environment, text)
	}
	return string(told[1])
}
