package stacks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Application is everything that one synthesis makes: a stack for each environment and one for each account they live in.
type Application struct {
	// Environments have been validated.
	Environments []envs.Environment
	Target       Target
	// LockFile holds the providers' checksums; it is placed beside every stack, so that terraform init takes no other provider.
	LockFile []byte
	// Functions is the folder of the Lambda functions' zips, which every environment's stack gets as functions/<name>.zip; empty
	// where nothing will be applied.
	Functions string
	// Outdir is where the stacks are written; empty is where the cdktf CLI asks, or cdktf.out.
	Outdir string
}

// Synth writes the stacks named, or all of them when none is named. It refuses names that it does not know, and stacks that break a
// rule of policy/, whose JSON it leaves as refused.json.
func (a Application) Synth(ctx context.Context, names ...string) error {
	all := a.builders()
	var known []string
	for _, b := range all {
		known = append(known, b.name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("stack %q: unknown; there are %s", name, strings.Join(known, ", "))
		}
	}
	wanted := names
	if len(names) == 0 {
		wanted = known
	}

	rules := loadRules(ctx)
	var outdir string
	err := tf.Synth(a.Outdir, func(app cdktf.App) error {
		outdir = *app.Outdir()
		for _, b := range all {
			if !slices.Contains(wanted, b.name) {
				continue
			}
			if err := b.build(app); err != nil {
				return fmt.Errorf("%s: %w", b.name, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// As they are for AWS, whole: what the emulator goes without breaks no rule, and excuses none.
	loaded, err := rules()
	if err != nil {
		return err
	}
	if err := judge(ctx, loaded, filepath.Join(outdir, "stacks"), wanted); err != nil {
		return err
	}
	var faults []error
	for _, name := range wanted {
		dir := filepath.Join(outdir, "stacks", name)
		faults = append(faults, os.WriteFile(filepath.Join(dir, ".terraform.lock.hcl"), a.LockFile, 0o644))
		if a.Functions != "" && slices.ContainsFunc(a.Environments, func(e envs.Environment) bool { return e.Name == name }) {
			faults = append(faults, placeFunctions(a.Functions, filepath.Join(dir, "functions")))
		}
		if a.Target.Emulated() {
			faults = append(faults, leaveOut(name, filepath.Join(dir, "cdk.tf.json")))
		}
	}
	return errors.Join(faults...)
}

// builder makes one stack.
type builder struct {
	name  string
	build func(cdktf.App) error
}

func (a Application) builders() []builder {
	var all []builder
	for _, account := range envs.Accounts(a.Environments) {
		all = append(all, builder{account.Stack(), func(app cdktf.App) error { return NewAccount(app, account, a.Target) }})
	}
	for _, env := range a.Environments {
		all = append(all, builder{env.Name, func(app cdktf.App) error { return NewEnvironment(app, env, a.Target) }})
	}
	return all
}
