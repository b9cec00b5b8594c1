package test

import (
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/ai"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/stacks"
)

func TestGuardrail(t *testing.T) {
	editions := map[any]string{}
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		guardrail := tpl.one(t, "aws_bedrock_guardrail", "ai_guardrail")
		guardrail.want(t, "kms_key_arn", "${aws_kms_key.identity_data-key.arn}")
		strengths := map[string][2]any{}
		for _, filter := range guardrail.get("content_policy_config.0.filters_config").([]any) {
			strengths[dig(filter, "type").(string)] = [2]any{dig(filter, "input_strength"), dig(filter, "output_strength")}
		}
		for kind, want := range map[string][2]any{
			"HATE":          {"LOW", "LOW"},
			"INSULTS":       {"NONE", "NONE"},
			"SEXUAL":        {"LOW", "LOW"},
			"VIOLENCE":      {"NONE", "NONE"}, // a novel with a murder in it passes
			"MISCONDUCT":    {"NONE", "NONE"},
			"PROMPT_ATTACK": {"HIGH", "NONE"}, // Bedrock refuses any other strength for answers
		} {
			if strengths[kind] != want {
				t.Errorf("%s: filter %s: want %v, got %v\n%s", tpl.name, kind, want, strengths[kind], guardrail)
			}
		}
		actions := map[any]any{}
		for _, entity := range guardrail.get("sensitive_information_policy_config.0.pii_entities_config").([]any) {
			actions[dig(entity, "type")] = dig(entity, "action")
		}
		for kind, want := range map[string]any{
			"AWS_ACCESS_KEY":            "BLOCK",
			"AWS_SECRET_KEY":            "BLOCK",
			"CREDIT_DEBIT_CARD_NUMBER":  "ANONYMIZE",
			"PASSWORD":                  "ANONYMIZE",
			"US_SOCIAL_SECURITY_NUMBER": "ANONYMIZE",
			"NAME":                      nil, // characters have them
			"ADDRESS":                   nil,
			"AGE":                       nil,
			"PHONE":                     nil,
			"EMAIL":                     nil,
			"URL":                       nil,
		} {
			if actions[kind] != want {
				t.Errorf("%s: %s: want %v, got %v\n%s", tpl.name, kind, want, actions[kind], guardrail)
			}
		}
		for _, policy := range []string{"word_policy_config", "topic_policy_config", "contextual_grounding_policy_config"} {
			guardrail.want(t, policy, nil)
		}

		version := tpl.one(t, "aws_bedrock_guardrail_version", "ai_guardrail-version")
		version.want(t, "guardrail_arn", "${aws_bedrock_guardrail.ai_guardrail.guardrail_arn}")
		version.want(t, "lifecycle.create_before_destroy", true)
		// The guardrails differ, if only by their names: so must what publishes them anew.
		edition := version.get("description")
		if other, taken := editions[edition]; taken || edition == nil {
			t.Errorf("%s and %s publish another guardrail by the same description, %v", tpl.name, other, edition)
		}
		editions[edition] = tpl.name
	})
}

func TestFeatures(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for feature, model := range map[string]string{
			"draft": env.AI.DraftModel, "review": env.AI.ReviewModel, "embedding": env.AI.EmbeddingModel,
		} {
			profile := tpl.one(t, "aws_bedrock_inference_profile", "ai_"+feature+"-profile")
			profile.want(t, "name", "writersroom-"+env.Name+"-"+feature)
			profile.want(t, "tags.Feature", feature)
			profile.want(t, "model_source.0.copy_from", "arn:aws:bedrock:"+env.Region+"::foundation-model/"+model)

			topic := []string{"${aws_sns_topic_policy.monitoring_alerts-policy.arn}"}
			for alarm, metric := range map[string]string{"throttles": "InvocationThrottles", "server-errors": "InvocationServerErrors"} {
				r := tpl.one(t, "aws_cloudwatch_metric_alarm", "ai_"+feature+"-"+alarm)
				r.want(t, "namespace", "AWS/Bedrock")
				r.want(t, "metric_name", metric)
				r.want(t, "dimensions", map[string]string{"ModelId": "${" + profile.Address + ".id}"})
				r.want(t, "treat_missing_data", "notBreaching")
				r.want(t, "alarm_actions", topic)
				r.want(t, "ok_actions", topic)
			}
			tokens := tpl.one(t, "aws_cloudwatch_metric_alarm", "ai_"+feature+"-tokens")
			for i, metric := range []string{"InputTokenCount", "OutputTokenCount"} {
				at := "metric_query." + string(rune('0'+i)) + ".metric"
				tokens.want(t, at+".metric_name", metric)
				tokens.want(t, at+".dimensions", map[string]string{"ModelId": "${" + profile.Address + ".id}"})
			}
			tokens.want(t, "threshold", map[string]int{"dev": 781_250, "staging": 781_250, "prod": 15_625_000}[env.Name])
			tokens.want(t, "treat_missing_data", "notBreaching")
			tokens.want(t, "alarm_actions", topic)
		}
	})
}

