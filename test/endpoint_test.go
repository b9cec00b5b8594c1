package test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/ai"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
)

// eachEndpoint runs a test for every environment that has an endpoint.
func eachEndpoint(t *testing.T, test func(t *testing.T, env envs.Environment, tpl template)) {
	t.Helper()
	found := 0
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		if env.AI.Endpoint {
			found++
			test(t, env, tpl)
		}
	})
	if found == 0 {
		t.Error("no environment has an endpoint: staging and prod do")
	}
}

func TestEndpointIsASetting(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, kind := range []string{"aws_sagemaker_model", "aws_sagemaker_endpoint_configuration", "aws_sagemaker_endpoint"} {
			want := map[string]int{"dev": 0, "staging": 1, "prod": 1}[env.Name]
			if got := len(tpl.all(kind)); got != want {
				t.Errorf("%s: want %d of %s, got %d", tpl.name, want, kind, got)
			}
		}
	})
}

func TestEndpointModel(t *testing.T) {
	eachEndpoint(t, func(t *testing.T, env envs.Environment, tpl template) {
		model := tpl.one(t, "aws_sagemaker_model", "ai_endpoint-model")
		for path, want := range map[string]any{
			"enable_network_isolation":         true, // SageMaker.5
			"primary_container.image":          env.AI.EndpointImage,
			"primary_container.model_data_url": env.AI.EndpointModelData,
			"execution_role_arn": "arn:aws:iam::" + env.Account +
				":role/${aws_iam_role_policy.identity_model-endpoint-role-policy.role}",
		} {
			model.want(t, path, want)
		}
		tpl.one(t, "aws_iam_role", "identity_model-endpoint-role").want(t, "name", "writersroom-"+env.Name+"-model-endpoint")
	})
}

// What serves is replaced without an interval, under a name that nothing has or had: also when a change is undone.
func TestEndpointIsReplacedBesideTheOldOne(t *testing.T) {
	eachEndpoint(t, func(t *testing.T, env envs.Environment, tpl template) {
		prefix := "writersroom-" + env.Name + "-endpoint-"
		revision := tpl.one(t, "terraform_data", "ai_endpoint-model-revision")
		model := tpl.one(t, "aws_sagemaker_model", "ai_endpoint-model")
		configuration := tpl.one(t, "aws_sagemaker_endpoint_configuration", "ai_endpoint-configuration")
		endpoint := tpl.one(t, "aws_sagemaker_endpoint", "ai_endpoint")
		for _, r := range []resource{revision, model, configuration} {
			r.want(t, "lifecycle.create_before_destroy", true)
		}
		model.want(t, "name", prefix+"${substr("+revision.Address+".id, 0, 8)}")
		revision.want(t, "triggers_replace", map[string]any{ // all that replaces the model
			"image":      model.get("primary_container.image"),
			"model_data": model.get("primary_container.model_data_url"),
			"role":       model.get("execution_role_arn"),
		})
		configuration.want(t, "name_prefix", prefix)
		configuration.want(t, "name", nil)
		endpoint.want(t, "name", strings.TrimSuffix(prefix, "-"))
		endpoint.want(t, "endpoint_config_name", "${"+configuration.Address+".name}")
		endpoint.want(t, "lifecycle.create_before_destroy", nil)
		if most := 63 - 26; len(prefix) > most { // the provider appends 26 characters, SageMaker takes 63
			t.Errorf("%s: %s: name_prefix %q is longer than %d", tpl.name, configuration.Address, prefix, most)
		}
	})
}

