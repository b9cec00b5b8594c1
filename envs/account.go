package envs

import (
	"slices"
	"strings"
)

// Account is an AWS account as the environments that live in it describe it: where its state bucket is.
type Account struct {
	// ID is twelve digits.
	ID        string
	Region    string
	Partition string
}

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
