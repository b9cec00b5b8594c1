package test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/stacks"
)

func TestRealtimeRepository(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		repository := tpl.one(t, "aws_ecr_repository", "compute_realtime-repository")
		for path, want := range map[string]any{
			"name":                 "writersroom-" + env.Name + "-realtime",
			"image_tag_mutability": "IMMUTABLE", // ECR.2
			"image_scanning_configuration.scan_on_push":  true, // ECR.1
			"encryption_configuration.0.encryption_type": "KMS",
			"encryption_configuration.0.kms_key":         "${aws_kms_key.identity_data-key.arn}",
			"force_delete":                               !env.Retain,
			"lifecycle.prevent_destroy":                  map[bool]any{true: true}[env.Retain],
		} {
			repository.want(t, path, want)
		}

		expiry := tpl.one(t, "aws_ecr_lifecycle_policy", "compute_realtime-repository-lifecycle") // ECR.3
		var got map[string]any
		if err := json.Unmarshal([]byte(expiry.get("policy").(string)), &got); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]any{
			"rules.0.selection.tagStatus":        "untagged",
			"rules.0.selection.countNumber":      7.0,
			"rules.0.selection.countUnit":        "days",
			"rules.1.selection.tagStatus":        "tagged",
			"rules.1.selection.tagPatternList.0": "*",
			"rules.1.selection.countType":        "imageCountMoreThan",
			"rules.1.selection.countNumber":      30.0,
			"rules.2":                            nil,
		} {
			if dig(got, path) != want {
				t.Errorf("%s: %s: %s: want %v, got %v\n%s", tpl.name, expiry.Address, path, want, dig(got, path), expiry)
			}
		}
	})
}

// The repository's policy grants nothing, and keeps other accounts out whatever is granted to them elsewhere.
func TestRealtimeRepositoryPolicy(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		policy := tpl.one(t, "aws_ecr_repository_policy", "compute_realtime-repository-policy")
		doc := document(t, policy, "policy")
		for _, s := range doc.Statement {
			if s.Effect != "Deny" || s.Resource != nil { // Amazon ECR refuses a policy with resources
				t.Errorf("%s: %s: want a Deny without resources, got %s", tpl.name, policy.Address, compact(s))
			}
		}
		everything := withEverything(doc)
		everything.Statement[len(everything.Statement)-1].Principal = map[string][]string{"AWS": {"*"}}
		for i := range everything.Statement {
			everything.Statement[i].Resource = []string{"*"} // which is the repository
		}
		for name, tc := range map[string]struct {
			context map[string]string
			want    bool
		}{
			"a role of the account": {map[string]string{"aws:PrincipalAccount": env.Account, "aws:PrincipalIsAWSService": "false"}, true},
			"another account":       {map[string]string{"aws:PrincipalAccount": "999999999999", "aws:PrincipalIsAWSService": "false"}, false},
			"a service of AWS's":    {map[string]string{"aws:PrincipalIsAWSService": "true"}, true},
		} {
			c := call{by: "AWS *", action: "ecr:BatchGetImage", resource: "repository", context: tc.context}
			if got := may(t, c, everything); got != tc.want {
				t.Errorf("%s: %s: %s pulls: want %t, got %t\n%s", tpl.name, policy.Address, name, tc.want, got, policy)
			}
		}
	})
}

