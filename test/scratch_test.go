package test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/ai"
	"github.com/writersroom/infrastructure/constructs/identity"
	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// scratch synthesizes a stack of that name with nothing in it but what build makes.
func scratch(t *testing.T, build func(cdktf.TerraformStack) error) (template, error) {
	t.Helper()
	dir := t.TempDir()
	err := tf.Synth(dir, func(app cdktf.App) error {
		stack := tf.NewStack(app, "scratch")
		provider.NewAwsProvider(stack, tf.String("aws"), &provider.AwsProviderConfig{Region: tf.String("us-east-1")})
		return build(stack)
	})
	if err != nil {
		return template{}, err
	}
	return parsed(t, dir, "scratch"), nil
}

// parsed reads a stack that was synthesized to dir.
func parsed(t *testing.T, dir, name string) template {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "stacks", name, "cdk.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	tpl := template{name: name, raw: raw}
	if err := json.Unmarshal(raw, &tpl.body); err != nil {
		t.Fatal(err)
	}
	return tpl
}

// scratchIdentity synthesizes identity alone, with what more is asked of it.
func scratchIdentity(t *testing.T, cfg identity.Config, more func(*identity.Identity) error) (template, error) {
	t.Helper()
	return scratch(t, func(stack cdktf.TerraformStack) error {
		who, err := identity.New(stack, "identity", cfg)
		if err != nil {
			return err
		}
		if err := scratchBoundary(stack, cfg); err != nil {
			return err
		}
		return more(who)
	})
}

func scratchConfig(environment string) identity.Config {
	return identity.Config{
		Label:     naming.Label{Environment: environment, Account: "111111111111"},
		Settings:  envs.Defaults().Identity,
		Region:    "us-east-1",
		Account:   "111111111111",
		Partition: "aws",

		AlertPublishers: []string{"cloudwatch.amazonaws.com"},
		BoundaryARN:     identity.BoundaryARN("aws", "111111111111", environment),
	}
}

// scratchBoundary makes the boundary that identity's roles have, which is otherwise in another stack.
func scratchBoundary(stack cdktf.TerraformStack, cfg identity.Config) error {
	return identity.NewBoundary(stack, "boundary", identity.BoundaryConfig{
		Of: cfg.Label.Environment, Label: cfg.Label, Region: cfg.Region, Account: cfg.Account, Partition: cfg.Partition,
	})
}

// scratchAI synthesizes identity and ai alone, with a role for each of the statements that more returns.
func scratchAI(t *testing.T, more func(*ai.AI) (map[string][]iam.Statement, error)) (template, error) {
	t.Helper()
	cfg := scratchConfig("scratch")
	return scratch(t, func(stack cdktf.TerraformStack) error {
		who, err := identity.New(stack, "identity", cfg)
		if err != nil {
			return err
		}
		if err := scratchBoundary(stack, cfg); err != nil {
			return err
		}
		models, err := ai.New(stack, "ai", ai.Config{
			Label: cfg.Label, Settings: envs.Defaults().AI,
			Region: cfg.Region, Account: cfg.Account, Partition: cfg.Partition,
			DataKeyARN: who.DataKeyARN, AlertsTopicARN: "arn:aws:sns:us-east-1:111111111111:alerts",
		})
		if err != nil {
			return err
		}
		roles, err := more(models)
		if err != nil {
			return err
		}
		for name, statements := range roles {
			if _, err := who.NewRole(name, "lambda.amazonaws.com", statements); err != nil {
				return err
			}
		}
		return nil
	})
}

// scratchStorage synthesizes storage alone, with one user of the cluster who needs a password.
func scratchStorage(t *testing.T, use func(cdktf.TerraformStack, *storage.Storage)) template {
	t.Helper()
	role := func(name string) string { return "arn:aws:iam::111111111111:role/writersroom-scratch-" + name }
	key := func(name string) string { return "arn:aws:kms:us-east-1:111111111111:key/" + name }
	tpl, err := scratch(t, func(stack cdktf.TerraformStack) error {
		stores, err := storage.New(stack, "storage", storage.Config{
			Label:    naming.Label{Environment: "scratch", Account: "111111111111"},
			Settings: envs.Defaults().Storage,
			Region:   "us-east-1", Account: "111111111111", Partition: "aws",
			LogRetentionDays: 30,
			DataKeyARN:       key("data"), LogsKeyARN: key("logs"), SecretsKeyARN: key("secrets"),
			AlertsTopicARN:        "arn:aws:sns:us-east-1:111111111111:alerts",
			SubnetIDs:             []string{"subnet-1", "subnet-2"},
			S3EndpointID:          "vpce-1",
			AuroraSecurityGroupID: "sg-1", ValkeySecurityGroupID: "sg-2", OpenSearchSecurityGroupID: "sg-3",
			AuthenticatedRoleARN: role("authenticated"), ModelRoleARNs: []string{role("model-*")}, BackupRoleARN: role("backup"),
			MonitoringRoleARN: role("monitoring"), SearchAdministratorRoleARN: role("search-administrator"),
			WebOrigins:    []string{"https://scratch.example"},
			DatabaseUsers: []string{"knowledge_base"},
		})
		if err == nil {
			use(stack, stores)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// rendered is a grant as a role's policy would hold it.
func rendered(t *testing.T, statements []iam.Statement) policyDocument {
	t.Helper()
	text, err := iam.Policy(statements).JSON()
	if err != nil {
		t.Fatal(err)
	}
	return document(t, resource{Address: "grant", Body: map[string]any{"policy": text}}, "policy")
}
