package test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/stacks"
)

// demand is a metric that an alarm must look at: its name, and for each of its dimensions what the value may be. nil is anything.
type demand struct {
	metric     string
	dimensions map[string][]string
}

// meets says whether a metric of those dimensions is what is demanded. CloudWatch knows no metric of fewer dimensions, or of more.
func (d demand) meets(dimensions map[string]string) bool {
	if len(dimensions) != len(d.dimensions) {
		return false
	}
	for name, values := range d.dimensions {
		value, ok := dimensions[name]
		if !ok || (values != nil && !slices.Contains(values, value)) {
			return false
		}
	}
	return true
}

func (d demand) String() string { return d.metric + " " + compact(d.dimensions) }

// demands are the metrics, each with the same dimensions.
func demands(dimensions map[string][]string, metrics ...string) []demand {
	var all []demand
	for _, metric := range metrics {
		all = append(all, demand{metric, dimensions})
	}
	return all
}

// named is how an attribute of a resource is written elsewhere: as a reference, or as what it is.
func named(r resource, attribute string) []string {
	values := []string{"${" + r.Address + "." + attribute + "}"}
	if value, ok := r.get(attribute).(string); ok {
		values = append(values, value)
	}
	return values
}

// handedOn is named, and as what waits for the resource hands the attribute on: a certificate's ARN once it is valid.
func handedOn(tpl template, r resource, attribute string) []string {
	values := named(r, attribute)
	for _, other := range tpl.all("") {
		for name, value := range other.Body {
			if value == "${"+r.Address+"."+attribute+"}" {
				values = append(values, "${"+other.Address+"."+name+"}")
			}
		}
	}
	return values
}

// by is one dimension alone.
func by(dimension string, r resource, attribute string) map[string][]string {
	return map[string][]string{dimension: named(r, attribute)}
}

// watchedKinds are the types of resources that must have alarms, and which.
func watchedKinds() map[string]func(env envs.Environment, tpl template, r resource) []demand {
	type resources = func(envs.Environment, template, resource) []demand
	plain := func(dimension, attribute string, metrics ...string) resources {
		return func(_ envs.Environment, _ template, r resource) []demand {
			return demands(by(dimension, r, attribute), metrics...)
		}
	}
	return map[string]resources{
		"aws_acm_certificate":               certificateDemands,
		"aws_api_gateway_rest_api":          apiDemands,
		"aws_backup_vault":                  vaultDemands,
		"aws_bedrock_inference_profile":     plain("ModelId", "id", "InvocationThrottles", "InvocationServerErrors", "InputTokenCount", "OutputTokenCount"),
		"aws_cloudfront_distribution":       distributionDemands,
		"aws_cognito_user_pool":             userPoolDemands,
		"aws_dynamodb_table":                tableDemands,
		"aws_ecs_service":                   serviceDemands,
		"aws_elasticache_replication_group": cacheDemands,
		"aws_lambda_function": plain("FunctionName", "function_name",
			"ConcurrentExecutions", "DeadLetterErrors", "Duration", "Errors", "Throttles"),
		"aws_lb":                plain("LoadBalancer", "arn_suffix", "HTTPCode_ELB_5XX_Count", "RejectedConnectionCount"),
		"aws_lb_target_group":   targetDemands,
		"aws_nat_gateway":       plain("NatGatewayId", "id", "ErrorPortAllocation", "PacketsDropCount"),
		"aws_opensearch_domain": searchDemands,
		"aws_rds_cluster":       clusterDemands,
		"aws_sagemaker_endpoint": func(_ envs.Environment, _ template, r resource) []demand {
			return demands(map[string][]string{"EndpointName": named(r, "name"), "VariantName": nil},
				"Invocation5XXErrors", "ModelLatency", "OverheadLatency")
		},
		"aws_sfn_state_machine": machineDemands,
		"aws_sqs_queue":         queueDemands,
		"aws_wafv2_web_acl":     firewallDemands,
	}
}

