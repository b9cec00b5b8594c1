package storage

import (
	"fmt"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/opensearchdomain"

	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	openSearchVersion = "OpenSearch_3.1"
	// openSearchOffPeakHour begins the ten hours, in UTC, in which OpenSearch may move the domain to other nodes.
	openSearchOffPeakHour = 2
	// maxOpenSearchZones is how many availability zones a domain can span.
	// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-multiaz.html
	maxOpenSearchZones = 3
)

// openSearchMethods are the HTTP methods that OpenSearch answers. IAM knows each as an action.
func openSearchMethods() []string {
	return []string{"es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut"}
}

// OpenSearch is the search domain. A request passes three checks: the domain's own policy, the IAM policy of the role that signed it,
// and the mapping of that role inside the domain.
type OpenSearch struct {
	// ARN and DomainName are known before the domain is made.
	ARN, DomainName string
	// Endpoint is the host that answers HTTPS in the VPC.
	Endpoint string
	// LogGroupNames are by what is logged: "application", "audit", "index-slow", "search-slow".
	LogGroupNames map[string]string
}

// addOpenSearch makes the domain and its logs. It has no user database and no password: everyone signs with IAM credentials, the
// administrator too.
func (b *builder) addOpenSearch(s *Storage) error {
	name := openSearchDomain(b.Label)
	domainARN := b.arn("es", "domain/"+name)
	access, err := b.openSearchAccess(domainARN).JSON()
	if err != nil {
		return fmt.Errorf("opensearch: access policy: %w", err)
	}
	s.OpenSearch = &OpenSearch{ARN: domainARN, DomainName: name, LogGroupNames: map[string]string{}}
	zones := b.openSearchZones()
	cluster := &opensearchdomain.OpensearchDomainClusterConfig{
		InstanceType:           tf.String(b.Settings.OpenSearchInstanceType),
		InstanceCount:          tf.Number(b.Settings.OpenSearchDataNodes),
		ZoneAwarenessEnabled:   tf.Bool(zones > 1),
		DedicatedMasterEnabled: tf.Bool(b.Settings.OpenSearchMasterNodes > 0),
	}
	if zones > 1 {
		cluster.ZoneAwarenessConfig = &opensearchdomain.OpensearchDomainClusterConfigZoneAwarenessConfig{
			AvailabilityZoneCount: tf.Number(zones),
		}
	}
	if b.Settings.OpenSearchMasterNodes > 0 {
		cluster.DedicatedMasterType = tf.String(b.Settings.OpenSearchMasterInstanceType)
		cluster.DedicatedMasterCount = tf.Number(b.Settings.OpenSearchMasterNodes)
	}
	domain := opensearchdomain.NewOpensearchDomain(b.scope, tf.String("opensearch"), &opensearchdomain.OpensearchDomainConfig{
		DomainName:    tf.String(name),
		EngineVersion: tf.String(openSearchVersion),
		ClusterConfig: cluster,
		VpcOptions: &opensearchdomain.OpensearchDomainVpcOptions{
			SubnetIds:        tf.Strings(b.SubnetIDs[:zones]...), // OpenSearch refuses any other number
			SecurityGroupIds: tf.Strings(b.OpenSearchSecurityGroupID),
		},
		IpAddressType: tf.String("ipv4"),
		EbsOptions: &opensearchdomain.OpensearchDomainEbsOptions{
			EbsEnabled: tf.Bool(true),
			VolumeType: tf.String("gp3"),
			VolumeSize: tf.Number(b.Settings.OpenSearchVolumeGiB),
		},
		EncryptAtRest: &opensearchdomain.OpensearchDomainEncryptAtRest{
			Enabled:  tf.Bool(true),
			KmsKeyId: tf.String(b.DataKeyARN),
		},
		NodeToNodeEncryption: &opensearchdomain.OpensearchDomainNodeToNodeEncryption{Enabled: tf.Bool(true)},
		DomainEndpointOptions: &opensearchdomain.OpensearchDomainDomainEndpointOptions{
			EnforceHttps:      tf.Bool(true),
			TlsSecurityPolicy: tf.String("Policy-Min-TLS-1-2-PFS-2023-10"),
		},
		AdvancedSecurityOptions: &opensearchdomain.OpensearchDomainAdvancedSecurityOptions{
			Enabled:                     tf.Bool(true),
			AnonymousAuthEnabled:        tf.Bool(false),
			InternalUserDatabaseEnabled: tf.Bool(false),
			MasterUserOptions: &opensearchdomain.OpensearchDomainAdvancedSecurityOptionsMasterUserOptions{
				MasterUserArn: tf.String(b.SearchAdministratorRoleARN),
			},
		},
		// IAM sees the path of a request and not its body: were an index named there, it would escape what Read and Write say.
		AdvancedOptions: tf.Map(map[string]string{"rest.action.multi.allow_explicit_index": "false"}),
		AccessPolicies:  tf.String(access),
		AutoTuneOptions: b.openSearchAutoTune(),
		OffPeakWindowOptions: &opensearchdomain.OpensearchDomainOffPeakWindowOptions{
			Enabled: tf.Bool(true),
			OffPeakWindow: &opensearchdomain.OpensearchDomainOffPeakWindowOptionsOffPeakWindow{
				WindowStartTime: &opensearchdomain.OpensearchDomainOffPeakWindowOptionsOffPeakWindowWindowStartTime{
					Hours:   tf.Number(openSearchOffPeakHour),
					Minutes: tf.Number(0),
				},
			},
		},
		SoftwareUpdateOptions: &opensearchdomain.OpensearchDomainSoftwareUpdateOptions{AutoSoftwareUpdateEnabled: tf.Bool(true)},
		LogPublishingOptions:  b.addOpenSearchLogs(s.OpenSearch),
		Tags:                  tf.Map(holds(Copy)),
		Lifecycle:             tf.Retained(b.Retain),
	})
	s.OpenSearch.Endpoint = *domain.Endpoint()
	return nil
}

