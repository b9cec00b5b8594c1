package emulator

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// onlyOnPath is a new folder, and all of the PATH.
func onlyOnPath(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	return dir
}

// fake writes an executable shell script.
func fake(t *testing.T, path, script string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// has is the script of a Python that has a moto.
func has(path, moto string, missing ...string) string {
	return fmt.Sprintf(`echo '{"python": "%s", "moto": "%s", "missing": ["%s"]}'`, path, moto, strings.Join(missing, `","`))
}

func with(path, moto string) string {
	return strings.Replace(has(path, moto), `[""]`, "[]", 1)
}

func TestFind(t *testing.T) {
	const python = "/somewhere/bin/python"
	for name, test := range map[string]struct {
		// files are scripts by their path below the PATH's only folder, which {} stands for.
		files map[string]string
		want  string
		fault string
	}{
		"python3 on the PATH": {
			files: map[string]string{"python3": with(python, "5.2.1")},
			want:  "moto 5.2.1 of /somewhere/bin/python",
		},
		"a later patch": {
			files: map[string]string{"python3": with(python, "5.2.12")},
			want:  "moto 5.2.12 of /somewhere/bin/python",
		},
		"installed by pipx or uv": {
			files: map[string]string{
				"python3":         with(python, ""),
				"moto_server":     "#!{}/pipx/bin/python\nimport moto",
				"pipx/bin/python": with("/pipx/bin/python", "5.2.1"),
			},
			want: "moto 5.2.1 of /pipx/bin/python",
		},
		"installed under a path with a space": {
			files: map[string]string{
				"moto_server":     "#!/bin/sh\n'''exec' \"{}/my tools/python\" \"$0\" \"$@\"\n' '''\nimport moto",
				"my tools/python": with("/my tools/python", "5.2.1"),
				"python3":         "echo no >&2; exit 1",
			},
			want: "moto 5.2.1 of /my tools/python",
		},
		"started through env": {
			files: map[string]string{
				"moto_server": "#!/usr/bin/env python3.13\nimport moto",
				"python3.13":  with("/usr/bin/python3.13", "5.2.1"),
			},
			want: "moto 5.2.1 of /usr/bin/python3.13",
		},
		"a shim of pyenv's": {
			files: map[string]string{
				"python3":                  with(python, "4.2.14"),
				"moto_server":              "#!/usr/bin/env bash\nexec pyenv exec moto_server \"$@\"",
				"pyenv":                    `[ "$*" = "which moto_server" ] && echo {}/versions/bin/moto_server`,
				"versions/bin/moto_server": "#!{}/versions/bin/python3.12\n",
				"versions/bin/python3.12":  with("/versions/bin/python3.12", "5.2.1"),
			},
			want: "moto 5.2.1 of /versions/bin/python3.12",
		},
		"the project's own environment": {
			files: map[string]string{"work/venv/bin/python": with("/work/venv/bin/python", "5.2.1")},
			want:  "moto 5.2.1 of /work/venv/bin/python",
		},
		"an environment made for it": {
			files: map[string]string{"python3": `case "$2" in
				venv) /bin/mkdir -p "$3/bin"; /bin/cp "$0" "$3/bin/python";;
				pip) : > "$0.has-moto";;
				*) [ -e "$0.has-moto" ] && ` + with("/made/python", "5.2.1") + ` || ` + with(python, "") + `;;
			esac`},
			want: "moto 5.2.1 of /made/python",
		},
		"docker": {
			files: map[string]string{"docker": "exit 0"},
			want:  "motoserver/moto:5.2.1",
		},
		"an image to pull": {
			files: map[string]string{"docker": `[ "$2" != inspect ]`},
			want:  "motoserver/moto:5.2.1",
		},
		"nothing at all": {
			fault: "moto 5.2.1 is not on this machine (python3 is not on the PATH; moto_server is not on the PATH; there is no {}/work/venv; " +
				"{}/work/venv cannot be made without python3; docker is not on the PATH); " +
				"install it with `pipx install 'moto[server]==5.2.1'` or `uv tool install 'moto[server]==5.2.1'`, or start Docker",
		},
		"nothing that will do": {
			files: map[string]string{
				"python3": `case "$2" in
					venv) echo "ensurepip is not available" >&2; exit 1;;
					*) ` + has(python, "5.2.1", "flask", "joserfc") + `;;
				esac`,
				"moto_server":          "#!{}/old/python\n",
				"old/python":           with("/old/python", "5.1.22"),
				"work/venv/bin/python": with("/work/venv/bin/python", "5.3.0"),
				"docker":               `echo "Cannot connect to the Docker daemon" >&2; exit 1`,
			},
			fault: `moto 5.2.1 is not on this machine ({}/python3 has moto 5.2.1 without its extra "server" (flask, joserfc); ` +
				"{}/old/python has moto 5.1.22; {}/work/venv/bin/python has moto 5.3.0; " +
				"{}/work/venv cannot be made: ensurepip is not available; docker's engine does not answer: Cannot connect to the Docker daemon); " +
				"install it with `pipx install 'moto[server]==5.2.1'` or `uv tool install 'moto[server]==5.2.1'`, or start Docker",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := onlyOnPath(t)
			here := strings.NewReplacer("{}", dir)
			for path, script := range test.files {
				fake(t, filepath.Join(dir, path), here.Replace(script))
				if strings.HasPrefix(script, "#!") { // it says itself what runs it
					if err := os.WriteFile(filepath.Join(dir, path), []byte(here.Replace(script)), 0o755); err != nil {
						t.Fatal(err)
					}
				}
			}
			work := filepath.Join(dir, "work")
			m, err := finder{work: work, home: home(filepath.Join(work, "emulator")), progress: &bytes.Buffer{}}.find(t.Context())
			if test.fault != "" {
				if want := here.Replace(test.fault); err == nil || err.Error() != want {
					t.Errorf("want %s\n got %v", want, err)
				}
				return
			}
			if err != nil || m.name != test.want {
				t.Errorf("want %q, got %q, %v", test.want, m.name, err)
			}
		})
	}
}

// In a container, too, moto is reached from this machine alone.
func TestContainerCommand(t *testing.T) {
	m := moto{launcher: "/project/.work/emulator/moto/launcher.py", container: "writersroom-emulator-1"}
	argv := m.command(4566, "identity")
	for _, want := range [][]string{
		{"--publish", "127.0.0.1:4566:5000"},
		{"--volume", "/project/.work/emulator/moto:/extensions:ro"},
		{"--env", "WRITERSROOM_EMULATOR=identity"},
		{"--env", "MOTO_IAM_LOAD_MANAGED_POLICIES=true"},
		{"--entrypoint", "python", "motoserver/moto:5.2.1", "-B", "-u", "/extensions/launcher.py", "-H", "0.0.0.0", "-p", "5000"},
	} {
		if !strings.Contains(strings.Join(argv, "\x00")+"\x00", strings.Join(want, "\x00")+"\x00") {
			t.Errorf("want %q in %q", want, argv)
		}
	}
}

func TestEnvironLeadsNowhereElse(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("MOTO_ACCOUNT_ID", "999999999999")
	environ := moto{python: "python3"}.environ("identity")
	for _, unwanted := range []string{"AWS_PROFILE=production", "MOTO_ACCOUNT_ID=999999999999"} {
		if slices.Contains(environ, unwanted) {
			t.Errorf("moto would be started with %s", unwanted)
		}
	}
	if !slices.Contains(environ, "PATH="+os.Getenv("PATH")) {
		t.Error("moto would be started without a PATH")
	}
}
