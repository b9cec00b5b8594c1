// Package envs says what an environment is: plain data, read from the overlays beside this file, checked before anything is
// synthesized. It knows no cloud SDK and no jsii, so its tests run in milliseconds.
package envs

import (
	"net/url"
	"slices"
	"strings"
)

// Environment is all that distinguishes one deployment of the platform from another. An overlay envs/<name>.yaml states only
// how its environment differs from Defaults.
type Environment struct {
	// Name is the overlay's file name without its ending, at most naming.MaxEnvironment long. It is part of every resource's name
	// and of the state's key.
	Name string `yaml:"-"`
	// Account is the twelve-digit id of the AWS account the environment lives in. Environments of one region may share one. There is
	// no default.
	Account string `yaml:"account"`
	// Region is the AWS region that holds every resource of the environment.
	Region string `yaml:"region"`
	// Partition is the first part of every ARN after "arn:", as the region has it: "aws", "aws-us-gov" or "aws-cn".
	Partition string `yaml:"partition"`
	// LogRetentionDays is how long CloudWatch keeps every log group of the environment: one of the periods it knows, at least 365 in
	// production.
	LogRetentionDays int `yaml:"logRetentionDays"`
	// Retain protects everything that holds data or secrets: Terraform's prevent_destroy, and deletion protection where the
	// service has one. Without it the environment can be destroyed.
	Retain bool `yaml:"retain"`
	// Repository is the GitHub repository, owner/name, whose workflows may plan and deploy the environment. No other's can.
	Repository string `yaml:"repository"`

	Networking Networking `yaml:"networking"`
	Identity   Identity   `yaml:"identity"`
	Monitoring Monitoring `yaml:"monitoring"`
	Storage    Storage    `yaml:"storage"`
	AI         AI         `yaml:"ai"`
	Compute    Compute    `yaml:"compute"`
}

// Networking is how the environment's VPC is laid out.
type Networking struct {
	// CIDR is the VPC's private IPv4 range, a /16 to a /20 that no other environment overlaps. A private and a data subnet take a
	// sixteenth of it each in every availability zone, a public one a quarter of that.
	CIDR string `yaml:"cidr"`
	// AZCount is the number of availability zones that the subnets span, 2 to 5.
	AZCount int `yaml:"azCount"`
	// AvailabilityZones names the zones, AZCount of them, where the region's first letters will not do; empty takes those.
	AvailabilityZones []string `yaml:"availabilityZones"`
	// NATGateways is how many NAT gateways the private subnets share: 1, or one per availability zone.
	NATGateways int `yaml:"natGateways"`
	// InterfaceEndpoints places private endpoints for the AWS services that the platform calls in the private subnets. Without
	// them those calls leave through the NAT gateways; S3 and DynamoDB always have gateway endpoints.
	InterfaceEndpoints bool `yaml:"interfaceEndpoints"`
}

// Identity is how writers sign in and how keys are kept.
type Identity struct {
	// MFA is MFAOptional or MFARequired.
	MFA string `yaml:"mfa"`
	// PasswordMinimumLength is 12 to 99.
	PasswordMinimumLength int `yaml:"passwordMinimumLength"`
	// CallbackURLs are where the sign-in page may send a writer back to, at least one: https, or http on localhost in dev and
	// previews alone.
	CallbackURLs []string `yaml:"callbackUrls"`
	// LogoutURLs are where it may send a writer who has signed out, under the same rule.
	LogoutURLs []string `yaml:"logoutUrls"`
	// AccessTokenMinutes is the life of access and id tokens, 5 to 1,440.
	AccessTokenMinutes int `yaml:"accessTokenMinutes"`
	// RefreshTokenDays is how long a writer stays signed in, 1 to 3,650.
	RefreshTokenDays int `yaml:"refreshTokenDays"`
	// KeyDeletionWindowDays is how long KMS waits before a key's deletion is final, 7 to 30.
	KeyDeletionWindowDays int `yaml:"keyDeletionWindowDays"`
}

