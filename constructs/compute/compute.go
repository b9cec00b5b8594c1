// Package compute makes what serves writers: the functions and the API in front of them, the workflow that exports manuscripts, the
// realtime service in which they write together, and the web application's delivery, all under the environment's own domain.
package compute

import (
	"errors"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// Config is what compute is made from.
type Config struct {
	Label naming.Label
	// Settings have been validated.
	Settings                   envs.Compute
	Region, Account, Partition string
	// Domain is the environment's own DNS name.
	Domain string
	// Retain keeps what cannot be made again from being destroyed: the hosted zone, the images, the load balancer's name.
	Retain bool
	// LogRetentionDays is how long logs are kept.
	LogRetentionDays int
	// DataKeyARN encrypts what writers make on its way (queues, workflow, images, environment variables), LogsKeyARN logs.
	DataKeyARN, LogsKeyARN string

	VPCID                             string
	PublicSubnetIDs, PrivateSubnetIDs []string
	// FunctionsSecurityGroupID, LoadBalancerSecurityGroupID and RealtimeSecurityGroupID say who may reach whom.
	FunctionsSecurityGroupID, LoadBalancerSecurityGroupID, RealtimeSecurityGroupID string
	// RealtimePort is what the realtime service's containers listen on.
	RealtimePort int

	// UserPoolARN is whose access tokens the API takes, Scopes what they may be good for by their short names ("documents:read").
	UserPoolARN string
	Scopes      map[string]string
	// WebOrigins are the pages whose scripts may call the API ("https://writersroom.example"). SignInURL is where they sign writers
	// in, and Buckets are the names of those that they reach with a writer's credentials.
	WebOrigins []string
	SignInURL  string
	Buckets    []string

	// Functions are by name: API, Agents, Export, Smoke.
	Functions map[string]FunctionConfig
	// WorkflowRoleARN is the role that the export workflow acts as: one that trusts states.amazonaws.com and may do what
	// WorkflowStatements says. ScheduleRoleARN trusts scheduler.amazonaws.com and may do what ScheduleStatements says.
	WorkflowRoleARN, ScheduleRoleARN string
	// CodeDeployRoleARN trusts codedeploy.amazonaws.com and may do what CanaryStatements says; it matters only where there is a canary.
	CodeDeployRoleARN string
	// ExportJobsTableName is where the workflow says that an export has failed.
	ExportJobsTableName string
	// SmokeMinutes is how often the smoke function runs, and SmokeExcept the checks that it leaves out then.
	SmokeMinutes int
	SmokeExcept  []string

	// Realtime is what the realtime service is made from.
	Realtime RealtimeConfig

	// AssetsBucketDomain is the regional domain name of the bucket with the web application's files, AccessLogsBucket the name of the one
	// that the load balancer's access logs go to.
	AssetsBucketDomain, AccessLogsBucket string
	// GlobalProvider makes what CloudFront wants in us-east-1; nil where that is the environment's own region.
	GlobalProvider cdktf.TerraformProvider
}

// Compute is what other modules may wire, and what there is to watch.
type Compute struct {
	// Functions are by name: API, Agents, Export, Smoke.
	Functions map[string]Function
	API       RESTAPI
	Workflow  Workflow
	// Queues are by name, those for dead letters among them.
	Queues   map[string]Queue
	Realtime Realtime
	Web      Web
	// Release is the input of `aws deploy create-deployment` that gives writers the API's newest version, as JSON; ShiftGradually fills
	// it, and it stays empty without a canary.
	Release string
	// ZoneID is the hosted zone of the environment's domain, NameServers what its parent has to delegate to, with spaces between.
	ZoneID, NameServers string
	// CertificateARN is the region's certificate of the domain and all names right below it.
	CertificateARN string

	cfg   Config
	scope constructs.Construct
}

// builder is what the parts are made with: where, from what, and what they share.
type builder struct {
	Config
	scope constructs.Construct
	// zoneID is the hosted zone, certificateARN the region's certificate for the domain and all names below it, and
	// webCertificateARN CloudFront's.
	zoneID, certificateARN, webCertificateARN string
}

// New makes everything. It fails where a policy or a definition cannot be rendered.
func New(parent constructs.Construct, id string, cfg Config) (*Compute, error) {
	defer tf.Within(parent, id)

	b := &builder{Config: cfg, scope: constructs.NewConstruct(parent, tf.String(id))}
	c := &Compute{cfg: cfg, scope: b.scope}
	b.addDomain(c)
	if err := b.addQueues(c); err != nil {
		return nil, err
	}
	b.addFunctions(c)
	if err := errors.Join(b.addWorkflow(c), b.addAPI(c), b.addRealtime(c), b.addSmokeSchedule(c)); err != nil {
		return nil, err
	}
	b.addWeb(c)
	return c, nil
}

// arn names a resource of this environment's region and account.
func (c Config) arn(service, resource string) string {
	return "arn:" + c.Partition + ":" + service + ":" + c.Region + ":" + c.Account + ":" + resource
}

// endpoint is a regional service's host, by which kms:ViaService knows the service.
func (c Config) endpoint(service string) string {
	return service + "." + c.Region + ".amazonaws.com"
}
