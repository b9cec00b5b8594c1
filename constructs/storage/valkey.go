package storage

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticacheparametergroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticachereplicationgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticachesubnetgroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticacheuser"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/elasticacheusergroup"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// valkeyVersion is raised by hand and never lowered. ElastiCache upgrades to later minor versions in the maintenance window; the
	// plan that then wants the earlier one back would replace the group, and is answered by raising this.
	valkeyVersion = "8.2"
	// valkeyFamily is what the parameters of that version belong to.
	valkeyFamily = "valkey8"
	valkeyPort   = 6379
	// The windows are in UTC and must not overlap.
	valkeySnapshotWindow    = "04:00-05:00"
	valkeyMaintenanceWindow = "sun:06:00-sun:07:00"
)

// The users of Valkey, by what connects as them.
const (
	// ValkeyFunctions is the API's functions: they keep what was computed under cache:… and publish to documents:….
	ValkeyFunctions = "functions"
	// ValkeyRealtime is the collaboration service: it keeps the state of open documents under documents:… and who is there under
	// presence:…, and hears and publishes to documents:….
	ValkeyRealtime = "realtime"
)

// Valkey is the replication group. Its clients speak TLS and log in through IAM, as one of Users.
type Valkey struct {
	// ARN and ReplicationGroupID are known before the group is made.
	ARN                string
	ReplicationGroupID string
	// NodeIDs are what CloudWatch knows the nodes by: its CacheClusterId.
	NodeIDs []string
	// PrimaryEndpoint is the host that takes writes, ReaderEndpoint the one that spreads reads over the other nodes.
	PrimaryEndpoint, ReaderEndpoint string
	Port                            int
	// Users are by what connects as them: ValkeyFunctions, ValkeyRealtime.
	Users map[string]ValkeyUser
	// LogGroupNames are by what is logged: "engine", "slow".
	LogGroupNames map[string]string
}

// ValkeyUser is who a client logs in as: its name, and the ARN by which IAM lets a role do so. Both are known before the user is made.
type ValkeyUser struct {
	Name, ARN string
}

// addValkey makes the replication group, who may log in to it, and its logs. It has no password: Terraform would keep one in its
// state.
func (b *builder) addValkey(s *Storage) {
	id := b.Label.Fit(naming.ReplicationGroup, "valkey")
	s.Valkey = &Valkey{
		ARN:                b.arn("elasticache", "replicationgroup:"+id),
		ReplicationGroupID: id,
		Port:               valkeyPort,
		Users:              map[string]ValkeyUser{},
		LogGroupNames:      map[string]string{},
	}
	for i := range b.Settings.ValkeyNodes {
		s.Valkey.NodeIDs = append(s.Valkey.NodeIDs, fmt.Sprintf("%s-%03d", id, i+1))
	}
	subnets := elasticachesubnetgroup.NewElasticacheSubnetGroup(b.scope, tf.String("valkey-subnets"),
		&elasticachesubnetgroup.ElasticacheSubnetGroupConfig{
			Name:        tf.String(id),
			Description: tf.String("Where Valkey runs in " + b.Label.Environment),
			SubnetIds:   tf.Strings(b.SubnetIDs...),
		})
	group := elasticachereplicationgroup.NewElasticacheReplicationGroup(b.scope, tf.String("valkey"),
		&elasticachereplicationgroup.ElasticacheReplicationGroupConfig{
			ReplicationGroupId:       tf.String(id),
			Description:              tf.String("Open documents, presence and cached answers in " + b.Label.Environment),
			Engine:                   tf.String("valkey"),
			EngineVersion:            tf.String(valkeyVersion),
			ParameterGroupName:       b.addValkeyParameters().Name(),
			NodeType:                 tf.String(b.Settings.ValkeyNodeType),
			NumCacheClusters:         tf.Number(b.Settings.ValkeyNodes),
			AutomaticFailoverEnabled: tf.Bool(b.Settings.ValkeyNodes > 1),
			MultiAzEnabled:           tf.Bool(b.Settings.ValkeyNodes > 1),
			Port:                     tf.Number(valkeyPort),
			SubnetGroupName:          subnets.Name(),
			SecurityGroupIds:         tf.Strings(b.ValkeySecurityGroupID),
			UserGroupIds:             &[]*string{b.addValkeyUsers(s.Valkey).Id()},
			TransitEncryptionEnabled: tf.Bool(true),
			TransitEncryptionMode:    tf.String("required"),
			AtRestEncryptionEnabled:  tf.String("true"),
			KmsKeyId:                 tf.String(b.DataKeyARN),
			SnapshotRetentionLimit:   tf.Number(b.Settings.PointInTimeDays),
			SnapshotWindow:           tf.String(valkeySnapshotWindow),
			FinalSnapshotIdentifier:  b.finalValkeySnapshot(),
			MaintenanceWindow:        tf.String(valkeyMaintenanceWindow),
			AutoMinorVersionUpgrade:  tf.String("true"),
			// There is no notification topic: ElastiCache publishes to none that is encrypted, and says so nowhere but in its console.
			// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
			LogDeliveryConfiguration: b.addValkeyLogs(s.Valkey),
			// Changes of the logs are refused otherwise, and all others would show in every plan until the next window.
			// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html
			ApplyImmediately: tf.Bool(true),
			Tags:             tf.Map(holds(Copy)),
			Lifecycle:        tf.Retained(b.Retain),
		})
	s.Valkey.PrimaryEndpoint = *group.PrimaryEndpointAddress()
	s.Valkey.ReaderEndpoint = *group.ReaderEndpointAddress()
}

