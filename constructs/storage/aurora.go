package storage

import (
	"fmt"
	"strconv"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dbsubnetgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdscluster"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdsclusterinstance"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/rdsclusterparametergroup"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// The cluster's engine. Version is what a new cluster is made with; from then on AWS keeps it at the current minor version, and the
// next major version is a migration by hand. 0 ACU takes 16.3 or newer, a knowledge base 16.1 or newer.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html#aurora-serverless-v2.how-it-works.capacity
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.VectorDB.html
const (
	auroraEngine  = "aurora-postgresql"
	auroraVersion = "17.7"
	auroraFamily  = "aurora-postgresql17"
)

const (
	auroraPort     = 5432
	auroraDatabase = "writersroom"
	// auroraMaster is no name that an attacker would try first (RDS.24).
	auroraMaster = "steward"
)

// Both windows are UTC and apart, as RDS demands: a backup that has begun delays maintenance, and the other way round.
const (
	auroraBackups     = "03:00-03:30"
	auroraMaintenance = "sun:04:30-sun:05:30"
)

const (
	// osMetricsSeconds is the longest interval of RDS's that still shows what a CloudWatch metric's minute averages away (RDS.6).
	osMetricsSeconds = 60
	// performanceInsightsDays is as long as Performance Insights keeps what it sees without charge.
	// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_PerfInsights.Overview.cost.html
	performanceInsightsDays = 7
)

// Aurora is the cluster.
type Aurora struct {
	ClusterARN string
	// ClusterID is the cluster's name: the DBClusterIdentifier dimension of its metrics.
	ClusterID string
	// ResourceID is how IAM names the cluster in rds-db:connect.
	ResourceID string
	// Endpoint is the host of the instance that writes, ReaderEndpoint one that spreads connections over those that read; where there
	// is one instance, both are its.
	Endpoint, ReaderEndpoint string
	Port                     int
	DatabaseName             string
	// MasterSecretARN is the secret of the user that owns the database, which RDS makes and changes every seven days. It is for
	// migrations; applications log in through IAM.
	MasterSecretARN string
	// LogGroupName holds what PostgreSQL logs.
	LogGroupName string
	// InstanceIDs are the DBInstanceIdentifier dimensions, the first that of the instance which writes until a failover.
	InstanceIDs []string

	cfg Config
}

// addAurora makes the cluster with its instances, and what it needs before it is there.
func (b *builder) addAurora(s *Storage) {
	// Made before the cluster: RDS would make it, without a key and without an end.
	logs := cloudwatchloggroup.NewCloudwatchLogGroup(b.scope, tf.String("aurora-logs"), &cloudwatchloggroup.CloudwatchLogGroupConfig{
		Name:            tf.String(auroraLogGroup(b.auroraName())),
		RetentionInDays: tf.Number(b.LogRetentionDays),
		KmsKeyId:        tf.String(b.LogsKeyARN),
	})
	cluster := b.addAuroraCluster(logs)
	s.Aurora = &Aurora{
		ClusterARN:      *cluster.Arn(),
		ClusterID:       *cluster.ClusterIdentifier(),
		ResourceID:      *cluster.ClusterResourceId(),
		Endpoint:        *cluster.Endpoint(),
		ReaderEndpoint:  *cluster.ReaderEndpoint(),
		Port:            auroraPort,
		DatabaseName:    auroraDatabase,
		MasterSecretARN: *cluster.MasterUserSecret().Get(tf.Number(0)).SecretArn(),
		LogGroupName:    *logs.Name(),
		InstanceIDs:     b.addAuroraInstances(cluster),
		cfg:             b.Config,
	}
	b.addAuroraEvents(s.Aurora)
}

func (b *builder) auroraName(parts ...string) string {
	return b.Label.Fit(naming.DBCluster, append([]string{"aurora"}, parts...)...)
}

// auroraLogGroup is the name that RDS prescribes.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html
func auroraLogGroup(cluster string) string { return "/aws/rds/cluster/" + cluster + "/postgresql" }

func (b *builder) addAuroraCluster(logs cloudwatchloggroup.CloudwatchLogGroup) rdscluster.RdsCluster {
	subnets := dbsubnetgroup.NewDbSubnetGroup(b.scope, tf.String("aurora-subnets"), &dbsubnetgroup.DbSubnetGroupConfig{
		Name:        tf.String(b.auroraName()),
		Description: tf.String("The data tier"),
		SubnetIds:   tf.Strings(b.SubnetIDs...),
	})
	lifecycle := tf.Retained(b.Retain)
	if lifecycle == nil {
		lifecycle = &cdktf.TerraformResourceLifecycle{}
	}
	// AWS raises the minor version in the maintenance window, and none can be lowered: without this, the next plan would try.
	lifecycle.IgnoreChanges = tf.Strings("engine_version")
	scaling := &rdscluster.RdsClusterServerlessv2ScalingConfiguration{
		MinCapacity: tf.Number(b.Settings.AuroraMinACU),
		MaxCapacity: tf.Number(b.Settings.AuroraMaxACU),
	}
	if b.pauses() {
		scaling.SecondsUntilAutoPause = tf.Number(b.Settings.AuroraAutoPauseSeconds)
	}
	return rdscluster.NewRdsCluster(b.scope, tf.String("aurora"), &rdscluster.RdsClusterConfig{
		ClusterIdentifier: tf.String(b.auroraName()),
		Engine:            tf.String(auroraEngine),
		EngineMode:        tf.String("provisioned"), // Serverless v2 is a class of instance; "serverless" is its predecessor
		EngineVersion:     tf.String(auroraVersion),

		AllowMajorVersionUpgrade:         tf.Bool(false),
		Serverlessv2ScalingConfiguration: scaling,
		DbClusterParameterGroupName:      b.addAuroraParameters().Name(),
		DatabaseName:                     tf.String(auroraDatabase),
		Port:                             tf.Number(auroraPort),

		DbSubnetGroupName:   subnets.Name(),
		VpcSecurityGroupIds: tf.Strings(b.AuroraSecurityGroupID),
		// The Data API: SQL over HTTPS with the caller's IAM rights and a secret, for what is not in the VPC (migrations, Bedrock).
		EnableHttpEndpoint: tf.Bool(true),

		// The password is made by RDS and kept in Secrets Manager: it is in no state and nobody has seen it.
		MasterUsername:                   tf.String(auroraMaster),
		ManageMasterUserPassword:         tf.Bool(true),
		MasterUserSecretKmsKeyId:         tf.String(b.SecretsKeyARN),
		IamDatabaseAuthenticationEnabled: tf.Bool(true),
		StorageEncrypted:                 tf.Bool(true),
		KmsKeyId:                         tf.String(b.DataKeyARN),

		EnabledCloudwatchLogsExports: tf.Strings("postgresql"),
		DependsOn:                    &[]cdktf.ITerraformDependable{logs},

		BackupRetentionPeriod:      tf.Number(b.Settings.PointInTimeDays),
		PreferredBackupWindow:      tf.String(auroraBackups),
		PreferredMaintenanceWindow: tf.String(auroraMaintenance),
		CopyTagsToSnapshot:         tf.Bool(true),
		DeletionProtection:         tf.Bool(b.Retain),
		DeleteAutomatedBackups:     tf.Bool(!b.Retain),
		SkipFinalSnapshot:          tf.Bool(!b.Retain),
		FinalSnapshotIdentifier:    b.finalSnapshot(),

		// What a deployment changes has changed when the deployment ends. What takes a restart waits for one either way, and a new
		// version of the engine is none of its changes.
		ApplyImmediately: tf.Bool(true),
		Lifecycle:        lifecycle,
		Tags:             tf.Map(holds(Original)),
	})
}

// pauses says whether the cluster may scale to nothing.
func (c Config) pauses() bool { return c.Settings.AuroraMinACU == 0 }

// finalSnapshot is the name of the snapshot that a cluster which is retained leaves behind when it is deleted all the same.
func (b *builder) finalSnapshot() *string {
	if !b.Retain {
		return nil
	}
	return tf.String(b.auroraName("final"))
}

// addAuroraParameters makes the settings of PostgreSQL. No statement is logged as such, and no value that a statement is called
// with: the log must hold neither manuscripts nor passwords.
func (b *builder) addAuroraParameters() rdsclusterparametergroup.RdsClusterParameterGroup {
	parameters := []*rdsclusterparametergroup.RdsClusterParameterGroupParameter{
		immediately("rds.force_ssl", "1"),
		immediately("log_connections", "1"),
		immediately("log_disconnections", "1"),
		immediately("log_min_duration_statement", "1000"), // milliseconds: what a writer notices
		immediately("log_parameter_max_length", "0"),
		immediately("log_parameter_max_length_on_error", "0"),
		// A transaction that nobody ends holds its locks and keeps old rows alive; Aurora's own limit is a day.
		immediately("idle_in_transaction_session_timeout", "60000"), // milliseconds
		{
			Name:        tf.String("shared_preload_libraries"),
			Value:       tf.String("pg_stat_statements"),
			ApplyMethod: tf.String("pending-reboot"), // it is read when an instance starts
		},
	}
	if b.pauses() {
		// An idle connection is a connection: one forgotten in a pool keeps the cluster from pausing for as long as it is open.
		parameters = append(parameters, immediately("idle_session_timeout", strconv.Itoa(1000*b.Settings.AuroraAutoPauseSeconds)))
	}
	return rdsclusterparametergroup.NewRdsClusterParameterGroup(b.scope, tf.String("aurora-parameters"),
		&rdsclusterparametergroup.RdsClusterParameterGroupConfig{
			Name:        tf.String(b.auroraName()),
			Family:      tf.String(auroraFamily),
			Description: tf.String("TLS only; logs who connects and what is slow, and no text"),
			Parameter:   parameters,
		})
}

func immediately(name, value string) *rdsclusterparametergroup.RdsClusterParameterGroupParameter {
	return &rdsclusterparametergroup.RdsClusterParameterGroupParameter{
		Name:        tf.String(name),
		Value:       tf.String(value),
		ApplyMethod: tf.String("immediate"),
	}
}

// addAuroraInstances makes the instances, named from 1. The first two are of the promotion tiers that scale with the writer, so that
// the one which takes over is as large as the one that failed; the others take over only after them, and scale by themselves.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html#aurora-serverless-v2.how-it-works.scaling
func (b *builder) addAuroraInstances(cluster rdscluster.RdsCluster) (ids []string) {
	for i := range b.Settings.AuroraInstances {
		id := fmt.Sprintf("aurora-%d", i+1)
		instance := rdsclusterinstance.NewRdsClusterInstance(b.scope, tf.String(id), &rdsclusterinstance.RdsClusterInstanceConfig{
			Identifier:        tf.String(b.auroraName(strconv.Itoa(i + 1))),
			ClusterIdentifier: cluster.Id(),
			Engine:            tf.String(auroraEngine),
			InstanceClass:     tf.String("db.serverless"),
			PromotionTier:     tf.Number(i),

			PubliclyAccessible: tf.Bool(false),
			CaCertIdentifier:   tf.String("rds-ca-rsa2048-g1"),

			AutoMinorVersionUpgrade:    tf.Bool(true), // RDS.13
			PreferredMaintenanceWindow: tf.String(auroraMaintenance),
			ApplyImmediately:           tf.Bool(true),
			CopyTagsToSnapshot:         tf.Bool(true),

			// Both stay on where the cluster may pause: what keeps it from that is connections of users, which neither has.
			// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
			MonitoringInterval:                 tf.Number(osMetricsSeconds),
			MonitoringRoleArn:                  tf.String(b.MonitoringRoleARN),
			PerformanceInsightsEnabled:         tf.Bool(true),
			PerformanceInsightsKmsKeyId:        tf.String(b.DataKeyARN),
			PerformanceInsightsRetentionPeriod: tf.Number(performanceInsightsDays),
		})
		ids = append(ids, *instance.Identifier())
	}
	return ids
}