// unwatchedKinds are the types of resources that need no alarms, by the reason.
func unwatchedKinds() map[string][]string {
	return map[string][]string{
		"it is part of another resource, whose alarms see it": {
			"aws_acm_certificate_validation", "aws_api_gateway_base_path_mapping", "aws_api_gateway_deployment", "aws_api_gateway_domain_name",
			"aws_api_gateway_method_settings", "aws_api_gateway_stage", "aws_cloudfront_function", "aws_ecs_cluster",
			"aws_ecs_cluster_capacity_providers", "aws_ecs_task_definition", "aws_elasticache_parameter_group", "aws_elasticache_subnet_group",
			"aws_lambda_alias", "aws_lb_listener", "aws_lb_listener_rule", "aws_rds_cluster_instance", "aws_rds_cluster_parameter_group",
			"aws_db_subnet_group", "aws_sagemaker_endpoint_configuration", "aws_sagemaker_model", "aws_bedrock_guardrail",
			"aws_bedrock_guardrail_version", "aws_cognito_resource_server", "aws_cognito_risk_configuration", "aws_cognito_user_group",
			"aws_cognito_user_pool_client", "aws_cognito_user_pool_domain", "aws_elasticache_user", "aws_elasticache_user_group",
		},
		"it says who may do what, and does nothing itself": {
			"aws_backup_vault_lock_configuration", "aws_backup_vault_policy", "aws_cloudfront_origin_access_control",
			"aws_cognito_identity_pool", "aws_cognito_identity_pool_provider_principal_tag", "aws_cognito_identity_pool_roles_attachment",
			"aws_default_network_acl", "aws_default_security_group", "aws_dynamodb_resource_policy", "aws_ecr_repository_policy",
			"aws_iam_policy", "aws_iam_role", "aws_iam_role_policy", "aws_kms_alias", "aws_kms_key", "aws_lambda_permission",
			"aws_network_acl", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block",
			"aws_secretsmanager_secret_policy", "aws_security_group", "aws_sns_topic_policy", "aws_sqs_queue_policy",
			"aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule", "aws_wafv2_web_acl_association",
		},
		"it is a setting": {
			"aws_cloudfront_cache_policy", "aws_cloudfront_origin_request_policy", "aws_cloudfront_response_headers_policy",
			"aws_ecr_lifecycle_policy", "aws_s3_bucket_cors_configuration", "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_logging",
			"aws_s3_bucket_notification", "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_versioning",
			"aws_wafv2_web_acl_logging_configuration", "terraform_data",
		},
		"it is what the network is made of: what cannot be reached through it, the smoke function tells": {
			"aws_default_route_table", "aws_egress_only_internet_gateway", "aws_eip", "aws_flow_log", "aws_internet_gateway", "aws_route",
			"aws_route53_record", "aws_route53_zone", "aws_route_table", "aws_route_table_association", "aws_subnet", "aws_vpc",
			"aws_vpc_endpoint",
		},
		"it is read rarely, and whatever reads it tells when it cannot": {
			"aws_ecr_repository", "aws_s3_bucket", "aws_secretsmanager_secret", "aws_secretsmanager_secret_version", "aws_ssm_parameter",
		},
		"it tells people by itself when it fails": {
			"aws_backup_plan", "aws_backup_selection", "aws_backup_vault_notifications", "aws_budgets_budget", "aws_budgets_budget_action",
			"aws_db_event_subscription",
		},
		"what it does not do, the alarms of what it works on tell": {
			"aws_appautoscaling_policy", "aws_appautoscaling_target", "aws_codedeploy_app", "aws_codedeploy_deployment_group",
			"aws_scheduler_schedule", "aws_scheduler_schedule_group",
		},
		"it is what watches": {
			"aws_cloudwatch_composite_alarm", "aws_cloudwatch_dashboard", "aws_cloudwatch_log_data_protection_policy",
			"aws_cloudwatch_log_delivery", "aws_cloudwatch_log_delivery_destination", "aws_cloudwatch_log_delivery_source",
			"aws_cloudwatch_log_group", "aws_cloudwatch_metric_alarm", "aws_sns_topic", "aws_sns_topic_subscription", "aws_xray_group",
			"aws_xray_sampling_rule",
		},
	}
}