// The author opt-out hangs on this: the bucket denies what is opted out to roles of that name.
func TestWhoeverReachesAModelIsNamedSo(t *testing.T) {
	found := 0
	check := func(t *testing.T, env envs.Environment, tpl template) {
		for _, role := range tpl.all("aws_iam_role") {
			if !reachesModels(t, tpl, role) {
				continue
			}
			found++
			if name, _ := role.get("name").(string); !strings.HasPrefix(name, "writersroom-"+env.Name+"-model-") {
				t.Errorf("%s: %s reaches a model and is named %q, want writersroom-%s-model-…\n%s", tpl.name, role.Address, name, env.Name, role)
			}
		}
	}
	eachEnvironment(t, check)
	env, tpl := withKnowledgeBase(t)
	check(t, env, tpl)
	if found == 0 {
		t.Error("no role was found: the agents' reaches models")
	}
}

// reachesModels says whether models are called with the role, or act as it.
func reachesModels(t *testing.T, tpl template, role resource) bool {
	t.Helper()
	calls := []string{"bedrock:invoke*", "bedrock:retrieve*", "bedrock:converse*", "sagemaker:invokeendpoint*"}
	for _, s := range rights(t, tpl, role).Statement {
		for _, action := range s.Action {
			if s.Effect == "Allow" && slices.ContainsFunc(calls, func(c string) bool { return glob(c, strings.ToLower(action)) }) {
				return true
			}
		}
	}
	for _, s := range document(t, role, "assume_role_policy").Statement {
		for _, service := range s.Principal["Service"] {
			if service == "bedrock.amazonaws.com" || service == "sagemaker.amazonaws.com" {
				return true
			}
		}
	}
	return false
}

// No role, whatever else it comes to be granted, makes a model write without the guardrail.
func TestNothingIsWrittenUnguarded(t *testing.T) {
	proven := 0
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, role := range tpl.all("aws_iam_role") {
			own := rights(t, tpl, role)
			for _, s := range own.Statement {
				for _, action := range s.Action {
					for _, model := range s.Resource {
						if s.Effect != "Allow" || !strings.HasPrefix(action, "bedrock:InvokeModel") || embeds(env, model) {
							continue
						}
						proven++
						bare := with(granted(ourContext(env), s), "bedrock:GuardrailIdentifier", "")
						if may(t, call{action: action, resource: model, context: bare}, withEverything(own)) {
							t.Errorf("%s: %s may %s of %s without the guardrail: %s", tpl.name, role.Address, action, model, compact(own))
						}
					}
				}
			}
		}
	})
	if proven == 0 {
		t.Error("no role was found: the agents' makes models write")
	}
}

func embeds(env envs.Environment, model string) bool {
	return strings.HasSuffix(model, "/"+env.AI.EmbeddingModel) || strings.HasSuffix(model, "/ai_embedding-profile")
}