func TestRealtimeCluster(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		name := "writersroom-" + env.Name
		cluster := tpl.one(t, "aws_ecs_cluster", "compute_cluster")
		cluster.want(t, "name", name)
		cluster.want(t, "setting.0", map[string]any{"name": "containerInsights", "value": "enhanced"}) // ECS.12
		cluster.want(t, "depends_on", []string{"aws_cloudwatch_log_group.compute_cluster-log"})
		capacity := tpl.one(t, "aws_ecs_cluster_capacity_providers", "compute_cluster-capacity")
		capacity.want(t, "cluster_name", "${aws_ecs_cluster.compute_cluster.name}")
		capacity.want(t, "capacity_providers", []string{"FARGATE", "FARGATE_SPOT"})

		const prescribed = "/aws/ecs/containerinsights/"
		tpl.one(t, "aws_cloudwatch_log_group", "compute_cluster-log").want(t, "name", prescribed+name+"/performance")
		key := document(t, tpl.one(t, "aws_kms_key", "identity_logs-key"), "policy")
		for group, want := range map[string]bool{
			name + "/performance":       true,
			name + "-eu/performance":    false,
			"other-cluster/performance": false,
		} {
			c := call{
				by: "Service logs." + env.Region + ".amazonaws.com", action: "kms:GenerateDataKey", resource: "*",
				context: map[string]string{
					"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:" + env.Region + ":" + env.Account + ":log-group:" + prescribed + group,
				},
			}
			if got := may(t, c, key); got != want {
				t.Errorf("%s: the logs key for %s: want %t, got %t", tpl.name, group, want, got)
			}
		}
	})
}

// containerOf is the one container of the realtime task.
func containerOf(t *testing.T, tpl template) map[string]any {
	t.Helper()
	task := tpl.one(t, "aws_ecs_task_definition", "compute_realtime-task")
	var containers []map[string]any
	if err := json.Unmarshal([]byte(task.get("container_definitions").(string)), &containers); err != nil {
		t.Fatalf("%s: %v\n%s", tpl.name, err, task)
	}
	if len(containers) != 1 {
		t.Fatalf("%s: want one container, got %d\n%s", tpl.name, len(containers), task)
	}
	return containers[0]
}

func TestRealtimeTask(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		task := tpl.one(t, "aws_ecs_task_definition", "compute_realtime-task")
		role := func(name string) string {
			return "arn:aws:iam::" + env.Account + ":role/${aws_iam_role_policy.identity_" + name + "-role-policy.role}"
		}
		for path, want := range map[string]any{
			"cpu":                             map[string]string{"dev": "256", "staging": "256", "prod": "1024"}[env.Name],
			"memory":                          map[string]string{"dev": "512", "staging": "512", "prod": "2048"}[env.Name],
			"network_mode":                    "awsvpc",
			"requires_compatibilities":        []string{"FARGATE"},
			"runtime_platform":                map[string]any{"cpu_architecture": "ARM64", "operating_system_family": "LINUX"},
			"execution_role_arn":              role("realtime-execution"),
			"task_role_arn":                   role("realtime"),
			"pid_mode":                        nil, // ECS.3
			"volume":                          nil,
			"lifecycle.create_before_destroy": true,
			"skip_destroy":                    env.Retain, // what ECS goes back to is there as long as the service has not left it
		} {
			task.want(t, path, want)
		}

		one := resource{Address: task.Address, Body: containerOf(t, tpl), stack: tpl.name}
		for path, want := range map[string]any{
			"image":                                  "${aws_ecr_repository.compute_realtime-repository.repository_url}:none",
			"essential":                              true,
			"user":                                   "65532",
			"readonlyRootFilesystem":                 true, // ECS.5
			"privileged":                             nil,  // ECS.4
			"linuxParameters":                        map[string]any{"capabilities": map[string]any{"drop": []string{"ALL"}}, "initProcessEnabled": true},
			"ulimits":                                []any{map[string]any{"name": "nofile", "softLimit": 65535, "hardLimit": 65535}},
			"portMappings":                           []any{map[string]any{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}},
			"versionConsistency":                     nil,       // enabled unless it is said not to be
			"logConfiguration.logDriver":             "awslogs", // ECS.9
			"logConfiguration.options.mode":          "non-blocking",
			"logConfiguration.options.awslogs-group": "${aws_cloudwatch_log_group.compute_realtime-log.name}",
			"secrets": []any{map[string]any{ // ECS.8
				"name": "TICKET_KEY", "valueFrom": "${aws_secretsmanager_secret_version.storage_realtime-ticket-key-value.arn}",
			}},
		} {
			one.want(t, path, want)
		}
		told := map[string]string{}
		var names []string
		for _, v := range one.get("environment").([]any) {
			names = append(names, dig(v, "name").(string))
			told[dig(v, "name").(string)] = dig(v, "value").(string)
		}
		if !slices.IsSorted(names) {
			t.Errorf("%s: %s: want the variables in order, got %v", tpl.name, task.Address, names)
		}
		for name, want := range map[string]string{"ENVIRONMENT": env.Name, "FLUSH_SECONDS": "30", "PORT": "8080"} {
			if told[name] != want {
				t.Errorf("%s: %s: variable %s: want %q, got %q", tpl.name, task.Address, name, want, told[name])
			}
		}
		tpl.one(t, "aws_cloudwatch_log_group", "compute_realtime-log").want(t, "name", "/writersroom/"+env.Name+"/realtime/service")
	})
}

