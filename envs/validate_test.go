package envs

import (
	"strings"
	"testing"
)

// production is a production overlay without a fault.
func production(account, cidr string) string {
	return `account: "` + account + `"
logRetentionDays: 365
networking: {cidr: ` + cidr + `, natGateways: 2, interfaceEndpoints: true}
` + callback + `monitoring: {alertEmails: [alerts@writersroom.example]}
storage:
  auroraInstances: 2
  auroraMinAcu: 1
  pointInTimeDays: 35
  backupRetentionDays: 90
  oldVersionDays: 90
  valkeyNodes: 2
  openSearchInstanceType: m7g.medium.search
  openSearchDataNodes: 4
  openSearchMasterNodes: 3
compute: {canary: true, realtimeTasks: 2}
`
}

// refusal is an overlay and all that is wrong with it.
type refusal struct {
	rule, file, text string
	want             []string
}

func testRefusals(t *testing.T, refusals []refusal) {
	t.Helper()
	for _, c := range refusals {
		t.Run(c.rule, func(t *testing.T) {
			_, err := Load(overlays(map[string]string{c.file: c.text}))
			wantFaults(t, err, c.want...)
		})
	}
}

func identity(more string) string {
	return account + "identity: {callbackUrls: [https://qa.example/], " + more + "}\n"
}

func callbacks(urls string) string {
	return account + "identity: {callbackUrls: [" + urls + "]}\n"
}