// certificateDemands: CloudFront's certificate may lie in another region, where no alarm of this one looks.
func certificateDemands(_ envs.Environment, tpl template, r resource) []demand {
	if r.get("provider") != nil {
		return nil
	}
	return demands(map[string][]string{"CertificateArn": handedOn(tpl, r, "arn")}, "DaysToExpiry")
}

func apiDemands(env envs.Environment, _ template, r resource) []demand {
	whole := map[string][]string{"ApiName": named(r, "name"), "Stage": nil}
	all := demands(whole, "4XXError", "5XXError", "Latency")
	if env.Production() {
		all = append(all, demands(whole, "Count")...)
	}
	body, _ := r.get("body").(string)
	var api struct {
		Paths map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(body), &api); err != nil {
		return append(all, demand{metric: "body: " + err.Error()})
	}
	for path, methods := range api.Paths {
		for method := range methods {
			if method == "options" { // which browsers ask before a request, and not writers
				continue
			}
			route := maps.Clone(whole)
			route["Method"], route["Resource"] = []string{strings.ToUpper(method)}, []string{path}
			all = append(all, demands(route, "5XXError", "Latency")...)
		}
	}
	return all
}

func vaultDemands(env envs.Environment, tpl template, r resource) []demand {
	metrics := []string{"NumberOfBackupJobsExpired", "NumberOfBackupJobsFailed"}
	if env.Retain {
		metrics = append(metrics, "NumberOfBackupJobsCompleted")
	}
	return demands(map[string][]string{"BackupVaultName": handedOn(tpl, r, "name")}, metrics...)
}

// machineDemands: a state machine's ARN may be written out, since its name is ours.
func machineDemands(env envs.Environment, _ template, r resource) []demand {
	arn := fmt.Sprintf("arn:%s:states:%s:%s:stateMachine:%s", env.Partition, env.Region, env.Account, r.get("name"))
	return demands(map[string][]string{"StateMachineArn": append(named(r, "arn"), arn)},
		"ExecutionThrottled", "ExecutionsAborted", "ExecutionsFailed", "ExecutionsTimedOut")
}

// distributionDemands: CloudFront keeps its metrics in one region.
func distributionDemands(env envs.Environment, _ template, r resource) []demand {
	if env.Region != "us-east-1" {
		return nil
	}
	return demands(map[string][]string{"DistributionId": named(r, "id"), "Region": {"Global"}}, "5xxErrorRate")
}

func userPoolDemands(_ envs.Environment, tpl template, r resource) []demand {
	var all []demand
	for _, client := range tpl.all("aws_cognito_user_pool_client") {
		all = append(all, demands(map[string][]string{"UserPool": named(r, "id"), "UserPoolClient": named(client, "id")},
			"SignInThrottles", "TokenRefreshThrottles")...)
	}
	return all
}

func tableDemands(_ envs.Environment, _ template, r resource) []demand {
	return demands(map[string][]string{"TableName": named(r, "name"), "Operation": nil}, "SystemErrors", "ThrottledRequests")
}

// serviceDemands: without an image no task runs, and none is missed.
func serviceDemands(env envs.Environment, _ template, r resource) []demand {
	metrics := []string{"CPUUtilization", "MemoryUtilization"}
	if env.Compute.RealtimeImageTag != "" {
		metrics = append(metrics, "RunningTaskCount")
	}
	return demands(map[string][]string{"ClusterName": nil, "ServiceName": named(r, "name")}, metrics...)
}

