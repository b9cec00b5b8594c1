package compute

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecstaskdefinition"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/writersroom/infrastructure/internal/naming"
	"github.com/writersroom/infrastructure/internal/tf"
)

const (
	// nobody is the user without rights that distroless images know as nonroot.
	// https://github.com/GoogleContainerTools/distroless/blob/main/common/variables.bzl
	nobody = "65532"
	// openFiles is how many files, and with them sockets, a task may have open: what Fargate gives unless told otherwise, told so that
	// it stays. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
	openFiles = 65535
)

// container is the one of the task, in the form of
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
//
// It has no health check of its own: such a check is a command in the container, and the image has neither a shell nor curl to run.
// The load balancer asks /health instead, and ECS replaces a task that does not answer it. Which image a tag names is settled once
// for a deployment, which is how ECS does it unless told otherwise.
type container struct {
	Name                   string           `json:"name"`
	Image                  string           `json:"image"`
	Essential              bool             `json:"essential"`
	User                   string           `json:"user"`
	ReadonlyRootFilesystem bool             `json:"readonlyRootFilesystem"` // ECS.5
	PortMappings           []portMapping    `json:"portMappings"`
	Environment            []variable       `json:"environment"`
	Secrets                []secretVariable `json:"secrets"` // ECS.8
	LinuxParameters        linuxParameters  `json:"linuxParameters"`
	Ulimits                []ulimit         `json:"ulimits"`
	StopTimeout            int              `json:"stopTimeout"`
	LogConfiguration       logConfiguration `json:"logConfiguration"`
}

type portMapping struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type secretVariable struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type linuxParameters struct {
	Capabilities map[string][]string `json:"capabilities"`
	// InitProcessEnabled has an init process pass signals on and reap what the service leaves behind.
	InitProcessEnabled bool `json:"initProcessEnabled"`
}

type ulimit struct {
	Name      string `json:"name"`
	SoftLimit int    `json:"softLimit"`
	HardLimit int    `json:"hardLimit"`
}

type logConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// addTaskDefinition makes the definition that tasks are started from. Another image or setting makes another one, and the old one goes
// only when the service has left it, where what is retained is destroyed at all: ECS goes back to it when the new one fails.
func (b *builder) addTaskDefinition(repositoryURL, logGroupName string) (ecstaskdefinition.EcsTaskDefinition, error) {
	containers, err := b.containers(repositoryURL, logGroupName)
	if err != nil {
		return nil, fmt.Errorf("realtime task: %w", err)
	}
	return ecstaskdefinition.NewEcsTaskDefinition(b.scope, tf.String("realtime-task"), &ecstaskdefinition.EcsTaskDefinitionConfig{
		Family:                  tf.String(b.Label.Fit(naming.TaskFamily, realtime)),
		RequiresCompatibilities: tf.Strings("FARGATE"),
		NetworkMode:             tf.String("awsvpc"),
		RuntimePlatform: &ecstaskdefinition.EcsTaskDefinitionRuntimePlatform{
			CpuArchitecture:       tf.String("ARM64"),
			OperatingSystemFamily: tf.String("LINUX"),
		},
		Cpu:                  tf.String(strconv.Itoa(b.Settings.RealtimeCPU)),
		Memory:               tf.String(strconv.Itoa(b.Settings.RealtimeMemoryMiB)),
		ExecutionRoleArn:     tf.String(b.Realtime.ExecutionRoleARN),
		TaskRoleArn:          tf.String(b.Realtime.TaskRoleARN),
		ContainerDefinitions: tf.String(containers),
		SkipDestroy:          tf.Bool(b.Retain),
		Lifecycle:            &cdktf.TerraformResourceLifecycle{CreateBeforeDestroy: tf.Bool(true)},
	}), nil
}

// containers renders the task's containers; the same settings give the same bytes.
func (b *builder) containers(repositoryURL, logGroupName string) (string, error) {
	tag := noImage
	if b.realtimeRuns() {
		tag = b.Settings.RealtimeImageTag
	}
	environment := map[string]string{
		"ENVIRONMENT":   b.Label.Environment,
		"FLUSH_SECONDS": strconv.Itoa(b.Settings.RealtimeFlushSeconds),
		"PORT":          strconv.Itoa(b.RealtimePort),
	}
	maps.Copy(environment, b.Realtime.Environment)
	one := container{
		Name:                   realtime,
		Image:                  repositoryURL + ":" + tag,
		Essential:              true,
		User:                   nobody,
		ReadonlyRootFilesystem: true,
		PortMappings:           []portMapping{{ContainerPort: b.RealtimePort, HostPort: b.RealtimePort, Protocol: "tcp"}},
		LinuxParameters:        linuxParameters{Capabilities: map[string][]string{"drop": {"ALL"}}, InitProcessEnabled: true},
		Ulimits:                []ulimit{{Name: "nofile", SoftLimit: openFiles, HardLimit: openFiles}},
		StopTimeout:            b.Settings.RealtimeFlushSeconds + drainMarginSeconds,
		LogConfiguration: logConfiguration{LogDriver: "awslogs", Options: map[string]string{
			"awslogs-group":         logGroupName,
			"awslogs-region":        b.Region,
			"awslogs-stream-prefix": realtime,
			// Writers do not wait for CloudWatch: where it does not keep up, lines are dropped.
			"mode":            "non-blocking",
			"max-buffer-size": "4m",
		}},
	}
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		one.Environment = append(one.Environment, variable{name, environment[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Realtime.Secrets)) {
		one.Secrets = append(one.Secrets, secretVariable{name, b.Realtime.Secrets[name]})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // what stands for a name or an ARN until synthesis has "<" and ">"
	if err := encoder.Encode([]container{one}); err != nil {
		return "", err
	}
	return string(bytes.TrimSpace(out.Bytes())), nil
}

// realtimeRuns says whether there is an image to run.
func (c Config) realtimeRuns() bool { return c.Settings.RealtimeImageTag != "" }
