package envs

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// overlays is the folder envs with the files given by name.
func overlays(files map[string]string) fs.FS {
	dir := fstest.MapFS{}
	for name, text := range files {
		if len(files) > 1 { // of which no two have one domain
			text = strings.Replace(text, callback, strings.Replace(callback, "qa", strings.TrimSuffix(name, ".yaml"), 1), 1)
		}
		dir[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return dir
}

// wantFaults compares an error's lines with what they must be.
func wantFaults(t *testing.T, err error, want ...string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}

// The least that an overlay must say.
const (
	account  = "account: \"111111111111\"\n"
	callback = "identity: {callbackUrls: [https://qa.example/]}\n"
)

func TestLoadRefusesWhatIsNoOverlay(t *testing.T) {
	known := "known are account, ai, compute, identity, logRetentionDays, monitoring, networking, partition, region, repository, retain, storage"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"near miss", "# who\nnetworking:\n  azConut: 3\n", []string{"envs/qa.yaml:3: networking.azConut: unknown key; did you mean azCount?"}},
		{"near miss in case", "logretentiondays: 7\n", []string{"envs/qa.yaml:1: logretentiondays: unknown key; did you mean logRetentionDays?"}},
		{"key of a section", "azCount: 3\n", []string{"envs/qa.yaml:1: azCount: unknown key; did you mean networking.azCount?"}},
		{"key of no section", "networking:\n  region: us-east-1\n", []string{"envs/qa.yaml:2: networking.region: unknown key; did you mean region outside networking?"}},
		{"far miss", "size: 3\n", []string{"envs/qa.yaml:1: size: unknown key; " + known}},
		{"key that is Go's", "name: qa\n", []string{"envs/qa.yaml:1: name: unknown key; " + known}},
		{"merge key", "<<: {retain: true}\n", []string{`envs/qa.yaml:1: "<<": unknown key; ` + known}},
		{"list for a key", "? [retain]\n: true\n", []string{"envs/qa.yaml:1: a list: unknown key; " + known}},
		{"alias for a key", "region: &retain us-east-1\n*retain : true\n", []string{`envs/qa.yaml:2: "us-east-1": unknown key; ` + known}},
		{"key twice", "retain: true\n\nretain: false\n", []string{"envs/qa.yaml:3: retain: must be written once, got it again; it is on line 1 too"}},
		{
			"section twice", "networking: {azCount: 2}\nnetworking: {azCount: 3}\n",
			[]string{"envs/qa.yaml:2: networking: must be written once, got it again; it is on line 1 too"},
		},

		{"word for a number", "networking:\n  azCount: three\n", []string{`envs/qa.yaml:2: networking.azCount: must be a whole number, got "three"`}},
		{"text for a number", "networking:\n  azCount: \"3\"\n", []string{`envs/qa.yaml:2: networking.azCount: must be a whole number, got "3"`}},
		{"fraction", "networking:\n  azCount: 2.5\n", []string{"envs/qa.yaml:2: networking.azCount: must be a whole number, got 2.5"}},
		{
			"too large a number", "logRetentionDays: 99999999999999999999\n",
			[]string{"envs/qa.yaml:1: logRetentionDays: must be a whole number, got 99999999999999999999"},
		},
		{"list for a number", "logRetentionDays: [14]\n", []string{"envs/qa.yaml:1: logRetentionDays: must be a whole number, got a list"}},
		{"word for a fraction", "storage:\n  auroraMinAcu: half\n", []string{`envs/qa.yaml:2: storage.auroraMinAcu: must be a number, got "half"`}},
		{"text for a fraction", "storage:\n  auroraMinAcu: \"0.5\"\n", []string{`envs/qa.yaml:2: storage.auroraMinAcu: must be a number, got "0.5"`}},
		{"no number for a fraction", "storage:\n  auroraMinAcu: .nan\n", []string{"envs/qa.yaml:2: storage.auroraMinAcu: must be a number, got .nan"}},
		{"list for a fraction", "storage:\n  auroraMinAcu: [0.5]\n", []string{"envs/qa.yaml:2: storage.auroraMinAcu: must be a number, got a list"}},
		{"word for a boolean", "retain: yes\n", []string{`envs/qa.yaml:1: retain: must be true or false, got "yes"`}},
		{"number for a boolean", "retain: 1\n", []string{"envs/qa.yaml:1: retain: must be true or false, got 1"}},
		{"tag for a boolean", "retain: !!bool sometimes\n", []string{"envs/qa.yaml:1: retain: must be true or false, got sometimes"}},
		{
			"number for an account", "account: 012345678901\n",
			[]string{"envs/qa.yaml:1: account: must be text, got 012345678901; put it in quotes, without which a number loses its leading zeros"},
		},
		{"boolean for text", "identity:\n  mfa: true\n", []string{"envs/qa.yaml:2: identity.mfa: must be text, got true; put it in quotes"}},
		{"keys for text", "region: {name: us-east-1}\n", []string{"envs/qa.yaml:1: region: must be text, got keys with values"}},
		{"nothing for text", "region:\n", []string{"envs/qa.yaml:1: region: must be text, got nothing; leave the line out for the default"}},
		{
			"text for a list", "identity:\n  callbackUrls: https://qa.example/\n",
			[]string{`envs/qa.yaml:2: identity.callbackUrls: must be a list, got "https://qa.example/"`},
		},
		{
			"wrong item in a list", "networking:\n  availabilityZones:\n    - us-east-1a\n    - [us-east-1b]\n",
			[]string{"envs/qa.yaml:4: networking.availabilityZones[1]: must be text, got a list"},
		},
		{
			"list that holds itself", "networking:\n  availabilityZones: &zones [*zones]\n",
			[]string{"envs/qa.yaml:2: networking.availabilityZones[0]: must be text, got a list"},
		},
		{"number for a section", "networking: 3\n", []string{"envs/qa.yaml:1: networking: must be keys with values, got 3"}},
		{"list for an overlay", "- account\n", []string{"envs/qa.yaml:1: must be keys with values, got a list"}},

		{"two documents", account + "---\n" + account, []string{"envs/qa.yaml: must hold one YAML document, got more; split it into files"}},
		{"no YAML in the first line", "account: id: 1\n", []string{"envs/qa.yaml:1: must be YAML: mapping values are not allowed in this context"}},
		{
			"wrong indentation", account + "retain: true\n  region: us-east-1\n",
			[]string{"envs/qa.yaml:3: must be YAML: mapping values are not allowed in this context"},
		},
		{"tab", account + "networking:\n\tazCount: 2\n", []string{"envs/qa.yaml:3: must be YAML: found character that cannot start any token"}},
		{
			"open quotes", account + "region: \"us-east-1\nretain: true\nlogRetentionDays: 7\n",
			[]string{"envs/qa.yaml:2: must be YAML: found unexpected end of stream"},
		},
		{"unknown anchor", account + "region: *home\n", []string{"envs/qa.yaml:2: must be YAML: unknown anchor 'home' referenced"}},

		{"several at once", "account: 111111111111\nretian: true\nnetworking:\n  azCount: two\n  cidr: 10\n", []string{
			"envs/qa.yaml:1: account: must be text, got 111111111111; put it in quotes, without which a number loses its leading zeros",
			"envs/qa.yaml:2: retian: unknown key; did you mean retain?",
			`envs/qa.yaml:4: networking.azCount: must be a whole number, got "two"`,
			"envs/qa.yaml:5: networking.cidr: must be text, got 10; put it in quotes, without which a number loses its leading zeros",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			environments, err := Load(overlays(map[string]string{"qa.yaml": c.text}))
			wantFaults(t, err, c.want...)
			if environments != nil {
				t.Errorf("got %+v beside the error, want nothing", environments)
			}
		})
	}
}

