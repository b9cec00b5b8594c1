package ai

import (
	"regexp"
	"strings"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/cloudwatchloggroup"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerendpoint"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerendpointconfiguration"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakermodel"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// endpointVariant is what SageMaker calls the one fleet of the endpoint; metrics and log streams carry it.
const endpointVariant = "AllTraffic"

// endpointName is known before the endpoint is made, so that its role, its alarms and its callers' policies can name it.
func endpointName(label naming.Label) string {
	return label.Fit(naming.SageMaker, "endpoint")
}

// endpointLogGroup is where SageMaker writes what the container prints: it prescribes the name.
func endpointLogGroup(label naming.Label) string {
	return "/aws/sagemaker/Endpoints/" + endpointName(label)
}

// addEndpoint makes the model, the fleet that serves it, and the endpoint that callers name. The endpoint stays; every other
// model or fleet is made beside the one that serves until the endpoint has moved over.
func (a *AI) addEndpoint() {
	cfg, settings := a.cfg, a.cfg.Settings
	logs := cloudwatchloggroup.NewCloudwatchLogGroup(a.scope, tf.String("endpoint-log-group"),
		&cloudwatchloggroup.CloudwatchLogGroupConfig{
			Name:            tf.String(endpointLogGroup(cfg.Label)),
			RetentionInDays: tf.Number(cfg.LogRetentionDays),
			KmsKeyId:        tf.String(cfg.LogsKeyARN),
		})
	rollback := a.addEndpointAlarms()
	configuration := a.addEndpointConfiguration()
	endpoint := sagemakerendpoint.NewSagemakerEndpoint(a.scope, tf.String("endpoint"), &sagemakerendpoint.SagemakerEndpointConfig{
		Name:               tf.String(endpointName(cfg.Label)),
		EndpointConfigName: configuration.Name(),
		DeploymentConfig: &sagemakerendpoint.SagemakerEndpointDeploymentConfig{
			BlueGreenUpdatePolicy:     blueGreen(settings.EndpointInstances),
			AutoRollbackConfiguration: rollback,
		},
		// The role may not make the log group: it would come back without its key and its retention after it is destroyed.
		DependsOn: &[]cdktf.ITerraformDependable{logs},
		Lifecycle: &cdktf.TerraformResourceLifecycle{
			// To the provider a deployment that SageMaker has rolled back is one that went well.
			Postcondition: &[]*cdktf.Postcondition{{
				Condition:    tf.String("${self.endpoint_config_name == " + *configuration.Fqn() + ".name}"),
				ErrorMessage: tf.String("SageMaker rolled the endpoint back to the configuration it had: see its alarms and its log group."),
			}},
		},
	})
	a.EndpointName = *endpoint.Name()
	a.EndpointARN = endpointARN(cfg)
	a.EndpointLogGroupName = *logs.Name()
}

// addEndpointConfiguration makes the model and the fleet that serves it. Neither can be changed once it is made, and the endpoint
// lets go of one only when it has another: so each is made before what it replaces is destroyed, under a name that was never used.
// A name made from the content would be taken when a change is undone right after SageMaker has rolled it back.
//
// Data capture is left off: it would write what writers send to the model, and what it answers, to a bucket, beyond the reach of
// the opt-out and of a writer's deletion.
func (a *AI) addEndpointConfiguration() sagemakerendpointconfiguration.SagemakerEndpointConfiguration {
	cfg, settings := a.cfg, a.cfg.Settings
	beforeDestroy := &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: tf.Bool(true)}
	revision := cdktf.NewDataResource(a.scope, tf.String("endpoint-model-revision"), &cdktf.DataConfig{
		TriggersReplace: &map[string]any{
			"image": settings.EndpointImage, "model_data": settings.EndpointModelData, "role": cfg.EndpointRoleARN,
		},
		Lifecycle: beforeDestroy,
	})
	model := sagemakermodel.NewSagemakerModel(a.scope, tf.String("endpoint-model"), &sagemakermodel.SagemakerModelConfig{
		Name:             tf.String(endpointName(cfg.Label) + "-${substr(" + *revision.Fqn() + ".id, 0, 8)}"),
		ExecutionRoleArn: tf.String(cfg.EndpointRoleARN),
		PrimaryContainer: &sagemakermodel.SagemakerModelPrimaryContainer{
			Image:        tf.String(settings.EndpointImage),
			ModelDataUrl: tf.String(settings.EndpointModelData),
		},
		EnableNetworkIsolation: tf.Bool(true), // SageMaker.5: whatever the container is told, it can tell nobody
		Lifecycle:              beforeDestroy,
	})
	configuration := &sagemakerendpointconfiguration.SagemakerEndpointConfigurationConfig{
		NamePrefix: tf.String(endpointName(cfg.Label) + "-"),
		ProductionVariants: []*sagemakerendpointconfiguration.SagemakerEndpointConfigurationProductionVariants{{
			VariantName:          tf.String(endpointVariant),
			ModelName:            model.Name(),
			InstanceType:         tf.String(settings.EndpointInstanceType),
			InitialInstanceCount: tf.Number(settings.EndpointInstances),
			InitialVariantWeight: tf.Number(1),
		}},
		Lifecycle: beforeDestroy,
	}
	if !hasLocalDisks(settings.EndpointInstanceType) {
		configuration.KmsKeyArn = tf.String(cfg.DataKeyARN)
	}
	return sagemakerendpointconfiguration.NewSagemakerEndpointConfiguration(a.scope, tf.String("endpoint-configuration"), configuration)
}

