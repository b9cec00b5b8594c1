package stacks

import (
	"fmt"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/governance"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// NewAccount composes what an AWS account holds once, whatever environments live in it: the state storage, what AWS services
// want before an environment can use them, and who may deploy one. Its own state lies in the bucket that it makes; `writersroom bootstrap` brings it there.
func NewAccount(app cdktf.App, account envs.Account, target Target) error {
	name := account.Stack()
	defer tf.Within(app, name)
	stack := newStack(app, name, place{
		account:  account,
		stateKey: account.StateKey(),
		label:    naming.OfAccount(account.ID),

		retained:         true,
		logRetentionDays: account.LogRetentionDays(),
	}, target)
	state, err := newState(stack, "state", account)
	if err != nil {
		return err
	}
	if err := newDeployers(stack, account, state.keyARN); err != nil {
		return err
	}
	watch, err := governance.New(stack, "governance", governance.Config{
		Label:             naming.OfAccount(account.ID),
		Region:            account.Region,
		Account:           account.ID,
		Partition:         account.Partition,
		AlertEmails:       account.AlertEmails(),
		LogRetentionDays:  account.LogRetentionDays(),
		LogGroups:         []string{osMetricsGroup},
		LoggedBuckets:     map[string]string{"state": state.bucket},
		ManuscriptBuckets: manuscriptBuckets(account),
	})
	if err != nil {
		return fmt.Errorf("governance: %w", err)
	}
	return newAccountServices(stack, "services", account, watch.LogsKeyARN)
}

// manuscriptBuckets are the names that constructs/storage gives the buckets of the account's environments; previews hold no writer's
// manuscripts.
func manuscriptBuckets(account envs.Account) []string {
	var names []string
	for _, e := range account.Environments {
		label := naming.Label{Environment: e.Name, Account: e.Account}
		names = append(names, label.Unique(naming.Bucket, "manuscripts"))
	}
	return names
}
