package compute

import (
	"slices"
	"strings"
	"testing"
)

func TestContentSecurityPolicy(t *testing.T) {
	cfg := Config{
		Domain: "writersroom.example", Region: "eu-west-1",
		SignInURL: "https://writersroom.auth.eu-west-1.amazoncognito.com",
		Buckets:   []string{"manuscripts", "exports"},
	}
	policy := cfg.contentSecurityPolicy()
	directives := map[string][]string{}
	for _, directive := range strings.Split(policy, "; ") {
		words := strings.Fields(directive)
		directives[words[0]] = words[1:]
	}
	for name, want := range map[string][]string{
		"default-src":     {"'none'"},
		"script-src":      {"'self'"},
		"style-src":       {"'self'"},
		"img-src":         {"'self'", "blob:", "data:"},
		"base-uri":        {"'none'"},
		"form-action":     {"'self'"},
		"frame-ancestors": {"'none'"},
		"connect-src": {
			"'self'",
			"https://api.writersroom.example",
			"wss://realtime.writersroom.example",
			"https://writersroom.auth.eu-west-1.amazoncognito.com",
			"https://cognito-identity.eu-west-1.amazonaws.com",
			"https://manuscripts.s3.eu-west-1.amazonaws.com",
			"https://exports.s3.eu-west-1.amazonaws.com",
		},
	} {
		if got := directives[name]; !slices.Equal(got, want) {
			t.Errorf("%s: want %v, got %v\n%s", name, want, got, policy)
		}
	}
	for _, loose := range []string{"*", "'unsafe-", "http:"} {
		if strings.Contains(policy, loose) {
			t.Errorf("want nothing with %s, got\n%s", loose, policy)
		}
	}
}

func TestWebLogTellsNoSecret(t *testing.T) {
	for _, field := range webLogFields() {
		if slices.Contains([]string{"cs(Cookie)", "cs-uri-query", "cs(Referer)", "cs-headers", "cs-header-names"}, field) {
			t.Errorf("%s is logged: a code that signs a writer in can be in it", field)
		}
	}
}