func TestRealtimeLoadBalancer(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		name, host := "writersroom-"+env.Name+"-realtime", "realtime."+env.Domain()
		const arn = "${aws_lb.compute_realtime-load-balancer.arn}"
		for _, c := range []struct {
			at    resource
			wants map[string]any
		}{
			{tpl.one(t, "aws_lb", "compute_realtime-load-balancer"), map[string]any{
				"name":                       name,
				"internal":                   false,
				"load_balancer_type":         "application",
				"ip_address_type":            "dualstack",
				"security_groups":            []string{"${aws_security_group.networking_load-balancer.id}"},
				"desync_mitigation_mode":     "strictest", // ELB.12
				"drop_invalid_header_fields": true,        // ELB.4
				"enable_deletion_protection": env.Retain,  // ELB.6
				"lifecycle.prevent_destroy":  map[bool]any{true: true}[env.Retain],
				"access_logs": map[string]any{ // ELB.5
					"bucket": "${aws_s3_bucket_policy.storage_access-logs_policy.bucket}", "enabled": true, "prefix": "load-balancer",
				},
				"connection_logs": map[string]any{
					"bucket": "${aws_s3_bucket_policy.storage_access-logs_policy.bucket}", "enabled": true, "prefix": "load-balancer",
				},
			}},
			{tpl.one(t, "aws_lb_listener", "compute_realtime-listener"), map[string]any{
				"load_balancer_arn": arn,
				"port":              443,
				"protocol":          "HTTPS",
				"ssl_policy":        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", // ELB.17
				"certificate_arn":   "${aws_acm_certificate_validation.compute_certificate-validation.certificate_arn}",
				"default_action.0.fixed_response.status_code": "404",
				"default_action.1":                            nil,
			}},
			{tpl.one(t, "aws_lb_listener_rule", "compute_realtime-rule"), map[string]any{
				"listener_arn":              "${aws_lb_listener.compute_realtime-listener.arn}",
				"condition":                 []any{map[string]any{"host_header": map[string]any{"values": []string{host}}}},
				"action.0.type":             "forward",
				"action.0.target_group_arn": "${aws_lb_target_group.compute_realtime-targets.arn}",
			}},
			{tpl.one(t, "aws_lb_target_group", "compute_realtime-targets"), map[string]any{
				"name":               name,
				"target_type":        "ip",
				"protocol":           "HTTP",
				"port":               8080,
				"health_check.path":  "/health",
				"stickiness.enabled": false,
			}},
			{tpl.one(t, "aws_wafv2_web_acl_association", "compute_realtime-firewall-association"), map[string]any{
				"resource_arn": arn,
				"web_acl_arn":  "${aws_wafv2_web_acl.compute_realtime-firewall.arn}",
			}},
			{tpl.one(t, "aws_route53_record", "compute_realtime-ipv4"), map[string]any{
				"name": host, "type": "A", "alias.name": "${aws_lb.compute_realtime-load-balancer.dns_name}",
			}},
			{tpl.one(t, "aws_route53_record", "compute_realtime-ipv6"), map[string]any{"name": host, "type": "AAAA"}},
		} {
			for path, want := range c.wants {
				c.at.want(t, path, want)
			}
		}
		if listeners := tpl.all("aws_lb_listener"); len(listeners) != 1 {
			t.Errorf("%s: want one listener, got %v", tpl.name, listeners)
		}
	})
}