func TestInvoke(t *testing.T) {
	tpl, err := scratchAI(t, func(models *ai.AI) (map[string][]iam.Statement, error) {
		draft, err := models.Invoke(ai.Draft)
		if err != nil {
			return nil, err
		}
		embedding, err := models.Invoke(ai.Embedding)
		if err != nil {
			return nil, err
		}
		both, err := models.Invoke(ai.Draft, ai.Embedding)
		return map[string][]iam.Statement{"model-draft": draft, "model-embedding": embedding, "model-both": both}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	boundary := document(t, boundaryOf(t, tpl), "policy")

	const (
		here      = "arn:aws:bedrock:us-east-1:111111111111:"
		profile   = here + "application-inference-profile/ai_"
		guardrail = here + "guardrail/ai_guardrail"
		writer    = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"
		embedder  = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
		invoke    = "bedrock:InvokeModel"
		stream    = "bedrock:InvokeModelWithResponseStream"
	)
	context := func(guardrail, through string) map[string]string {
		return with(map[string]string{"aws:RequestedRegion": "us-east-1", "aws:ResourceAccount": "111111111111"},
			"bedrock:GuardrailIdentifier", guardrail, "bedrock:InferenceProfileArn", through)
	}
	data := "arn:aws:kms:us-east-1:111111111111:key/identity_data-key"
	key := func(service string) map[string]string {
		return map[string]string{"kms:ViaService": service + ".us-east-1.amazonaws.com", "aws:ResourceTag/Environment": "scratch"}
	}
	draft, embedding := profile+"draft-profile", profile+"embedding-profile"
	text, vector := []string{"draft", "both"}, []string{"embedding", "both"}
	for name, tc := range map[string]struct {
		action, resource string
		context          map[string]string
		roles            []string // that the call may be made with, of draft, embedding and both
	}{
		"with the guardrail":                      {invoke, draft, context(guardrail+":1", draft), text},
		"streamed":                                {stream, draft, context(guardrail+":1", draft), text},
		"without the guardrail":                   {invoke, draft, context("", draft), nil},
		"streamed without it":                     {stream, draft, context("", draft), nil},
		"with another version":                    {invoke, draft, context(guardrail+":2", draft), nil},
		"with the draft of the guardrail":         {invoke, draft, context(guardrail+":DRAFT", draft), nil},
		"with the guardrail, but no version":      {invoke, draft, context(guardrail, draft), nil},
		"with another guardrail":                  {invoke, draft, context(here+"guardrail/other:1", draft), nil},
		"the model through the profile":           {invoke, writer, context(guardrail+":1", draft), text},
		"the model through it, unguarded":         {invoke, writer, context("", draft), nil},
		"the model through another profile":       {invoke, writer, context(guardrail+":1", profile+"review-profile"), nil},
		"the model by its own name":               {invoke, writer, context(guardrail+":1", ""), nil},
		"another feature":                         {invoke, profile + "review-profile", context(guardrail+":1", ""), nil},
		"another model":                           {invoke, strings.Replace(writer, "pro", "lite", 1), context(guardrail+":1", draft), nil},
		"an embedding":                            {invoke, embedding, context("", embedding), vector},
		"the embedding's model":                   {invoke, embedder, context("", embedding), vector},
		"the embedding's model by its own name":   {invoke, embedder, context("", ""), nil},
		"an embedding, streamed":                  {stream, embedding, context("", embedding), nil},
		"the guardrail":                           {"bedrock:ApplyGuardrail", guardrail, context("", ""), text},
		"another guardrail":                       {"bedrock:ApplyGuardrail", here + "guardrail/other", context("", ""), nil},
		"a change of the guardrail":               {"bedrock:UpdateGuardrail", guardrail, context("", ""), nil},
		"the guardrail's key through Bedrock":     {"kms:Decrypt", data, key("bedrock"), text},
		"the guardrail's key through S3":          {"kms:Decrypt", data, key("s3"), nil},
		"the guardrail's key, to encrypt with it": {"kms:GenerateDataKey", data, key("bedrock"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, role := range []string{"draft", "embedding", "both"} {
				own := rights(t, tpl, tpl.one(t, "aws_iam_role", "identity_model-"+role+"-role"))
				c := call{action: tc.action, resource: tc.resource, context: tc.context}
				if got, want := may(t, c, own, boundary), slices.Contains(tc.roles, role); got != want {
					t.Errorf("%s: allowed: want %t, got %t, for %+v\n%s", role, want, got, c, compact(own))
				}
			}
		})
	}
	// Denied, and not merely left out.
	own := withEverything(rights(t, tpl, tpl.one(t, "aws_iam_role", "identity_model-both-role")))
	for _, resource := range []string{draft, profile + "review-profile", writer} {
		if may(t, call{action: invoke, resource: resource, context: context("", "")}, own) {
			t.Errorf("%s is not denied without the guardrail: %s", resource, compact(own))
		}
	}
}

func TestInvokeRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		features []string
		want     string
	}{
		"features that there are not": {
			[]string{"draft", "critic", ""},
			"feature: must be of draft, review, embedding, got \"critic\"\nfeature: must be of draft, review, embedding, got \"\"",
		},
		"no feature": {nil, "feature: must be of draft, review, embedding, got none"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scratchAI(t, func(models *ai.AI) (map[string][]iam.Statement, error) {
				statements, err := models.Invoke(tc.features...)
				if statements != nil {
					t.Errorf("want nothing beside the error, got %+v", statements)
				}
				return nil, err
			})
			if err == nil || err.Error() != tc.want {
				t.Errorf("want\n%s\ngot\n%v", tc.want, err)
			}
		})
	}
}