func TestValidate(t *testing.T) {
	nameRule := "must be lower-case letters, digits and single hyphens, a letter first, got "
	absolute := "must be an absolute URL such as https://writersroom.example/auth/callback, got "
	periods := "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653"
	ranges := "must be within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, got "
	off := "; production cannot switch it off"
	testRefusals(t, []refusal{
		{"name: lower case", "QA.yaml", account + callback, []string{`QA: name: ` + nameRule + `"QA"; rename the file`}},
		{"name: a letter first", "1qa.yaml", account + callback, []string{`1qa: name: ` + nameRule + `"1qa"; rename the file`}},
		{"name: single hyphens", "q--a.yaml", account + callback, []string{`q--a: name: ` + nameRule + `"q--a"; rename the file`}},
		{"name: none", ".yaml", account + callback, []string{`"": name: ` + nameRule + `none; rename the file`}},
		{"name: length", "production.yaml", account + callback, []string{
			`production: name: must be at most 9 characters, since it is part of every resource's name, got "production" (10)`,
		}},
		{"name: reserved", "account.yaml", account + callback, []string{
			`account: name: must not be account or begin with account-, which names what an AWS account holds once, got "account"`,
		}},
		{"name: reserved beginning", "account-b.yaml", account + callback, []string{
			`account-b: name: must not be account or begin with account-, which names what an AWS account holds once, got "account-b"`,
		}},
		{"name: of all previews", "preview.yaml", account + callback, []string{
			`preview: name: must not be preview or end in -plan, by which GitHub's environments are told apart, got "preview"`,
		}},
		{"name: of those who plan", "qa-plan.yaml", account + callback, []string{
			`qa-plan: name: must not be preview or end in -plan, by which GitHub's environments are told apart, got "qa-plan"`,
		}},
		{"name: preview without a number", "pr-one.yaml", account + callback, []string{
			`pr-one: name: must be pr- and a pull request's number of at most six digits when it begins with pr-, got "pr-one"`,
		}},

		{"account: missing", "qa.yaml", callback, []string{"qa: account: must be twelve digits, got none"}},
		{"account: lost zeros", "qa.yaml", "account: \"12345678901\"\n" + callback, []string{
			`qa: account: must be twelve digits, got "12345678901"; put back any leading zero that was lost to a number without quotes`,
		}},
		{"account: hyphens", "qa.yaml", "account: 1111-1111-1111\n" + callback, []string{`qa: account: must be twelve digits, got "1111-1111-1111"`}},

		{"region: shape", "qa.yaml", account + "region: us-east\n" + callback, []string{
			`qa: region: must be an AWS region such as us-east-1, got "us-east"`,
		}},
		{"region: a zone", "qa.yaml", account + "region: us-east-1a\n" + callback, []string{
			`qa: region: must be an AWS region such as us-east-1, got "us-east-1a"`,
		}},
		{"region: no direction", "qa.yaml", account + "region: eu-wset-1\n" + callback, []string{
			`qa: region: must be an AWS region such as us-east-1, got "eu-wset-1"`,
		}},
		{"region: empty", "qa.yaml", account + "region: ''\n" + callback, []string{
			`qa: region: must be an AWS region such as us-east-1, got none`,
		}},
		{"partition: of GovCloud", "qa.yaml", account + "region: us-gov-west-1\n" + callback, []string{
			`qa: partition: must be aws-us-gov, which us-gov-west-1 belongs to, got "aws"`,
		}},
		{"partition: of China", "qa.yaml", account + "region: cn-north-1\n" + callback, []string{
			`qa: partition: must be aws-cn, which cn-north-1 belongs to, got "aws"`,
		}},
		{"partition: of everywhere else", "qa.yaml", account + "partition: aws-cn\n" + callback, []string{
			`qa: partition: must be aws, which us-east-1 belongs to, got "aws-cn"`,
		}},

		{"log retention: period", "qa.yaml", account + "logRetentionDays: 31\n" + callback, []string{
			"qa: logRetentionDays: must be a period that CloudWatch knows (" + periods + "), got 31",
		}},
		{"log retention: for ever", "qa.yaml", account + "logRetentionDays: 0\n" + callback, []string{
			"qa: logRetentionDays: must be a period that CloudWatch knows (" + periods + "), got 0",
		}},

		{"cidr: no range", "qa.yaml", account + "networking: {cidr: 10.0.0.0}\n" + callback, []string{
			`qa: networking.cidr: must be an IPv4 range such as 10.0.0.0/16, got "10.0.0.0"`,
		}},
		{"cidr: IPv6", "qa.yaml", account + "networking: {cidr: 'fd00::/16'}\n" + callback, []string{
			`qa: networking.cidr: must be an IPv4 range such as 10.0.0.0/16, got "fd00::/16"`,
		}},
		{"cidr: host bits", "qa.yaml", account + "networking: {cidr: 10.0.1.0/16}\n" + callback, []string{
			`qa: networking.cidr: must begin at its first address, got "10.0.1.0/16"; write 10.0.0.0/16`,
		}},
		{"cidr: too large", "qa.yaml", account + "networking: {cidr: 10.0.0.0/15}\n" + callback, []string{
			`qa: networking.cidr: must be a /16 to a /20, got "10.0.0.0/15"`,
		}},
		{"cidr: too small", "qa.yaml", account + "networking: {cidr: 10.0.0.0/21}\n" + callback, []string{
			`qa: networking.cidr: must be a /16 to a /20, got "10.0.0.0/21"`,
		}},
		{"cidr: public", "qa.yaml", account + "networking: {cidr: 172.32.0.0/16}\n" + callback, []string{
			`qa: networking.cidr: ` + ranges + `"172.32.0.0/16"`,
		}},
		{"cidr: wider than private", "qa.yaml", account + "networking: {cidr: 192.168.0.0/15}\n" + callback, []string{
			`qa: networking.cidr: must be a /16 to a /20, got "192.168.0.0/15"`,
			`qa: networking.cidr: ` + ranges + `"192.168.0.0/15"`,
		}},
		{"cidr: previews'", "qa.yaml", account + "networking: {cidr: 100.64.0.0/20}\n" + callback, []string{
			`qa: networking.cidr: must not be within 100.64.0.0/10, where previews are, got "100.64.0.0/20"`,
		}},

		{"azCount: least", "qa.yaml", account + "networking: {azCount: 1}\n" + callback, []string{
			"qa: networking.azCount: must be at least 2, got 1",
		}},
		{"azCount: most", "qa.yaml", account + "networking: {azCount: 6, natGateways: 6}\n" + callback, []string{
			"qa: networking.azCount: must be at most 5, got 6",
		}},
		{"availabilityZones: count", "qa.yaml", account + "networking: {azCount: 3, availabilityZones: [us-east-1a]}\n" + callback, []string{
			"qa: networking.availabilityZones: must name as many zones as azCount, 3, got 1",
		}},
		{"availabilityZones: region", "qa.yaml", account + "networking: {availabilityZones: [us-east-1a, us-west-2b]}\n" + callback, []string{
			`qa: networking.availabilityZones[1]: must be a zone of us-east-1, us-east-1a to us-east-1f, got "us-west-2b"`,
		}},
		{"availabilityZones: letter", "qa.yaml", account + "networking: {availabilityZones: [us-east-1g, us-east-1-bos-1a]}\n" + callback, []string{
			`qa: networking.availabilityZones[0]: must be a zone of us-east-1, us-east-1a to us-east-1f, got "us-east-1g"`,
			`qa: networking.availabilityZones[1]: must be a zone of us-east-1, us-east-1a to us-east-1f, got "us-east-1-bos-1a"`,
		}},
		{"availabilityZones: distinct", "qa.yaml", account + "networking: {availabilityZones: [us-east-1b, us-east-1b]}\n" + callback, []string{
			`qa: networking.availabilityZones[1]: must be listed once, got "us-east-1b" again`,
		}},
		{"natGateways: between one and all", "qa.yaml", account + "networking: {azCount: 3, natGateways: 2}\n" + callback, []string{
			"qa: networking.natGateways: must be 1, or 3, one per availability zone, got 2",
		}},
		{"natGateways: none", "qa.yaml", account + "networking: {natGateways: 0}\n" + callback, []string{
			"qa: networking.natGateways: must be 1, or 2, one per availability zone, got 0",
		}},

		{"mfa", "qa.yaml", identity("mfa: on"), []string{`qa: identity.mfa: must be "optional" or "required", got "on"`}},
		{"password: least", "qa.yaml", identity("passwordMinimumLength: 11"), []string{
			"qa: identity.passwordMinimumLength: must be at least 12, got 11",
		}},
		{"password: most", "qa.yaml", identity("passwordMinimumLength: 100"), []string{
			"qa: identity.passwordMinimumLength: must be at most 99, got 100",
		}},
		{"access token: least", "qa.yaml", identity("accessTokenMinutes: 4"), []string{
			"qa: identity.accessTokenMinutes: must be at least 5, got 4",
		}},
		{"access token: most", "qa.yaml", identity("accessTokenMinutes: 1441"), []string{
			"qa: identity.accessTokenMinutes: must be at most 1440, got 1441",
		}},
		{"refresh token: least", "qa.yaml", identity("refreshTokenDays: 0"), []string{
			"qa: identity.refreshTokenDays: must be at least 1, got 0",
		}},
		{"refresh token: most", "qa.yaml", identity("refreshTokenDays: 3651"), []string{
			"qa: identity.refreshTokenDays: must be at most 3650, got 3651",
		}},
		{"key window: least", "qa.yaml", identity("keyDeletionWindowDays: 6"), []string{
			"qa: identity.keyDeletionWindowDays: must be at least 7, got 6",
		}},
		{"key window: most", "qa.yaml", identity("keyDeletionWindowDays: 31"), []string{
			"qa: identity.keyDeletionWindowDays: must be at most 30, got 31",
		}},

		{"callbacks: none", "qa.yaml", account + "identity: {callbackUrls: []}\n", []string{
			"qa: identity.callbackUrls: must have a URL that the sign-in page may send a writer back to, got none",
		}},
		{"callbacks: absolute", "qa.yaml", callbacks(`/auth, 'https:///auth', qa.example, 'https://qa.example/a b', ''`), []string{
			`qa: identity.callbackUrls[0]: ` + absolute + `"/auth"`,
			`qa: identity.callbackUrls[1]: ` + absolute + `"https:///auth"`,
			`qa: identity.callbackUrls[2]: ` + absolute + `"qa.example"`,
			`qa: identity.callbackUrls[3]: ` + absolute + `"https://qa.example/a b"`,
			`qa: identity.callbackUrls[4]: ` + absolute + `none`,
		}},
		{"callbacks: wildcard", "qa.yaml", callbacks(`'https://*.qa.example/'`), []string{
			`qa: identity.callbackUrls[0]: must be written out, without a wildcard, got "https://*.qa.example/"`,
		}},
		{"callbacks: fragment", "qa.yaml", callbacks(`'https://qa.example/#'`), []string{
			`qa: identity.callbackUrls[0]: must not have a fragment, got "https://qa.example/#"`,
		}},
		{"callbacks: user", "qa.yaml", callbacks(`'https://me@qa.example/'`), []string{
			`qa: identity.callbackUrls[0]: must not have a user name, got "https://me@qa.example/"`,
		}},
		{"callbacks: scheme", "qa.yaml", callbacks(`'http://qa.example/', 'writersroom://callback'`), []string{
			`qa: identity.callbackUrls[0]: must be https, got "http://qa.example/"`,
			`qa: identity.callbackUrls[1]: must be https, got "writersroom://callback"`,
		}},
		{"callbacks: scheme in dev", "dev.yaml", callbacks(`'http://dev.example/', 'http://app.localhost/'`), []string{
			`dev: identity.callbackUrls[0]: must be https, or http on localhost, got "http://dev.example/"`,
			`dev: identity.callbackUrls[1]: must be https, or http on localhost, got "http://app.localhost/"`,
		}},
		{
			"callbacks: own machine", "qa.yaml",
			callbacks(`'http://localhost:3000/', 'https://LOCALHOST./', 'https://a.localhost/', 'https://127.1.2.3/', 'http://[::1]/', 'https://0.0.0.0/'`),
			[]string{
				`qa: identity.callbackUrls[0]: must not be on the developer's own machine outside dev and its previews, got "http://localhost:3000/"`,
				`qa: identity.callbackUrls[1]: must not be on the developer's own machine outside dev and its previews, got "https://LOCALHOST./"`,
				`qa: identity.callbackUrls[2]: must not be on the developer's own machine outside dev and its previews, got "https://a.localhost/"`,
				`qa: identity.callbackUrls[3]: must not be on the developer's own machine outside dev and its previews, got "https://127.1.2.3/"`,
				`qa: identity.callbackUrls[4]: must not be on the developer's own machine outside dev and its previews, got "http://[::1]/"`,
				`qa: identity.callbackUrls[5]: must not be on the developer's own machine outside dev and its previews, got "https://0.0.0.0/"`,
			},
		},
		{"callbacks: distinct", "qa.yaml", callbacks(`'https://qa.example/', 'https://qa.example/'`), []string{
			`qa: identity.callbackUrls[1]: must be listed once, got "https://qa.example/" again`,
		}},
		{"logout URLs", "qa.yaml", identity(`logoutUrls: ['http://qa.example/', /bye, /bye]`), []string{
			`qa: identity.logoutUrls[0]: must be https, got "http://qa.example/"`,
			`qa: identity.logoutUrls[1]: ` + absolute + `"/bye"`,
			`qa: identity.logoutUrls[2]: ` + absolute + `"/bye"`,
			`qa: identity.logoutUrls[2]: must be listed once, got "/bye" again`,
		}},

		{
			"production: all it protects", "prod.yaml",
			account + "logRetentionDays: 30\nretain: false\n" +
				"networking: {azCount: 3, natGateways: 1}\n" +
				"identity: {mfa: optional, callbackUrls: ['http://localhost:3000/'], keyDeletionWindowDays: 7}\n" +
				"storage: {backupRetentionDays: 89, oldVersionDays: 89}\n" +
				"ai: {endpoint: true, " + serves + "}\n",
			[]string{
				"prod: logRetentionDays: must be at least 365, got 30; production cannot lower it",
				"prod: retain: must be true, got false" + off,
				"prod: networking.natGateways: must be 3, one per availability zone, got 1; production cannot lower it",
				"prod: networking.interfaceEndpoints: must be true, got false" + off,
				`prod: identity.mfa: must be "required", got "optional"` + off,
				`prod: identity.callbackUrls[0]: must not be on the developer's own machine outside dev and its previews, got "http://localhost:3000/"`,
				"prod: identity.keyDeletionWindowDays: must be 30, got 7; production cannot lower it",
				"prod: monitoring.alertEmails: must have an address that alerts are sent to, got none; production cannot do without",
				"prod: storage.auroraInstances: must be at least 2, got 1; production cannot lower it",
				"prod: storage.auroraMinAcu: must be at least 1, got 0; production cannot lower it",
				"prod: storage.pointInTimeDays: must be at least 35, got 7; production cannot lower it",
				"prod: storage.backupRetentionDays: must be at least 90, got 89; production cannot lower it",
				"prod: storage.oldVersionDays: must be at least 90, got 89; production cannot lower it",
				"prod: storage.valkeyNodes: must be at least 2, got 1; production cannot lower it",
				`prod: storage.openSearchInstanceType: must not be of t3, which slows down when its credits are used up, got "t3.small.search"` +
					"; production cannot lower it",
				"prod: storage.openSearchDataNodes: must be at least 3, got 1; production cannot lower it",
				"prod: storage.openSearchMasterNodes: must be at least 3, got 0; production cannot lower it",
				"prod: ai.endpointInstances: must be at least 2, got 1; production cannot lower it",
				"prod: compute.canary: must be true, got false; production cannot switch it off",
				"prod: compute.realtimeTasks: must be at least 2, got 1; production cannot lower it",
			},
		},
		{
			"production: one zone", "prod.yaml", strings.ReplaceAll(production("111111111111", "10.0.0.0/16"), "natGateways: 2", "azCount: 1, natGateways: 1"),
			[]string{"prod: networking.azCount: must be at least 2, got 1"},
		},
		{
			"production: by another name", "prod-eu.yaml", strings.ReplaceAll(production("111111111111", "10.0.0.0/16"), "Days: 365", "Days: 180"),
			[]string{"prod-eu: logRetentionDays: must be at least 365, got 180; production cannot lower it"},
		},

		{
			"several at once, in the order of the fields", "qa.yaml",
			"account: \"1\"\nregion: mars\nlogRetentionDays: 2\n" +
				"networking: {cidr: here, azCount: 0}\nidentity: {mfa: never, refreshTokenDays: -1}\n" +
				"ai: {monthlyBudgetUsd: 0, draftModel: nova}\nstorage: {valkeyNodes: 0, auroraInstances: 0}\nmonitoring: {alertEmails: [me]}\n",
			[]string{
				`qa: account: must be twelve digits, got "1"; put back any leading zero that was lost to a number without quotes`,
				`qa: region: must be an AWS region such as us-east-1, got "mars"`,
				"qa: logRetentionDays: must be a period that CloudWatch knows (" + periods + "), got 2",
				`qa: networking.cidr: must be an IPv4 range such as 10.0.0.0/16, got "here"`,
				"qa: networking.azCount: must be at least 2, got 0",
				`qa: identity.mfa: must be "optional" or "required", got "never"`,
				"qa: identity.callbackUrls: must have a URL that the sign-in page may send a writer back to, got none",
				"qa: identity.refreshTokenDays: must be at least 1, got -1",
				`qa: monitoring.alertEmails[0]: must be an email address such as alerts@writersroom.example, got "me"`,
				"qa: storage.auroraInstances: must be at least 1, got 0",
				"qa: storage.valkeyNodes: must be at least 1, got 0",
				`qa: ai.draftModel: must be the id of a Bedrock model such as amazon.nova-pro-v1:0, got "nova"`,
				"qa: ai.monthlyBudgetUsd: must be at least 1, got 0",
			},
		},
	})
}