// The access logs' bucket takes what the environment's load balancers write, where they write it, and nothing else of theirs.
func TestLoadBalancersLog(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		policy := tpl.one(t, "aws_s3_bucket_policy", "storage_access-logs_policy")
		doc := document(t, policy, "policy")
		prefix := tpl.one(t, "aws_lb", "compute_realtime-load-balancer").get("access_logs.prefix").(string)
		bucket := "arn:aws:s3:::writersroom-" + env.Name + "-access-logs-" + env.Account + "/"
		logs := prefix + "/AWSLogs/" + env.Account + "/elasticloadbalancing/" + env.Region + "/2026/11/23/a.log.gz"
		balancer := func(account, name string) string {
			return "arn:aws:elasticloadbalancing:" + env.Region + ":" + account + ":loadbalancer/app/" + name + "/50dc6c495c0c9188"
		}
		own := balancer(env.Account, "writersroom-"+env.Name+"-realtime")
		for name, tc := range map[string]struct {
			by, action, key, source string
			want                    bool
		}{
			"writes its log":              {"logdelivery.elasticloadbalancing", "s3:PutObject", logs, own, true},
			"writes elsewhere":            {"logdelivery.elasticloadbalancing", "s3:PutObject", "s3/a", own, false},
			"reads its log":               {"logdelivery.elasticloadbalancing", "s3:GetObject", logs, own, false},
			"of another account writes":   {"logdelivery.elasticloadbalancing", "s3:PutObject", logs, balancer("999999999999", "writersroom-"+env.Name+"-realtime"), false},
			"of another environment does": {"logdelivery.elasticloadbalancing", "s3:PutObject", logs, balancer(env.Account, "writersroom-other-realtime"), false},
			"by another service":          {"logging.s3", "s3:PutObject", logs, own, false},
		} {
			c := call{
				by: "Service " + tc.by + ".amazonaws.com", action: tc.action, resource: bucket + tc.key,
				context: map[string]string{"aws:SourceArn": tc.source, "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", "aws:PrincipalIsAWSService": "true"},
			}
			if got := may(t, c, doc); got != tc.want {
				t.Errorf("%s: a load balancer %s: want %t, got %t, for %+v\n%s", tpl.name, name, tc.want, got, c, policy)
			}
		}
	})
}

// realtimeVariant is an environment and its stack.
type realtimeVariant struct {
	env envs.Environment
	tpl template
}

// realtimeVariants are the overlays' environments, and each once more with an image and with the least or the most seconds to save in
// that validation lets through.
func realtimeVariants(t *testing.T) map[string]realtimeVariant {
	t.Helper()
	all := map[string]realtimeVariant{}
	for _, env := range environments(t) {
		all[env.Name] = realtimeVariant{env, stack(t, env.Name)}
	}
	var changed []envs.Environment
	for i, env := range environments(t) {
		env.Compute.RealtimeImageTag = "1.0.0"
		env.Compute.RealtimeFlushSeconds = []int{1, 110}[i%2]
		changed = append(changed, env)
	}
	if err := envs.Validate(changed); err != nil {
		t.Fatal(err)
	}
	templates, err := synthesizeEnvironments(t.TempDir(), changed, stacks.Target{})
	if err != nil {
		t.Fatal(err)
	}
	for _, env := range changed {
		all[env.Name+" with an image"] = realtimeVariant{env, templates[env.Name]}
	}
	return all
}

