package naming

import (
	"maps"
	"regexp"
	"strings"
	"testing"
)

var (
	prod      = Label{Environment: "prod", Account: "111111111111"}
	longest   = Label{Environment: strings.Repeat("e", MaxEnvironment), Account: "111111111111"}
	elsewhere = Label{Environment: "prod", Account: "222222222222"}
)

// The names are what deployed resources are called: changing one replaces them, so they are held here letter by letter.
func TestNames(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"name", prod.Name("logs"), "writersroom-prod-logs"},
		{"name of parts", prod.Name("data", "key"), "writersroom-prod-data-key"},
		{"name of no part", prod.Name(), "writersroom-prod"},
		{"path", prod.Path("vpc", "flow"), "/writersroom/prod/vpc/flow"},
		{"within the limit", prod.Fit(Role, "exports"), "writersroom-prod-exports"},
		{"just within the limit", prod.Fit(OpenSearchDomain, "manuscripts"), "writersroom-prod-manuscripts"},
		{"just beyond the limit", prod.Fit(OpenSearchDomain, "manuscripts2"), "writersroom-prod-manu-ae31ec"},
		{"cut before a hyphen", prod.Fit(OpenSearchDomain, "all", "manuscripts"), "writersroom-prod-all-4e2839"},
		{"longest environment", longest.Fit(OpenSearchDomain, "manuscripts"), "writersroom-eeeeeeeee-c857e9"},
		{"unique", prod.Unique(Bucket, "exports"), "writersroom-prod-exports-111111111111"},
		{"unique elsewhere", elsewhere.Unique(Bucket, "exports"), "writersroom-prod-exports-222222222222"},
		{"unique and long", prod.Unique(Bucket, strings.Repeat("x", 40)), "writersroom-prod-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-7c3f31"},
		{"what an account holds once", Label{AccountWide, "111111111111"}.Unique(Bucket, "state"), "writersroom-account-state-111111111111"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, c.got, c.want)
		}
	}
}

func TestFitKeepsWithinEveryLimitAndTheEnvironmentWhole(t *testing.T) {
	for _, limit := range []Limit{OpenSearchDomain, Bucket, CognitoDomain, Role, UserPool, SecurityGroup, KeyAlias} {
		for length := range 300 {
			name := longest.Fit(limit, strings.Repeat("x", length)+"y")
			if len(name) > int(limit) || !strings.HasPrefix(name, longest.Name()+"-") {
				t.Fatalf("got %s (%d) for limit %d, want it to begin with %s- within the limit", name, len(name), limit, longest.Name())
			}
		}
	}
}

func TestShortenedNamesStayDistinct(t *testing.T) {
	long := strings.Repeat("x", 80)
	names := map[string]string{}
	for what, name := range map[string]string{
		"one end":          prod.Fit(Role, long, "reader"),
		"another end":      prod.Fit(Role, long, "writer"),
		"parts joined":     prod.Fit(Role, long+"reader"),
		"unique":           prod.Unique(Bucket, long),
		"unique elsewhere": elsewhere.Unique(Bucket, long),
	} {
		if other, taken := names[name]; taken {
			t.Errorf("%s and %s are both named %s", what, other, name)
		}
		names[name] = what
	}
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func TestBucketNamesAreValid(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)
	for _, label := range []Label{prod, longest, {Environment: "pr-123456", Account: "000000000000"}, {AccountWide, "111111111111"}} {
		for length := range 80 {
			name := label.Unique(Bucket, "access-"+strings.Repeat("log-", length/4)+strings.Repeat("s", length%4+1))
			if !form.MatchString(name) {
				t.Errorf("got %q (%d), want a bucket's name", name, len(name))
			}
		}
	}
}

func TestUniqueLeavesItsArgumentsAlone(t *testing.T) {
	parts := append(make([]string, 0, 4), "exports")
	prod.Unique(Bucket, parts...)
	if spare := parts[:2][1]; spare != "" {
		t.Errorf("Unique wrote %q behind the caller's list", spare)
	}
}

func TestTags(t *testing.T) {
	want := map[string]string{"Project": "writersroom", "Environment": "prod", "ManagedBy": "terraform"}
	if got := prod.Tags(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