func TestLoadTellsTheFaultsOfAllFiles(t *testing.T) {
	_, err := Load(overlays(map[string]string{
		"dev.yaml":  "retian: false\n",
		"good.yaml": account + callback,
		"pr-5.yaml": account + callback,
		"qa.yml":    account + callback,
		"unit.yaml": "retain: maybe\nregion: [\n",
		"prod.yaml": "# production\nidentity: {mfa: 1}\n",
	}))
	wantFaults(t, err,
		"envs/dev.yaml:1: retian: unknown key; did you mean retain?",
		"envs/pr-5.yaml: must not be there, since a preview is dev under another name; delete it",
		"envs/prod.yaml:2: identity.mfa: must be text, got 1; put it in quotes, without which a number loses its leading zeros",
		"envs/qa.yml: must end in .yaml, got .yml; rename it",
		"envs/unit.yaml:2: must be YAML: did not find expected node content",
	)
}

func TestLoadRefusesAFolderWithoutOverlays(t *testing.T) {
	_, err := Load(overlays(map[string]string{"README.md": "", "more/dev.yaml": account + callback}))
	wantFaults(t, err, "envs: must hold an overlay such as dev.yaml, got none; run this in the project's folder")

	_, err = Load(os.DirFS("no-such-folder"))
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "envs: ") {
		t.Errorf("got %v, want a fault of envs that is fs.ErrNotExist", err)
	}
}