func TestEndpointConfiguration(t *testing.T) {
	eachEndpoint(t, func(t *testing.T, env envs.Environment, tpl template) {
		configuration := tpl.one(t, "aws_sagemaker_endpoint_configuration", "ai_endpoint-configuration")
		for path, want := range map[string]any{
			"kms_key_arn":         "${aws_kms_key.identity_data-key.arn}",
			"data_capture_config": nil,
			"production_variants.0.initial_instance_count": map[string]int{"staging": 1, "prod": 2}[env.Name], // SageMaker.4
			"production_variants.0.instance_type":          "ml.m5.large",
			"production_variants.0.model_name":             "${aws_sagemaker_model.ai_endpoint-model.name}",
			"production_variants.0.enable_ssm_access":      nil,
			"production_variants.1":                        nil,
		} {
			configuration.want(t, path, want)
		}
	})
}

func TestEndpointDeployment(t *testing.T) {
	eachEndpoint(t, func(t *testing.T, env envs.Environment, tpl template) {
		endpoint := tpl.one(t, "aws_sagemaker_endpoint", "ai_endpoint")
		const policy = "deployment_config.blue_green_update_policy."
		endpoint.want(t, policy+"traffic_routing_configuration.type", map[string]string{"staging": "ALL_AT_ONCE", "prod": "CANARY"}[env.Name])
		endpoint.want(t, policy+"traffic_routing_configuration.canary_size", map[string]any{
			"prod": map[string]any{"type": "INSTANCE_COUNT", "value": 1},
		}[env.Name])
		number := func(path string) float64 {
			n, _ := endpoint.get(policy + path).(float64)
			return n
		}
		watched, waited := number("traffic_routing_configuration.wait_interval_in_seconds"), number("termination_wait_in_seconds")
		limit := number("maximum_execution_timeout_in_seconds")
		if limit <= watched+waited || limit >= 3600 {
			t.Errorf("%s: %s: must give up after the watch of %v s and the wait of %v s, and within the hour that Terraform watches, got %v s",
				tpl.name, endpoint.Address, watched, waited, limit)
		}
		endpoint.want(t, "lifecycle.postcondition.0.condition",
			"${self.endpoint_config_name == aws_sagemaker_endpoint_configuration.ai_endpoint-configuration.name}")

		rollback, _ := endpoint.get("deployment_config.auto_rollback_configuration.alarms").([]any)
		if len(rollback) != 2 {
			t.Errorf("%s: %s: want a rollback on errors and on latency, got %s", tpl.name, endpoint.Address, compact(rollback))
		}
		for i, name := range []string{"errors", "latency"} {
			alarm := tpl.one(t, "aws_cloudwatch_metric_alarm", "ai_endpoint-"+name+"-alarm")
			endpoint.want(t, "deployment_config.auto_rollback_configuration.alarms."+string(rune('0'+i))+".alarm_name",
				"${"+alarm.Address+".alarm_name}")
			period, _ := alarm.get("period").(float64)
			periods, _ := alarm.get("evaluation_periods").(float64)
			if period*periods > watched {
				t.Errorf("%s: %s: takes %v s to trip, a deployment is watched for %v s", tpl.name, alarm.Address, period*periods, watched)
			}
		}
	})
}

func TestEndpointAlarms(t *testing.T) {
	eachEndpoint(t, func(t *testing.T, env envs.Environment, tpl template) {
		for name, metric := range map[string]string{"errors": "Invocation5XXErrors", "latency": "ModelLatency", "overhead": "OverheadLatency"} {
			alarm := tpl.one(t, "aws_cloudwatch_metric_alarm", "ai_endpoint-"+name+"-alarm")
			for path, want := range map[string]any{
				"alarm_name":          "writersroom-" + env.Name + "-endpoint-" + name, // another name replaces the endpoint
				"namespace":           "AWS/SageMaker",
				"metric_name":         metric,
				"dimensions":          map[string]string{"EndpointName": "writersroom-" + env.Name + "-endpoint", "VariantName": "AllTraffic"},
				"comparison_operator": "GreaterThanThreshold",
				"treat_missing_data":  "notBreaching",
				"alarm_actions":       []string{"${aws_sns_topic_policy.monitoring_alerts-policy.arn}"},
				"ok_actions":          []string{"${aws_sns_topic_policy.monitoring_alerts-policy.arn}"},
			} {
				alarm.want(t, path, want)
			}
		}
		tpl.one(t, "aws_sagemaker_endpoint_configuration", "ai_endpoint-configuration").want(t, "production_variants.0.variant_name", "AllTraffic")
	})
}