func targetDemands(_ envs.Environment, _ template, r resource) []demand {
	return demands(map[string][]string{"LoadBalancer": nil, "TargetGroup": named(r, "arn_suffix")},
		"HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount")
}

// cacheDemands: CloudWatch knows the nodes and not the group.
func cacheDemands(_ envs.Environment, _ template, r resource) []demand {
	metrics := []string{"AuthenticationFailures", "DatabaseMemoryUsagePercentage", "EngineCPUUtilization", "Evictions"}
	nodes := int(r.get("num_cache_clusters").(float64))
	if nodes > 1 {
		metrics = append(metrics, "ReplicationLag")
	}
	var all []demand
	for i := range nodes {
		node := fmt.Sprintf("%s-%03d", r.get("replication_group_id"), i+1)
		all = append(all, demands(map[string][]string{"CacheClusterId": {node}}, metrics...)...)
	}
	return all
}

func searchDemands(env envs.Environment, _ template, r resource) []demand {
	metrics := []string{
		"AutomatedSnapshotFailure", "CPUUtilization", "ClusterIndexWritesBlocked", "ClusterStatus.red", "FreeStorageSpace",
		"JVMMemoryPressure", "KMSKeyError", "KMSKeyInaccessible", "Nodes",
	}
	if r.get("cluster_config.instance_count").(float64) > 1 {
		metrics = append(metrics, "ClusterStatus.yellow")
	}
	if r.get("cluster_config.dedicated_master_enabled") == true {
		metrics = append(metrics, "MasterCPUUtilization", "MasterJVMMemoryPressure", "MasterReachableFromNode")
	}
	return demands(map[string][]string{"DomainName": named(r, "domain_name"), "ClientId": {env.Account}}, metrics...)
}

func clusterDemands(_ envs.Environment, tpl template, r resource) []demand {
	metrics := []string{"ACUUtilization", "DatabaseConnections", "Deadlocks", "MaximumUsedTransactionIDs"}
	if len(tpl.all("aws_rds_cluster_instance")) > 1 {
		metrics = append(metrics, "AuroraReplicaLagMaximum")
	}
	return demands(by("DBClusterIdentifier", r, "cluster_identifier"), metrics...)
}

// queueDemands: what is read from has somewhere to put aside what cannot be done. The other queues are there to be that.
func queueDemands(_ envs.Environment, _ template, r resource) []demand {
	if r.get("redrive_policy") != nil {
		return demands(by("QueueName", r, "name"), "ApproximateAgeOfOldestMessage")
	}
	return demands(by("QueueName", r, "name"), "ApproximateNumberOfMessagesVisible")
}

func firewallDemands(env envs.Environment, _ template, r resource) []demand {
	name, _ := r.get("visibility_config.0.metric_name").(string)
	dimensions := map[string][]string{"WebACL": {name, "${" + r.Address + ".name}"}, "Rule": {"ALL"}, "Region": {env.Region}}
	if r.get("scope") == "CLOUDFRONT" {
		if env.Region != "us-east-1" {
			return nil
		}
		delete(dimensions, "Region")
	}
	return demands(dimensions, "BlockedRequests")
}

// allDemands are those of every resource, and of what no resource stands for; faults are types that nobody has thought about.
func allDemands(env envs.Environment, tpl template) (all map[string][]demand, faults []string) {
	unwatched := map[string]bool{}
	for _, kinds := range unwatchedKinds() {
		for _, kind := range kinds {
			unwatched[kind] = true
		}
	}
	kinds := watchedKinds()
	all = map[string][]demand{
		"the smoke function's verdict": demands(map[string][]string{"Environment": {env.Name}}, "SmokeChecks", "SmokeFailures"),
	}
	for _, r := range tpl.all("") {
		kind, _, _ := strings.Cut(r.Address, ".")
		of, watched := kinds[kind]
		switch {
		case watched:
			all[r.Address] = of(env, tpl, r)
		case !unwatched[kind]:
			faults = append(faults, r.Address+": say in watchedKinds which alarms a "+kind+" has, or in unwatchedKinds why it needs none")
		}
	}
	return all, faults
}

