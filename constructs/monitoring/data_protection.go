package monitoring

import (
	"encoding/json"
	"fmt"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchlogdataprotectionpolicy"

	"github.com/writersroom/infrastructure/internal/tf"
)

// personal is what logs must not show, as CloudWatch Logs calls it: who a writer is, how they pay, and what opens doors. Names and
// places are not among it: the platform is about texts full of them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protect-sensitive-log-data-types.html
func personal() []string {
	return []string{
		"AwsSecretKey",
		"CreditCardNumber",
		"CreditCardSecurityCode",
		"EmailAddress",
		"IpAddress",
		"OpenSshPrivateKey",
		"PkcsPrivateKey",
	}
}

// protection is a policy of CloudWatch Logs' own language. It has one statement that counts what is found, in the metric
// LogEventsWithFindings, and one that masks it; both must name the same.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-data-protection-policies.html
type protection struct {
	Name, Version string
	Statement     []protectionStatement
}

type protectionStatement struct {
	Sid            string
	DataIdentifier []string
	Operation      map[string]map[string]struct{}
}

// addDataProtection masks personal data in the logs where it could slip in. Only who is granted logs:Unmask sees it, which no role of
// the environment is.
func (b *watcher) addDataProtection() error {
	var identifiers []string
	for _, kind := range personal() {
		identifiers = append(identifiers, "arn:aws:dataprotection::aws:data-identifier/"+kind) // of partition aws everywhere
	}
	document, err := json.Marshal(protection{
		Name: "personal-data", Version: "2021-06-01",
		Statement: []protectionStatement{
			{"Count", identifiers, map[string]map[string]struct{}{"Audit": {"FindingsDestination": {}}}},
			{"Mask", identifiers, map[string]map[string]struct{}{"Deidentify": {"MaskConfig": {}}}},
		},
	})
	if err != nil {
		return fmt.Errorf("data protection: %w", err)
	}
	for _, name := range sorted(b.PersonalLogs) {
		cloudwatchlogdataprotectionpolicy.NewCloudwatchLogDataProtectionPolicy(b.scope, tf.String("masked-"+name),
			&cloudwatchlogdataprotectionpolicy.CloudwatchLogDataProtectionPolicyConfig{
				LogGroupName:   tf.String(b.PersonalLogs[name]),
				PolicyDocument: tf.String(string(document)),
			})
	}
	return nil
}
