// Package storage makes everything that keeps data in an environment: the buckets, the relational cluster, the tables, the cache, the
// search domain, secrets and parameters, and the vault that recovery points of the manuscripts go to. Each part of its handle says
// what a workload must be granted to use it.
package storage

import (
	"errors"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what storage is made from.
type Config struct {
	Label naming.Label
	// Settings have been validated.
	Settings                   envs.Storage
	Region, Account, Partition string
	// Retain keeps every store from being destroyed: Terraform refuses to, and so does each service that can.
	Retain bool
	// LogRetentionDays is how long the stores' logs are kept.
	LogRetentionDays int

	// DataKeyARN encrypts what writers make, LogsKeyARN the stores' logs, SecretsKeyARN secrets.
	DataKeyARN, LogsKeyARN, SecretsKeyARN string
	// AlertsTopicARN is told when a store fails or its maintenance needs attention.
	AlertsTopicARN string

	// SubnetIDs are the data tier's, one for each availability zone.
	SubnetIDs []string
	// S3EndpointID is the VPC endpoint that the internal buckets' workloads come through.
	S3EndpointID                                                            string
	AuroraSecurityGroupID, ValkeySecurityGroupID, OpenSearchSecurityGroupID string

	// AuthenticatedRoleARN is the role of signed-in writers, who reach their own manuscripts from outside the VPC.
	AuthenticatedRoleARN string
	// ModelRoleARNs are patterns of the roles that models are called with or act as: what an author has opted out is denied to them.
	ModelRoleARNs []string
	// BackupRoleARN is the role that AWS Backup acts as: one that trusts backup.amazonaws.com and may do what BackupStatements says.
	BackupRoleARN string
	// MonitoringRoleARN is the role that Aurora reports its operating system's metrics with: one that trusts
	// monitoring.rds.amazonaws.com and may do what MonitoringStatements says.
	MonitoringRoleARN string
	// SearchAdministratorRoleARN is the one role that may say who may do what within the search domain: it may do what
	// SearchAdministratorStatements says.
	SearchAdministratorRoleARN string

	// WebOrigins are where the web application is served from ("https://writersroom.example"): the pages whose scripts may use a
	// writer's credentials on the writer's own folders.
	WebOrigins []string

	// DatabaseUsers are the users of the cluster that log in with a password, since the service behind them knows nothing else. Each
	// has its secret; everyone else logs in through IAM.
	DatabaseUsers []string
}

// Storage is what other modules may wire, and the grants of each store.
type Storage struct {
	// Manuscripts holds the texts themselves, under AuthorsPrefix and OptedOutPrefix. Assets holds the web application's files,
	// Exports what was rendered for download, AccessLogs who read what of the others.
	Manuscripts, Assets, Exports, AccessLogs *Bucket
	// Documents holds what projects and documents consist of; ExportJobs the state of each export, and Collaboration who is
	// connected to which document, both of which expire by themselves.
	Documents, ExportJobs, Collaboration *Table
	Aurora                               *Aurora
	Valkey                               *Valkey
	OpenSearch                           *OpenSearch
	// Secrets are what Config.DatabaseUsers log in with, by user.
	Secrets map[string]*Secret
	// TicketKey is what the API signs tickets to the realtime service with.
	TicketKey *Secret
	// Parameters reads what the environment's applications are told of the stores.
	Parameters *Parameters
	// VaultARN is the backup vault, and VaultName what CloudWatch knows it by.
	VaultARN, VaultName string
}

// builder is what the stores are made with: where, and from what.
type builder struct {
	Config
	scope constructs.Construct
}

// New makes the stores. It fails where a store's policy cannot be rendered.
func New(parent constructs.Construct, id string, cfg Config) (*Storage, error) {
	defer tf.Within(parent, id)

	b := &builder{Config: cfg, scope: constructs.NewConstruct(parent, tf.String(id))}
	s := &Storage{}
	b.addAurora(s)
	b.addValkey(s)
	if err := errors.Join(b.addBuckets(s), b.addTables(s), b.addOpenSearch(s), b.addSecrets(s), b.addBackup(s)); err != nil {
		return nil, err
	}
	b.addParameters(s)
	return s, nil
}

// arn names a resource of this environment's region and account.
func (c Config) arn(service, resource string) string {
	return "arn:" + c.Partition + ":" + service + ":" + c.Region + ":" + c.Account + ":" + resource
}

// endpoint is a regional service's host, by which kms:ViaService knows the service.
func (c Config) endpoint(service string) string {
	return service + "." + c.Region + ".amazonaws.com"
}