func TestLoadTellsWhichFileCannotBeRead(t *testing.T) {
	_, err := Load(unreadable{overlays(map[string]string{"dev.yaml": ""}).(fstest.MapFS)})
	wantFaults(t, err, "envs/dev.yaml: cannot be read: open dev.yaml: permission denied")
}

type unreadable struct{ fstest.MapFS }

func (unreadable) ReadFile(name string) ([]byte, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestLoadLaysOverlaysOverDefaults(t *testing.T) {
	for _, c := range []struct {
		name, text string
		differs    func(*Environment)
	}{
		{"nothing more", "", func(*Environment) {}},
		{"comments", "# networking:\n#   azCount: 3\n", func(*Environment) {}},
		{"section without keys", "networking:\n  # azCount: 3\n", func(*Environment) {}},
		{"false over true", "retain: false\n", func(e *Environment) { e.Retain = false }},
		{"one key of a section", "networking:\n  azCount: 3\n", func(e *Environment) { e.Networking.AZCount = 3 }},
		{
			"list", "networking:\n  availabilityZones: [us-east-1c, us-east-1d]\n",
			func(e *Environment) { e.Networking.AvailabilityZones = []string{"us-east-1c", "us-east-1d"} },
		},
		{"empty list", "networking:\n  availabilityZones: []\n", func(e *Environment) { e.Networking.AvailabilityZones = []string{} }},
		{"fraction", "storage:\n  auroraMinAcu: 0.5\n", func(e *Environment) { e.Storage.AuroraMinACU = 0.5 }},
		{"whole number for a fraction", "storage:\n  auroraMaxAcu: 8\n", func(e *Environment) { e.Storage.AuroraMaxACU = 8 }},
		{
			"alias", "networking:\n  azCount: &zones 3\n  natGateways: *zones\n",
			func(e *Environment) { e.Networking.AZCount, e.Networking.NATGateways = 3, 3 },
		},
		{"JSON", `"networking": {"interfaceEndpoints": true}` + "\n", func(e *Environment) { e.Networking.InterfaceEndpoints = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := Defaults()
			want.Name, want.Account, want.Identity.CallbackURLs = "qa", "111111111111", []string{"https://qa.example/"}
			c.differs(&want)
			got, err := Load(overlays(map[string]string{"qa.yaml": account + callback + c.text}))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, []Environment{want}) {
				t.Errorf("got  %+v\nwant %+v", got, []Environment{want})
			}
		})
	}
}

