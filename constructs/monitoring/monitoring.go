// Package monitoring makes how an environment is watched, and how it tells people that something is wrong: the topic, the alarms of
// everything there is, the gate that a release must pass, dashboards, traces, and what logs must not show.
package monitoring

import (
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what monitoring is made from.
type Config struct {
	Label naming.Label
	// Settings have been validated.
	Settings                   envs.Monitoring
	Region, Account, Partition string
	// AlertsKeyARN is the KMS key that alerts are encrypted with, one that the services which publish may use.
	AlertsKeyARN string
	// Released is the function whose new versions are given a part of the requests first, by its name in Watched.Functions. It is one
	// that serves routes of the API.
	Released string
}

// Monitoring is what other modules may wire.
type Monitoring struct {
	// AlertsTopicARN is the SNS topic that every alarm, and every service that has something to say, publishes to.
	AlertsTopicARN string
	// ReleaseAlarmNames are the metric alarms on which a new version of the function Released is to be taken back: at most the ten that
	// CodeDeploy looks at. They are known before Watch makes the alarms.
	ReleaseAlarmNames []string
	// DeployGateName is the composite alarm that is on while anything says that the release in service is a bad one, known before Watch
	// makes it, and DeployGateARN its ARN, empty until then.
	DeployGateName, DeployGateARN string

	cfg   Config
	scope constructs.Construct
}

// builder is what the parts are made with: where, and from what.
type builder struct {
	Config
	scope constructs.Construct
}

// New makes the topic and its subscriptions. Watch makes the rest, when all that is to be watched is there.
func New(parent constructs.Construct, id string, cfg Config) (*Monitoring, error) {
	defer tf.Within(parent, id)

	b := &builder{Config: cfg, scope: constructs.NewConstruct(parent, tf.String(id))}
	m := &Monitoring{
		ReleaseAlarmNames: cfg.releaseAlarms(),
		DeployGateName:    cfg.gateName(),
		cfg:               cfg,
		scope:             b.scope,
	}
	if err := b.addAlerts(m); err != nil {
		return nil, err
	}
	return m, nil
}