// withKnowledgeBase synthesizes dev with its knowledge base turned on.
func withKnowledgeBase(t *testing.T) (envs.Environment, template) {
	t.Helper()
	all := environments(t)
	env := all[slices.IndexFunc(all, func(e envs.Environment) bool { return e.Name == "dev" })]
	env.AI.KnowledgeBase = true
	dir := t.TempDir()
	if err := (stacks.Application{Environments: []envs.Environment{env}, Outdir: dir}).Synth(t.Context(), env.Name); err != nil {
		t.Fatal(err)
	}
	return env, parsed(t, dir, env.Name)
}

func TestKnowledgeBase(t *testing.T) {
	env, tpl := withKnowledgeBase(t)
	knowledgeBase := tpl.one(t, "aws_bedrockagent_knowledge_base", "ai_knowledge-base")
	for path, want := range map[string]any{
		"role_arn":                            "arn:aws:iam::" + env.Account + ":role/${aws_iam_role_policy.identity_model-knowledge-base-role-policy.role}",
		"knowledge_base_configuration.0.type": "VECTOR",
		"knowledge_base_configuration.0.vector_knowledge_base_configuration.0.embedding_model_arn": "arn:aws:bedrock:us-east-1::foundation-model/" + env.AI.EmbeddingModel,
		"storage_configuration.0.type":                                             "RDS",
		"storage_configuration.0.rds_configuration.0.table_name":                   "bedrock_integration.bedrock_kb",
		"storage_configuration.0.rds_configuration.0.field_mapping.0.vector_field": "embedding",
	} {
		knowledgeBase.want(t, path, want)
	}
	source := tpl.one(t, "aws_bedrockagent_data_source", "ai_knowledge-base-manuscripts")
	for path, want := range map[string]any{
		"knowledge_base_id":    "${" + knowledgeBase.Address + ".id}",
		"data_deletion_policy": "DELETE",
		"data_source_configuration.0.s3_configuration.0.inclusion_prefixes":      []string{"authors/"}, // and not what is opted out
		"data_source_configuration.0.s3_configuration.0.bucket_owner_account_id": env.Account,
		"server_side_encryption_configuration.0.kms_key_arn":                     "${aws_kms_key.identity_data-key.arn}",
	} {
		source.want(t, path, want)
	}

	proveGrants(t, env, tpl)
	const retrieve = "bedrock:Retrieve"
	own := rights(t, tpl, tpl.one(t, "aws_iam_role", "identity_model-agents-role"))
	boundary := document(t, boundaryOf(t, tpl), "policy")
	base := "arn:aws:bedrock:" + env.Region + ":" + env.Account + ":knowledge-base/"
	for resource, want := range map[string]bool{base + "ai_knowledge-base": true, base + "other": false} {
		c := call{action: retrieve, resource: resource, context: ourContext(env)}
		if got := may(t, c, own, boundary); got != want {
			t.Errorf("%s of %s: allowed: want %t, got %t\n%s", retrieve, resource, want, got, compact(own))
		}
	}
	for _, env := range environments(t) {
		if env.AI.KnowledgeBase { // its table has to be made first, by hand
			t.Errorf("%s: knowledgeBase: want it off in every committed overlay: a new environment could not be deployed", env.Name)
		}
	}
}