// A list in Defaults, should there ever be one, must be replaced and not added to.
func TestDecodeReplacesLists(t *testing.T) {
	e := Environment{Networking: Networking{AvailabilityZones: []string{"us-east-1a", "us-east-1b", "us-east-1c"}}}
	if err := decode("qa.yaml", []byte("networking: {availabilityZones: [us-east-1d]}"), &e); err != nil {
		t.Fatal(err)
	}
	if got := e.Networking.AvailabilityZones; !reflect.DeepEqual(got, []string{"us-east-1d"}) {
		t.Errorf("got %q, want the overlay's list alone", got)
	}
}

func TestLoadSortsByName(t *testing.T) {
	environments, err := Load(overlays(map[string]string{ // by file name, prod-eu.yaml would be first
		"prod-eu.yaml": production("222222222222", "10.1.0.0/16"),
		"prod.yaml":    production("111111111111", "10.2.0.0/16"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got := names(environments); got != "prod prod-eu" {
		t.Errorf("got %s, want prod prod-eu", got)
	}
}

// The project's own overlays: what each is meant to be.
func TestOverlays(t *testing.T) {
	environments, err := Load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if got := names(environments); got != "dev prod staging" {
		t.Fatalf("got %s, want dev prod staging", got)
	}
	for _, e := range environments {
		if e.Development() != (e.Name == "dev") || e.Production() != (e.Name == "prod") {
			t.Errorf("%s: got development %t and production %t", e.Name, e.Development(), e.Production())
		}
	}
	if dev, prod := environments[0], environments[1]; dev.Retain || !prod.Retain || len(prod.Zones()) != 3 {
		t.Errorf("want dev destroyable, prod retained over three zones, got %+v\n%+v", dev, prod)
	}
}

func names(environments []Environment) string {
	var all []string
	for _, e := range environments {
		all = append(all, e.Name)
	}
	return strings.Join(all, " ")
}

// FuzzLoad's seeds run with every go test: whatever a file holds, Load neither panics nor speaks of Go.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "#", "---", "--- |\n", "{}", "[]", "~", "null", "!!map", "!", "&", "*", "%", "%YAML 9.9\n---\n", "? ", ": ", "- - -", "{{{{", "a: b: c",
		"account: !!binary =", "account: !!float .nan", "account: |\n  1\n", "retain: !<x> y", "region: &r *r", "networking: &n {cidr: *n}",
		"networking: *networking", "identity: {callbackUrls: [{}, [], ~, 1, .inf, 2001-01-01]}", "<<: *x", "\xff\xfe\x00", "\xef\xbb\xbfretain: true",
		"\x00", "!:\nnt::<\n\n!", "retain: \"\\x", "networking: {cidr: 10.0.0.0/99, azCount: -1}", "identity: {callbackUrls: [':', 'https://[::1', '//', '%zz']}",
		"storage: {auroraMinAcu: !!float nan, auroraMaxAcu: !!float +Inf}", "ai: {draftModel: us., endpointImage: ':', endpointModelData: s3://}",
		"monitoring: {alertEmails: ['', '@', '<a@b.c>', 'a@[127.0.0.1]']}",
		account + callback + "networking: {azCount: 5, availabilityZones: ['', é, us-east-1]}\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Load(overlays(map[string]string{"qa.yaml": text}))
		if err == nil {
			return
		}
		for line := range strings.Lines(err.Error()) {
			if !strings.HasPrefix(line, "envs/qa.yaml:") && !strings.HasPrefix(line, "qa: ") {
				t.Errorf("%q: got a line that does not begin with the file or the environment:\n%s", text, err)
			}
		}
		for _, leak := range []string{"reflect", "envs.Environment", "into string", "!!", "<nil>", "%!", "goroutine"} {
			if strings.Contains(err.Error(), leak) && !strings.Contains(text, leak) {
				t.Errorf("%q: got a message that speaks of %q:\n%s", text, leak, err)
			}
		}
	})
}