func TestRealtimeService(t *testing.T) {
	for name, v := range realtimeVariants(t) {
		env, tpl, settings := v.env, v.tpl, v.env.Compute
		service := tpl.one(t, "aws_ecs_service", "compute_realtime-service")
		scaling := tpl.one(t, "aws_appautoscaling_target", "compute_realtime-scaling")
		container := containerOf(t, tpl)

		t.Run(name, func(t *testing.T) {
			for path, want := range map[string]any{
				"name":            "writersroom-" + env.Name + "-realtime",
				"task_definition": "${aws_ecs_task_definition.compute_realtime-task.arn}",
				"capacity_provider_strategy": []any{map[string]any{
					"capacity_provider": map[bool]string{true: "FARGATE_SPOT", false: "FARGATE"}[settings.RealtimeSpot], "weight": 1,
				}},
				"launch_type":                            nil,
				"availability_zone_rebalancing":          "ENABLED",
				"deployment_circuit_breaker":             map[string]any{"enable": true, "rollback": true},
				"deployment_minimum_healthy_percent":     100,
				"deployment_maximum_percent":             200,
				"enable_execute_command":                 false,
				"propagate_tags":                         "SERVICE",
				"network_configuration.assign_public_ip": false, // ECS.2
				"network_configuration.security_groups":  []string{"${aws_security_group.networking_realtime.id}"},
				"depends_on":                             []string{"aws_lb_listener_rule.compute_realtime-rule"},
				"lifecycle.ignore_changes":               []string{"desired_count"},
				"lifecycle.postcondition.0.condition":    "${self.task_definition == aws_ecs_task_definition.compute_realtime-task.arn}",
			} {
				service.want(t, path, want)
			}
			subnets, _ := service.get("network_configuration.subnets").([]any)
			if len(subnets) != env.Networking.AZCount {
				t.Errorf("want a subnet in each of %d availability zones, got %s", env.Networking.AZCount, compact(subnets))
			}
			for _, subnet := range subnets {
				if !strings.HasPrefix(subnet.(string), "${aws_subnet.networking_private-") {
					t.Errorf("want private subnets, got %s", subnet)
				}
			}
		})

		t.Run(name+": how many run", func(t *testing.T) {
			least, most, tag := 0, 0, "none"
			if settings.RealtimeImageTag != "" {
				least, most, tag = settings.RealtimeTasks, settings.RealtimeMaxTasks, settings.RealtimeImageTag
			}
			service.want(t, "desired_count", least)
			service.want(t, "wait_for_steady_state", settings.RealtimeImageTag != "")
			scaling.want(t, "min_capacity", least)
			scaling.want(t, "max_capacity", most)
			if image := container["image"].(string); !strings.HasSuffix(image, ":"+tag) {
				t.Errorf("want an image with the tag %s, got %s", tag, image)
			}
			// Autoscaling raises no service from nothing: the first image has to make all of it anew.
			tpl.one(t, "terraform_data", "compute_realtime-running").want(t, "input.running", settings.RealtimeImageTag != "")
			anew := []resource{service, scaling}
			for measure, metric := range map[string]string{"cpu": "CPU", "memory": "Memory"} {
				policy := tpl.one(t, "aws_appautoscaling_policy", "compute_realtime-scaling-"+measure)
				const tracking = "target_tracking_scaling_policy_configuration."
				policy.want(t, tracking+"predefined_metric_specification.predefined_metric_type", "ECSServiceAverage"+metric+"Utilization")
				in, _ := policy.get(tracking + "scale_in_cooldown").(float64)
				out, _ := policy.get(tracking + "scale_out_cooldown").(float64)
				if in <= out {
					t.Errorf("%s: want tasks to go more slowly than they come, got %v s and %v s", policy.Address, in, out)
				}
				anew = append(anew, policy)
			}
			for _, r := range anew {
				r.want(t, "lifecycle.replace_triggered_by", []string{"terraform_data.compute_realtime-running"})
			}
		})

		// The draining contract: what a task needs to save what is open, the load balancer and ECS give it.
		t.Run(name+": draining", func(t *testing.T) {
			flush := settings.RealtimeFlushSeconds
			told := slices.ContainsFunc(container["environment"].([]any), func(v any) bool {
				return compact(v) == compact(map[string]any{"name": "FLUSH_SECONDS", "value": compact(flush)})
			})
			delay := number(t, tpl.one(t, "aws_lb_target_group", "compute_realtime-targets").get("deregistration_delay").(string))
			stop, _ := container["stopTimeout"].(float64)
			if !told || delay < float64(flush) || stop <= float64(flush) || stop > 120 {
				t.Errorf("a task saves in %d s: want it told so (%t), its sockets kept as long, got %v s, and to be killed later than that, "+
					"after 120 s at most, got %v s", flush, told, delay, stop)
			}
		})
	}
}

