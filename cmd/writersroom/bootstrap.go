package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/bootstrap"
)

func bootstrapCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "bootstrap <environment or account id>",
		Short: "give an AWS account the storage of its Terraform state, and bring the account's stack up to date",
		Long: `Makes the bucket, the lock table and the key that hold the Terraform state of everything deployed to an account, moves the
account's own state there, and applies what else cdktf.out/stacks/account-<id> holds. Run again it changes nothing; killed
half way and run again it goes on. It destroys nothing.`,
		Args: oneEnvironment,
		RunE: func(cmd *cobra.Command, args []string) error {
			account, err := accountOf(args[0])
			if err != nil {
				return err
			}
			result, err := bootstrap.Run(cmd.Context(), bootstrap.Options{
				Account:  account,
				Outdir:   "cdktf.out",
				Work:     work,
				Progress: cmd.ErrOrStderr(),
			})
			if err != nil {
				return err
			}
			did := "nothing changed"
			switch {
			case result.Made:
				did = "made"
			case len(result.Changed) > 0:
				did = fmt.Sprintf("%d changed", len(result.Changed))
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "account %s: %s, state in %s\n", account, did, result.State)
			return err
		},
	}
}

// accountOf is the account that an environment or a preview lives in, or the account itself where its id was given.
func accountOf(name string) (string, error) {
	all, err := environments()
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(envs.Accounts(all), func(a envs.Account) bool { return a.ID == name }) {
		return name, nil
	}
	env, err := environment(name)
	return env.Account, err
}