// seen is a metric that an alarm looks at.
type seen struct {
	alarm, metric string
	dimensions    map[string]string
}

// metricsInsights is the one form of query that alarms have.
var metricsInsights = regexp.MustCompile(`^SELECT SUM\((\w+)\) FROM SCHEMA\("[\w/]+", (\w+), (\w+)\) WHERE (\w+) = '([^']+)'$`)

// alarmsSee are all metrics that a template's alarms look at.
func alarmsSee(tpl template) []seen {
	var all []seen
	for _, r := range tpl.all("aws_cloudwatch_metric_alarm") {
		add := func(body any) {
			dimensions := map[string]string{}
			given, _ := dig(body, "dimensions").(map[string]any)
			for name, value := range given {
				dimensions[name], _ = value.(string)
			}
			metric, _ := dig(body, "metric_name").(string)
			all = append(all, seen{r.Address, metric, dimensions})
		}
		queries, _ := r.get("metric_query").([]any)
		for _, query := range queries {
			expression, _ := dig(query, "expression").(string)
			if parts := metricsInsights.FindStringSubmatch(expression); parts != nil {
				dimensions := map[string]string{parts[2]: "", parts[3]: ""}
				dimensions[parts[4]] = parts[5]
				all = append(all, seen{r.Address, parts[1], dimensions})
			} else if metric := dig(query, "metric.0"); metric != nil {
				add(metric)
			}
		}
		if len(queries) == 0 {
			add(r.Body)
		}
	}
	return all
}

// unwatched tells what no alarm looks at that should be.
func unwatched(env envs.Environment, tpl template) []string {
	all, faults := allDemands(env, tpl)
	see := alarmsSee(tpl)
	for _, address := range slices.Sorted(maps.Keys(all)) {
		for _, d := range all[address] {
			if !slices.ContainsFunc(see, func(s seen) bool { return s.metric == d.metric && d.meets(s.dimensions) }) {
				faults = append(faults, address+": no alarm looks at "+d.String())
			}
		}
	}
	return faults
}

// without is a template that lacks a resource.
func without(tpl template, address string) template {
	kind, name, _ := strings.Cut(address, ".")
	types := maps.Clone(tpl.body["resource"].(map[string]any))
	resources := maps.Clone(types[kind].(map[string]any))
	delete(resources, name)
	types[kind] = resources
	tpl.body = maps.Clone(tpl.body)
	tpl.body["resource"] = types
	return tpl
}

// What exists has its alarms: a resource without them fails, and so does one of a type that nobody has thought about.
func TestEverythingIsWatched(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, fault := range unwatched(env, tpl) {
			t.Errorf("%s: %s", tpl.name, fault)
		}
	})
}

// As soon as the realtime service has an image, tasks of it are missed.
func TestRunningServiceIsWatched(t *testing.T) {
	env := environments(t)[0]
	env.Compute.RealtimeImageTag = "1"
	dir := t.TempDir()
	if err := (stacks.Application{Environments: []envs.Environment{env}, Outdir: dir}).Synth(t.Context(), env.Name); err != nil {
		t.Fatal(err)
	}
	tpl := parsed(t, dir, env.Name)
	for _, fault := range unwatched(env, tpl) {
		t.Errorf("%s: %s", tpl.name, fault)
	}
	tasks := tpl.one(t, "aws_cloudwatch_metric_alarm", "monitoring_service-tasks")
	tasks.want(t, "metric_name", "RunningTaskCount")
	tasks.want(t, "comparison_operator", "LessThanThreshold")
	tasks.want(t, "threshold", env.Compute.RealtimeTasks)
	tasks.want(t, "treat_missing_data", "breaching")
	gate := tpl.one(t, "aws_cloudwatch_composite_alarm", "monitoring_deploy-gate")
	if rule := gate.get("alarm_rule").(string); !strings.Contains(rule, tasks.Address+".") {
		t.Errorf("%s: the gate does not look at %s: %s", tpl.name, tasks.Address, rule)
	}
}