func TestRealtimeRoles(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		account := env.Region + ":" + env.Account + ":"
		repository := "arn:aws:ecr:" + account + "repository/writersroom-" + env.Name + "-"
		log := "arn:aws:logs:" + account + "log-group:/writersroom/" + env.Name + "/"
		queue := "arn:aws:sqs:" + account + "writersroom-" + env.Name + "-"
		key := "arn:aws:kms:" + account + "key/identity_data-key"
		via := func(service string) map[string]string {
			return map[string]string{"kms:ViaService": service + "." + env.Region + ".amazonaws.com"}
		}
		for role, calls := range map[string]map[string]struct {
			action, resource string
			context          map[string]string
			want             bool
		}{
			"realtime-execution": {
				"logs in to the registry":         {"ecr:GetAuthorizationToken", "*", nil, true},
				"pulls the image":                 {"ecr:BatchGetImage", repository + "realtime", nil, true},
				"pulls another image":             {"ecr:BatchGetImage", repository + "other", nil, false},
				"pushes an image":                 {"ecr:PutImage", repository + "realtime", nil, false},
				"writes the log":                  {"logs:PutLogEvents", log + "realtime/service:log-stream:realtime/realtime/1", nil, true},
				"writes another log":              {"logs:PutLogEvents", log + "functions/api:log-stream:1", nil, false},
				"makes a log group":               {"logs:CreateLogGroup", log + "realtime/service", nil, false},
				"takes notifications":             {"sqs:ReceiveMessage", queue + "notifications", nil, false},
				"decrypts what writers have made": {"kms:Decrypt", key, via("s3"), false},
			},
			"realtime": {
				"takes notifications":        {"sqs:ReceiveMessage", queue + "notifications", nil, true},
				"puts them away":             {"sqs:DeleteMessage", queue + "notifications", nil, true},
				"sends them":                 {"sqs:SendMessage", queue + "notifications", nil, false},
				"takes dead letters":         {"sqs:ReceiveMessage", queue + "notifications-dead-letters", nil, false},
				"decrypts notifications":     {"kms:Decrypt", key, via("sqs"), true},
				"decrypts without a service": {"kms:Decrypt", key, nil, false},
				"tells where time goes":      {"xray:PutTraceSegments", "*", map[string]string{"aws:RequestedRegion": env.Region}, true},
				"tells it elsewhere":         {"xray:PutTraceSegments", "*", map[string]string{"aws:RequestedRegion": "eu-west-9"}, false},
				"pulls images":               {"ecr:BatchGetImage", repository + "realtime", nil, false},
				"opens a shell":              {"ssmmessages:CreateControlChannel", "*", nil, false},
				"changes how many tasks run": {"ecs:UpdateService", "arn:aws:ecs:" + account + "service/writersroom-" + env.Name + "/writersroom-" + env.Name + "-realtime", nil, false},
			},
		} {
			r := tpl.one(t, "aws_iam_role", "identity_"+role+"-role")
			trust := document(t, r, "assume_role_policy")
			own := rights(t, tpl, r)
			for name, tc := range calls {
				c := call{action: tc.action, resource: tc.resource, context: tc.context}
				if got := may(t, c, own); got != tc.want {
					t.Errorf("%s: %s %s: want %t, got %t, for %+v\n%s", tpl.name, role, name, tc.want, got, c, compact(own))
				}
			}
			for by, want := range map[string]bool{env.Account: true, "999999999999": false} {
				for i := range trust.Statement {
					trust.Statement[i].Resource = []string{"*"} // which is the role
				}
				c := call{by: "Service ecs-tasks.amazonaws.com", action: "sts:AssumeRole", resource: r.Address, context: map[string]string{"aws:SourceAccount": by}}
				if got := may(t, c, trust); got != want {
					t.Errorf("%s: ECS acts as %s for account %s: want %t, got %t", tpl.name, role, by, want, got)
				}
			}
		}
	})
}
