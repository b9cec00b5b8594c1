package compute

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdaalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/lambdafunction"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

// The functions, by the folders of functions/ that they are built from. API answers writers, Agents has models answer them, Export
// works the steps of the export workflow, Smoke tries every dependency from inside the VPC.
const (
	API    = "api"
	Agents = "agents"
	Export = "export"
	Smoke  = "smoke"
)

// alias is the name by which every function is called: a version, never what was uploaded last.
const alias = "live"

// FunctionConfig is what a function is given from outside.
type FunctionConfig struct {
	// RoleARN is the role that it runs as: one that trusts lambda.amazonaws.com and may do what FunctionStatements says.
	RoleARN string
	// Environment is what it is told of its surroundings, by variable. None of it is secret.
	Environment map[string]string
}

// Function is a Lambda function that is there.
type Function struct {
	Name, ARN string
	// Version is the number of what was published last, LiveVersion the one that calls reach.
	Version, LiveVersion string
	// Alias is the name of the alias that callers name, AliasARN and InvokeARN what they call.
	Alias, AliasARN, InvokeARN string
	LogGroupName               string
	// TimeoutSeconds is when Lambda ends a call, and Concurrency how many may run at once.
	TimeoutSeconds, Concurrency int
}

// functionKind is what tells one function from another.
type functionKind struct {
	name, description string
	timeoutSeconds    int
	memoryMiB         int
	// shifted says that CodeDeploy moves its alias, where the settings have a canary.
	shifted bool
}

// functionKinds are all there are. What answers a request ends before API Gateway gives up, after 29 seconds
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
func functionKinds() []functionKind {
	return []functionKind{
		{name: API, description: "Answers the web application", timeoutSeconds: 15, memoryMiB: 256, shifted: true},
		{name: Agents, description: "Has models draft and review", timeoutSeconds: 28, memoryMiB: 256},
		{name: Export, description: "Works the steps of the export workflow", timeoutSeconds: 120, memoryMiB: 1024},
		{name: Smoke, description: "Tries every dependency from inside the VPC", timeoutSeconds: 60, memoryMiB: 128},
	}
}

// functionARN is a function's, known before it is made.
func (c Config) functionARN(name string) string {
	return c.arn("lambda", "function:"+c.Label.Fit(naming.Function, name))
}

// addFunctions makes the functions with their log groups and aliases. Their zips lie beside the stack, in functions/: Terraform reads
// them, so that a synthesis is the same whatever they hold.
func (b *builder) addFunctions(c *Compute) {
	c.Functions = map[string]Function{}
	for _, kind := range functionKinds() {
		c.Functions[kind.name] = b.addFunction(c, kind)
	}
}

func (b *builder) addFunction(c *Compute, kind functionKind) Function {
	given := b.Functions[kind.name]
	logs := b.addLogGroup(kind.name+"-log", b.Label.Path("functions", kind.name), nil)
	environment := map[string]string{"ENVIRONMENT": b.Label.Environment}
	for name, value := range given.Environment {
		environment[name] = value
	}
	zip := "${path.module}/functions/" + kind.name + ".zip"
	function := lambdafunction.NewLambdaFunction(b.scope, tf.String(kind.name), &lambdafunction.LambdaFunctionConfig{
		FunctionName:   tf.String(b.Label.Fit(naming.Function, kind.name)),
		Description:    tf.String(kind.description),
		Role:           tf.String(given.RoleARN),
		Runtime:        tf.String("provided.al2023"),
		Architectures:  tf.Strings("arm64"),
		Handler:        tf.String("bootstrap"),
		Filename:       tf.String(zip),
		SourceCodeHash: tf.String(`${filebase64sha256("` + zip + `")}`),
		Publish:        tf.Bool(true),
		MemorySize:     tf.Number(kind.memoryMiB),
		Timeout:        tf.Number(kind.timeoutSeconds),

		ReservedConcurrentExecutions: tf.Number(b.Settings.FunctionConcurrency),

		Environment: &lambdafunction.LambdaFunctionEnvironment{Variables: tf.Map(environment)},
		KmsKeyArn:   tf.String(b.DataKeyARN),
		VpcConfig: &lambdafunction.LambdaFunctionVpcConfig{
			SubnetIds:        tf.Strings(b.PrivateSubnetIDs...),
			SecurityGroupIds: tf.Strings(b.FunctionsSecurityGroupID),
		},
		TracingConfig: &lambdafunction.LambdaFunctionTracingConfig{Mode: tf.String("Active")},
		LoggingConfig: &lambdafunction.LambdaFunctionLoggingConfig{
			LogFormat:           tf.String("JSON"),
			ApplicationLogLevel: tf.String("INFO"),
			SystemLogLevel:      tf.String("WARN"),
			LogGroup:            logs.Name(),
		},
		DeadLetterConfig: &lambdafunction.LambdaFunctionDeadLetterConfig{TargetArn: tf.String(c.Queues[functionsDeadLetters].ARN)},
	})
	live := lambdaalias.NewLambdaAlias(b.scope, tf.String(kind.name+"-"+alias), &lambdaalias.LambdaAliasConfig{
		Name:            tf.String(alias),
		Description:     tf.String("What callers reach"),
		FunctionName:    function.FunctionName(),
		FunctionVersion: function.Version(),
	})
	if kind.shifted && b.Settings.Canary {
		// From its creation on, CodeDeploy says which version the alias is.
		live.AddOverride(tf.String("lifecycle.ignore_changes"), []string{"function_version", "routing_config"})
	}
	return Function{
		Name: *function.FunctionName(), ARN: *function.Arn(), Version: *function.Version(), LiveVersion: *live.FunctionVersion(),
		Alias: alias, AliasARN: *live.Arn(), InvokeARN: *live.InvokeArn(), LogGroupName: *logs.Name(),
		TimeoutSeconds: kind.timeoutSeconds, Concurrency: b.Settings.FunctionConcurrency,
	}
}
