package envs

import (
	"slices"
	"strings"

	"github.com/writersroom/infrastructure/internal/naming"
)

// Account is an AWS account as the environments that live in it describe it: where its state bucket is.
type Account struct {
	// ID is twelve digits.
	ID        string
	Region    string
	Partition string
}

// Stack is the name of the stack of what the account holds once.
func (a Account) Stack() string { return naming.AccountWide + "-" + a.ID }

// StateKey is where that stack's Terraform state lies in the account's state bucket.
func (a Account) StateKey() string { return naming.AccountWide + "/terraform.tfstate" }

// Accounts are the AWS accounts that the environments live in, each once, sorted by id. Environments that share one agree on its
// region and partition, which Validate sees to.
func Accounts(environments []Environment) []Account {
	var accounts []Account
	for _, e := range environments {
		if !slices.ContainsFunc(accounts, func(a Account) bool { return a.ID == e.Account }) {
			accounts = append(accounts, Account{ID: e.Account, Region: e.Region, Partition: e.Partition})
		}
	}
	slices.SortFunc(accounts, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
	return accounts
}
