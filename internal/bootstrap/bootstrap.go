// Package bootstrap gives an AWS account the storage of its Terraform state and brings the account's stack up to date. The
// storage is part of that stack, so its first state is local and then moves into the bucket that it describes.
//
// A run can be killed at any moment and run again, on this machine or another: until the state is in the bucket, the account
// itself is the only record of what has been made, and every run begins by looking there.
package bootstrap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/policy"
)

// Options say which account, and where the project's folders are.
type Options struct {
	// Account is the twelve-digit id of the account. Credentials of any other are refused.
	Account string
	// Outdir is where cdktf writes the synthesized stacks: cdktf.out.
	Outdir string
	// Work is the project's own work folder, out of git's sight: .work.
	Work string
	// Progress is told in short lines what is being done.
	Progress io.Writer
}

// Result is what a run found and did.
type Result struct {
	// State is where the account's state lies: s3://<bucket>/<key>.
	State string
	// Made says that this run gave the account its state storage.
	Made bool
	// Changed are the resources, beyond the storage that was made, that this run brought up to date, each with what was done to it.
	Changed []string
}

// Run makes the account's state storage where it is missing, moves the account's state into it, and applies what else the
// account's stack has come to hold. When nothing differs it changes nothing. It never destroys, never breaks a lock, and applies
// nothing that breaks a rule of policy/.
func Run(ctx context.Context, o Options) (Result, error) {
	stack, err := readStack(filepath.Join(o.Outdir, "stacks", envs.Account{ID: o.Account}.Stack()), o.Account)
	if err != nil {
		return Result{}, err
	}
	rules, err := policy.Load(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := keepsRules(ctx, rules, stack, "its stack", stack.Config); err != nil {
		return Result{}, err
	}
	account, err := signIn(ctx, stack)
	if err != nil {
		return Result{}, err
	}
	work, err := openWorkspace(filepath.Join(o.Work, "bootstrap", o.Account), stack, o.Progress)
	if err != nil {
		return Result{}, err
	}
	defer work.close()

	b := bootstrap{stack: stack, rules: rules, account: account, work: work, progress: o.Progress}
	b.tell("signed in as %s", account.caller)
	result := Result{State: stack.Backend.address()}
	stored, err := account.hasState(ctx)
	if err != nil {
		return Result{}, err
	}
	if !stored {
		if err := b.makeStorage(ctx); err != nil {
			return Result{}, err
		}
		if err := b.moveState(ctx); err != nil {
			return Result{}, err
		}
		result.Made = true
	}
	if result.Changed, err = b.converge(ctx); err != nil {
		return Result{}, err
	}
	return result, work.discardLocalState()
}

type bootstrap struct {
	stack    stack
	rules    policy.Rules
	account  account
	work     workspace
	progress io.Writer
}

func (b bootstrap) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(b.progress, "account %s: %s\n", b.stack.Account, fmt.Sprintf(format, args...))
}

// makeStorage applies the state storage, and nothing else of the stack, with a fresh local state. What an earlier run left in the
// account is adopted.
func (b bootstrap) makeStorage(ctx context.Context) error {
	found, err := b.account.existing(ctx)
	if err != nil {
		return err
	}
	for _, a := range found {
		b.tell("adopting %s, which an earlier run made: %s", a.To, a.ID)
	}
	b.tell("making the key, the bucket and the lock table of its state")
	if err := b.work.initLocal(ctx, found); err != nil {
		return err
	}
	err = b.work.applyLocal(ctx, b.stack.storage())
	if strays, lookup := b.account.strays(ctx); lookup == nil {
		for _, key := range strays {
			b.tell("the key %s was made for the state too and nothing uses it; delete it with: "+
				"aws kms schedule-key-deletion --region %s --key-id %[1]s", key, b.stack.Backend.Region)
		}
	}
	if err != nil {
		return fmt.Errorf("%w\nwhat has been made stays, and the next run adopts it: mend the cause, or wait for another run that "+
			"goes on, and run this again", err)
	}
	return nil
}

// moveState puts the local state into the bucket, in one call that either stores it whole or, where a state is already, stores
// nothing. `terraform init -migrate-state` would overwrite that state, and killed half way would leave a lock behind.
func (b bootstrap) moveState(ctx context.Context) error {
	b.tell("moving its state to %s", b.stack.Backend.address())
	local, err := b.work.localState()
	if err != nil {
		return err
	}
	if err := b.account.putState(ctx, local); err != nil {
		return err
	}
	stored, err := b.account.getState(ctx)
	if err != nil {
		return err
	}
	if !bytes.Equal(stored, local) {
		return fmt.Errorf("%s is not what was put there, which is in %s: another run has written it meanwhile; run this again",
			b.stack.Backend.address(), b.work.file(stateFile))
	}
	return nil
}

// converge applies what the stack holds and the account does not, under the state's lock. What would destroy is refused.
func (b bootstrap) converge(ctx context.Context) ([]string, error) {
	b.tell("comparing it with its stack")
	if err := b.work.initRemote(ctx); err != nil {
		return nil, err
	}
	if err := b.refuseHeldLock(ctx); err != nil {
		return nil, err
	}
	plan, raw, err := b.work.plan(ctx)
	if err != nil {
		return nil, err
	}
	changes, destroyed := summary(plan)
	if len(destroyed) > 0 {
		return nil, fmt.Errorf("account %s: the plan would %s, and bootstrap destroys nothing; if that is meant, read and apply it "+
			"with `cdktf deploy account-%[1]s`", b.stack.Account, strings.Join(destroyed, ", "))
	}
	if len(changes) == 0 {
		b.tell("nothing to change")
		return nil, nil
	}
	if err := keepsRules(ctx, b.rules, b.stack, "the plan of its stack", raw); err != nil {
		return nil, err
	}
	b.tell("applying\n  %s", strings.Join(changes, "\n  "))
	if err := b.work.apply(ctx); err != nil {
		return nil, errors.Join(err, b.refuseHeldLock(ctx))
	}
	return changes, nil
}

// keepsRules refuses a document of the account that breaks a rule.
func keepsRules(ctx context.Context, rules policy.Rules, s stack, what string, document []byte) error {
	verdict, err := rules.Judge(ctx, document)
	if err != nil {
		return fmt.Errorf("account %s: %s %w", s.Account, what, err)
	}
	if broken := verdict.Err("account-" + s.Account); broken != nil {
		return fmt.Errorf("account %s: %s breaks rules of policy/, and is not applied: %s\n%w", s.Account, what, policy.Mend, broken)
	}
	return nil
}

// refuseHeldLock says who holds the state's lock, and how it is released when its holder is gone.
func (b bootstrap) refuseHeldLock(ctx context.Context) error {
	held, err := b.account.lock(ctx)
	if err != nil || held == nil {
		return err
	}
	return fmt.Errorf("account %s: its state is locked %s; if that run still goes on, wait for it; if it is gone, release its lock "+
		"with `terraform -chdir=%s force-unlock %s`; then run this again", b.stack.Account, held, b.work.dir, held.ID)
}
