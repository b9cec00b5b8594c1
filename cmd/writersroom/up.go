package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/writersroom/infrastructure/internal/emulator"
)

func upCommand() *cobra.Command {
	var port int
	cmd := &cobra.Command{
		Use:   "up [environment]",
		Short: "start the emulator, and print the environment variables with which to deploy to it",
		Long: `Starts the emulator unless it is up already, waits until it answers, and prints the environment variables with which
Terraform, cdktf and the AWS CLI act in the account of an environment (dev) on it:

  eval "$(writersroom up dev)"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := "dev"
			if len(args) == 1 {
				name = args[0]
			}
			env, err := environment(name)
			if err != nil {
				return err
			}
			e, err := emulator.Up(cmd.Context(), work, emulator.Options{Port: port, Progress: cmd.ErrOrStderr()})
			if err != nil {
				return err
			}
			variables, err := e.Environ(cmd.Context(), env.Account, env.Region)
			if err != nil {
				return err
			}
			for _, variable := range variables {
				name, value, _ := strings.Cut(variable, "=")
				fmt.Fprintf(cmd.OutOrStdout(), "export %s='%s'\n", name, value)
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%s is account %s on the emulator\n", env.Name, env.Account)
			return nil
		},
	}
	cmd.Flags().IntVar(&port, "port", 0, "where to listen on 127.0.0.1, a free port by default")
	return cmd
}
