package governance

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/accessanalyzeranalyzer"

	"github.com/writersroom/infrastructure/internal/tf"
)

// addAccessAnalyzer has IAM Access Analyzer look, whenever a policy changes, for what lets outsiders of the account in. It is free.
//
// What is never used it is not asked for: that analyzer costs for each role and month, and no role here is broader than the calls that
// its tests prove it makes.
func (g *Governance) addAccessAnalyzer() error {
	accessanalyzeranalyzer.NewAccessanalyzerAnalyzer(g.scope, tf.String("access-analyzer"),
		&accessanalyzeranalyzer.AccessanalyzerAnalyzerConfig{
			AnalyzerName: tf.String(g.cfg.Label.Name("external-access")),
			Type:         tf.String("ACCOUNT"),
			Lifecycle:    tf.Retained(true),
		})
	return nil
}
