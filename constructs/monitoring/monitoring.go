// Package monitoring makes how an environment tells people that something is wrong.
package monitoring

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what monitoring is made from.
type Config struct {
	Label                      naming.Label
	Settings                   envs.Monitoring
	Region, Account, Partition string
	// AlertsKeyARN is the KMS key that alerts are encrypted with, one that the services which publish may use.
	AlertsKeyARN string
}

// Monitoring is what other modules may wire.
type Monitoring struct {
	// AlertsTopicARN is the SNS topic that every alarm, and every service that has something to say, publishes to.
	AlertsTopicARN string
}

// builder is what the parts are made with: where, and from what.
type builder struct {
	Config
	scope constructs.Construct
}

// New makes the topic and its subscriptions.
func New(parent constructs.Construct, id string, cfg Config) (*Monitoring, error) {
	defer tf.Within(parent, id)

	b := &builder{Config: cfg, scope: constructs.NewConstruct(parent, tf.String(id))}
	m := &Monitoring{}
	if err := b.addAlerts(m); err != nil {
		return nil, err
	}
	return m, nil
}