// The log group is there before SageMaker would make one, and its key lets CloudWatch Logs use it.
func TestEndpointLogs(t *testing.T) {
	eachEndpoint(t, func(t *testing.T, env envs.Environment, tpl template) {
		const prescribed = "/aws/sagemaker/Endpoints/"
		group := tpl.one(t, "aws_cloudwatch_log_group", "ai_endpoint-log-group")
		group.want(t, "name", prescribed+"writersroom-"+env.Name+"-endpoint")
		group.want(t, "kms_key_id", "${aws_kms_key.identity_logs-key.arn}")
		tpl.one(t, "aws_sagemaker_endpoint", "ai_endpoint").want(t, "depends_on", []string{group.Address})

		key := document(t, tpl.one(t, "aws_kms_key", "identity_logs-key"), "policy")
		for name, want := range map[string]bool{
			"writersroom-" + env.Name + "-endpoint":    true,
			"writersroom-" + env.Name + "eu-endpoint":  false,
			"writersroom-other-endpoint":               false,
			"x/writersroom-" + env.Name + "-endpoint/": false,
		} {
			arn := "arn:aws:logs:" + env.Region + ":" + env.Account + ":log-group:" + prescribed + name
			c := call{
				by: "Service logs." + env.Region + ".amazonaws.com", action: "kms:GenerateDataKey", resource: "*",
				context: map[string]string{"kms:EncryptionContext:aws:logs:arn": arn},
			}
			if got := may(t, c, key); got != want {
				t.Errorf("%s: log group %s: want %t, got %t", tpl.name, name, want, got)
			}
		}
	})
}

func TestEndpointRole(t *testing.T) {
	eachEndpoint(t, func(t *testing.T, env envs.Environment, tpl template) {
		role := tpl.one(t, "aws_iam_role", "identity_model-endpoint-role")
		own := rights(t, tpl, role)
		account := env.Region + ":" + env.Account + ":"
		image := "arn:aws:ecr:us-east-1:763104351884:repository/huggingface-pytorch-inference"
		model := "arn:aws:s3:::" + strings.TrimPrefix(env.AI.EndpointModelData, "s3://")
		logs := "arn:aws:logs:" + account + "log-group:/aws/sagemaker/Endpoints/writersroom-" + env.Name + "-endpoint"
		alarm := "arn:aws:cloudwatch:" + account + "alarm:"
		endpoint := "arn:aws:sagemaker:" + account + "endpoint/writersroom-" + env.Name + "-endpoint"
		manuscript := "arn:aws:s3:::writersroom-" + env.Name + "-manuscripts-" + env.Account + "/authors/a"
		foundation := "arn:aws:bedrock:" + env.Region + "::foundation-model/" + env.AI.DraftModel
		viaS3 := map[string]string{"kms:ViaService": "s3." + env.Region + ".amazonaws.com"}
		metrics := func(namespace string) map[string]string { return map[string]string{"cloudwatch:namespace": namespace} }
		for name, tc := range map[string]struct {
			action, resource string
			context          map[string]string
			want             bool
		}{
			"logs in to the registry":         {"ecr:GetAuthorizationToken", "*", nil, true},
			"pulls the image":                 {"ecr:BatchGetImage", image, nil, true},
			"pulls the image's layers":        {"ecr:GetDownloadUrlForLayer", image, nil, true},
			"pulls another image":             {"ecr:BatchGetImage", image + "-neuron", nil, false},
			"pushes an image":                 {"ecr:PutImage", image, nil, false},
			"reads the model":                 {"s3:GetObject", model, nil, true},
			"reads another model":             {"s3:GetObject", model + ".old", nil, false},
			"reads manuscripts":               {"s3:GetObject", manuscript, nil, false},
			"writes where the model is":       {"s3:PutObject", model, nil, false},
			"writes to its logs":              {"logs:PutLogEvents", logs + ":log-stream:AllTraffic/i-0", nil, true},
			"writes to other logs":            {"logs:PutLogEvents", logs + "2:log-stream:AllTraffic/i-0", nil, false},
			"makes a log group":               {"logs:CreateLogGroup", logs, nil, false},
			"reports its metrics":             {"cloudwatch:PutMetricData", "*", metrics("/aws/sagemaker/Endpoints"), true},
			"reports other metrics":           {"cloudwatch:PutMetricData", "*", metrics("WritersRoom"), false},
			"looks at its alarms":             {"cloudwatch:DescribeAlarms", alarm + "writersroom-" + env.Name + "-endpoint-errors", nil, true},
			"looks at other alarms":           {"cloudwatch:DescribeAlarms", alarm + "writersroom-" + env.Name + "-aurora", nil, false},
			"calls the endpoint":              {"sagemaker:InvokeEndpoint", endpoint, nil, false},
			"calls a foundation model":        {"bedrock:InvokeModel", foundation, nil, false},
			"decrypts what writers have made": {"kms:Decrypt", "arn:aws:kms:" + account + "key/data", viaS3, false},
		} {
			t.Run(name, func(t *testing.T) {
				c := call{action: tc.action, resource: tc.resource, context: tc.context}
				if got := may(t, c, own); got != tc.want {
					t.Errorf("%s: %s: want %t, got %t, for %+v\n%s", tpl.name, role.Address, tc.want, got, c, compact(own))
				}
			})
		}
	})
}

