package identity

import (
	"errors"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// addKeys makes a key for each class of data, so that whoever may read one class can do nothing with another.
func (i *Identity) addKeys() error {
	var faults [4]error
	i.DataKeyARN, i.DataKeyAlias, faults[0] = i.addKey("data", "What writers make, wherever it is stored",
		append(i.cfg.roles("backup", "bedrock", "dynamodb", "ecr", "elasticache", "es", "lambda", "rds", "s3", "sagemaker", "sns", "sqs",
			"states"), i.cfg.workflows()...))
	i.LogsKeyARN, i.LogsKeyAlias, faults[1] = i.addKey("logs", "Log groups", i.cfg.logGroups())
	i.SecretsKeyARN, i.SecretsKeyAlias, faults[2] = i.addKey("secrets", "Secrets and parameters", i.cfg.roles("secretsmanager", "ssm"))
	i.AlertsKeyARN, i.AlertsKeyAlias, faults[3] = i.addKey("alerts", "Alerts", append(i.cfg.roles("sns"), i.cfg.publishers()))
	return errors.Join(faults[:]...)
}

// addKey makes one key, rotated every year, with its alias. A deleted key takes all that was encrypted with it along, which is why
// its deletion is announced that many days ahead.
func (i *Identity) addKey(class, holds string, users []iam.Statement) (arn, alias string, err error) {
	policy, err := append(iam.Policy{iam.KeyAdministrators(i.cfg.Partition, i.cfg.Account)}, users...).JSON()
	if err != nil {
		return "", "", fmt.Errorf("%s key: %w", class, err)
	}
	key := kmskey.NewKmsKey(i.scope, tf.String(class+"-key"), &kmskey.KmsKeyConfig{
		Description:                    tf.String(holds + " in " + i.cfg.Label.Environment),
		Policy:                         tf.String(policy),
		EnableKeyRotation:              tf.Bool(true),
		RotationPeriodInDays:           tf.Number(365),
		DeletionWindowInDays:           tf.Number(i.cfg.Settings.KeyDeletionWindowDays),
		BypassPolicyLockoutSafetyCheck: tf.Bool(false),
		Lifecycle:                      tf.Retained(i.cfg.Retain),
	})
	name := kmsalias.NewKmsAlias(i.scope, tf.String(class+"-key-alias"), &kmsalias.KmsAliasConfig{
		Name:        tf.String("alias/" + i.cfg.Label.Fit(naming.KeyAlias, class)),
		TargetKeyId: key.KeyId(),
	})
	return *key.Arn(), *name.Name(), nil
}

// roles lets the account's roles use a key through the services named and in no other way, where IAM allows it too. The
// account's root user and users with passwords or access keys are no roles. Some services (RDS, DynamoDB, ElastiCache) work on
// after the call that created the resource has ended, which is what grants are for.
func (c Config) roles(services ...string) []iam.Statement {
	var via []string
	for _, service := range services {
		via = append(via, c.endpoint(service))
	}
	account := map[string][]string{"AWS": {c.iamARN("root")}}
	forServices := iam.Condition{Test: "Bool", Key: "kms:GrantIsForAWSResource", Values: []string{"true"}}
	throughServices := []iam.Condition{
		{Test: "StringEquals", Key: "aws:PrincipalType", Values: []string{"AssumedRole"}},
		{Test: "StringEquals", Key: "kms:CallerAccount", Values: []string{c.Account}},
		{Test: "StringEquals", Key: "kms:ViaService", Values: via},
	}
	return []iam.Statement{{
		Sid:        "Users",
		Principals: account,
		Actions:    append(use(), "kms:DescribeKey"),
		Resources:  []string{"*"},
		Conditions: throughServices,
		Reason:     "roles read and write through the services that store this class of data; * is this key",
	}, {
		Sid:        "UsersGrants",
		Principals: account,
		Actions:    []string{"kms:CreateGrant"},
		Resources:  []string{"*"},
		Conditions: append([]iam.Condition{forServices}, throughServices...),
		Reason:     "services pass the use of the key on to what they run for the role, and to nobody else; * is this key",
	}}
}

// workflows lets the roles of the environment's state machines use a key for their executions, which Step Functions encrypts as the
// role itself and through no service, and the delivery of logs read what those log.
// https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
func (c Config) workflows() []iam.Statement {
	return []iam.Statement{{
		Sid:        "Workflows",
		Principals: map[string][]string{"AWS": {c.iamARN("root")}},
		Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{
			{Test: "StringEquals", Key: "aws:PrincipalType", Values: []string{"AssumedRole"}},
			{Test: "StringEquals", Key: "kms:CallerAccount", Values: []string{c.Account}},
			{
				Test: "StringLike", Key: "kms:EncryptionContext:aws:states:stateMachineArn",
				Values: []string{c.arn("states", "stateMachine:"+c.Label.Name("*"))},
			},
		},
		Reason: "a workflow's executions are encrypted with its own role; * is this key",
	}, {
		Sid:        "WorkflowsLogging",
		Principals: map[string][]string{"AWS": {c.iamARN("root")}},
		Actions:    []string{"kms:GenerateDataKey"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{
			{Test: "StringEquals", Key: "aws:PrincipalType", Values: []string{"AssumedRole"}},
			{Test: "StringEquals", Key: "kms:CallerAccount", Values: []string{c.Account}},
			{Test: "StringLike", Key: "kms:EncryptionContext:SourceArn", Values: []string{c.arn("logs", "*")}},
		},
		Reason: "what an encrypted workflow logs is encrypted on its way to the log; * is this key",
	}, {
		Sid:        "WorkflowsLogs",
		Principals: map[string][]string{"Service": {"delivery.logs.amazonaws.com"}},
		Actions:    []string{"kms:Decrypt"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{
			{Test: "StringLike", Key: "kms:EncryptionContext:SourceArn", Values: []string{c.arn("logs", "*")}},
		},
		Reason: "what an encrypted workflow logs is decrypted where the log is; * is this key",
	}}
}

// use is every call that encrypts or decrypts.
func use() []string {
	return []string{
		"kms:Decrypt",
		"kms:Encrypt",
		"kms:GenerateDataKey",
		"kms:GenerateDataKeyWithoutPlaintext",
		"kms:ReEncryptFrom",
		"kms:ReEncryptTo",
	}
}

// logGroups lets CloudWatch Logs use a key for the environment's log groups. It calls KMS by itself and sends no
// aws:SourceAccount; what binds it is the log group's ARN, which it gives as encryption context
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html). API Gateway, ECS, RDS, SageMaker and WAF
// prescribe what their log groups are called; API Gateway puts the API's id there, which does not say whose it is.
func (c Config) logGroups() []iam.Statement {
	return []iam.Statement{{
		Sid:        "LogGroups",
		Principals: map[string][]string{"Service": {c.endpoint("logs")}},
		Actions:    use(),
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{
			Test: "ArnLike",
			Key:  "kms:EncryptionContext:aws:logs:arn",
			Values: []string{
				c.arn("logs", "log-group:"+c.Label.Path("*")),
				c.arn("logs", "log-group:/aws/ecs/containerinsights/"+c.Label.Name()+"/performance"),
				c.arn("logs", "log-group:API-Gateway-Execution-Logs_*"),
				c.arn("logs", "log-group:aws-waf-logs-"+c.Label.Name("*")),
				c.arn("logs", "log-group:/aws/rds/cluster/"+c.Label.Name("*")),
				c.arn("logs", "log-group:/aws/sagemaker/Endpoints/"+c.Label.Name("*")),
			},
		}},
		Reason: "CloudWatch Logs encrypts the environment's log groups and decrypts them for readers; * is this key",
	}}
}

// publishers lets the services that publish alerts encrypt them.
func (c Config) publishers() iam.Statement {
	return iam.Statement{
		Sid:        "Publishers",
		Principals: map[string][]string{"Service": c.AlertPublishers},
		Actions:    []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{iam.SourceAccount(c.Account)},
		Reason:     "a message that its publisher may not encrypt is dropped without a word; * is this key",
	}
}
