package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/writersroom/infrastructure/internal/emulator"
)

func leftoversCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "leftovers <environment>",
		Short: "list what the emulator still holds of an environment that was destroyed; fails where there is any",
		Long: `Lists what the account of an environment holds on the emulator, tagged or not, in every service and region: what is the
environment's, and what is nobody's. What the account keeps for itself, such as its state storage, is counted and no leftover.`,
		Args: oneEnvironment,
		RunE: func(cmd *cobra.Command, args []string) error {
			env, err := environment(args[0])
			if err != nil {
				return err
			}
			e, err := emulator.Find(work)
			if err != nil {
				return err
			}
			left, kept, err := e.Leftovers(cmd.Context(), env.Account, env.Name)
			if err != nil {
				return err
			}
			for _, resource := range left {
				fmt.Fprintln(cmd.OutOrStdout(), resource)
			}
			if len(left) > 0 {
				return fmt.Errorf("%s: the emulator's account %s still holds %s", env.Name, env.Account, count(len(left), "resource"))
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: nothing is left in the emulator's account %s\n", env.Name, env.Account)
			if len(kept) > 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "the account keeps %s of its own\n", count(len(kept), "resource"))
			}
			return nil
		},
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
