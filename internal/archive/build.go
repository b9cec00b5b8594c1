package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// build is how the functions are compiled.
type build struct {
	root    string
	version string // of Go: "go1.26.8"
	commit  string
	environ []string
}

// newBuild asks Go and git what else than the sources goes into a build.
func newBuild(ctx context.Context, root, goos, goarch string) (build, error) {
	b := build{root: root, environ: []string{
		"GOOS=" + goos, "GOARCH=" + goarch, "CGO_ENABLED=0",
		// What a developer has set for other builds, in the environment or with `go env -w`, which an empty value gives way to.
		"GOFLAGS=-trimpath", "GOWORK=off", "GOARM64=v8.0", "GOAMD64=v1",
	}}
	out, err := b.goCommand(ctx, "env", "GOVERSION")
	if err != nil {
		return build{}, err
	}
	b.version = strings.TrimSpace(out)
	b.commit, err = commit(ctx, root)
	return b, err
}

// flags make the executable the same wherever it is built: no path of the machine, no build id, and no version control but the
// commit. lambda.norpc leaves out what only the runtime go1.x had.
func (b build) flags() []string {
	return []string{"-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w -buildid= -X main.commit=" + b.commit}
}

// compile makes the functions' executables in dir.
func (b build) compile(ctx context.Context, dir string, names []string) error {
	var packages []string
	for _, name := range names {
		packages = append(packages, "./"+path.Join(sources, name))
	}
	if err := b.selfContained(ctx, packages); err != nil {
		return err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	_, err = b.goCommand(ctx, slices.Concat([]string{"build", "-o", dir + string(filepath.Separator)}, b.flags(), packages)...)
	return err
}

// selfContained refuses functions that are made of more of this module than the fingerprint covers.
func (b build) selfContained(ctx context.Context, packages []string) error {
	const format = `{{if and .Module .Module.Main}}{{.ImportPath}} {{.Module.Path}}{{end}}`
	out, err := b.goCommand(ctx, slices.Concat([]string{"list", "-deps", "-tags=lambda.norpc", "-f", format}, packages)...)
	if err != nil {
		return err
	}
	var faults []error
	for line := range strings.Lines(out) {
		imported, module, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.HasPrefix(imported, module+"/"+sources+"/") {
			faults = append(faults, fmt.Errorf("a function imports %s, whose changes would not be noticed; move what it needs to %s/%s/internal",
				imported, module, sources))
		}
	}
	return errors.Join(faults...)
}

// goCommand runs go in root and returns what it prints. Its error is what go says.
func (b build) goCommand(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = b.root
	cmd.Env = append(os.Environ(), b.environ...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	switch err := cmd.Run(); {
	case err == nil:
		return stdout.String(), nil
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("go is not on the PATH; install it from https://go.dev/dl")
	case stderr.Len() > 0:
		return "", fmt.Errorf("go %s:\n%s", args[0], strings.TrimSpace(stderr.String()))
	default:
		return "", fmt.Errorf("go %s: %w", args[0], err)
	}
}

// commit is the last one that changed the functions, so that another leaves their zips as they are; with "+changes" where what is
// there is not what was committed, and "unknown" outside git.
func commit(ctx context.Context, root string) (string, error) {
	pathspecs := []string{"--", sources, "go.mod", "go.sum"}
	for _, pattern := range unbuilt() {
		pathspecs = append(pathspecs, ":(exclude,glob)"+sources+"/**/"+pattern, ":(exclude,glob)"+sources+"/**/"+pattern+"/**")
	}
	git := func(args ...string) (said string, ok bool) {
		// Without the optional locks, a commit made at the same time is not disturbed.
		cmd := exec.CommandContext(ctx, "git", slices.Concat([]string{"--no-optional-locks", "-C", root}, args, pathspecs)...)
		out, err := cmd.Output()
		return strings.TrimSpace(string(out)), err == nil
	}
	hash, inGit := git("log", "-1", "--format=%H")
	changes, known := git("status", "--porcelain", "--untracked-files=all")
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if !inGit || !known || hash == "" { // no git, no repository, or no commit yet
		return "unknown", nil
	}
	if changes != "" {
		return hash + "+changes", nil
	}
	return hash, nil
}