func TestValidateAccepts(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"GovCloud":          {"qa.yaml": account + "region: us-gov-west-1\npartition: aws-us-gov\n" + callback},
		"China":             {"qa.yaml": account + "region: cn-northwest-1\npartition: aws-cn\n" + callback},
		"a southern region": {"qa.yaml": account + "region: ap-southeast-5\n" + callback},
		"a central region":  {"qa.yaml": account + "region: il-central-1\n" + callback},
		"the smallest":      {"qa.yaml": account + "networking: {cidr: 192.168.240.0/20}\n" + callback},
		"five zones":        {"qa.yaml": account + "networking: {cidr: 172.16.0.0/16, azCount: 5, natGateways: 5}\n" + callback},
		"its own zones":     {"qa.yaml": account + "networking: {availabilityZones: [us-east-1f, us-east-1b]}\n" + callback},
		"localhost in dev":  {"dev.yaml": callbacks(`'http://localhost:3000/a?b=c', 'http://127.0.0.1/', 'http://[::1]:8/', 'https://localhost/', 'https://dev.example/'`)},
		"no logout URLs":    {"qa.yaml": identity("logoutUrls: []")},
		"the longest name":  {"exactly-9.yaml": account + callback},
		"zeros first":       {"qa.yaml": "account: '000123456789'\n" + callback},
		"production":        {"prod.yaml": production("111111111111", "10.0.0.0/16")},
		"one account": {
			"dev.yaml":  account + "networking: {cidr: 10.1.0.0/16}\n" + callback,
			"dev2.yaml": account + "networking: {cidr: 10.2.0.0/16}\n" + callback,
		},
		"two accounts, one name's beginning": {
			"prod.yaml":    production("111111111111", "10.1.0.0/16"),
			"prod-eu.yaml": "region: eu-west-1\n" + production("222222222222", "10.2.0.0/16"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(overlays(files)); err != nil {
				t.Errorf("got:\n%v\nwant no fault in %q", err, files)
			}
		})
	}
}

