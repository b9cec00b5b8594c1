package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/plan"
	"github.com/writersroom/infrastructure/internal/policy"
)

func checkCommand() *cobra.Command {
	var (
		withPlan bool
		planFile string
	)
	cmd := &cobra.Command{
		Use:   "check [stack...]",
		Short: "judge synthesized stacks, and what Terraform would make of them, by the rules in policy/",
		Long: `Judges the stacks in cdktf.out, those named or all, by the rules in policy/, and prints what is wrong with them; fails where
anything is. With --plan each is planned too, against its state and with the credentials there are, and its plan judged: what a
provider's default or a value of AWS's makes of a stack is seen there alone. Nothing is changed.`,
		Example: `  writersroom check
  writersroom check --plan dev
  terraform show -json dev.tfplan | writersroom check --plan-file -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			rules, err := policy.Load(cmd.Context())
			if err != nil {
				return err
			}
			c := check{rules: rules, out: cmd.OutOrStdout(), progress: cmd.ErrOrStderr(), stdin: cmd.InOrStdin()}
			if planFile != "" {
				if len(args) > 0 {
					return fmt.Errorf("--plan-file judges a plan that was made before: leave %s out", strings.Join(args, " "))
				}
				return c.planFile(cmd.Context(), planFile)
			}
			all, err := environments()
			if err != nil {
				return err
			}
			names, err := stackNames(all, args)
			if err != nil {
				return err
			}
			return c.stacks(cmd.Context(), names, withPlan)
		},
	}
	cmd.Flags().BoolVar(&withPlan, "plan", false, "plan each stack too, and judge the plan")
	cmd.Flags().StringVar(&planFile, "plan-file", "", "judge this plan alone, the output of terraform show -json; - reads it from standard input")
	cmd.MarkFlagsMutuallyExclusive("plan", "plan-file")
	return cmd
}

// stackNames are those asked for, or all. It refuses what is no stack; a preview needs no more than its name.
func stackNames(all []envs.Environment, asked []string) ([]string, error) {
	var known []string
	for _, account := range envs.Accounts(all) {
		known = append(known, account.Stack())
	}
	for _, env := range all {
		known = append(known, env.Name)
	}
	for _, name := range asked {
		if !slices.Contains(known, name) && !envs.IsPreview(name) {
			return nil, fmt.Errorf("stack %q: unknown; there are %s", name, strings.Join(known, ", "))
		}
	}
	if len(asked) > 0 {
		return asked, nil
	}
	return known, nil
}

// check judges, and counts what is wrong.
type check struct {
	rules         policy.Rules
	out, progress io.Writer
	stdin         io.Reader

	violations int
}

// stacks judges the synthesized stacks and, if asked to, their plans. A stack that cannot be judged keeps no other from it.
func (c *check) stacks(ctx context.Context, names []string, plans bool) error {
	var faults []error
	for _, name := range names {
		if err := c.stack(ctx, name, plans); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(append(faults, c.end())...)
}

func (c *check) stack(ctx context.Context, name string, plans bool) error {
	file := filepath.Join("cdktf.out", "stacks", name, "cdk.tf.json")
	config, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not there; make it with: %s", file, synth(name))
	}
	if err != nil {
		return err
	}
	if err := c.judge(ctx, name, config); err != nil {
		return fmt.Errorf("%s: %w; make it anew with: %s", file, err, synth(name))
	}
	if !plans {
		return nil
	}
	fmt.Fprintf(c.progress, "%s: planning\n", name)
	planned, err := plan.JSON(ctx, filepath.Dir(file))
	if err != nil {
		return err
	}
	return c.judge(ctx, name+" (plan)", planned)
}

// synth is the command that writes a stack.
func synth(name string) string {
	if envs.IsPreview(name) {
		return "WRITERSROOM_PREVIEW=" + name + " cdktf synth"
	}
	return "cdktf synth"
}

// planFile judges a plan that somebody else made.
func (c *check) planFile(ctx context.Context, name string) error {
	read := func() ([]byte, error) { return os.ReadFile(name) }
	if name == "-" {
		name, read = "standard input", func() ([]byte, error) { return io.ReadAll(c.stdin) }
	}
	planned, err := read()
	if err != nil {
		return err
	}
	if err := c.judge(ctx, name, planned); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return c.end()
}

// judge prints what the rules say of a document.
func (c *check) judge(ctx context.Context, name string, document []byte) error {
	verdict, err := c.rules.Judge(ctx, document)
	if err != nil {
		return err
	}
	if faults := verdict.Err(name); faults != nil {
		fmt.Fprintln(c.out, faults)
	}
	waived := 0
	for _, r := range verdict.Results {
		if r.Status == policy.Waived {
			waived++
		}
	}
	c.violations += len(verdict.Violations)
	fmt.Fprintf(c.out, "%s: %s, %d waived, %s\n", name, count(len(verdict.Results), "check"), waived, count(len(verdict.Violations), "violation"))
	return nil
}

func (c *check) end() error {
	if c.violations == 0 {
		return nil
	}
	return fmt.Errorf("%s of the rules in policy/: %s", count(c.violations, "violation"), policy.Mend)
}