// localDisks are the instance families with NVMe disks: those with a d behind their generation (m5d, g4dn, p4de), and accelerated
// ones that have them without saying so. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/InstanceStorage.html
var localDisks = regexp.MustCompile(`^ml\.([a-z]+[0-9]+[a-z]*d[a-z]*|(g[5-9]|gr[0-9]|i[0-9]|p[5-9]|trn[0-9])[a-z]*)\.`)

// hasLocalDisks says whether an instance encrypts its disks itself, with keys that its hardware makes and forgets. SageMaker refuses
// a configuration that names a key for such a one.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
func hasLocalDisks(instanceType string) bool {
	return localDisks.MatchString(instanceType)
}

// How a new fleet takes over, in seconds. It is watched for as long as the slowest alarm takes to trip (endpoint_alarms.go) and as
// long again; the old fleet waits as long, in case an alarm trips after all. SageMaker gives up before Terraform does, which
// watches for an hour.
const (
	endpointWatchSeconds      = 2 * alarmMinutes * 60
	endpointOldFleetSeconds   = 2 * alarmMinutes * 60
	endpointDeploymentSeconds = 50 * 60
)

// blueGreen sends the first calls to one instance of the new fleet, which SageMaker allows to be half of it at most: a fleet of one
// takes over all at once. https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-canary.html
func blueGreen(instances int) *sagemakerendpoint.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicy {
	routing := &sagemakerendpoint.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfiguration{
		Type:                  tf.String("ALL_AT_ONCE"),
		WaitIntervalInSeconds: tf.Number(endpointWatchSeconds),
	}
	if instances > 1 {
		routing.Type = tf.String("CANARY")
		routing.CanarySize = &sagemakerendpoint.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfigurationCanarySize{
			Type:  tf.String("INSTANCE_COUNT"),
			Value: tf.Number(1),
		}
	}
	return &sagemakerendpoint.SagemakerEndpointDeploymentConfigBlueGreenUpdatePolicy{
		TrafficRoutingConfiguration:      routing,
		TerminationWaitInSeconds:         tf.Number(endpointOldFleetSeconds),
		MaximumExecutionTimeoutInSeconds: tf.Number(endpointDeploymentSeconds),
	}
}

func endpointARN(cfg Config) string {
	return cfg.arn("sagemaker", "endpoint/"+endpointName(cfg.Label))
}

