package emulator

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Version is the release of moto that the extensions were written for and tested with; image and requirement name it for docker
// and pip. Later releases of the same minor version are taken too: an extension that does not fit stops them at their start.
const (
	Version     = "5.2.1"
	image       = "motoserver/moto:" + Version
	requirement = "moto[server]==" + Version
)

// moto is a way to run moto.
type moto struct {
	name string
	// python is the interpreter that imports moto; empty where it runs in a container.
	python    string
	launcher  string
	container string
}

// command is what to run so that moto listens on 127.0.0.1.
func (m moto) command(port int, id string) []string {
	if m.container == "" {
		return []string{m.python, "-B", "-u", m.launcher, "-H", "127.0.0.1", "-p", strconv.Itoa(port)}
	}
	args := []string{
		"docker", "run", "--rm", "--init", "--name", m.container,
		"--publish", fmt.Sprintf("127.0.0.1:%d:5000", port),
		"--volume", filepath.Dir(m.launcher) + ":/extensions:ro",
		"--cap-drop", "ALL", "--security-opt", "no-new-privileges",
	}
	for _, setting := range settings(id) {
		args = append(args, "--env", setting)
	}
	return append(args, "--entrypoint", "python", image, "-B", "-u", "/extensions/launcher.py", "-H", "0.0.0.0", "-p", "5000")
}

// environ is this process's, without what would have moto or its boto3 look anywhere else.
func (m moto) environ(id string) []string {
	var environ []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "MOTO_") {
			environ = append(environ, variable)
		}
	}
	return append(environ, settings(id)...)
}

// settings are moto's: https://docs.getmoto.org/en/latest/docs/configuration/environment_variables.html
func settings(id string) []string {
	return []string{
		"MOTO_IAM_LOAD_MANAGED_POLICIES=true", // roles are attached AWS's own policies
		"MOTO_ACM_VALIDATION_WAIT=1",          // seconds, of sixty
		"AWS_EC2_METADATA_DISABLED=true",
		"WRITERSROOM_EMULATOR=" + id,
	}
}

// finder looks for moto on this machine.
type finder struct {
	work     string
	home     home
	progress io.Writer
}

// find tries the places where moto may be, what is installed before what it would have to install, and takes the first that has a
// supported release.
func (f finder) find(ctx context.Context) (moto, error) {
	var faults []string
	for _, try := range []func(context.Context) (moto, error){f.onPath, f.behindServer, f.ownVenv, f.newVenv, f.container} {
		m, err := try(ctx)
		if err == nil {
			return m, nil
		}
		if ctx.Err() != nil {
			return moto{}, context.Cause(ctx)
		}
		faults = append(faults, err.Error())
	}
	return moto{}, fmt.Errorf("moto %s is not on this machine (%s); install it with `pipx install '%s'` or `uv tool install '%[3]s'`, "+
		"or start Docker", Version, strings.Join(faults, "; "), requirement)
}

func (f finder) onPath(ctx context.Context) (moto, error) {
	path, err := exec.LookPath("python3")
	if err != nil {
		return moto{}, errors.New("python3 is not on the PATH")
	}
	return f.python(ctx, path)
}

// behindServer looks behind moto_server, which pipx and uv install in an environment of its own.
func (f finder) behindServer(ctx context.Context) (moto, error) {
	path, err := exec.LookPath("moto_server")
	if err != nil {
		return moto{}, errors.New("moto_server is not on the PATH")
	}
	interpreter, err := interpreterOf(ctx, path)
	if err != nil {
		return moto{}, err
	}
	return f.python(ctx, interpreter)
}

func (f finder) venv() string { return filepath.Join(f.work, "venv") }

func (f finder) ownVenv(ctx context.Context) (moto, error) {
	path := filepath.Join(f.venv(), "bin", "python")
	if _, err := os.Stat(path); err != nil {
		return moto{}, fmt.Errorf("there is no %s", f.venv())
	}
	return f.python(ctx, path)
}