// openSearchDomain is the domain's name, known before the domain is made so that the administrator's policy can name it.
func openSearchDomain(label naming.Label) string {
	return label.Fit(naming.OpenSearchDomain, "search")
}

// openSearchZones is how many availability zones the data nodes spread over.
func (b *builder) openSearchZones() int {
	return min(b.Settings.OpenSearchDataNodes, len(b.SubnetIDs), maxOpenSearchZones)
}

// openSearchAutoTune lets OpenSearch adjust its memory to the load, which it refuses to do on burstable instances.
// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-instance-types.html
func (b *builder) openSearchAutoTune() *opensearchdomain.OpensearchDomainAutoTuneOptions {
	if strings.HasPrefix(b.Settings.OpenSearchInstanceType, "t") {
		return &opensearchdomain.OpensearchDomainAutoTuneOptions{DesiredState: tf.String("DISABLED")}
	}
	return &opensearchdomain.OpensearchDomainAutoTuneOptions{
		DesiredState:      tf.String("ENABLED"),
		RollbackOnDisable: tf.String("NO_ROLLBACK"),
		UseOffPeakWindow:  tf.Bool(true),
	}
}

// openSearchAccess keeps out whoever is no role of this environment, whatever IAM grants them.
func (b *builder) openSearchAccess(domainARN string) iam.Policy {
	account := "arn:" + b.Partition + ":iam::" + b.Account + ":"
	return iam.Policy{{
		Sid:        "OwnRoles",
		Principals: map[string][]string{"AWS": {account + "root"}},
		Actions:    openSearchMethods(),
		Resources:  []string{domainARN + "/*"},
		Conditions: []iam.Condition{{
			Test: "ArnLike", Key: "aws:PrincipalArn", Values: []string{account + "role/" + b.Label.Name("*")},
		}},
		Reason: "the environment's roles come in, each as far as its own policy and its mapping inside the domain let it",
	}}
}

// addOpenSearchLogs makes the groups of the domain's logs. That OpenSearch may write to them is the account's stack's to say; it
// refuses to make the domain where it may not.
func (b *builder) addOpenSearchLogs(o *OpenSearch) (options []*opensearchdomain.OpensearchDomainLogPublishingOptions) {
	for _, log := range []struct{ kind, name string }{
		{"AUDIT_LOGS", "audit"},
		{"ES_APPLICATION_LOGS", "application"},
		{"INDEX_SLOW_LOGS", "index-slow"},
		{"SEARCH_SLOW_LOGS", "search-slow"},
	} {
		group := b.addLogGroup("opensearch", log.name)
		options = append(options, &opensearchdomain.OpensearchDomainLogPublishingOptions{
			LogType:               tf.String(log.kind),
			CloudwatchLogGroupArn: group.Arn(),
			Enabled:               tf.Bool(true),
		})
		o.LogGroupNames[log.name] = *group.Name()
	}
	return options
}

// paths are places below each index; no index is every index.
func (o *OpenSearch) paths(indexes []string, places ...string) []string {
	if len(indexes) == 0 {
		indexes = []string{"*"}
	}
	var all []string
	for _, index := range indexes {
		for _, place := range places {
			all = append(all, o.ARN+"/"+index+"/"+place)
		}
	}
	return all
}

// Read lets a role search and read the indexes named, or every index when none is named. A pattern ("documents-*") names several, and
// to IAM also what follows a comma ("documents-1,projects"): only the role's mapping inside the domain sees through that. A client
// needs nothing of the key that the domain is encrypted with.
func (o *OpenSearch) Read(indexes ...string) []iam.Statement {
	return []iam.Statement{{
		Actions:   []string{"es:ESHttpGet", "es:ESHttpHead"},
		Resources: o.paths(indexes, "*"),
		Reason:    "reads documents, mappings and counts",
	}, {
		Actions:   []string{"es:ESHttpPost"},
		Resources: o.paths(indexes, "_search", "_msearch", "_mget", "_count"),
		Reason:    "a query is longer than a URL; what else can be posted changes the index",
	}}
}

// Write lets a role index, change and delete the documents of the indexes named, or of every index when none is named. OpenSearch
// makes an index by itself with its first document. Nobody is let delete an index.
func (o *OpenSearch) Write(indexes ...string) []iam.Statement {
	return []iam.Statement{{
		Actions: []string{"es:ESHttpPost", "es:ESHttpPut"},
		Resources: o.paths(indexes,
			"_bulk", "_create/*", "_delete_by_query", "_doc", "_doc/*", "_mapping", "_refresh", "_update/*", "_update_by_query"),
		Reason: "indexes documents, one by one or in bulk, and the fields they come to have",
	}, {
		Actions:   []string{"es:ESHttpDelete"},
		Resources: o.paths(indexes, "_doc/*"),
		Reason:    "deletes one document; the index itself is not below this path",
	}}
}

// SearchAdministratorStatements are what the role may do that says who may do what within the search domain: call its security API,
// and read or change no document.
func SearchAdministratorStatements(label naming.Label, partition, region string) []iam.Statement {
	domain := "arn:" + partition + ":es:" + region + ":" + label.Account + ":domain/" + openSearchDomain(label)
	return []iam.Statement{{
		Sid:       "AdministerSearch",
		Actions:   []string{"es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpPatch", "es:ESHttpPut"},
		Resources: []string{domain + "/_plugins/_security/api/*"},
		Reason:    "maps IAM roles to what they may do within the domain, and says what is audited",
	}}
}
