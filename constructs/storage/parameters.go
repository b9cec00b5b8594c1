package storage

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ssmparameter"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Parameters are what applications are told of the stores, in Parameter Store under /writersroom/<env>/storage/. None is a secret.
type Parameters struct {
	// Path is what they all lie under, without a slash at the end.
	Path string

	arn string
}

// addParameters tells applications where to find each store.
func (b *builder) addParameters(s *Storage) {
	s.Parameters = &Parameters{Path: b.Label.Path("storage")}
	s.Parameters.arn = b.arn("ssm", "parameter"+s.Parameters.Path)

	tell := func(name, value, description string) {
		ssmparameter.NewSsmParameter(b.scope, tf.String("parameter-"+name), &ssmparameter.SsmParameterConfig{
			Name:        tf.String(s.Parameters.Path + "/" + name),
			Description: tf.String(description),
			Type:        tf.String("String"),
			// What is no secret is shown in plans.
			InsecureValue: tf.String(value),
		})
	}
	tell("manuscripts-bucket", s.Manuscripts.Name, "The bucket of the manuscripts")
	tell("exports-bucket", s.Exports.Name, "The bucket of what was rendered for download")
	tell("assets-bucket", s.Assets.Name, "The bucket of the web application's files")
	tell("documents-table", s.Documents.Name, "The table of projects and documents")
	tell("export-jobs-table", s.ExportJobs.Name, "The table of exports and how far they are")
	tell("collaboration-table", s.Collaboration.Name, "The table of who is connected to which document")
	tell("aurora-endpoint", s.Aurora.Endpoint, "The host of the relational database, for reading and writing")
	tell("aurora-reader-endpoint", s.Aurora.ReaderEndpoint, "The host of the relational database, for reading")
	tell("aurora-database", s.Aurora.DatabaseName, "The database within the cluster")
	tell("valkey-endpoint", s.Valkey.PrimaryEndpoint, "The host of the cache, for reading and writing")
	tell("valkey-reader-endpoint", s.Valkey.ReaderEndpoint, "The host of the cache, for reading")
	tell("opensearch-endpoint", s.OpenSearch.Endpoint, "The host of the search domain")
}

// Read lets a workload read all of them, one by one or at once.
func (p *Parameters) Read() []iam.Statement {
	return []iam.Statement{{
		Actions:   []string{"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"},
		Resources: []string{p.arn, p.arn + "/*"},
		Reason:    "finds the stores",
	}}
}
