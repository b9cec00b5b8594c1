package test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/compute"
	"github.com/writersroom/infrastructure/envs"
)

// functionNames are all functions: each is a folder of functions/.
func functionNames() []string {
	return []string{compute.Agents, compute.API, compute.Export, compute.Smoke}
}

func TestFunctions(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		var got []string
		for _, r := range tpl.all("aws_lambda_function") {
			got = append(got, strings.TrimPrefix(r.get("function_name").(string), "writersroom-"+env.Name+"-"))
		}
		if slices.Sort(got); !slices.Equal(got, functionNames()) {
			t.Errorf("%s: want the functions %q, got %q", tpl.name, functionNames(), got)
		}
		for _, name := range functionNames() {
			role := "identity_" + name + "-role-policy"
			if name == compute.Agents { // named like every role that a model is called with
				role = "identity_model-agents-role-policy"
			}
			function := tpl.one(t, "aws_lambda_function", "compute_"+name)
			for path, want := range map[string]any{
				"runtime":                              "provided.al2023",
				"architectures":                        []string{"arm64"},
				"filename":                             "${path.module}/functions/" + name + ".zip",
				"source_code_hash":                     `${filebase64sha256("${path.module}/functions/` + name + `.zip")}`,
				"publish":                              true,
				"role":                                 "arn:aws:iam::" + env.Account + ":role/${aws_iam_role_policy." + role + ".role}",
				"kms_key_arn":                          "${aws_kms_key.identity_data-key.arn}",
				"tracing_config.mode":                  "Active",
				"reserved_concurrent_executions":       map[string]int{"dev": 10, "staging": 10, "prod": 100}[env.Name],
				"dead_letter_config.target_arn":        "${aws_sqs_queue.compute_functions-dead-letters.arn}",
				"vpc_config.security_group_ids":        []string{"${aws_security_group.networking_functions.id}"},
				"logging_config.log_format":            "JSON",
				"logging_config.log_group":             "${aws_cloudwatch_log_group.compute_" + name + "-log.name}",
				"environment.variables.ENVIRONMENT":    env.Name,
				"environment.variables.AWS_ACCESS_KEY": nil,
			} {
				function.want(t, path, want)
			}
			for _, subnet := range references(function.get("vpc_config.subnet_ids")) {
				if !strings.HasPrefix(subnet, "aws_subnet.networking_private-") {
					t.Errorf("%s: %s: want private subnets, got %s", tpl.name, function.Address, subnet)
				}
			}
			logs := tpl.one(t, "aws_cloudwatch_log_group", "compute_"+name+"-log")
			logs.want(t, "name", "/writersroom/"+env.Name+"/functions/"+name)
			logs.want(t, "retention_in_days", env.LogRetentionDays)
			logs.want(t, "kms_key_id", "${aws_kms_key.identity_logs-key.arn}")
		}
	})
}

// Callers name an alias. Where there is a canary CodeDeploy moves the API's, and Terraform must not move it back.
func TestFunctionsAreCalledByTheirAlias(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, name := range functionNames() {
			alias := tpl.one(t, "aws_lambda_alias", "compute_"+name+"-live")
			alias.want(t, "name", "live")
			alias.want(t, "function_version", "${aws_lambda_function.compute_"+name+".version}")
			var ignored any
			if env.Name == "prod" && name == compute.API {
				ignored = []string{"function_version", "routing_config"}
			}
			alias.want(t, "lifecycle.ignore_changes", ignored)
		}
		for _, r := range tpl.all("") {
			for _, unversioned := range []string{".arn}", ".invoke_arn}", ".qualified_arn}"} {
				for _, name := range functionNames() {
					if strings.Contains(r.String(), "${aws_lambda_function.compute_"+name+unversioned) {
						t.Errorf("%s: %s names the function %s itself; want its alias\n%s", tpl.name, r.Address, name, r)
					}
				}
			}
		}
	})
}

// What a function is told is no secret: the secret's ARN, never its value.
func TestFunctionsAreToldNoSecret(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		for _, r := range tpl.all("aws_lambda_function") {
			variables, _ := r.get("environment.variables").(map[string]any)
			for name, value := range variables {
				if text := value.(string); strings.Contains(text, "secret_string") || strings.Contains(text, "ephemeral.") {
					t.Errorf("%s: %s: %s holds a secret: %s", tpl.name, r.Address, name, text)
				}
			}
		}
	})
}

