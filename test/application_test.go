package test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// app is main.go, built.
type app struct {
	binary string
	// packages is a package cache of jsii's for it alone, empty at first.
	packages string
}

func buildApp(tb testing.TB) app {
	tb.Helper()
	dir := tb.TempDir()
	a := app{binary: filepath.Join(dir, "app"), packages: filepath.Join(dir, "packages")}
	build := exec.CommandContext(tb.Context(), "go", "build", "-o", a.binary, ".")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return a
}

// command runs the application where cdktf.json lies. Of the environment it has what a start needs, and what is given: this test
// binary has begun a fast start of its own.
func (a app) command(tb testing.TB, outdir string, environ ...string) *exec.Cmd {
	cmd := exec.CommandContext(tb.Context(), a.binary)
	cmd.Dir = root
	cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"),
		"CDKTF_OUTDIR=" + outdir, "JSII_RUNTIME_PACKAGE_CACHE_ROOT=" + a.packages,
	}, environ...)
	return cmd
}

// inProject runs the application in a project whose overlays are changed: what it prints to stderr, and the folder it ran in.
func (a app) inProject(t *testing.T, overlays map[string]string, environ ...string) (stderr, dir string, err error) {
	t.Helper()
	dir = t.TempDir()
	copyFile(t, filepath.Join(root, "terraform.lock.hcl"), filepath.Join(dir, "terraform.lock.hcl"))
	for _, file := range []string{"dev.yaml", "staging.yaml", "prod.yaml"} {
		copyFile(t, filepath.Join(root, "envs", file), filepath.Join(dir, "envs", file))
	}
	for file, change := range overlays {
		before, after, _ := strings.Cut(change, " => ")
		path := filepath.Join(dir, "envs", file)
		raw, err := os.ReadFile(path)
		if before == "" { // a new overlay, of what follows the arrow
			raw, err = nil, nil
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), before) {
			t.Fatalf("%s holds no %q:\n%s", file, before, raw)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(raw), before, after, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// A folder with no node in it on the PATH: an overlay is refused before jsii, let alone Terraform, could start.
	cmd := exec.CommandContext(t.Context(), a.binary)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + t.TempDir(), "HOME=" + dir}, environ...)
	var said strings.Builder
	cmd.Stderr = &said
	err = cmd.Run()
	return said.String(), dir, err
}

// TestWrongOverlayStopsTheApplication changes one thing in the real overlays and reads what a person would be told.
func TestWrongOverlayStopsTheApplication(t *testing.T) {
	app := buildApp(t)
	for name, tc := range map[string]struct {
		overlays map[string]string
		environ  []string
		want     []string
	}{
		"unknown key": {
			overlays: map[string]string{"prod.yaml": "azCount => azConut"},
			want:     []string{`envs/prod.yaml:6: networking.azConut: unknown key; did you mean azCount?`},
		},
		"overlapping CIDR": {
			overlays: map[string]string{"staging.yaml": "10.20.0.0/16 => 10.10.128.0/17"},
			want:     []string{`10.10.128.0/17`, `10.10.0.0/16`},
		},
		"one zone in prod": {
			overlays: map[string]string{"prod.yaml": "azCount: 3 => azCount: 1"},
			want:     []string{`prod: networking.azCount: must be at least 2, got 1`},
		},
		"a name that leaves no room for what it names": {
			overlays: map[string]string{"production-in-europe.yaml": " => account: \"444444444444\""},
			want:     []string{`production-in-europe: name: `},
		},
		"several faults at once": {
			overlays: map[string]string{"prod.yaml": "accessTokenMinutes: 15 => accessTokenMinutes: 0", "dev.yaml": "logRetentionDays: 14 => logRetentionDays: 15"},
			want:     []string{`prod: identity.accessTokenMinutes: `, `dev: logRetentionDays: `},
		},
		"bad account id": {
			overlays: map[string]string{"dev.yaml": `"111111111111" => "1111"`},
			want:     []string{`dev: account: must be twelve digits, got "1111"`},
		},
		"localhost in prod": {
			overlays: map[string]string{"prod.yaml": "https://writersroom.example/auth/callback => http://localhost:3000/auth/callback"},
			want:     []string{`prod: identity.callbackUrls[0]: `, `"http://localhost:3000/auth/callback"`},
		},
		"decommissioning production on AWS": {
			environ: []string{"WRITERSROOM_DECOMMISSION=prod"},
			want:    []string{`WRITERSROOM_DECOMMISSION: prod is production and is never decommissioned but on an emulator of this machine`},
		},
		"decommissioning what is not there": {
			environ: []string{"WRITERSROOM_DECOMMISSION=qa"},
			want:    []string{`WRITERSROOM_DECOMMISSION: no environment is named "qa"`},
		},
		"a preview with no number": {
			environ: []string{"WRITERSROOM_PREVIEW=mine"},
			want:    []string{`"mine"`, `pr-`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			stderr, dir, err := app.inProject(t, tc.overlays, tc.environ...)
			if err == nil {
				t.Fatalf("want it refused; it exited 0 and said:\n%s", stderr)
			}
			for _, want := range tc.want {
				if !strings.Contains(stderr, want) {
					t.Errorf("want %q in:\n%s", want, stderr)
				}
			}
			if strings.Contains(stderr, "goroutine") {
				t.Errorf("a stack trace is for nobody:\n%s", stderr)
			}
			if _, err := os.Stat(filepath.Join(dir, "cdktf.out")); err == nil {
				t.Error("something was synthesized")
			}
		})
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