// A model in one of the environment's own buckets is encrypted, and is decrypted through S3 alone.
func TestEndpointRoleDecryptsItsOwnModel(t *testing.T) {
	label := naming.Label{Environment: "qa", Account: "111111111111"}
	const key = "arn:aws:kms:us-east-1:111111111111:key/data"
	for bucket, own := range map[string]bool{"writersroom-qa-assets-111111111111": true, "writersroom-qa2-assets-111111111111": false, "models": false} {
		policy, err := iam.Policy(ai.EndpointStatements(label, envs.AI{
			Endpoint:          true,
			EndpointImage:     "111111111111.dkr.ecr.us-east-1.amazonaws.com/writersroom-qa-model@sha256:0",
			EndpointModelData: "s3://" + bucket + "/models/a.tar.gz",
		}, "aws", "us-east-1", key)).JSON()
		if err != nil {
			t.Fatal(err)
		}
		var doc policyDocument
		if err := json.Unmarshal([]byte(policy), &doc); err != nil {
			t.Fatal(err)
		}
		for c, want := range map[*call]bool{
			{action: "kms:Decrypt", resource: key, context: map[string]string{"kms:ViaService": "s3.us-east-1.amazonaws.com"}}:  own,
			{action: "kms:Decrypt", resource: key, context: map[string]string{"kms:ViaService": "rds.us-east-1.amazonaws.com"}}: false,
			{action: "kms:Decrypt", resource: key}:                                                                        false,
			{action: "s3:GetObject", resource: "arn:aws:s3:::" + bucket + "/models/a.tar.gz"}:                             true,
			{action: "s3:GetObject", resource: "arn:aws:s3:::" + bucket + "/models/b.tar.gz"}:                             false,
			{action: "ecr:BatchGetImage", resource: "arn:aws:ecr:us-east-1:111111111111:repository/writersroom-qa-model"}: true,
		} {
			if got := may(t, *c, doc); got != want {
				t.Errorf("%s: want %t, got %t, for %+v\n%s", bucket, want, got, *c, policy)
			}
		}
	}
}