// finalValkeySnapshot is what the group leaves behind in an environment that retains its data.
func (b *builder) finalValkeySnapshot() *string {
	if !b.Retain {
		return nil
	}
	return tf.String(b.Label.Fit(naming.ReplicationGroup, "valkey", "final"))
}

// addValkeyParameters makes the parameter group. A later family is another group, made before the earlier one goes.
func (b *builder) addValkeyParameters() elasticacheparametergroup.ElasticacheParameterGroup {
	return elasticacheparametergroup.NewElasticacheParameterGroup(b.scope, tf.String("valkey-parameters"),
		&elasticacheparametergroup.ElasticacheParameterGroupConfig{
			Name:        tf.String(b.Label.Fit(naming.ParameterGroup, valkeyFamily)),
			Family:      tf.String(valkeyFamily),
			Description: tf.String("Valkey in " + b.Label.Environment),
			Parameter: &[]*elasticacheparametergroup.ElasticacheParameterGroupParameter{{
				// Cached answers expire and are the first to go when memory runs out. Open documents do not expire and are never
				// evicted: rather are further writes refused.
				Name:  tf.String("maxmemory-policy"),
				Value: tf.String("volatile-lfu"),
			}},
			Lifecycle: &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: tf.Bool(true)},
		})
}

// valkeyAccess is what each user may do: on which keys, on which channels, which commands. Nobody reads the names of keys that are
// not theirs (KEYS, SCAN, RANDOMKEY), runs scripts, or administers.
func valkeyAccess() map[string]string {
	const never = "-@dangerous -@scripting -randomkey -scan"
	return map[string]string{
		ValkeyFunctions: "on ~cache:* resetchannels &documents:* -@all +@connection +@read +@write +publish " + never,
		ValkeyRealtime: "on ~documents:* ~presence:* resetchannels &documents:* " +
			"-@all +@connection +@pubsub +@read +@transaction +@write " + never,
	}
}

// addValkeyUsers makes the users and the group of all who may log in. A group of Redis must have a user named default; one of Valkey
// need not, and without one nobody gets in who does not say who they are.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
func (b *builder) addValkeyUsers(v *Valkey) elasticacheusergroup.ElasticacheUserGroup {
	access := valkeyAccess()
	var ids []*string
	for _, user := range slices.Sorted(maps.Keys(access)) {
		// IAM authentication demands that name and id are the same, in lower case.
		// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
		name := b.Label.Fit(naming.CacheUser, user)
		ids = append(ids, elasticacheuser.NewElasticacheUser(b.scope, tf.String("valkey-"+user+"-user"),
			&elasticacheuser.ElasticacheUserConfig{
				UserId:             tf.String(name),
				UserName:           tf.String(name),
				Engine:             tf.String("valkey"),
				AuthenticationMode: &elasticacheuser.ElasticacheUserAuthenticationMode{Type: tf.String("iam")},
				AccessString:       tf.String(access[user]),
			}).UserId())
		v.Users[user] = ValkeyUser{Name: name, ARN: b.arn("elasticache", "user:"+name)}
	}
	return elasticacheusergroup.NewElasticacheUserGroup(b.scope, tf.String("valkey-users"),
		&elasticacheusergroup.ElasticacheUserGroupConfig{
			UserGroupId: tf.String(b.Label.Fit(naming.CacheUser, "valkey")),
			Engine:      tf.String("valkey"),
			UserIds:     &ids,
		})
}

// addValkeyLogs makes the groups of Valkey's logs. That ElastiCache may write to them is the account's stack's to say.
func (b *builder) addValkeyLogs(
	v *Valkey,
) (deliveries []*elasticachereplicationgroup.ElasticacheReplicationGroupLogDeliveryConfiguration) {
	for _, log := range []string{"engine", "slow"} {
		group := b.addLogGroup("valkey", log)
		deliveries = append(deliveries, &elasticachereplicationgroup.ElasticacheReplicationGroupLogDeliveryConfiguration{
			LogType:         tf.String(log + "-log"),
			LogFormat:       tf.String("json"),
			DestinationType: tf.String("cloudwatch-logs"),
			Destination:     group.Name(),
		})
		v.LogGroupNames[log] = *group.Name()
	}
	return deliveries
}

// Connect lets a role log in as the users named, ValkeyFunctions or ValkeyRealtime, or as any when none is named. What it may do
// then is the user's access string to say. A client needs nothing of the key that the group is encrypted with. Of a user that is not
// there it makes a statement that no policy accepts.
func (v *Valkey) Connect(users ...string) []iam.Statement {
	if len(users) == 0 {
		users = slices.Sorted(maps.Keys(v.Users))
	}
	resources := []string{v.ARN}
	for _, user := range users {
		resources = append(resources, v.Users[user].ARN)
	}
	return []iam.Statement{{
		Actions:   []string{"elasticache:Connect"},
		Resources: resources,
		Reason:    "logs in to Valkey as " + strings.Join(users, " or "),
	}}
}