func TestNoAlarmCanBeMissed(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		before := len(unwatched(env, tpl))
		for _, r := range tpl.all("aws_cloudwatch_metric_alarm") {
			if after := unwatched(env, without(tpl, r.Address)); len(after) <= before {
				t.Errorf("%s: without %s nothing is found missing: say in watchedKinds what demands it\n%s", tpl.name, r.Address, r)
			}
		}
	})
}

func TestNewResourcesAreFoundUnwatched(t *testing.T) {
	env := environments(t)[0]
	for kind, body := range map[string]map[string]any{
		"aws_lambda_function": {"function_name": "new"},
		"aws_sqs_queue":       {"name": "new"},
		"aws_dynamodb_table":  {"name": "new"},
		"aws_nat_gateway":     {},
		"aws_unheard_of":      {},
	} {
		tpl := stack(t, env.Name)
		types := maps.Clone(tpl.body["resource"].(map[string]any))
		resources, _ := types[kind].(map[string]any)
		if resources = maps.Clone(resources); resources == nil {
			resources = map[string]any{}
		}
		resources["new"], types[kind] = body, resources
		before := unwatched(env, tpl)
		tpl.body = maps.Clone(tpl.body)
		tpl.body["resource"] = types
		if after := unwatched(env, tpl); len(after) <= len(before) {
			t.Errorf("want another %s found unwatched, got %q", kind, after)
		}
	}
}

// Every alarm tells the topic, says what it means, and sends whoever reads it to a section of the runbook that is there.
func TestEveryAlarmIsToldAndUnderstood(t *testing.T) {
	guide := runbook(t, "alarms.md")
	sends := regexp.MustCompile(`docs/runbooks/alarms\.md#([a-z-]+)$`)
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		topic := []string{"${aws_sns_topic_policy.monitoring_alerts-policy.arn}"}
		for _, r := range slices.Concat(tpl.all("aws_cloudwatch_metric_alarm"), tpl.all("aws_cloudwatch_composite_alarm")) {
			r.want(t, "alarm_actions", topic)
			description, _ := r.get("alarm_description").(string)
			if description == "" || len(description) > 1024 {
				t.Errorf("%s: %s: want a description of 1 to 1,024 characters, got %q", tpl.name, r.Address, description)
			}
			_, name, _ := strings.Cut(r.Address, ".")
			if !strings.HasPrefix(name, "monitoring_") {
				continue
			}
			r.want(t, "ok_actions", topic)
			section := sends.FindStringSubmatch(description)
			if section == nil || !guide[section[1]] {
				t.Errorf("%s: %s: want the description to end in a section of docs/runbooks/alarms.md, got %q", tpl.name, r.Address, description)
			}
		}
	})
}

// The gate is a rule of alarms that are there, closed by each that a bad release trips.
func TestDeployGate(t *testing.T) {
	child := regexp.MustCompile(`^ALARM\("\$\{aws_cloudwatch_metric_alarm\.([\w.-]+)\.alarm_name\}"\)$`)
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		gate := tpl.one(t, "aws_cloudwatch_composite_alarm", "monitoring_deploy-gate")
		gate.want(t, "alarm_name", "writersroom-"+env.Name+"-deploy-gate")
		rule, _ := gate.get("alarm_rule").(string)
		within := map[string]bool{}
		for _, part := range strings.Split(rule, " OR ") {
			match := child.FindStringSubmatch(part)
			if match == nil {
				t.Fatalf("%s: the gate's rule has %q, want ALARM of an alarm of the stack", tpl.name, part)
			}
			r := tpl.one(t, "aws_cloudwatch_metric_alarm", match[1])
			// Or else CloudWatch refuses to delete it, which Terraform does first.
			r.want(t, "lifecycle.create_before_destroy", true)
			within[r.get("alarm_name").(string)] = true
		}
		for _, name := range []string{
			"function-api-errors", "function-api-duration", "api-server-errors", "api-latency", "workflow-export-failed",
			"service-unhealthy-targets", "smoke-failures", "smoke-heartbeat",
		} {
			if !within["writersroom-"+env.Name+"-"+name] {
				t.Errorf("%s: the gate does not look at %s: %s", tpl.name, name, rule)
			}
		}
		for _, name := range []string{"service-cpu", "firewall-api-blocked", "certificate-domain-expiry"} {
			if within["writersroom-"+env.Name+"-"+name] {
				t.Errorf("%s: the gate looks at %s, of which no release is the cause: %s", tpl.name, name, rule)
			}
		}
	})
}

