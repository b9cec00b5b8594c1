package test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
)

// Every secret is drawn when it is written, and no text of it gets into a plan or a state.
func TestSecretsAreNobodysToSee(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		secrets := tpl.all("aws_secretsmanager_secret")
		if len(secrets) == 0 {
			t.Fatalf("%s: no secret: the tickets' key is one", tpl.name)
		}
		for _, secret := range secrets {
			_, name, _ := strings.Cut(secret.Address, ".")
			secret.want(t, "kms_key_id", "${aws_kms_key.identity_secrets-key.arn}")
			secret.want(t, "recovery_window_in_days", map[string]int{"dev": 0, "staging": 0, "prod": 30}[env.Name])
			secret.want(t, "lifecycle.prevent_destroy", map[string]any{"prod": true}[env.Name])
			secret.want(t, "tags.Manuscripts", "none")
			if path, _ := secret.get("name").(string); !strings.HasPrefix(path, "/writersroom/"+env.Name+"/") {
				t.Errorf("%s: %s: want a name below /writersroom/%s/, got %q", tpl.name, secret.Address, env.Name, path)
			}

			value := tpl.one(t, "aws_secretsmanager_secret_version", name+"-value")
			value.want(t, "secret_string", nil)
			value.want(t, "secret_binary", nil)
			value.want(t, "secret_string_wo_version", 1)
			random := "ephemeral.aws_secretsmanager_random_password." + name
			if text, _ := value.get("secret_string_wo").(string); !strings.Contains(text, random+".random_password") {
				t.Errorf("%s: %s: want a value drawn by %s, got %q", tpl.name, value.Address, random, text)
			}
			drawn := resource{Address: random, Body: tpl.body, stack: tpl.name}
			length, _ := drawn.get(random + ".password_length").(float64)
			if length < 40 {
				t.Errorf("%s: %s: want 40 characters or more, got %v", tpl.name, random, length)
			}

			policy := tpl.one(t, "aws_secretsmanager_secret_policy", name+"-policy")
			policy.want(t, "block_public_policy", true)
			ours := map[string]string{
				"aws:PrincipalAccount": env.Account, "aws:PrincipalIsAWSService": "false", "aws:SecureTransport": "true",
			}
			for who, tc := range map[string]struct {
				context map[string]string
				want    bool
			}{
				"a role of the account": {ours, true},
				"in the clear":          {with(ours, "aws:SecureTransport", "false"), false},
				"another account":       {with(ours, "aws:PrincipalAccount", "999999999999"), false},
				"nobody in particular":  {with(ours, "aws:PrincipalAccount", ""), false},
				"Secrets Manager":       {with(ours, "aws:PrincipalAccount", "", "aws:PrincipalIsAWSService", "true"), true},
			} {
				c := call{action: "secretsmanager:GetSecretValue", resource: "*", context: tc.context}
				if got := may(t, c, withEverything(document(t, policy, "policy"))); got != tc.want {
					t.Errorf("%s: %s: %s: want %t, got %t\n%s", tpl.name, policy.Address, who, tc.want, got, policy)
				}
			}
		}
	})
}

func TestParameters(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, r := range tpl.all("aws_ssm_parameter") {
			r.want(t, "type", "String")
			r.want(t, "value", nil) // which a plan would hide
			_, id, _ := strings.Cut(r.Address, ".storage_parameter-")
			r.want(t, "name", "/writersroom/"+env.Name+"/storage/"+id)
		}
		for _, bucket := range []string{"manuscripts", "exports", "assets"} {
			r := tpl.one(t, "aws_ssm_parameter", "storage_parameter-"+bucket+"-bucket")
			r.want(t, "insecure_value", "${aws_s3_bucket_policy.storage_"+bucket+"_policy.bucket}")
		}
	})
}

// A user of the cluster who needs a password has a secret of the form that Bedrock and Secrets Manager's rotation read.
func TestDatabaseUsersHaveSecrets(t *testing.T) {
	grants, arns := map[string][]policyStatement{}, map[string]string{}
	tpl := scratchStorage(t, func(_ cdktf.TerraformStack, s *storage.Storage) {
		for name, secret := range map[string]*storage.Secret{"knowledge_base": s.Secrets["knowledge_base"], "ticket key": s.TicketKey} {
			grants[name], arns[name] = statementsOf(t, secret.Read()), secret.ARN
		}
		grants["parameters"] = statementsOf(t, s.Parameters.Read())
	})
	tpl.one(t, "aws_secretsmanager_secret", "storage_aurora-knowledge-base").want(t, "name", "/writersroom/scratch/aurora/knowledge_base")
	value := tpl.one(t, "aws_secretsmanager_secret_version", "storage_aurora-knowledge-base-value")
	value.want(t, "secret_string_wo", `${jsonencode({"username" = "knowledge_base", "password" = `+
		`ephemeral.aws_secretsmanager_random_password.storage_aurora-knowledge-base.random_password})}`)

	for name, own := range arns {
		for other, arn := range arns {
			read := call{action: "secretsmanager:GetSecretValue", resource: arn}
			use := call{action: "kms:Decrypt", resource: "arn:aws:kms:us-east-1:111111111111:key/secrets", context: map[string]string{
				"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com", "kms:EncryptionContext:SecretARN": arn,
			}}
			for _, c := range []call{read, use} {
				if got, want := may(t, c, policyDocument{Statement: grants[name]}), own == arn; got != want {
					t.Errorf("the grant of %s: %s of %s: want %t, got %t: %s", name, c.action, other, want, got, compact(grants[name]))
				}
			}
		}
		write := call{action: "secretsmanager:PutSecretValue", resource: own}
		if may(t, write, policyDocument{Statement: grants[name]}) {
			t.Errorf("the grant of %s lets it be written: %s", name, compact(grants[name]))
		}
	}
	for name, want := range map[string]bool{
		"scratch/storage": true, "scratch/storage/assets-bucket": true, "scratch/storage2": false, "scratch/x": false, "other/storage/x": false,
	} {
		for _, action := range []string{"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"} {
			c := call{action: action, resource: "arn:aws:ssm:us-east-1:111111111111:parameter/writersroom/" + name}
			if got := may(t, c, policyDocument{Statement: grants["parameters"]}); got != want {
				t.Errorf("%s of %s: want %t, got %t: %s", action, name, want, got, compact(grants["parameters"]))
			}
		}
	}
}

// statementsOf are grants as a policy would render them.
func statementsOf(t testing.TB, grants []iam.Statement) []policyStatement {
	t.Helper()
	text, err := iam.Policy(grants).JSON()
	if err != nil {
		t.Fatal(err)
	}
	var doc policyDocument
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Statement
}