// InvokeEndpoint lets a workload call the model of our own. It is empty without the environment's endpoint.
func (a *AI) InvokeEndpoint() []iam.Statement {
	if !a.cfg.Settings.Endpoint {
		return nil
	}
	return []iam.Statement{{
		Sid:       "InvokeEndpoint",
		Actions:   []string{"sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointWithResponseStream"},
		Resources: []string{endpointARN(a.cfg)},
		Reason:    "the workload calls the model of our own",
	}}
}

// EndpointStatements are what the role that the SageMaker model runs as may do: pull the image, read the model, tell how it fares, and
// look at the alarms that a deployment is rolled back on. dataKeyARN is the key that the environment's own buckets are encrypted
// with.
func EndpointStatements(label naming.Label, settings envs.AI, partition, region, dataKeyARN string) []iam.Statement {
	here := func(service, resource string) string {
		return "arn:" + partition + ":" + service + ":" + region + ":" + label.Account + ":" + resource
	}
	statements := append(EndpointSources(settings, partition), iam.Statement{
		Sid:       "LogInToRegistry",
		Actions:   []string{"ecr:GetAuthorizationToken"},
		Resources: []string{"*"},
		Reason:    "SageMaker logs in before it pulls the image; the call knows no resource finer than *",
	}, iam.Statement{
		Sid:       "WriteLogs",
		Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resources: []string{here("logs", "log-group:"+endpointLogGroup(label)+":*")},
		Reason:    "SageMaker writes what the container prints, one stream for every instance",
	}, iam.Statement{
		Sid:        "WriteMetrics",
		Actions:    []string{"cloudwatch:PutMetricData"},
		Resources:  []string{"*"},
		Conditions: []iam.Condition{{Test: "StringEquals", Key: "cloudwatch:namespace", Values: []string{"/aws/sagemaker/Endpoints"}}},
		Reason:     "SageMaker reports how busy the instances are; the call knows no resource finer than *",
	}, iam.Statement{
		Sid:       "ReadAlarms",
		Actions:   []string{"cloudwatch:DescribeAlarms"},
		Resources: []string{here("cloudwatch", "alarm:"+label.Name("endpoint", "*"))},
		Reason:    "SageMaker rolls a deployment back when one of these trips",
	})
	if bucket, _ := modelData(settings); strings.HasPrefix(bucket, label.Name("")) {
		statements = append(statements, iam.Statement{
			Sid:       "DecryptModel",
			Actions:   []string{"kms:Decrypt"},
			Resources: []string{dataKeyARN},
			Conditions: []iam.Condition{
				{Test: "StringEquals", Key: "kms:ViaService", Values: []string{"s3." + region + ".amazonaws.com"}},
			},
			Reason: "the model lies in a bucket of the environment, which are encrypted",
		})
	}
	return statements
}

// EndpointSources are what the endpoint is made from, the image and the model, which may be another account's: AWS keeps both for
// everybody. The permissions boundary has to admit them.
func EndpointSources(settings envs.AI, partition string) []iam.Statement {
	host, image, _ := strings.Cut(settings.EndpointImage, "/") // <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>
	at := strings.Split(host, ".")
	bucket, key := modelData(settings)
	return []iam.Statement{{
		Sid:       "PullImage",
		Actions:   []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
		Resources: []string{"arn:" + partition + ":ecr:" + at[3] + ":" + at[0] + ":repository/" + image[:strings.IndexAny(image, ":@")]},
		Reason:    "SageMaker pulls the container's image",
	}, {
		Sid:       "ReadModel",
		Actions:   []string{"s3:GetObject"},
		Resources: []string{"arn:" + partition + ":s3:::" + bucket + "/" + key},
		Reason:    "SageMaker puts the model into the container",
	}}
}

// modelData is where the model lies.
func modelData(settings envs.AI) (bucket, key string) {
	bucket, key, _ = strings.Cut(strings.TrimPrefix(settings.EndpointModelData, "s3://"), "/")
	return bucket, key
}
