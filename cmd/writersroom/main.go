// Command writersroom does what cdktf does not: it runs the local emulator of AWS, prepares AWS accounts, and judges stacks before
// they are applied. It is run in the project's folder.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/writersroom/infrastructure/envs"
)

// work is the project's own work folder, which git ignores.
const work = ".work"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "writersroom",
		Short:         "The Writers Room's infrastructure: the local emulator of AWS, AWS accounts, and the rules that stacks keep",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.CompletionOptions.HiddenDefaultCmd = true
	cmd.AddCommand(upCommand(), downCommand(), statusCommand(), leftoversCommand(), bootstrapCommand(), checkCommand())
	return cmd
}

// environments are those of the overlays and, where WRITERSROOM_PREVIEW names a preview, that one.
func environments() ([]envs.Environment, error) {
	all, err := envs.Load(os.DirFS("envs"))
	if preview := os.Getenv("WRITERSROOM_PREVIEW"); err == nil && preview != "" {
		return envs.WithPreview(all, preview)
	}
	return all, err
}

// environment is the one of that name. A preview needs no more than its name.
func environment(name string) (envs.Environment, error) {
	all, err := environments()
	if err != nil {
		return envs.Environment{}, err
	}
	named := func(e envs.Environment) bool { return e.Name == name }
	if envs.IsPreview(name) && !slices.ContainsFunc(all, named) {
		if all, err = envs.WithPreview(all, name); err != nil {
			return envs.Environment{}, err
		}
	}
	if i := slices.IndexFunc(all, named); i >= 0 {
		return all[i], nil
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name)
	}
	return envs.Environment{}, fmt.Errorf("environment: must be %s or a preview such as pr-123, got %q", strings.Join(names, ", "), name)
}

// oneEnvironment is for commands that are about one environment.
func oneEnvironment(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return errors.New("the environment is missing: give one, such as dev")
	}
	return nil
}