func TestSpendingIsCapped(t *testing.T) {
	check := func(t *testing.T, env envs.Environment, tpl template) {
		budget := tpl.one(t, "aws_budgets_budget", "ai_budget")
		topic := []string{"${aws_sns_topic_policy.monitoring_alerts-policy.arn}"}
		for path, want := range map[string]any{
			"budget_type":                              "COST",
			"time_unit":                                "MONTHLY",
			"limit_amount":                             map[string]string{"dev": "50", "staging": "50", "prod": "1000"}[env.Name],
			"limit_unit":                               "USD",
			"cost_filter.0.values":                     []string{"Amazon Bedrock", "Amazon SageMaker"},
			"cost_filter.1.values":                     []string{"user:Environment$" + env.Name},
			"cost_types.include_credit":                false, // a credit would hide what is used
			"notification.0.notification_type":         "ACTUAL",
			"notification.0.threshold":                 80,
			"notification.0.subscriber_sns_topic_arns": topic,
			"notification.1.notification_type":         "FORECASTED",
			"notification.1.threshold":                 100,
			"notification.1.subscriber_sns_topic_arns": topic,
		} {
			budget.want(t, path, want)
		}

		// Whoever calls models for money is capped, by name. What SageMaker hosts is paid for by the hour, called or not.
		var callers []string
		for _, role := range tpl.all("aws_iam_role") {
			if reachesModels(t, tpl, role) && !strings.Contains(compact(role.Body), "sagemaker.amazonaws.com") {
				callers = append(callers, role.get("name").(string))
			}
		}
		action := tpl.one(t, "aws_budgets_budget_action", "ai_budget-action")
		for path, want := range map[string]any{
			"budget_name":       "${aws_budgets_budget.ai_budget.name}",
			"action_type":       "APPLY_IAM_POLICY",
			"approval_model":    "AUTOMATIC",
			"notification_type": "ACTUAL",
			"action_threshold":  map[string]any{"action_threshold_type": "PERCENTAGE", "action_threshold_value": 100},
			"definition.iam_action_definition.policy_arn": "${aws_iam_policy.ai_models-denied.arn}",
			"definition.iam_action_definition.roles":      callers,
			"execution_role_arn":                          "arn:aws:iam::" + env.Account + ":role/${aws_iam_role_policy.identity_spending-cap-role-policy.role}",
			"subscriber.0.address":                        topic[0],
		} {
			action.want(t, path, want)
		}

		denied := withEverything(document(t, tpl.one(t, "aws_iam_policy", "ai_models-denied"), "policy"))
		for called, want := range map[string]bool{
			"bedrock:InvokeModel": false, "bedrock:InvokeModelWithResponseStream": false, "bedrock:InvokeAgent": false,
			"bedrock:Retrieve": false, "bedrock:RetrieveAndGenerate": false, "bedrock:Rerank": false, "bedrock:ApplyGuardrail": false,
			"sagemaker:InvokeEndpoint": false, "sagemaker:InvokeEndpointWithResponseStream": false,
			"s3:GetObject": true, "bedrock:GetGuardrail": true, "logs:PutLogEvents": true, // the rest of the role's work goes on
		} {
			if got := may(t, call{action: called, resource: "arn:aws:any", context: ourContext(env)}, denied); got != want {
				t.Errorf("%s: %s with the cap: allowed: want %t, got %t: %s", tpl.name, called, want, got, compact(denied))
			}
		}

		// AWS Budgets attaches that policy to those roles, and takes it away, and can do no more.
		budgets := rights(t, tpl, tpl.one(t, "aws_iam_role", "identity_spending-cap-role"))
		boundary := document(t, boundaryOf(t, tpl), "policy")
		account := "arn:aws:iam::" + env.Account + ":"
		agents, own := account+"role/writersroom-"+env.Name+"-model-agents", account+"policy/writersroom-"+env.Name+"-models-denied"
		for name, tc := range map[string]struct {
			action, role, policy string
			want                 bool
		}{
			"attaches the cap":             {"iam:AttachRolePolicy", agents, own, true},
			"lifts the cap":                {"iam:DetachRolePolicy", agents, own, true},
			"attaches another policy":      {"iam:AttachRolePolicy", agents, "arn:aws:iam::aws:policy/AdministratorAccess", false},
			"attaches it to another role":  {"iam:AttachRolePolicy", account + "role/writersroom-" + env.Name + "-backup", own, false},
			"attaches it to a user":        {"iam:AttachUserPolicy", account + "user/somebody", own, false},
			"writes into a role":           {"iam:PutRolePolicy", agents, own, false},
			"changes what the cap says":    {"iam:CreatePolicyVersion", own, own, false},
			"attaches without saying what": {"iam:AttachRolePolicy", agents, "", false},
		} {
			c := call{action: tc.action, resource: tc.role, context: with(ourContext(env), "iam:PolicyARN", tc.policy)}
			if got := may(t, c, budgets, boundary); got != tc.want {
				t.Errorf("%s: AWS Budgets %s: allowed: want %t, got %t\n%s", tpl.name, name, tc.want, got, compact(budgets))
			}
		}
	}
	eachEnvironment(t, check)
	env, tpl := withKnowledgeBase(t)
	check(t, env, tpl)
}
