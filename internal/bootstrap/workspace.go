package bootstrap

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// Files of a workspace, beside the stack's own cdk.tf.json.
const (
	overrideFile = "cdk_override.tf.json" // https://developer.hashicorp.com/terraform/language/files/override
	adoptFile    = "adopt.tf.json"
	stateFile    = "terraform.tfstate"
	planFile     = "bootstrap.tfplan"
	logFile      = "terraform.log"
	mutexFile    = "mutex"
)

// workspace is the folder in which Terraform works on an account, one run at a time. What cdktf synthesized is copied there,
// since Terraform reads every file of its folder.
type workspace struct {
	dir       string
	terraform *tfexec.Terraform
	output    io.Writer // of Terraform: the log, and of it the headlines
	log       *os.File
	mutex     *os.File
}

// openWorkspace prepares the folder. A local state that a killed run left is set aside, not used: it may lack what was made last.
func openWorkspace(dir string, s stack, progress io.Writer) (w workspace, err error) {
	w.dir = dir
	path, err := exec.LookPath("terraform")
	if err != nil {
		return w, fmt.Errorf("%w; install Terraform: https://developer.hashicorp.com/terraform/install", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return w, err
	}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.mutex, err = os.OpenFile(w.file(mutexFile), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return w, err
	}
	// The kernel releases it, however the process ends.
	if err := syscall.Flock(int(w.mutex.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return w, fmt.Errorf("account %s: another bootstrap is working in %s; wait until it has ended", s.Account, dir)
	}
	if w.log, err = os.Create(w.file(logFile)); err != nil {
		return w, err
	}
	for _, file := range []string{overrideFile, adoptFile, planFile, "." + stateFile + ".lock.info"} {
		if err := remove(w.file(file)); err != nil {
			return w, err
		}
	}
	if err := w.setAside(stateFile); err != nil {
		return w, err
	}
	if err := os.WriteFile(w.file("cdk.tf.json"), s.Config, 0o600); err != nil {
		return w, err
	}
	if err := os.WriteFile(w.file(".terraform.lock.hcl"), s.LockFile, 0o600); err != nil {
		return w, err
	}
	if w.terraform, err = tfexec.NewTerraform(dir, path); err != nil {
		return w, err
	}
	w.output = io.MultiWriter(w.log, &headlines{to: progress})
	w.terraform.SetStdout(w.output)
	w.terraform.SetStderr(w.log)
	return w, nil
}

func (w workspace) file(name string) string { return filepath.Join(w.dir, name) }

func (w workspace) close() {
	for _, f := range []*os.File{w.log, w.mutex} {
		if f != nil {
			_ = f.Close()
		}
	}
}

// setAside renames a file to one that is not there yet.
func (w workspace) setAside(name string) error {
	for i := 1; ; i++ {
		aside := w.file(fmt.Sprintf("%s.killed-%d", name, i))
		if _, err := os.Lstat(aside); err == nil {
			continue
		}
		if err := os.Rename(w.file(name), aside); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
}

// initLocal makes Terraform keep the state in the folder and import what was found.
func (w workspace) initLocal(ctx context.Context, found []adoption) error {
	override := map[string]any{"terraform": map[string]any{"backend": map[string]any{"local": map[string]any{"path": stateFile}}}}
	if err := writeJSON(w.file(overrideFile), override); err != nil {
		return err
	}
	if len(found) > 0 {
		if err := writeJSON(w.file(adoptFile), map[string]any{"import": found}); err != nil {
			return err
		}
	}
	return w.init(ctx)
}

// applyLocal makes the resources at those addresses.
func (w workspace) applyLocal(ctx context.Context, addresses []string) error {
	var options []tfexec.ApplyOption
	for _, address := range addresses {
		options = append(options, tfexec.Target(address))
	}
	return w.failed("apply", w.terraform.Apply(ctx, options...))
}

func (w workspace) localState() ([]byte, error) { return os.ReadFile(w.file(stateFile)) }

// initRemote makes Terraform keep the state where the stack says.
func (w workspace) initRemote(ctx context.Context) error {
	for _, file := range []string{overrideFile, adoptFile} {
		if err := remove(w.file(file)); err != nil {
			return err
		}
	}
	return w.init(ctx)
}

func (w workspace) init(ctx context.Context) error {
	return w.failed("init", w.terraform.Init(ctx, tfexec.Reconfigure(true)))
}

// plan compares the account with its stack, and is there as JSON too; nil is no difference. It takes no lock, which a kill would leave
// behind: apply takes it, and refuses a plan that is older than the state.
func (w workspace) plan(ctx context.Context) (_ *tfjson.Plan, raw []byte, err error) {
	differs, err := w.terraform.Plan(ctx, tfexec.Out(planFile), tfexec.Lock(false))
	if err != nil || !differs {
		return nil, nil, w.failed("plan", err)
	}
	var shown bytes.Buffer
	w.terraform.SetStdout(&shown) // and not to the log: as JSON a plan has the values that Terraform otherwise hides
	defer w.terraform.SetStdout(w.output)
	plan, err := w.terraform.ShowPlanFile(ctx, planFile)
	return plan, shown.Bytes(), w.failed("show", err)
}

// apply does what was planned.
func (w workspace) apply(ctx context.Context) error {
	return w.failed("apply", w.terraform.Apply(ctx, tfexec.DirOrPlan(planFile)))
}

// discardLocalState deletes what is of no use once the state is in the bucket and matches the account.
func (w workspace) discardLocalState() error {
	files, err := filepath.Glob(w.file(stateFile + "*"))
	if err != nil {
		return err
	}
	for _, file := range append(files, w.file(planFile)) {
		if err := remove(file); err != nil {
			return err
		}
	}
	return nil
}

// failed says which command failed and where the rest of its output is.
func (w workspace) failed(command string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("terraform %s: %w\nall of its output is in %s", command, trimmed{err}, w.file(logFile))
}

// trimmed is an error without the blank lines around Terraform's own text.
type trimmed struct{ error }

func (t trimmed) Error() string { return strings.TrimSpace(t.error.Error()) }
func (t trimmed) Unwrap() error { return t.error }

// summary lists what a plan changes and, of that, what is destroyed or no longer managed afterwards.
func summary(plan *tfjson.Plan) (changes, destroyed []string) {
	if plan == nil {
		return nil, nil
	}
	add := func(address string, actions tfjson.Actions) {
		if actions.NoOp() || actions.Read() {
			return
		}
		var words []string
		for _, action := range actions {
			words = append(words, string(action))
		}
		line := strings.Join(words, " and ") + " " + address
		changes = append(changes, line)
		if slices.Contains(actions, tfjson.ActionDelete) || slices.Contains(actions, tfjson.ActionForget) {
			destroyed = append(destroyed, line)
		}
	}
	for _, change := range plan.ResourceChanges {
		add(change.Address, change.Change.Actions)
	}
	for _, name := range slices.Sorted(maps.Keys(plan.OutputChanges)) {
		add("output "+name, plan.OutputChanges[name].Actions)
	}
	return changes, destroyed
}

// headlines passes on the lines of Terraform's output that say what is done, without the ids in brackets.
type headlines struct {
	to   io.Writer
	rest string
}

var headline = regexp.MustCompile(`^(\S+: (?:(?:Creation|Modifications|Import) complete.*?|Still .*))(?: \[id=.*)?$`)

func (h *headlines) Write(p []byte) (int, error) {
	lines := strings.Split(h.rest+string(p), "\n")
	h.rest = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		if m := headline.FindStringSubmatch(line); m != nil {
			if _, err := fmt.Fprintln(h.to, "  "+m[1]); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

func writeJSON(file string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

func remove(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