func TestValidateAcrossEnvironments(t *testing.T) {
	for _, c := range []struct {
		rule  string
		files map[string]string
		want  []string
	}{
		{"same range", map[string]string{"dev.yaml": account + callback, "qa.yaml": account + callback}, []string{
			`qa: networking.cidr: must not overlap 10.0.0.0/16 of dev, got "10.0.0.0/16"; take a range of its own`,
		}},
		{"same domain", map[string]string{
			"dev.yaml": account + "networking: {cidr: 10.1.0.0/16}\nidentity: {callbackUrls: [https://writers.example/]}\n",
			"qa.yaml":  account + "identity: {callbackUrls: [https://writers.example/auth]}\n",
		}, []string{
			"qa: identity.callbackUrls: must not begin at writers.example, the domain of dev; take a domain of its own",
		}},
		{"range within a range, accounts apart", map[string]string{
			"dev.yaml": account + "networking: {cidr: 10.1.0.0/16}\n" + callback,
			"qa.yaml":  "account: '222222222222'\nnetworking: {cidr: 10.1.16.0/20}\n" + callback,
		}, []string{
			`qa: networking.cidr: must not overlap 10.1.0.0/16 of dev, got "10.1.16.0/20"; take a range of its own`,
		}},
		{"one name continues another in their account", map[string]string{
			"prod.yaml":    production("111111111111", "10.1.0.0/16"),
			"prod-eu.yaml": production("111111111111", "10.2.0.0/16"),
		}, []string{
			`prod-eu: name: must not continue the name of another environment in account 111111111111, got "prod-eu" beside "prod"; ` +
				`their resources' names could be the same: take another account or name`,
		}},
		{"regions apart in one account", map[string]string{
			"dev.yaml": account + "networking: {cidr: 10.1.0.0/16}\n" + callback,
			"qa.yaml":  account + "region: eu-west-1\nnetworking: {cidr: 10.2.0.0/16}\n" + callback,
		}, []string{
			`qa: region: must be "us-east-1", as for dev, since both keep their state in account 111111111111, got "eu-west-1"; ` +
				`take another account or region`,
		}},
		{"each environment's own faults first", map[string]string{
			"dev.yaml": account + callback,
			"qa.yaml":  account + "retain: true\nlogRetentionDays: 2\n" + callback,
			"uat.yaml": callback,
		}, []string{
			"qa: logRetentionDays: must be a period that CloudWatch knows (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, " +
				"1096, 1827, 2192, 2557, 2922, 3288, 3653), got 2",
			"uat: account: must be twelve digits, got none",
			`qa: networking.cidr: must not overlap 10.0.0.0/16 of dev, got "10.0.0.0/16"; take a range of its own`,
			`uat: networking.cidr: must not overlap 10.0.0.0/16 of dev, got "10.0.0.0/16"; take a range of its own`,
			`uat: networking.cidr: must not overlap 10.0.0.0/16 of qa, got "10.0.0.0/16"; take a range of its own`,
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := Load(overlays(c.files))
			wantFaults(t, err, c.want...)
		})
	}
}

func TestValidateRefusesANameTwice(t *testing.T) {
	environments, err := Load(overlays(map[string]string{"qa.yaml": account + callback}))
	if err != nil {
		t.Fatal(err)
	}
	wantFaults(t, Validate(append(environments, environments...)), `qa: name: must be unique, got "qa" again`)
}