// Every metric of a dashboard is of something that is there, and whatever has alarms can be looked at.
func TestDashboardsShowWhatThereIs(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		all, _ := allDemands(env, tpl)
		shown := map[string]bool{}
		dashboards := tpl.all("aws_cloudwatch_dashboard")
		if len(dashboards) != 6 {
			t.Errorf("%s: want 6 dashboards, got %d", tpl.name, len(dashboards))
		}
		for _, r := range dashboards {
			for _, m := range graphed(t, r) {
				found := false
				for address, of := range all {
					// Of a table some metrics are kept by operation, and others are not.
					plain := maps.Clone(of[0].dimensions)
					delete(plain, "Operation")
					for _, d := range append(of, demand{dimensions: plain}) {
						if d.meets(m) {
							found, shown[address] = true, true
						}
					}
				}
				if !found {
					t.Errorf("%s: %s shows a metric of %v, which is nothing that the stack has", tpl.name, r.Address, m)
				}
			}
		}
		for address, of := range all {
			if len(of) > 0 && !shown[address] {
				t.Errorf("%s: no dashboard shows %s", tpl.name, address)
			}
		}
	})
}

// graphed are the dimensions of every metric in a dashboard, whose widgets are on the grid, in a region, and do not overlap.
func graphed(t *testing.T, r resource) []map[string]string {
	t.Helper()
	var body struct {
		Widgets []struct {
			Type                string
			X, Y, Width, Height int
			Properties          struct {
				Region, Markdown, Title string
				Metrics                 [][]any
				Alarms                  []string
			}
		}
	}
	if err := json.Unmarshal([]byte(r.get("dashboard_body").(string)), &body); err != nil {
		t.Fatalf("%s: %s: %v", r.stack, r.Address, err)
	}
	taken := map[[2]int]string{}
	var all []map[string]string
	for _, w := range body.Widgets {
		what := w.Type + " " + w.Properties.Title
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if other, ok := taken[[2]int{x, y}]; ok || x >= 24 {
					t.Fatalf("%s: %s: %s lies over %s or beyond the grid", r.stack, r.Address, what, other)
				}
				taken[[2]int{x, y}] = what
			}
		}
		if w.Type == "metric" && (w.Properties.Region == "" || w.Properties.Title == "" || len(w.Properties.Metrics) == 0) {
			t.Errorf("%s: %s: want a region, a title and metrics, got %+v", r.stack, r.Address, w)
		}
		for _, metric := range w.Properties.Metrics {
			if len(metric)%2 == 0 {
				t.Fatalf("%s: %s: %s: want namespace, name, pairs and how it is drawn, got %v", r.stack, r.Address, what, metric)
			}
			dimensions := map[string]string{}
			for i := 2; i+1 < len(metric); i += 2 {
				dimensions[metric[i].(string)] = metric[i+1].(string)
			}
			all = append(all, dimensions)
		}
	}
	return all
}

