// Package naming gives every resource its name: writersroom-<env>-<name>, within its service's limit.
package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Project is the first part of every name and the value of the Project tag.
const Project = "writersroom"

// AccountWide is the Label.Environment of what an AWS account holds once, for all of its environments. No environment has the name.
const AccountWide = "account"

// Label is what names and tags are made of.
type Label struct {
	// Environment is the environment's name, or AccountWide.
	Environment string
	// Account is the twelve-digit AWS account id, which makes globally unique names unique.
	Account string
}

// OfAccount is the label of what an AWS account holds once.
func OfAccount(account string) Label { return Label{Environment: AccountWide, Account: account} }

// Limit is the greatest length that a service accepts for a name.
type Limit int

// The limits of the services that the platform names things in, from each service's API reference ("Length Constraints").
const (
	OpenSearchDomain Limit = 28  // https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_CreateDomain.html
	LoadBalancer     Limit = 32  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
	TargetGroup      Limit = 32  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
	TraceGroup       Limit = 32  // https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html
	SamplingRule     Limit = 32  // https://docs.aws.amazon.com/xray/latest/api/API_SamplingRule.html
	ReplicationGroup Limit = 40  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
	CacheUser        Limit = 40  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html
	BackupPlan       Limit = 50  // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupPlanInput.html
	BackupVault      Limit = 50  // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupVault.html
	Guardrail        Limit = 50  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateGuardrail.html
	Bucket           Limit = 63  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
	CognitoDomain    Limit = 63  // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html
	DBCluster        Limit = 63  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
	SageMaker        Limit = 63  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
	Function         Limit = 64  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	LogDelivery      Limit = 60  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html
	EdgeFunction     Limit = 64  // https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html
	OriginAccess     Limit = 64  // https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
	Schedule         Limit = 64  // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
	InferenceProfile Limit = 64  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateInferenceProfile.html
	Role             Limit = 64  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
	Queue            Limit = 80  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
	StateMachine     Limit = 80  // https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
	DeploymentGroup  Limit = 100 // https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html
	KnowledgeBase    Limit = 100 // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent_CreateKnowledgeBase.html
	Budget           Limit = 100 // https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
	WebACL           Limit = 128 // https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
	CachePolicy      Limit = 128 // https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html
	HeadersPolicy    Limit = 128 // https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html
	UserPool         Limit = 128 // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html
	Service          Limit = 255 // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
	TaskFamily       Limit = 255 // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
	Cluster          Limit = 255 // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
	ScalingPolicy    Limit = 256 // https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
	Repository       Limit = 256 // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
	KeyAlias         Limit = 250 // 256 with its "alias/": https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
	Alarm            Limit = 255 // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
	ParameterGroup   Limit = 255 // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Creating.html
	SecurityGroup    Limit = 255 // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
	Table            Limit = 255 // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
	Topic            Limit = 256 // https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
)

// hashLength is how many hexadecimal digits tell shortened names apart.
const hashLength = 6

// MaxEnvironment is the greatest length of an environment's name: the longest that the tightest limit leaves whole in a name that
// had to be shortened, so that every name says which environment it belongs to.
const MaxEnvironment = int(OpenSearchDomain) - len(Project+"-") - len("-") - hashLength

// Name is writersroom-<env>-<part>-<part>… The parts are literal words in lower case: a token would be cut and hashed as the
// placeholder that it is.
func (l Label) Name(parts ...string) string {
	return strings.Join(append([]string{Project, l.Environment}, parts...), "-")
}

// Fit is Name where it is no longer than limit, and otherwise its beginning with six hexadecimal digits of the whole name's
// hash at the end, so that two long names stay two names.
func (l Label) Fit(limit Limit, parts ...string) string {
	name := l.Name(parts...)
	if len(name) <= int(limit) {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	head := strings.TrimRight(name[:int(limit)-hashLength-1], "-")
	return head + "-" + hex.EncodeToString(sum[:])[:hashLength]
}

// Unique is Fit with the account's id as last part: for names that all AWS accounts share, such as a bucket's.
func (l Label) Unique(limit Limit, parts ...string) string {
	return l.Fit(limit, slices.Concat(parts, []string{l.Account})...)
}

// Path is /writersroom/<env>/<part>/<part>…: the form of log group and parameter names.
func (l Label) Path(parts ...string) string {
	return "/" + strings.Join(append([]string{Project, l.Environment}, parts...), "/")
}

// Tags are on every resource, through the provider's default_tags.
func (l Label) Tags() map[string]string {
	return map[string]string{
		"Project":     Project,
		"Environment": l.Environment,
		"ManagedBy":   "terraform",
	}
}
