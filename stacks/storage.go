package stacks

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/constructs/identity"
	"github.com/writersroom/infrastructure/constructs/monitoring"
	"github.com/writersroom/infrastructure/constructs/networking"
	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// knowledgeBaseUser is the database user that Bedrock logs in as. It knows no IAM authentication.
const knowledgeBaseUser = "knowledge_base"

// backupRole is the short name of the role that AWS Backup acts as.
const backupRole = "backup"

// newStorage makes the stores with the roles that AWS works on them with, and lets writers reach their own manuscripts.
func newStorage(stack cdktf.TerraformStack, env envs.Environment, label naming.Label, who *identity.Identity,
	network *networking.Network, alerts *monitoring.Monitoring,
) (*storage.Storage, error) {
	backup, backupErr := who.NewRole(backupRole, "backup.amazonaws.com",
		storage.BackupStatements(label, env.Partition, env.Region, who.DataKeyARN))
	metrics, metricsErr := who.NewRole("aurora-monitoring", "monitoring.rds.amazonaws.com",
		storage.MonitoringStatements(label, env.Partition, env.Region))
	searchAdministrator, searchErr := who.NewRole("search-administrator", "lambda.amazonaws.com",
		storage.SearchAdministratorStatements(label, env.Partition, env.Region))
	if err := errors.Join(backupErr, metricsErr, searchErr); err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	stores, err := storage.New(stack, "storage", storage.Config{
		Label:            label,
		Settings:         env.Storage,
		Region:           env.Region,
		Account:          env.Account,
		Partition:        env.Partition,
		Retain:           env.Retain,
		LogRetentionDays: env.LogRetentionDays,

		DataKeyARN:     who.DataKeyARN,
		LogsKeyARN:     who.LogsKeyARN,
		SecretsKeyARN:  who.SecretsKeyARN,
		AlertsTopicARN: alerts.AlertsTopicARN,

		SubnetIDs:                 network.DataSubnetIDs,
		S3EndpointID:              network.S3EndpointID,
		AuroraSecurityGroupID:     network.SecurityGroupIDs.Aurora,
		ValkeySecurityGroupID:     network.SecurityGroupIDs.Valkey,
		OpenSearchSecurityGroupID: network.SecurityGroupIDs.OpenSearch,

		AuthenticatedRoleARN:       who.AuthenticatedRoleARN,
		ModelRoleARNs:              []string{modelRoles(label, env.Partition)},
		BackupRoleARN:              backup,
		MonitoringRoleARN:          metrics,
		SearchAdministratorRoleARN: searchAdministrator,

		WebOrigins: env.Identity.Origins(),

		// Also where there is no knowledge base yet: the cluster is prepared for one with the user's password.
		DatabaseUsers: []string{knowledgeBaseUser},
	})
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	if err := grantWriters(who, stores); err != nil {
		return nil, fmt.Errorf("identity: %w", err)
	}
	return stores, nil
}

// grantWriters lets signed-in writers do as they please with their own manuscripts, opted out or not, and fetch what was exported of
// them.
func grantWriters(who *identity.Identity, stores *storage.Storage) error {
	own := []string{storage.AuthorsPrefix + who.Subject, storage.OptedOutPrefix + who.Subject}
	manuscripts, exports := stores.Manuscripts, stores.Exports
	return errors.Join(
		who.GrantAuthenticated("manuscripts", slices.Concat(
			manuscripts.List(own...), manuscripts.Read(own...), manuscripts.Write(own...), manuscripts.Delete(own...))),
		who.GrantAuthenticated("exports", slices.Concat(exports.List(own...), exports.Read(own...))),
	)
}

// hurryOpenSearch lets the provider look at the search domain as soon as it is asked for. By itself it waits for minutes first, as
// AWS takes a quarter of an hour to make one, and an emulator no time. The last wait is for three looks, ten seconds apart, that
// find a deleted domain gone.
func hurryOpenSearch(stack cdktf.TerraformStack) {
	stack.AddOverride(tf.String("resource.aws_opensearch_domain.storage_opensearch.timeouts"),
		map[string]string{"create": "1s", "update": "1s", "delete": "30s"})
}
