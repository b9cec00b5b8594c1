// Package governance is what watches an AWS account as a whole: who called what (CloudTrail), what there was at every moment (Config),
// and who finds fault with it (Security Hub, GuardDuty, IAM Access Analyzer). An account has each of them once, whatever environments
// live in it.
package governance

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what the module is made from.
type Config struct {
	// Label is the account's: naming.OfAccount.
	Label                      naming.Label
	Region, Account, Partition string
	// AlertEmails are told of every alarm and finding, once each has confirmed the subscription that AWS asks about.
	AlertEmails []string
	// LogRetentionDays is how long CloudWatch keeps the trail's log group.
	LogRetentionDays int
	// LogGroups are the names of log groups beside the module's own that its key encrypts.
	LogGroups []string
	// LoggedBuckets are S3 buckets of the account, by a word for each, every request to which is logged beside those to the audit
	// bucket.
	LoggedBuckets map[string]string
	// ManuscriptBuckets are the names of the S3 buckets that manuscripts lie in: the trail records who reads or writes any of their
	// objects. They need not be there yet.
	ManuscriptBuckets []string
}

// Governance is what other parts of the account's stack may refer to.
type Governance struct {
	// LogsKeyARN is the KMS key of the account's log groups, and of those of LogGroups.
	LogsKeyARN string
	// TopicARN is the SNS topic that alarms and findings are published to.
	TopicARN string
	// TrailName is the name of the account's trail.
	TrailName string

	cfg       Config
	scope     constructs.Construct
	keyARN    string
	bucketARN string
	bucket    string
	// trailLogs is the name of the trail's log group.
	trailLogs string
	// recording is what waits for AWS Config to record.
	recording cdktf.ITerraformDependable
}

// New makes the key, the bucket and the topic that all of it uses, then the trail with its alarms, the recorder with its rules, the
// services that find fault, and the account's own defaults. Terraform refuses to destroy any of it.
func New(scope constructs.Construct, id string, cfg Config) (*Governance, error) {
	g := &Governance{cfg: cfg, scope: constructs.NewConstruct(scope, tf.String(id))}
	for _, part := range []struct {
		name string
		add  func() error
	}{
		{"key", g.addKey},
		{"topic", g.addTopic},
		{"bucket", g.addBucket},
		{"trail", g.addTrail},
		{"trail alarms", g.addTrailAlarms},
		{"recorder", g.addRecorder},
		{"config rules", g.addConfigRules},
		{"security hub", g.addSecurityHub},
		{"guardduty", g.addGuardDuty},
		{"access analyzer", g.addAccessAnalyzer},
		{"findings", g.addFindings},
		{"defaults", g.addDefaults},
	} {
		if err := part.add(); err != nil {
			return nil, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return g, nil
}

func (g *Governance) arn(service, resource string) string {
	return "arn:" + g.cfg.Partition + ":" + service + ":" + g.cfg.Region + ":" + g.cfg.Account + ":" + resource
}
