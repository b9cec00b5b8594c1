package stacks

import (
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// NewAccount composes what an AWS account holds once, whatever environments live in it: the state storage, and what AWS services
// want before an environment can use them. Its own state lies in the bucket that it makes; `writersroom bootstrap` brings it there.
func NewAccount(app cdktf.App, account envs.Account, target Target) error {
	name := account.Stack()
	defer tf.Within(app, name)
	stack := newStack(app, name, place{
		account:  account,
		stateKey: account.StateKey(),
		label:    naming.OfAccount(account.ID),
	}, target)
	if err := newState(stack, "state", account); err != nil {
		return err
	}
	return newAccountServices(stack, "services", account)
}
