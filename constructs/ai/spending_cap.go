package ai

import (
	"fmt"
	"strconv"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/budgetsbudget"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/budgetsbudgetaction"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// CapPolicyName is the name of the managed policy that denies every call of a model. The permissions boundary knows it.
const CapPolicyName = "models-denied"

// CapSpending lets the roles named call no model any more once Bedrock and SageMaker have cost what the settings allow in a month,
// and tells people before. budgetRoleARN is the role that AWS Budgets acts as: one that trusts budgets.amazonaws.com and may do what
// CapStatements says of the same roles.
func (a *AI) CapSpending(budgetRoleARN string, roleNames ...string) error {
	denial, err := modelsDenied().JSON()
	if err != nil {
		return fmt.Errorf("spending cap: %w", err)
	}
	policy := iampolicy.NewIamPolicy(a.scope, tf.String(CapPolicyName), &iampolicy.IamPolicyConfig{
		Name:        tf.String(a.cfg.Label.Name(CapPolicyName)),
		Description: tf.String("What AWS Budgets attaches when the models of " + a.cfg.Label.Environment + " have cost too much"),
		Policy:      tf.String(denial),
	})
	budget := budgetsbudget.NewBudgetsBudget(a.scope, tf.String("budget"), &budgetsbudget.BudgetsBudgetConfig{
		Name:        tf.String(a.cfg.Label.Fit(naming.Budget, "models")),
		AccountId:   tf.String(a.cfg.Account),
		BudgetType:  tf.String("COST"),
		TimeUnit:    tf.String("MONTHLY"),
		LimitAmount: tf.String(strconv.Itoa(a.cfg.Settings.MonthlyBudgetUSD)),
		LimitUnit:   tf.String("USD"),
		CostFilter: &[]*budgetsbudget.BudgetsBudgetCostFilter{
			{Name: tf.String("Service"), Values: tf.Strings("Amazon Bedrock", "Amazon SageMaker")},
			{Name: tf.String("TagKeyValue"), Values: tf.Strings("user:Environment$" + a.cfg.Label.Environment)},
		},
		// What is used counts: credits would hide it until they are gone.
		CostTypes: &budgetsbudget.BudgetsBudgetCostTypes{IncludeCredit: tf.Bool(false), IncludeRefund: tf.Bool(false)},
		Notification: &[]*budgetsbudget.BudgetsBudgetNotification{
			a.notification("ACTUAL", 80),
			a.notification("FORECASTED", 100),
		},
	})
	budgetsbudgetaction.NewBudgetsBudgetAction(a.scope, tf.String("budget-action"), &budgetsbudgetaction.BudgetsBudgetActionConfig{
		AccountId:        tf.String(a.cfg.Account),
		BudgetName:       budget.Name(),
		ActionType:       tf.String("APPLY_IAM_POLICY"),
		ApprovalModel:    tf.String("AUTOMATIC"),
		NotificationType: tf.String("ACTUAL"),
		ActionThreshold: &budgetsbudgetaction.BudgetsBudgetActionActionThreshold{
			ActionThresholdType: tf.String("PERCENTAGE"), ActionThresholdValue: tf.Number(100),
		},
		Definition: &budgetsbudgetaction.BudgetsBudgetActionDefinition{
			IamActionDefinition: &budgetsbudgetaction.BudgetsBudgetActionDefinitionIamActionDefinition{
				PolicyArn: policy.Arn(),
				Roles:     tf.Strings(roleNames...),
			},
		},
		ExecutionRoleArn: tf.String(budgetRoleARN),
		Subscriber: &[]*budgetsbudgetaction.BudgetsBudgetActionSubscriber{{
			SubscriptionType: tf.String("SNS"), Address: tf.String(a.cfg.AlertsTopicARN),
		}},
	})
	return nil
}

// notification tells people when that much of the budget is spent, or will be.
func (a *AI) notification(kind string, percent int) *budgetsbudget.BudgetsBudgetNotification {
	return &budgetsbudget.BudgetsBudgetNotification{
		NotificationType:       tf.String(kind),
		ComparisonOperator:     tf.String("GREATER_THAN"),
		Threshold:              tf.Number(percent),
		ThresholdType:          tf.String("PERCENTAGE"),
		SubscriberSnsTopicArns: tf.Strings(a.cfg.AlertsTopicARN),
	}
}

// modelsDenied denies whatever a model, its guardrail or a search by meaning is paid for by the call.
func modelsDenied() iam.Policy {
	return iam.Policy{{
		Sid:    "MonthIsSpent",
		Effect: iam.Deny,
		Actions: []string{
			"bedrock:ApplyGuardrail", "bedrock:Invoke*", "bedrock:Rerank", "bedrock:Retrieve*", "sagemaker:InvokeEndpoint*",
		},
		Resources: []string{"*"},
		Reason:    "the month's money is spent, on whichever model; a role that comes to call another is capped too",
	}}
}

// CapStatements are what the role that AWS Budgets acts as may do: attach the policy that denies calls of models to the roles
// named, and detach it.
func CapStatements(label naming.Label, partition string, roleNames ...string) []iam.Statement {
	account := "arn:" + partition + ":iam::" + label.Account + ":"
	var roles []string
	for _, name := range roleNames {
		roles = append(roles, account+"role/"+name)
	}
	return []iam.Statement{{
		Sid:       "DenyModels",
		Actions:   []string{"iam:AttachRolePolicy", "iam:DetachRolePolicy"},
		Resources: roles,
		Conditions: []iam.Condition{{
			Test: "ArnEquals", Key: "iam:PolicyARN", Values: []string{account + "policy/" + label.Name(CapPolicyName)},
		}},
		Reason: "AWS Budgets stops the calls of models when the month's money is spent, and starts them anew",
	}}
}
