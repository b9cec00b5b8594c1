package monitoring

// renewalDays is when ACM has been trying for a month to renew a certificate, which it begins 60 days before the end.
// https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
const renewalDays = 30

func certificateMetric(arn string) metric {
	return metric{"AWS/CertificateManager", "DaysToExpiry", map[string]string{"CertificateArn": arn}, "Minimum"}
}

// watchCertificates tells of a certificate that ACM fails to renew, while there is time.
func (b *watcher) watchCertificates() {
	for _, name := range sorted(b.Certificates) {
		b.addAlarm(alarm{
			what: "certificate-" + name, symptom: "expiry", guide: "certificates",
			means:  "The certificate of " + name + " ends within 30 days, and ACM has not renewed it",
			metric: certificateMetric(b.Certificates[name]),
			limit:  below(renewalDays), window: window{24 * 3600, 1, 1},
		})
	}
}