// Monitoring is how closely the environment is watched, and who is told when something is wrong.
type Monitoring struct {
	// AlertEmails are sent every alert, once each has confirmed the subscription that AWS asks about. Production has at least one.
	AlertEmails []string `yaml:"alertEmails"`
	// TracePercent is how many of a hundred requests X-Ray follows, beside the first of every second: 0 to 100.
	TracePercent int `yaml:"tracePercent"`
	// SmokeMinutes is how often every dependency is tried from inside the VPC, 1 to 60.
	SmokeMinutes int `yaml:"smokeMinutes"`
}

// Storage is how large the stores are and how far back they can be restored.
type Storage struct {
	// AuroraInstances is how many instances the cluster has, 1 to 15: the first writes, the others read and take over. Production
	// has at least 2.
	AuroraInstances int `yaml:"auroraInstances"`
	// AuroraMinACU and AuroraMaxACU bound what each instance scales to, in Aurora capacity units of about 2 GiB of memory, by
	// halves: 0 to 256 and 1 to 256. A cluster whose least is 0 pauses when nothing is connected; production's is at least 1.
	AuroraMinACU float64 `yaml:"auroraMinAcu"`
	AuroraMaxACU float64 `yaml:"auroraMaxAcu"`
	// AuroraAutoPauseSeconds is how long nothing must be connected before a cluster whose least is 0 pauses, 300 to 86,400.
	AuroraAutoPauseSeconds int `yaml:"auroraAutoPauseSeconds"`
	// PointInTimeDays is how far back Aurora, the tables and the buckets can be restored to any moment, and how long Valkey's daily
	// snapshots are kept: 1 to 35, in production 35.
	PointInTimeDays int `yaml:"pointInTimeDays"`
	// BackupRetentionDays is how long the backup vault keeps a day's recovery points, PointInTimeDays to 3,650, in production at
	// least 90.
	BackupRetentionDays int `yaml:"backupRetentionDays"`
	// OldVersionDays is how long a version of a manuscript is kept after a newer one, or its deletion, took its place: 30 to 3,650,
	// in production at least 90.
	OldVersionDays int `yaml:"oldVersionDays"`
	// ValkeyNodeType is the size of a cache node: "cache.t4g.micro".
	ValkeyNodeType string `yaml:"valkeyNodeType"`
	// ValkeyNodes is how many nodes the replication group has, 1 to 6: the first writes, the others read and take over. Production
	// has at least 2.
	ValkeyNodes int `yaml:"valkeyNodes"`
	// OpenSearchInstanceType is the size of a data node, one that takes a volume and encrypts it: "t3.small.search". Production takes
	// none of t3, here and for the master nodes.
	OpenSearchInstanceType string `yaml:"openSearchInstanceType"`
	// OpenSearchDataNodes is how many nodes hold the index, 1 to 80: 1, or as many as spread evenly over the availability zones, of
	// which OpenSearch uses at most three. Production has at least 3.
	OpenSearchDataNodes int `yaml:"openSearchDataNodes"`
	// OpenSearchMasterNodes is how many nodes do nothing but look after the domain: 0, 3 or 5, in production at least 3.
	OpenSearchMasterNodes int `yaml:"openSearchMasterNodes"`
	// OpenSearchMasterInstanceType is the size of such a node; it matters only where there are any.
	OpenSearchMasterInstanceType string `yaml:"openSearchMasterInstanceType"`
	// OpenSearchVolumeGiB is the size of each data node's gp3 volume, 10 to 3,072.
	OpenSearchVolumeGiB int `yaml:"openSearchVolumeGib"`
}