// newVenv makes the project's own environment, or completes one that was left half made.
func (f finder) newVenv(ctx context.Context) (moto, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	path, err := exec.LookPath("python3")
	if err != nil {
		return moto{}, fmt.Errorf("%s cannot be made without python3", f.venv())
	}
	fmt.Fprintf(f.progress, "installing moto %s into %s\n", Version, f.venv())
	python := filepath.Join(f.venv(), "bin", "python")
	for _, argv := range [][]string{
		{path, "-m", "venv", f.venv()},
		{python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", requirement},
	} {
		if _, err := output(ctx, argv...); err != nil {
			return moto{}, fmt.Errorf("%s cannot be made: %w", f.venv(), err)
		}
	}
	return f.python(ctx, python)
}

// container is the last choice: it needs the image, of some hundred megabytes, and an engine that runs.
func (f finder) container(ctx context.Context) (moto, error) {
	if _, err := exec.LookPath("docker"); err != nil {
		return moto{}, errors.New("docker is not on the PATH")
	}
	quick, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if _, err := output(quick, "docker", "version", "--format", "{{.Server.Version}}"); err != nil {
		return moto{}, fmt.Errorf("docker's engine does not answer: %w", err)
	}
	if _, err := output(ctx, "docker", "image", "inspect", image); err != nil {
		fmt.Fprintf(f.progress, "pulling %s\n", image)
		if _, err := output(ctx, "docker", "pull", "--quiet", image); err != nil {
			return moto{}, fmt.Errorf("pulling %s: %w", image, err)
		}
	}
	launcher, err := filepath.Abs(f.home.launcher())
	if err != nil {
		return moto{}, err
	}
	sum := sha256.Sum256([]byte(launcher))
	m := moto{name: image, launcher: launcher, container: "writersroom-emulator-" + hex.EncodeToString(sum[:])[:12]}
	removeContainer(ctx, m.container) // one that was left when its docker client was killed
	return m, nil
}

func (e *Emulator) removeContainer(ctx context.Context) {
	if e.Container != "" {
		removeContainer(ctx, e.Container)
	}
}

func removeContainer(ctx context.Context, name string) {
	_, _ = output(context.WithoutCancel(ctx), "docker", "rm", "--force", name) // it is the rule that there is none
}

// python asks an interpreter which moto it has.
func (f finder) python(ctx context.Context, path string) (moto, error) {
	out, err := output(ctx, path, "-B", f.home.probe())
	if err != nil {
		return moto{}, fmt.Errorf("%s: %w", path, err)
	}
	var has struct {
		Python, Moto string
		Missing      []string
	}
	if err := json.Unmarshal(out, &has); err != nil {
		return moto{}, fmt.Errorf("%s: %w", path, err)
	}
	switch {
	case has.Moto == "":
		return moto{}, fmt.Errorf("%s has no moto", path)
	case !supported(has.Moto):
		return moto{}, fmt.Errorf("%s has moto %s", path, has.Moto)
	case len(has.Missing) > 0:
		return moto{}, fmt.Errorf("%s has moto %s without its extra \"server\" (%s)", path, has.Moto, strings.Join(has.Missing, ", "))
	}
	return moto{name: fmt.Sprintf("moto %s of %s", has.Moto, has.Python), python: has.Python, launcher: f.home.launcher()}, nil
}

// supported says whether a release is Version or a later one of its minor version.
func supported(release string) bool {
	minor := Version[:strings.LastIndex(Version, ".")+1]
	patch, ok := strings.CutPrefix(release, minor)
	if !ok {
		return false
	}
	got, err := strconv.Atoi(patch)
	least, _ := strconv.Atoi(strings.TrimPrefix(Version, minor))
	return err == nil && got >= least
}

// interpreterOf is the Python that runs a script installed by pip. Where its path is long or has a space, pip writes a shell script
// that executes it: https://github.com/pypa/distlib/blob/master/distlib/scripts.py. What pyenv puts on the PATH is a shim, which
// knows where the script is.
func interpreterOf(ctx context.Context, script string) (string, error) {
	raw, err := os.ReadFile(script)
	if err != nil {
		return "", err
	}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for number := 1; number <= 2 && lines.Scan(); number++ {
		line := lines.Text()
		if words := strings.Fields(strings.TrimPrefix(line, "#!")); strings.HasPrefix(line, "#!") && len(words) > 0 {
			if filepath.Base(words[0]) == "env" && len(words) > 1 {
				words = words[1:]
			}
			if strings.HasPrefix(filepath.Base(words[0]), "python") {
				return exec.LookPath(words[0])
			}
		}
		if rest, ok := strings.CutPrefix(line, "'''exec' "); ok {
			rest, _, _ = strings.Cut(rest, ` "$0"`)
			return strings.Trim(rest, `"'`), nil
		}
	}
	if bytes.Contains(raw, []byte("pyenv")) {
		target, err := output(ctx, "pyenv", "which", filepath.Base(script))
		if err != nil {
			return "", fmt.Errorf("%s is a shim of pyenv's: %w", script, err)
		}
		if path := strings.TrimSpace(string(target)); path != script {
			return interpreterOf(ctx, path)
		}
	}
	return "", fmt.Errorf("%s does not say which Python runs it", script)
}

// output is what a command prints. Its error ends with the last thing that the command said.
func output(ctx context.Context, argv ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(argv[0]), context.Cause(ctx))
	}
	if err != nil {
		if said := lastLine(stderr.String()); said != "" {
			return nil, errors.New(said)
		}
		return nil, err
	}
	return out, nil
}
