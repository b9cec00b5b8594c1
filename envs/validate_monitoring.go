package envs

import (
	"net/mail"
	"strings"
)

func (c *check) monitoring() {
	const path = "monitoring.alertEmails"
	emails := c.environment.Monitoring.AlertEmails
	if c.environment.Production() && len(emails) == 0 {
		c.fault(path, "must have an address that alerts are sent to, got none; production cannot do without")
	}
	lower := make([]string, len(emails)) // two spellings of one address would be one subscription
	for i, email := range emails {
		if !isEmail(email) {
			c.fault(item(path, i), "must be an email address such as alerts@writersroom.example, got %s", quoted(email))
		}
		lower[i] = strings.ToLower(email)
	}
	c.distinct(path, lower)
	c.between("monitoring.tracePercent", c.environment.Monitoring.TracePercent, 0, 100)
	c.between("monitoring.smokeMinutes", c.environment.Monitoring.SmokeMinutes, 1, 60)
}

// isEmail takes the address alone: no name beside it, and a domain that mail can be sent to.
func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text {
		return false
	}
	domain := text[strings.LastIndexByte(text, '@')+1:]
	return strings.Contains(domain, ".") && !strings.HasPrefix(domain, "[")
}