// AI is which models assist writers, and what they may cost.
type AI struct {
	// DraftModel is the foundation model that continues a text, ReviewModel the one that comments on it, and EmbeddingModel the one
	// that makes it searchable by meaning. Each is a model of the region itself, by its Bedrock id: manuscripts do not leave it.
	DraftModel     string `yaml:"draftModel"`
	ReviewModel    string `yaml:"reviewModel"`
	EmbeddingModel string `yaml:"embeddingModel"`
	// KnowledgeBase makes manuscripts searchable by meaning, in Aurora. The cluster has to be prepared for it first:
	// docs/runbooks/knowledge-base.md.
	KnowledgeBase bool `yaml:"knowledgeBase"`
	// Endpoint hosts a model of our own on SageMaker: instances that are paid for by the hour.
	Endpoint bool `yaml:"endpoint"`
	// EndpointInstanceType is the size of an instance of the endpoint: "ml.m5.large".
	EndpointInstanceType string `yaml:"endpointInstanceType"`
	// EndpointInstances is how many there are, 1 to 10. An endpoint in production has at least 2.
	EndpointInstances int `yaml:"endpointInstances"`
	// EndpointImage is the container image that serves the model: the URI, with a tag or digest, of one in Amazon ECR in the
	// environment's region. An endpoint needs it, as it does EndpointModelData.
	EndpointImage string `yaml:"endpointImage"`
	// EndpointModelData is the model itself: the s3:// URI of a .tar.gz.
	EndpointModelData string `yaml:"endpointModelData"`
	// MonthlyBudgetUSD is what Bedrock and SageMaker may cost in a calendar month, at least 1. At 80 % people are told; at 100 % no
	// model is called any more until somebody lifts the cap.
	MonthlyBudgetUSD int `yaml:"monthlyBudgetUsd"`
}

// Compute is where the platform is reached, and how much it takes.
type Compute struct {
	// APIRequestsPerSecond and APIBurst are what the whole API takes before it answers 429, 1 to 10,000 and 1 to 5,000.
	APIRequestsPerSecond int `yaml:"apiRequestsPerSecond"`
	APIBurst             int `yaml:"apiBurst"`
	// RequestsPerAddress is how many requests one IP address may make in five minutes before the firewalls turn it away, 100 to
	// 2,000,000.
	RequestsPerAddress int `yaml:"requestsPerAddress"`
	// FunctionConcurrency is how many copies of each function run at once, and are kept free for it, 1 to 200: an account has 1,000 for
	// all that runs in a region, unless AWS has raised it.
	FunctionConcurrency int `yaml:"functionConcurrency"`
	// Canary has CodeDeploy give a new version of the API's function a tenth of the requests for five minutes, and take it back on an
	// alarm. Production cannot do without.
	Canary bool `yaml:"canary"`
	// RealtimeImageTag is the tag of the collaboration service's image in the environment's own repository. As long as it is empty
	// nothing runs: the repository has to be there before an image can be pushed to it.
	RealtimeImageTag string `yaml:"realtimeImageTag"`
	// RealtimeCPU is in units of 1/1,024 of a processor, RealtimeMemoryMiB in MiB: a pair that Fargate knows.
	RealtimeCPU       int `yaml:"realtimeCpu"`
	RealtimeMemoryMiB int `yaml:"realtimeMemoryMib"`
	// RealtimeTasks is how many tasks run at least, RealtimeMaxTasks at most: 1 to 100. Production has at least 2.
	RealtimeTasks    int `yaml:"realtimeTasks"`
	RealtimeMaxTasks int `yaml:"realtimeMaxTasks"`
	// RealtimeSpot takes Fargate's spare capacity, which AWS may take back within two minutes. Production does without.
	RealtimeSpot bool `yaml:"realtimeSpot"`
	// RealtimeFlushSeconds is how long a task that is told to end needs at most to save what is open, 1 to 110: the load balancer
	// and ECS wait for it.
	RealtimeFlushSeconds int `yaml:"realtimeFlushSeconds"`
}

// The two settings of Identity.MFA: whether a writer may, or must, have a second factor.
const (
	MFAOptional = "optional"
	MFARequired = "required"
)