func TestQueues(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		arn := "arn:aws:sqs:" + env.Region + ":" + env.Account + ":writersroom-" + env.Name + "-"
		for name, redrive := range map[string]any{
			"notifications":              `{"deadLetterTargetArn":"${aws_sqs_queue.compute_notifications-dead-letters.arn}","maxReceiveCount":5}`,
			"notifications-dead-letters": nil,
			"functions-dead-letters":     nil,
			"exports-dead-letters":       nil,
		} {
			queue := tpl.one(t, "aws_sqs_queue", "compute_"+name)
			queue.want(t, "name", "writersroom-"+env.Name+"-"+name)
			queue.want(t, "kms_master_key_id", "${aws_kms_key.identity_data-key.arn}")
			queue.want(t, "message_retention_seconds", 14*24*60*60)
			queue.want(t, "redrive_policy", redrive)
			policy := tpl.one(t, "aws_sqs_queue_policy", "compute_"+name+"-policy")
			policy.want(t, "queue_url", "${"+queue.Address+".url}")
			denies := document(t, policy, "policy")
			everything := withEverything(denies)
			everything.Statement[len(everything.Statement)-1].Principal = map[string][]string{"AWS": {"*"}}
			for why, tc := range map[string]struct {
				context map[string]string
				want    bool
			}{
				"over TLS":             {map[string]string{"aws:SecureTransport": "true", "aws:PrincipalAccount": env.Account}, true},
				"in the clear":         {map[string]string{"aws:SecureTransport": "false", "aws:PrincipalAccount": env.Account}, false},
				"from another account": {map[string]string{"aws:SecureTransport": "true", "aws:PrincipalAccount": "999999999999"}, false},
			} {
				c := call{by: "AWS arn:aws:iam::" + env.Account + ":role/x", action: "sqs:SendMessage", resource: arn + name, context: tc.context}
				if got := may(t, c, everything); got != tc.want {
					t.Errorf("%s: %s: sending %s: want %t, got %t\n%s", tpl.name, queue.Address, why, tc.want, got, compact(denies))
				}
			}
		}
		if got := len(tpl.all("aws_sqs_queue")); got != 4 {
			t.Errorf("%s: want 4 queues, got %d", tpl.name, got)
		}
	})
}

// What tries the dependencies by the clock must not keep a cluster awake that is to pause.
func TestSmokeSchedule(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		schedule := tpl.one(t, "aws_scheduler_schedule", "compute_smoke-schedule")
		schedule.want(t, "schedule_expression", map[string]string{"dev": "rate(15 minutes)", "staging": "rate(15 minutes)", "prod": "rate(5 minutes)"}[env.Name])
		schedule.want(t, "target.arn", "${aws_lambda_alias.compute_smoke-live.arn}")
		schedule.want(t, "target.input", map[bool]string{true: `{"except":["aurora"]}`, false: `{"except":[]}`}[env.Storage.AuroraMinACU == 0])
		schedule.want(t, "target.retry_policy.maximum_retry_attempts", 0)
	})
}

// TestFunctionsLieBesideTheirStacks: an environment's stack has the zip of every function in its folder, an account's has none.
func TestFunctionsLieBesideTheirStacks(t *testing.T) {
	var want []string
	sources, err := filepath.Glob(filepath.Join(root, "functions", "*", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		want = append(want, filepath.Base(filepath.Dir(source))+".zip")
	}
	for name, tpl := range synthesized {
		var got []string
		zips, err := os.ReadDir(filepath.Join(tpl.dir, "functions"))
		for _, zip := range zips {
			got = append(got, zip.Name())
		}
		switch {
		case strings.HasPrefix(name, "account-"):
			if !os.IsNotExist(err) {
				t.Errorf("%s: want no functions, got %v, %v", name, got, err)
			}
		case !slices.Equal(got, want):
			t.Errorf("%s: want %v in functions, got %v, %v", name, want, got, err)
		}
	}
}
