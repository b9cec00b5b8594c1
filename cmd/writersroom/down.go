package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/writersroom/infrastructure/internal/emulator"
)

func downCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "stop the emulator, and with it everything that was deployed to it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			e, err := emulator.Find(work)
			if errors.Is(err, emulator.ErrDown) {
				fmt.Fprintln(cmd.ErrOrStderr(), "the emulator is not running")
				return nil
			}
			if err != nil {
				return err
			}
			if err := e.Down(cmd.Context()); err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "the emulator at %s is stopped\n", e.Endpoint)
			return nil
		},
	}
}