// Defaults is the environment that an empty overlay describes: small, private and safe. It names no account, no
// callback, nobody to alert, and nothing for an endpoint to serve: images and models are a region's own.
func Defaults() Environment {
	return Environment{
		Region:           "us-east-1",
		Partition:        "aws",
		LogRetentionDays: 30,
		Retain:           true,
		Repository:       "writersroom/infrastructure",
		Networking: Networking{
			CIDR:        "10.0.0.0/16",
			AZCount:     2,
			NATGateways: 1,
		},
		Identity: Identity{
			MFA:                   MFARequired,
			PasswordMinimumLength: 12,
			AccessTokenMinutes:    60,
			RefreshTokenDays:      30,
			KeyDeletionWindowDays: 30,
		},
		Storage: Storage{
			AuroraInstances:              1,
			AuroraMinACU:                 0,
			AuroraMaxACU:                 4,
			AuroraAutoPauseSeconds:       300,
			PointInTimeDays:              7,
			BackupRetentionDays:          35,
			OldVersionDays:               90,
			ValkeyNodeType:               "cache.t4g.micro",
			ValkeyNodes:                  1,
			OpenSearchInstanceType:       "t3.small.search",
			OpenSearchDataNodes:          1,
			OpenSearchMasterNodes:        0,
			OpenSearchMasterInstanceType: "m7g.medium.search",
			OpenSearchVolumeGiB:          20,
		},
		AI: AI{
			DraftModel:           "amazon.nova-pro-v1:0",
			ReviewModel:          "amazon.nova-pro-v1:0",
			EmbeddingModel:       "amazon.titan-embed-text-v2:0",
			EndpointInstanceType: "ml.m5.large",
			EndpointInstances:    1,
			MonthlyBudgetUSD:     50,
		},
		Monitoring: Monitoring{
			TracePercent: 5,
			SmokeMinutes: 15,
		},
		Compute: Compute{
			APIRequestsPerSecond: 50,
			APIBurst:             100,
			RequestsPerAddress:   2000,
			FunctionConcurrency:  10,
			RealtimeCPU:          256,
			RealtimeMemoryMiB:    512,
			RealtimeTasks:        1,
			RealtimeMaxTasks:     4,
			RealtimeFlushSeconds: 30,
		},
	}
}

// Production says whether real manuscripts live here: "prod" and every environment named after it ("prod-eu"). What validation
// then demands cannot be switched off by an overlay.
func (e Environment) Production() bool {
	return e.Name == "prod" || strings.HasPrefix(e.Name, "prod-")
}

// Development says whether this is "dev" or a preview of it: the only places where a browser may be sent back to localhost.
func (e Environment) Development() bool {
	return e.Name == "dev" || IsPreview(e.Name)
}

// Zones are the names of the availability zones that the subnets span, AZCount of them.
func (e Environment) Zones() []string {
	if len(e.Networking.AvailabilityZones) > 0 {
		return e.Networking.AvailabilityZones
	}
	zones := make([]string, 0, e.Networking.AZCount)
	for i := range e.Networking.AZCount {
		zones = append(zones, e.Region+string(rune('a'+i)))
	}
	return zones
}

// Origins are where the web application is served from, each once, in the order of the callbacks: what a browser calls the origin of
// its scripts, scheme and host with the port. https://www.rfc-editor.org/rfc/rfc6454#section-6.2
func (id Identity) Origins() []string {
	var origins []string
	for _, callback := range id.CallbackURLs {
		u, err := url.Parse(callback)
		if err != nil { // which Validate tells
			continue
		}
		if origin := u.Scheme + "://" + u.Host; !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	return origins
}

// Domain is the environment's own DNS name, the host of the first https callback that is not the developer's own machine: the web application is at it, the API at
// api.<domain>, the realtime service at realtime.<domain>. It is empty where there is no such callback, which Validate refuses.
func (e Environment) Domain() string {
	for _, callback := range e.Identity.CallbackURLs {
		if u, err := url.Parse(callback); err == nil && u.Scheme == "https" && !isLocal(u.Hostname()) {
			return u.Hostname()
		}
	}
	return ""
}

// StateKey is where the environment's Terraform state lies in its account's state bucket.
func (e Environment) StateKey() string {
	return e.Name + "/terraform.tfstate"
}

// Decommissioned is the environment as it is synthesized to be destroyed: the same in all but Retain. Validate refuses it for
// production, so it is called on an environment that was validated before.
func (e Environment) Decommissioned() Environment {
	e.Retain = false
	return e
}