// unmaskedLogs are the log groups without data protection, by what is in their addresses, with the reason.
func unmaskedLogs() map[string]string {
	return map[string]string{
		"networking_flow-log-group": "addresses and ports are all it holds, and what it is for",
		"-firewall-log":             "whom a firewall turned away is what it is for",
		"compute_cluster-log":       "numbers of containers alone",
		"compute_api-execution-log": "only errors, without requests",
	}
}

// Personal data is masked in every log where it could slip in.
func TestLogsMaskPersonalData(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		masked := map[string]bool{}
		for _, r := range tpl.all("aws_cloudwatch_log_data_protection_policy") {
			group, _ := r.get("log_group_name").(string)
			masked[strings.TrimSuffix(strings.TrimPrefix(group, "${"), ".name}")] = true
			var policy struct {
				Version   string
				Statement []struct {
					DataIdentifier []string
					Operation      map[string]map[string]any
				}
			}
			if err := json.Unmarshal([]byte(r.get("policy_document").(string)), &policy); err != nil || len(policy.Statement) != 2 {
				t.Fatalf("%s: %s: want two statements, got %v\n%s", tpl.name, r.Address, err, r)
			}
			audit, mask := policy.Statement[0], policy.Statement[1]
			if audit.Operation["Audit"]["FindingsDestination"] == nil || mask.Operation["Deidentify"]["MaskConfig"] == nil ||
				!slices.Equal(audit.DataIdentifier, mask.DataIdentifier) || policy.Version != "2021-06-01" {
				t.Errorf("%s: %s: want what is counted masked\n%s", tpl.name, r.Address, r)
			}
			for _, kind := range []string{"AwsSecretKey", "CreditCardNumber", "EmailAddress", "IpAddress"} {
				if !slices.Contains(mask.DataIdentifier, "arn:aws:dataprotection::aws:data-identifier/"+kind) {
					t.Errorf("%s: %s: want %s masked, got %q", tpl.name, r.Address, kind, mask.DataIdentifier)
				}
			}
		}
		for _, r := range tpl.all("aws_cloudwatch_log_group") {
			exempt := r.get("provider") != nil // of another region, where nothing of this module is
			for part := range unmaskedLogs() {
				exempt = exempt || strings.Contains(r.Address, part)
			}
			if masked[r.Address] == exempt {
				t.Errorf("%s: %s: masked: %t; want it so, or why not in unmaskedLogs", tpl.name, r.Address, masked[r.Address])
			}
			delete(masked, r.Address)
		}
		for group := range masked {
			t.Errorf("%s: data of %q is masked, which is no log group of the stack, so that one could come after the other", tpl.name, group)
		}
	})
}

func TestTraces(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		group := tpl.one(t, "aws_xray_group", "monitoring_traces")
		group.want(t, "insights_configuration.insights_enabled", true)
		filter, _ := group.get("filter_expression").(string)
		for _, function := range tpl.all("aws_lambda_function") {
			if !strings.Contains(filter, `name: "${`+function.Address+`.function_name}"`) {
				t.Errorf("%s: the traces of %s are in no group: %s", tpl.name, function.Address, filter)
			}
		}
		rule := tpl.one(t, "aws_xray_sampling_rule", "monitoring_sampling")
		rule.want(t, "fixed_rate", float64(env.Monitoring.TracePercent)/100)
		rule.want(t, "reservoir_size", 1)
		for _, r := range []resource{group, rule} {
			for _, attribute := range []string{"group_name", "rule_name"} {
				if name, ok := r.get(attribute).(string); ok && (len(name) > 32 || !strings.HasPrefix(name, "writersroom-"+env.Name+"-")) {
					t.Errorf("%s: %s is named %q, want at most 32 characters that say the environment", tpl.name, r.Address, name)
				}
			}
		}
	})
}

// runbook are the sections of a runbook, as a link calls them.
func runbook(t *testing.T, name string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "runbooks", name))
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]bool{}
	for _, heading := range regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatch(string(text), -1) {
		sections[strings.ReplaceAll(strings.ToLower(heading[1]), " ", "-")] = true
	}
	return sections
}
