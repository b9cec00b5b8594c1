package envs

import "testing"

func alerts(emails string) string {
	return account + callback + "monitoring: {alertEmails: [" + emails + "]}\n"
}

func TestValidateMonitoring(t *testing.T) {
	rule := "must be an email address such as alerts@writersroom.example, got "
	testRefusals(t, []refusal{
		{"emails: form", "qa.yaml", alerts(`alerts, '@qa.example', 'alerts@', 'a b@qa.example', ''`), []string{
			`qa: monitoring.alertEmails[0]: ` + rule + `"alerts"`,
			`qa: monitoring.alertEmails[1]: ` + rule + `"@qa.example"`,
			`qa: monitoring.alertEmails[2]: ` + rule + `"alerts@"`,
			`qa: monitoring.alertEmails[3]: ` + rule + `"a b@qa.example"`,
			`qa: monitoring.alertEmails[4]: ` + rule + `none`,
		}},
		{"emails: a name beside the address", "qa.yaml", alerts(`'Alerts <alerts@qa.example>', '<alerts@qa.example>'`), []string{
			`qa: monitoring.alertEmails[0]: ` + rule + `"Alerts <alerts@qa.example>"`,
			`qa: monitoring.alertEmails[1]: ` + rule + `"<alerts@qa.example>"`,
		}},
		{"emails: a domain", "qa.yaml", alerts(`alerts@localhost, 'alerts@[10.0.0.1]'`), []string{
			`qa: monitoring.alertEmails[0]: ` + rule + `"alerts@localhost"`,
			`qa: monitoring.alertEmails[1]: ` + rule + `"alerts@[10.0.0.1]"`,
		}},
		{"emails: distinct", "qa.yaml", alerts(`alerts@qa.example, Alerts@QA.example`), []string{
			`qa: monitoring.alertEmails[1]: must be listed once, got "alerts@qa.example" again`,
		}},
	})
}
