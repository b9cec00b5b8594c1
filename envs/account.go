package envs

import (
	"slices"
	"strings"

	"github.com/writersroom/infrastructure/internal/naming"
)

// Account is an AWS account as the environments that live in it describe it.
type Account struct {
	// ID is twelve digits.
	ID        string
	Region    string
	Partition string
	// Environments are those that live in it, sorted by name, without previews, of which Previews says whether there may be any.
	Environments []Environment
	// Previews says that previews are made here: it is dev's account.
	Previews bool
}

// AlertEmails are who is told of what concerns the account as a whole: whoever is told of one of its environments.
func (a Account) AlertEmails() []string {
	var emails []string
	for _, e := range a.Environments {
		emails = append(emails, e.Monitoring.AlertEmails...)
	}
	slices.Sort(emails)
	return slices.Compact(emails)
}

// LogRetentionDays is how long CloudWatch keeps the account's own logs: as long as those of the environment that keeps them longest.
func (a Account) LogRetentionDays() int {
	var days int
	for _, e := range a.Environments {
		days = max(days, e.LogRetentionDays)
	}
	return days
}

// Stack is the name of the stack of what the account holds once.
func (a Account) Stack() string { return naming.AccountWide + "-" + a.ID }

// StateKey is where that stack's Terraform state lies in the account's state bucket.
func (a Account) StateKey() string { return naming.AccountWide + "/terraform.tfstate" }

// Accounts are the AWS accounts that the environments live in, each once, sorted by id. Environments that share one agree on its
// region and partition, which Validate sees to.
func Accounts(environments []Environment) []Account {
	var accounts []Account
	for _, e := range sortedByName(slices.Clone(environments)) {
		i := slices.IndexFunc(accounts, func(a Account) bool { return a.ID == e.Account })
		if i < 0 {
			i = len(accounts)
			accounts = append(accounts, Account{ID: e.Account, Region: e.Region, Partition: e.Partition})
		}
		if !IsPreview(e.Name) {
			accounts[i].Environments = append(accounts[i].Environments, e)
		}
		if e.Name == "dev" {
			accounts[i].Previews = true
		}
	}
	slices.SortFunc(accounts, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
	return accounts
}
