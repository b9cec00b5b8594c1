package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// project is a copy of what a deployment reads of this project, an emulator of its own, and the environment to reach it with.
type project struct {
	dir     string
	environ []string
}

// newProject starts an emulator for the account of the environment named, synthesizes, and makes the account's state storage and little
// else of the account.
func newProject(t *testing.T, environment string) *project {
	t.Helper()
	p := emptyProject(t, environment)
	account := "account-" + p.accountOf(t, environment)
	p.must(t, "app", environment, account)
	p.stateAndServices(t, account)
	p.must(t, "writersroom", "bootstrap", environment)
	return p
}

// bootstrapped synthesizes the environment and its account, and applies the account's stack: the plan after, a person's own, is empty, and
// is judged.
func (p *project) bootstrapped(t *testing.T, environment string) {
	t.Helper()
	account := "account-" + p.accountOf(t, environment)
	p.must(t, "app", environment, account)
	p.must(t, "writersroom", "bootstrap", environment)
	p.terraform(t, account, "init", "-lockfile=readonly", "-input=false", "-no-color")
	p.converged(t, account, "-out=plan")
	p.judged(t, account, "plan")
}

// overlay replaces what the project's copy of an environment's overlay says.
func (p *project) overlay(t *testing.T, environment, before, after string) {
	t.Helper()
	file := filepath.Join(p.dir, "envs", environment+".yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), before) != 1 {
		t.Fatalf("envs/%s.yaml: want %q in it once:\n%s", environment, before, text)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), before, after, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// emptyProject starts an emulator that nothing is deployed to, with credentials of the account of the environment named.
func emptyProject(t *testing.T, environment string) *project {
	t.Helper()
	node, err := filepath.Abs(filepath.Join(root, "node_modules", ".bin"))
	if err != nil {
		t.Fatal(err)
	}
	p := &project{dir: t.TempDir(), environ: append(os.Environ(),
		"PATH="+bin+":"+node+":"+os.Getenv("PATH"),
		"CI=1", "CHECKPOINT_DISABLE=1", "CDKTF_SKIP_PROVIDER_LOCK=true", "TF_IN_AUTOMATION=1", "NO_COLOR=1",
	)}
	for _, name := range []string{"envs", "terraform.lock.hcl", "cdktf.json"} {
		copyInto(t, p.dir, filepath.Join(root, name))
	}
	if err := os.Mkdir(filepath.Join(p.dir, ".work"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"functions", "go.mod", "go.sum", ".work/functions"} {
		if err := os.Symlink(filepath.Join(sources, name), filepath.Join(p.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { p.must(t, "writersroom", "down") })
	p.environ = append(p.environ, exports(p.stdout(t, "writersroom", "up", environment))...)
	return p
}

// exports are the variables that a shell would set.
func exports(printed string) []string {
	var variables []string
	for _, match := range regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`).FindAllStringSubmatch(printed, -1) {
		variables = append(variables, match[1]+"="+match[2])
	}
	return variables
}

// copyInto copies files and folders into a folder.
func copyInto(t *testing.T, dir string, sources ...string) {
	t.Helper()
	for _, source := range sources {
		if out, err := exec.Command("cp", "-R", source, dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}

// stack is the folder of a synthesized stack.
func (p *project) stack(name string) string { return filepath.Join(p.dir, "cdktf.out", "stacks", name) }

// command is one that sees the project's emulator, in the project's folder and in a process group of its own.
func (p *project) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	name, err := p.lookPath(args[0])
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args[1:]...)
	cmd.Dir = p.dir
	cmd.Env = p.environ
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

func (p *project) lookPath(name string) (string, error) {
	for _, variable := range p.environ {
		folders, ok := strings.CutPrefix(variable, "PATH=")
		if !ok {
			continue
		}
		for _, folder := range filepath.SplitList(folders) {
			if file := filepath.Join(folder, name); exec.Command("test", "-x", file).Run() == nil {
				return file, nil
			}
		}
	}
	return "", fmt.Errorf("%s is on no PATH; `make tools` installs what is missing", name)
}

// run runs a command and returns all that it printed.
func (p *project) run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	out, err := p.command(t, args...).CombinedOutput()
	return string(out), err
}

// must is run where a failure ends the test.
func (p *project) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := p.run(t, args...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (p *project) stdout(t *testing.T, args ...string) string {
	t.Helper()
	out, err := p.command(t, args...).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		t.Fatalf("%s: %v\n%s%s", strings.Join(args, " "), err, out, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// terraform is must for Terraform in a stack's folder.
func (p *project) terraform(t *testing.T, stack string, args ...string) {
	t.Helper()
	p.must(t, append([]string{"terraform", "-chdir=" + p.stack(stack)}, args...)...)
}

// converged fails the test unless the next plan of the stack, or of the part of it that is given as -target, is empty.
func (p *project) converged(t *testing.T, stack string, options ...string) {
	t.Helper()
	plan := []string{"terraform", "-chdir=" + p.stack(stack), "plan", "-detailed-exitcode", "-input=false", "-no-color"}
	out, err := p.run(t, append(plan, options...)...)
	if err != nil {
		t.Fatalf("%s: the next plan is not empty: %v\n%s", stack, err, out)
	}
}

// resources are the addresses in the stack's state.
func (p *project) resources(t *testing.T, stack string) []string {
	t.Helper()
	var state struct {
		Resources []struct{ Mode, Type, Name string }
	}
	raw := p.stdout(t, "terraform", "-chdir="+p.stack(stack), "state", "pull")
	if strings.TrimSpace(raw) == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(raw), &state); err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	var addresses []string
	for _, r := range state.Resources {
		addresses = append(addresses, r.Type+"."+r.Name)
	}
	return addresses
}

// process is a command that is under way.
type process struct {
	cmd    *exec.Cmd
	output *lockedBuffer
	exit   chan error
}

// start begins a command whose standard input stays open until the test ends.
func (p *project) start(t *testing.T, args ...string) *process {
	t.Helper()
	run := &process{cmd: p.command(t, args...), output: &lockedBuffer{}, exit: make(chan error, 1)}
	run.cmd.Stdout, run.cmd.Stderr = run.output, run.output
	stdin, err := run.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = syscall.Kill(-run.cmd.Process.Pid, syscall.SIGKILL)
		p.endProviders(t)
	})
	go func() { run.exit <- run.cmd.Wait() }()
	return run
}

// endProviders ends the providers that were started in the project's folder: they outlive a Terraform that is killed. Only Linux
// tells where a process works.
func (p *project) endProviders(t *testing.T) {
	t.Helper()
	processes, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Error(err)
	}
	for _, process := range processes {
		program, _ := os.Readlink(filepath.Join(process, "exe"))
		folder, _ := os.Readlink(filepath.Join(process, "cwd"))
		if !strings.HasPrefix(filepath.Base(program), "terraform-provider-") || !strings.HasPrefix(folder, p.dir+"/") {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(process)); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// await waits until the process has printed what the pattern matches so many times.
func (run *process) await(t *testing.T, pattern string, times int) {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if len(re.FindAllString(run.output.String(), -1)) >= times {
			return
		}
		select {
		case err := <-run.exit:
			t.Fatalf("%v ended (%v) before it printed %q %d times:\n%s", run.cmd.Args, err, pattern, times, run.output)
		default:
		}
	}
	t.Fatalf("%v never printed %q %d times:\n%s", run.cmd.Args, pattern, times, run.output)
}

// kill ends the process and all it started without a chance to do anything more.
func (run *process) kill(t *testing.T) {
	t.Helper()
	run.signal(t, -run.cmd.Process.Pid, syscall.SIGKILL)
}

// stop asks the process to end, and it alone: what it started is its own to end.
func (run *process) stop(t *testing.T) {
	t.Helper()
	run.signal(t, run.cmd.Process.Pid, syscall.SIGTERM)
}

// signal signals a process, or a group of them, and waits for the process's end.
func (run *process) signal(t *testing.T, pid int, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatal(err)
	}
	select {
	case <-run.exit:
	case <-time.After(2 * time.Minute):
		t.Fatalf("%v did not end on %v:\n%s", run.cmd.Args, signal, run.output)
	}
}

// lockedBuffer is what a process has printed so far.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
