package test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/identity"
	"github.com/writersroom/infrastructure/envs"
	"github.com/writersroom/infrastructure/internal/iam"
	"github.com/writersroom/infrastructure/internal/naming"
)

func TestKeys(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		if got := len(tpl.all("aws_kms_key")); got < 4 {
			t.Errorf("%s: want a key for data, for logs, for secrets and for alerts, got %d keys", tpl.name, got)
		}
		for _, class := range []string{"data", "logs", "secrets", "alerts"} {
			key := tpl.one(t, "aws_kms_key", "identity_"+class+"-key")
			key.want(t, "enable_key_rotation", true)
			key.want(t, "rotation_period_in_days", 365)
			key.want(t, "deletion_window_in_days", map[string]int{"dev": 7, "staging": 30, "prod": 30}[env.Name])
			key.want(t, "bypass_policy_lockout_safety_check", false)
			key.want(t, "multi_region", nil)
			alias := tpl.one(t, "aws_kms_alias", "identity_"+class+"-key-alias")
			alias.want(t, "name", "alias/writersroom-"+env.Name+"-"+class)
			alias.want(t, "target_key_id", "${"+key.Address+".key_id}")
		}
	})
}

// Who administers a key cannot read with it, who reads with it cannot administer it, and nobody can be locked out of it.
func TestKeyPoliciesSeparateAdministratorsFromUsers(t *testing.T) {
	use := regexp.MustCompile(`^kms:(Encrypt|Decrypt|ReEncrypt.*|Generate.*|Verify.*|Sign|DeriveSharedSecret|CreateGrant)$`)
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		account := "arn:aws:iam::" + env.Account + ":root"
		for _, r := range tpl.all("aws_kms_key") {
			for _, s := range document(t, r, "policy").Statement {
				administers := s.Sid == "Administrators"
				for _, action := range s.Action {
					wrong := strings.ContainsAny(action, "*?") || use.MatchString(action) == administers
					if wrong && action != "kms:DescribeKey" {
						t.Errorf("%s: %s: %s must not have %s", tpl.name, r.Address, s.Sid, action)
					}
				}
				if administers {
					if len(s.Condition) != 0 || !slices.Equal(s.Principal["AWS"], []string{account}) {
						t.Errorf("%s: %s: only %s, unconditionally, keeps everyone from being locked out, got %s", tpl.name, r.Address, account, compact(s))
					}
					for _, needed := range []string{"kms:CancelKeyDeletion", "kms:EnableKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy"} {
						if !slices.Contains(s.Action, needed) {
							t.Errorf("%s: %s: nobody may %s: %s", tpl.name, r.Address, needed, compact(s.Action))
						}
					}
				} else if len(s.Condition) == 0 {
					t.Errorf("%s: %s: %s has no condition: %s", tpl.name, r.Address, s.Sid, compact(s))
				}
			}
		}
	})
}

// What a key's policy lets through. For the account's principals, IAM has to allow it as well.
func TestKeyUse(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		account := "AWS arn:aws:iam::" + env.Account + ":root"
		role := func(service string) map[string]string {
			return map[string]string{
				"aws:PrincipalType": "AssumedRole",
				"kms:CallerAccount": env.Account,
				"kms:ViaService":    service + "." + env.Region + ".amazonaws.com",
			}
		}
		grant := func(service, forService string) map[string]string {
			return with(role(service), "kms:GrantIsForAWSResource", forService)
		}
		const stranger = "AWS arn:aws:iam::999999999999:root"
		logs := "Service logs." + env.Region + ".amazonaws.com"
		group := func(account, name string) map[string]string {
			return map[string]string{"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:" + env.Region + ":" + account + ":log-group:" + name}
		}
		own := "/writersroom/" + env.Name + "/vpc/flow-log"
		publisher := map[string]string{"aws:SourceAccount": env.Account}
		const (
			decrypt = "kms:Decrypt"
			dataKey = "kms:GenerateDataKey"
		)
		for name, tc := range map[string]struct {
			by, action string
			context    map[string]string
			keys       []string // that the call may use, of data, logs, secrets and alerts
		}{
			"an administrator changes the policy":   {account, "kms:PutKeyPolicy", nil, []string{"data", "logs", "secrets", "alerts"}},
			"an administrator decrypts":             {account, decrypt, nil, nil},
			"a role calls KMS itself":               {account, decrypt, with(role("s3"), "kms:ViaService", ""), nil},
			"a role reads a bucket":                 {account, decrypt, role("s3"), []string{"data"}},
			"a role writes to a table":              {account, dataKey, role("dynamodb"), []string{"data"}},
			"a role reads a secret":                 {account, decrypt, role("secretsmanager"), []string{"secrets"}},
			"a role reads a parameter":              {account, decrypt, role("ssm"), []string{"secrets"}},
			"a role publishes an alert":             {account, dataKey, role("sns"), []string{"data", "alerts"}},
			"a role in another region":              {account, decrypt, with(role("s3"), "kms:ViaService", "s3.eu-west-1.amazonaws.com"), nil},
			"the root user reads a bucket":          {account, decrypt, with(role("s3"), "aws:PrincipalType", "Account"), nil},
			"an access key reads a bucket":          {account, decrypt, with(role("s3"), "aws:PrincipalType", "User"), nil},
			"another account's role reads a bucket": {stranger, decrypt, with(role("s3"), "kms:CallerAccount", "999999999999"), nil},
			"a database is given the key's use":     {account, "kms:CreateGrant", grant("rds", "true"), []string{"data"}},
			"a role gives the key's use to itself":  {account, "kms:CreateGrant", grant("rds", "false"), nil},
			"Logs writes to our group":              {logs, dataKey, group(env.Account, own), []string{"logs"}},
			"Logs reads our group":                  {logs, decrypt, group(env.Account, own), []string{"logs"}},
			"Logs changes the policy":               {logs, "kms:PutKeyPolicy", group(env.Account, own), nil},
			"Logs does not say for which group":     {logs, decrypt, nil, nil},
			"Logs for another environment":          {logs, decrypt, group(env.Account, "/writersroom/"+env.Name+"-eu/x"), nil},
			"Logs for a group of another name":      {logs, decrypt, group(env.Account, "/aws/lambda/writersroom-"+env.Name), nil},
			"Logs for another account's group":      {logs, decrypt, group("999999999999", own), nil},
			"Logs for a database's group":           {logs, dataKey, group(env.Account, "/aws/rds/cluster/writersroom-"+env.Name+"-x/postgresql"), []string{"logs"}},
			"Logs for another's database":           {logs, dataKey, group(env.Account, "/aws/rds/cluster/other/postgresql"), nil},
			"an alarm tells people":                 {"Service cloudwatch.amazonaws.com", dataKey, publisher, []string{"alerts"}},
			"an alarm of another account":           {"Service cloudwatch.amazonaws.com", dataKey, with(publisher, "aws:SourceAccount", "999999999999"), nil},
			"Logs of another region":                {"Service logs.eu-west-1.amazonaws.com", decrypt, group(env.Account, own), nil},
			"another service":                       {"Service ec2.amazonaws.com", decrypt, group(env.Account, own), nil},
		} {
			t.Run(name, func(t *testing.T) {
				c := call{by: tc.by, action: tc.action, resource: "arn:aws:kms:" + env.Region + ":" + env.Account + ":key/0", context: tc.context}
				for _, class := range []string{"data", "logs", "secrets", "alerts"} {
					key := tpl.one(t, "aws_kms_key", "identity_"+class+"-key")
					if got, want := may(t, c, document(t, key, "policy")), slices.Contains(tc.keys, class); got != want {
						t.Errorf("%s: %s: allowed: want %t, got %t, for %+v\n%s", tpl.name, key.Address, want, got, c, key)
					}
				}
			})
		}
	})
}

func TestUserPool(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		pool := tpl.one(t, "aws_cognito_user_pool", "identity_user-pool")
		recovery := map[string]any{"name": "verified_email", "priority": 1}
		for path, want := range map[string]any{
			// What can never be changed.
			"username_attributes":                   []string{"email"},
			"alias_attributes":                      nil,
			"username_configuration.case_sensitive": false,
			"schema": []any{map[string]any{
				"name": "email", "attribute_data_type": "String", "required": true, "mutable": true,
				"string_attribute_constraints": map[string]string{"min_length": "0", "max_length": "2048"},
			}},

			"auto_verified_attributes": []string{"email"},
			"user_attribute_update_settings.attributes_require_verification_before_update": []string{"email"},
			"account_recovery_setting.recovery_mechanism":                                  []any{recovery},
			"email_configuration.email_sending_account":                                    "COGNITO_DEFAULT",
			"sms_configuration": nil,

			"mfa_configuration":                                     map[string]string{"dev": "OPTIONAL", "staging": "ON", "prod": "ON"}[env.Name],
			"software_token_mfa_configuration.enabled":              true,
			"device_configuration.challenge_required_on_new_device": false,

			"password_policy.minimum_length":                        12,
			"password_policy.require_lowercase":                     true,
			"password_policy.require_uppercase":                     true,
			"password_policy.require_numbers":                       true,
			"password_policy.require_symbols":                       true,
			"password_policy.password_history_size":                 24,
			"password_policy.temporary_password_validity_days":      3,
			"admin_create_user_config.allow_admin_create_user_only": false,

			"user_pool_tier": "PLUS",
			"user_pool_add_ons.advanced_security_mode":                              "ENFORCED",
			"user_pool_add_ons.advanced_security_additional_flows.custom_auth_mode": "ENFORCED",

			"deletion_protection":       map[string]string{"dev": "INACTIVE", "staging": "INACTIVE", "prod": "ACTIVE"}[env.Name],
			"lifecycle.prevent_destroy": map[string]any{"prod": true}[env.Name],
		} {
			pool.want(t, path, want)
		}

		risk := tpl.one(t, "aws_cognito_risk_configuration", "identity_user-pool-risk")
		risk.want(t, "user_pool_id", "${"+pool.Address+".id}")
		risk.want(t, "client_id", nil)
		risk.want(t, "compromised_credentials_risk_configuration.actions.event_action", "BLOCK")
		risk.want(t, "compromised_credentials_risk_configuration.event_filter", []string{"PASSWORD_CHANGE", "SIGN_IN", "SIGN_UP"})

		domain := tpl.one(t, "aws_cognito_user_pool_domain", "identity_user-pool-domain")
		domain.want(t, "user_pool_id", "${"+pool.Address+".id}")
		domain.want(t, "domain", "writersroom-"+env.Name+"-"+env.Account)
	})
}

func TestWebClient(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		client := tpl.one(t, "aws_cognito_user_pool_client", "identity_web-client")
		for path, want := range map[string]any{
			"user_pool_id":    "${aws_cognito_user_pool.identity_user-pool.id}",
			"generate_secret": false,

			"allowed_oauth_flows_user_pool_client": true,
			"allowed_oauth_flows":                  []string{"code"},
			"supported_identity_providers":         []string{"COGNITO"},
			"explicit_auth_flows":                  []string{"ALLOW_USER_SRP_AUTH"},
			"allowed_oauth_scopes": []string{
				"email", "openid", "profile",
				"writersroom/agents:read", "writersroom/agents:write", "writersroom/documents:read", "writersroom/documents:write",
				"writersroom/exports:read", "writersroom/exports:write", "writersroom/projects:read", "writersroom/projects:write",
				"writersroom/users:read", "writersroom/users:write",
			},
			"depends_on": []string{"aws_cognito_resource_server.identity_api"}, // Cognito refuses a scope that it does not know

			"callback_urls": env.Identity.CallbackURLs,
			"logout_urls":   env.Identity.LogoutURLs,

			"access_token_validity":                               map[string]int{"dev": 60, "staging": 60, "prod": 15}[env.Name],
			"id_token_validity":                                   map[string]int{"dev": 60, "staging": 60, "prod": 15}[env.Name],
			"refresh_token_validity":                              map[string]int{"dev": 30, "staging": 30, "prod": 7}[env.Name],
			"token_validity_units.0.access_token":                 "minutes",
			"token_validity_units.0.id_token":                     "minutes",
			"token_validity_units.0.refresh_token":                "days",
			"refresh_token_rotation.0.feature":                    "ENABLED",
			"refresh_token_rotation.0.retry_grace_period_seconds": 60, // left out, the provider trips over Cognito's answer
			"enable_token_revocation":                             true,
			"prevent_user_existence_errors":                       "ENABLED",

			"read_attributes":  []string{"email", "email_verified", "locale", "name"},
			"write_attributes": []string{"email", "locale", "name"},
		} {
			client.want(t, path, want)
		}
		for _, path := range []string{"callback_urls", "logout_urls"} {
			local := strings.Contains(compact(client.get(path)), "localhost")
			if local != env.Development() {
				t.Errorf("%s: %s: %s: on localhost: want %t, got %t\n%s", tpl.name, client.Address, path, env.Development(), local, client)
			}
		}
	})
}

func TestScopesAreDeclared(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		server := tpl.one(t, "aws_cognito_resource_server", "identity_api")
		server.want(t, "identifier", "writersroom")
		declared := map[string]bool{"email": true, "openid": true, "profile": true}
		for _, scope := range server.get("scope").([]any) {
			declared["writersroom/"+dig(scope, "scope_name").(string)] = true
		}
		for _, scope := range tpl.one(t, "aws_cognito_user_pool_client", "identity_web-client").get("allowed_oauth_scopes").([]any) {
			if !declared[scope.(string)] {
				t.Errorf("%s: the web client asks for %s, which nobody declares\n%s", tpl.name, scope, server)
			}
		}
	})
}

func TestGroups(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, _ envs.Environment, tpl template) {
		for name, precedence := range map[string]int{"admin": 10, "editor": 20, "author": 30} {
			group := tpl.one(t, "aws_cognito_user_group", "identity_"+name+"-group")
			group.want(t, "name", name)
			group.want(t, "precedence", precedence)
			group.want(t, "user_pool_id", "${aws_cognito_user_pool.identity_user-pool.id}")
			group.want(t, "role_arn", nil)
			if group.get("description") == nil {
				t.Errorf("%s: %s: no description\n%s", tpl.name, group.Address, group)
			}
		}
	})
}

func TestIdentityPoolHasNoGuests(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		pool := tpl.one(t, "aws_cognito_identity_pool", "identity_identity-pool")
		pool.want(t, "allow_unauthenticated_identities", false)
		pool.want(t, "allow_classic_flow", false)
		pool.want(t, "cognito_identity_providers", []any{map[string]any{
			"client_id":               "${aws_cognito_user_pool_client.identity_web-client.id}",
			"provider_name":           "${aws_cognito_user_pool.identity_user-pool.endpoint}",
			"server_side_token_check": true,
		}})
		for _, other := range []string{"developer_provider_name", "openid_connect_provider_arns", "saml_provider_arns"} {
			pool.want(t, other, nil)
		}
		pool.want(t, "supported_login_providers", nil)

		roles := tpl.one(t, "aws_cognito_identity_pool_roles_attachment", "identity_identity-pool-roles")
		roles.want(t, "identity_pool_id", "${"+pool.Address+".id}")
		roles.want(t, "roles", map[string]string{
			"authenticated": "arn:aws:iam::" + env.Account + ":role/${aws_iam_role_policy.identity_authenticated-role-policy.role}",
		})

		tags := tpl.one(t, "aws_cognito_identity_pool_provider_principal_tag", "identity_identity-pool-tags")
		tags.want(t, "identity_pool_id", "${"+pool.Address+".id}")
		tags.want(t, "identity_provider_name", "${aws_cognito_user_pool.identity_user-pool.endpoint}")
		tags.want(t, "principal_tags", map[string]string{"sub": "sub"})
		tags.want(t, "use_defaults", false)
	})
}

// The two kinds of trust there are: a service on behalf of our account, and our identity pool for writers it knows.
func TestEveryRoleIsBoundAndBounded(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		roles := tpl.all("aws_iam_role")
		if len(roles) < 2 {
			t.Errorf("%s: want at least the authenticated role and the flow log's, got %d", tpl.name, len(roles))
		}
		for _, r := range roles {
			r.want(t, "permissions_boundary", "arn:aws:iam::"+env.Account+":policy/writersroom-account-"+env.Name+"-boundary")
			r.want(t, "managed_policy_arns", nil)
			r.want(t, "inline_policy", nil)
			if name, _ := r.get("name").(string); len(name) > int(naming.Role) {
				t.Errorf("%s: %s: name has %d characters\n%s", tpl.name, r.Address, len(name), r)
			}
			rights(t, tpl, r)
			for _, s := range document(t, r, "assume_role_policy").Statement {
				pool := "${aws_cognito_identity_pool.identity_identity-pool.id}"
				var bound any
				switch {
				case len(s.Principal["Service"]) == 1 && len(s.Principal) == 1:
					bound = map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": []string{env.Account}}}
				case slices.Equal(s.Principal["Federated"], []string{"cognito-identity.amazonaws.com"}) && len(s.Principal) == 1:
					bound = map[string]any{
						"StringEquals":           map[string]any{"cognito-identity.amazonaws.com:aud": []string{pool}},
						"ForAnyValue:StringLike": map[string]any{"cognito-identity.amazonaws.com:amr": []string{"authenticated"}},
					}
				}
				if bound == nil || compact(normal(t, s.Condition)) != compact(normal(t, bound)) {
					t.Errorf("%s: %s: trust: want %s, got %s", tpl.name, r.Address, compact(bound), compact(s))
				}
			}
		}
		for _, r := range tpl.all("aws_iam_role_policy_attachment") {
			t.Errorf("%s: %s: a role's rights are its own inline policy\n%s", tpl.name, r.Address, r)
		}
	})
}

// Every grant of every role is proven: the boundary does not swallow it, and it does not reach what lies beside: the same resource
// of another environment, account or region.
func TestEveryGrantIsProven(t *testing.T) {
	proven := 0
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) { proven += proveGrants(t, env, tpl) })
	if proven == 0 {
		t.Error("no grant was found: the flow log's role has some")
	}
}

// proveGrants proves every grant of one environment, and says how many there are.
func proveGrants(t *testing.T, env envs.Environment, tpl template) (proven int) {
	t.Helper()
	boundary := document(t, boundaryOf(t, tpl), "policy")
	for _, role := range tpl.all("aws_iam_role") {
		own := rights(t, tpl, role)
		arn := "arn:aws:iam::" + env.Account + ":role/" + role.get("name").(string)
		for _, s := range own.Statement {
			if s.Effect != "Allow" {
				continue
			}
			for _, action := range s.Action {
				for _, pattern := range s.Resource {
					proven++
					context := granted(with(ourContext(env), "aws:PrincipalArn", arn), s)
					c := call{action: action, resource: strings.ReplaceAll(substitute(pattern, context), "*", "x"), context: context}
					if !may(t, c, own, boundary) {
						t.Errorf("%s: %s is granted %s on %s, but may not: %+v", tpl.name, role.Address, action, pattern, c)
					}
					for beside, n := range neighbours(env, c) {
						if may(t, n, own, boundary) {
							t.Errorf("%s: %s: %s on %s reaches %s: %+v", tpl.name, role.Address, action, pattern, beside, n)
						}
					}
				}
			}
		}
	}
	return proven
}

// ourContext is what AWS says of a call to a resource of the environment.
func ourContext(env envs.Environment) map[string]string {
	return map[string]string{
		"aws:RequestedRegion":         env.Region,
		"aws:ResourceAccount":         env.Account,
		"aws:ResourceTag/Environment": env.Name,
		"aws:PrincipalTag/sub":        "writer-1",
	}
}

// granted is a context in which the statement's conditions hold, as far as AWS would not have said otherwise.
func granted(context map[string]string, s policyStatement) map[string]string {
	met := maps.Clone(context)
	for test, keys := range s.Condition {
		for key, values := range keys {
			if _, said := context[key]; !said && !strings.Contains(test, "Not") && test != "Null" {
				met[key] = strings.ReplaceAll(substitute(values[0], context), "*", "x")
			}
		}
	}
	return met
}

// neighbours are the calls that lie beside a call that a role may make.
func neighbours(env envs.Environment, c call) map[string]call {
	sharing := env.Name + "-eu"
	if envs.IsPreview(env.Name) {
		sharing = "prod" // previews are one to their boundary
	}
	all := map[string]call{
		"an environment that shares the account and the name's beginning": {
			action: c.action, resource: c.resource,
			context: with(c.context, "aws:ResourceTag/Environment", sharing),
		},
	}
	add := func(name, ours, theirs string, context ...string) {
		if resource := strings.ReplaceAll(c.resource, ours, theirs); resource != c.resource {
			all[name] = call{action: c.action, resource: resource, context: with(c.context, context...)}
		}
	}
	// Many services say nothing of tags: the name alone has to keep environments apart.
	add("another environment", "writersroom-"+env.Name+"-", "writersroom-other-", "aws:ResourceTag/Environment", "")
	add("another environment's path", "/writersroom/"+env.Name+"/", "/writersroom/other/", "aws:ResourceTag/Environment", "")
	add("another account", ":"+env.Account+":", ":999999999999:", "aws:ResourceAccount", "999999999999")
	add("another region", ":"+env.Region+":", ":eu-west-1:", "aws:RequestedRegion", "eu-west-1")
	return all
}

// The boundary is the most a role can do, also one that was granted everything.
func TestBoundary(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		root := resource{Address: "provider", Body: tpl.body, stack: tpl.name}
		root.want(t, "provider.aws.0.default_tags.0.tags.Environment", env.Name) // what its conditions on tags rely on
	})
	eachDeployment(t, func(t *testing.T, d envs.Deployment, env envs.Environment, tpl template) {
		r := tpl.one(t, "aws_iam_policy", d.Name+"-boundary")
		r.want(t, "name", "writersroom-account-"+d.Name+"-boundary")
		r.want(t, "lifecycle.prevent_destroy", true)
		if text, _ := r.get("policy").(string); len(text) > 6144 {
			t.Errorf("%s: %s: policy has %d characters, IAM takes 6,144", tpl.name, r.Address, len(text))
		}
		boundary := document(t, r, "policy")
		ours := ourContext(env)
		arn := func(service, resource string) string {
			return "arn:aws:" + service + ":" + env.Region + ":" + env.Account + ":" + resource
		}
		name := "writersroom-" + env.Name + "-"
		bucket := "arn:aws:s3:::" + name + "manuscripts-" + env.Account + "/a"
		for action, resource := range map[string]string{
			"bedrock:InvokeModel":           "arn:aws:bedrock:" + env.Region + "::foundation-model/m",
			"cloudwatch:PutMetricData":      "*",
			"cognito-idp:AdminGetUser":      arn("cognito-idp", "userpool/p"),
			"dynamodb:GetItem":              arn("dynamodb", "table/"+name+"projects"),
			"ec2:CreateNetworkInterface":    "*",
			"elasticache:Connect":           arn("elasticache", "replicationgroup:"+name+"cache"),
			"es:ESHttpGet":                  arn("es", "domain/"+name+"search/_search"),
			"kms:Decrypt":                   arn("kms", "key/k"),
			"lambda:InvokeFunction":         arn("lambda", "function:"+name+"users:live"),
			"logs:PutLogEvents":             arn("logs", "log-group:/writersroom/"+env.Name+"/api:log-stream:s"),
			"rds-db:connect":                arn("rds-db", "dbuser:cluster-1/app"),
			"s3:GetObject":                  bucket,
			"sagemaker:InvokeEndpoint":      arn("sagemaker", "endpoint/"+name+"critic"),
			"secretsmanager:GetSecretValue": arn("secretsmanager", "secret:/writersroom/"+env.Name+"/token-a1b2c3"),
			"secretsmanager:DescribeSecret": arn("secretsmanager", "secret:rds!cluster-1-a1b2c3"),
			"sns:Publish":                   arn("sns", name+"alarms"),
			"sqs:SendMessage":               arn("sqs", name+"exports"),
			"ssm:GetParameter":              arn("ssm", "parameter/writersroom/"+env.Name+"/release"),
			"states:StartExecution":         arn("states", "stateMachine:"+name+"export"),
			"xray:PutTraceSegments":         "*",
		} {
			c := call{action: action, resource: resource, context: ours}
			if !may(t, c, boundary) {
				t.Errorf("%s: the boundary must leave room for %s on %s", tpl.name, action, resource)
			}
			for beside, n := range neighbours(env, c) {
				if may(t, n, boundary) {
					t.Errorf("%s: the boundary lets %s reach %s: %+v", tpl.name, action, beside, n)
				}
			}
		}
		role, policy := "arn:aws:iam::"+env.Account+":role/"+name+"x", "arn:aws:iam::"+env.Account+":policy/writersroom-account-"+d.Name+"-boundary"
		for why, tc := range map[string]struct {
			action, resource string
			context          map[string]string
		}{
			"somebody else's bucket of our name": {"s3:PutObject", bucket, with(ours, "aws:ResourceAccount", "999999999999")},
			"another environment's bucket":       {"s3:GetObject", "arn:aws:s3:::writersroom-other-manuscripts/a", ours},
			"a key without our tag":              {"kms:Decrypt", arn("kms", "key/k"), with(ours, "aws:ResourceTag/Environment", "")},
			"metrics of another region":          {"cloudwatch:PutMetricData", "*", with(ours, "aws:RequestedRegion", "eu-west-1")},
			"a role":                             {"iam:CreateRole", role, ours},
			"its own boundary":                   {"iam:DeleteRolePermissionsBoundary", role, ours},
			"the boundary's text":                {"iam:CreatePolicyVersion", policy, ours},
			"an access key":                      {"iam:CreateAccessKey", "*", ours},
			"another role's session":             {"sts:AssumeRole", role, ours},
			"the organization":                   {"organizations:LeaveOrganization", "*", ours},
			"virtual machines":                   {"ec2:RunInstances", "*", ours},
			"the trail":                          {"cloudtrail:StopLogging", "*", ours},
		} {
			c := call{action: tc.action, resource: tc.resource, context: tc.context}
			if may(t, c, boundary) {
				t.Errorf("%s: the boundary lets a role reach %s: %+v", tpl.name, why, c)
			}
		}
		// Denied, and not merely left out: a service added to the ceiling does not undo it.
		everything := withEverything(boundary)
		for _, action := range []string{
			"iam:AttachRolePolicy", "iam:CreateRole", "iam:CreateUser", "iam:DeleteRolePermissionsBoundary",
			"iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
		} {
			if may(t, call{action: action, resource: "*", context: ours}, everything) {
				t.Errorf("%s: the boundary does not deny %s", tpl.name, action)
			}
		}
	})
}

// withEverything is a policy with leave to do everything added, to show what it denies.
func withEverything(d policyDocument) policyDocument {
	all := policyStatement{Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"}}
	return policyDocument{Statement: append(slices.Clone(d.Statement), all)}
}

// One role serves every writer, and each reaches what is theirs.
func TestWritersAreKeptApart(t *testing.T) {
	bucket := "arn:aws:s3:::writersroom-scratch-manuscripts-111111111111/"
	tpl, err := scratchIdentity(t, scratchConfig("scratch"), func(i *identity.Identity) error {
		return i.GrantAuthenticated("manuscripts", []iam.Statement{{
			Actions:   []string{"s3:GetObject"},
			Resources: []string{bucket + i.Subject + "/*"},
			Reason:    "a writer reads what is theirs",
		}})
	})
	if err != nil {
		t.Fatal(err)
	}
	role := tpl.one(t, "aws_iam_role", "identity_authenticated-role")
	own := rights(t, tpl, role)
	boundary := document(t, boundaryOf(t, tpl), "policy")
	grant := tpl.one(t, "aws_iam_role_policy", "identity_authenticated-role-manuscripts")
	grant.want(t, "name", "writersroom-scratch-authenticated-manuscripts")
	if policy := grant.get("policy").(string); !strings.Contains(policy, "/$${aws:PrincipalTag/sub}/") {
		t.Errorf("Terraform would take the policy variable for its own: %s", policy)
	}

	writer := map[string]string{"aws:PrincipalTag/sub": "writer-1", "aws:RequestedRegion": "us-east-1", "aws:ResourceAccount": "111111111111"}
	nobody := map[string]string{"aws:RequestedRegion": "us-east-1", "aws:ResourceAccount": "111111111111"}
	for name, tc := range map[string]struct {
		call call
		want bool
	}{
		"their own":                   {call{action: "s3:GetObject", resource: bucket + "writer-1/novel", context: writer}, true},
		"another writer's":            {call{action: "s3:GetObject", resource: bucket + "writer-2/novel", context: writer}, false},
		"a prefix of theirs":          {call{action: "s3:GetObject", resource: bucket + "writer-11/novel", context: writer}, false},
		"an action that is not given": {call{action: "s3:PutObject", resource: bucket + "writer-1/novel", context: writer}, false},
		"a session without a writer":  {call{action: "s3:GetObject", resource: bucket + "/novel", context: nobody}, false},
	} {
		if got := may(t, tc.call, own, boundary); got != tc.want {
			t.Errorf("%s: allowed: want %t, got %t\n%s", name, tc.want, got, grant)
		}
	}
	// Not even what is granted to all writers alike is for a session that does not say which one it is for.
	if may(t, call{action: "s3:GetObject", resource: bucket + "shared", context: nobody}, withEverything(own)) {
		t.Errorf("a session without a writer is not denied: %s", compact(own))
	}
}

func TestIdentityRefuses(t *testing.T) {
	statement := iam.Statement{Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::b/*"}, Reason: "a test"}
	wild, silent := statement, statement
	wild.Actions, silent.Reason = []string{"s3:*"}, ""
	role := func(statements ...iam.Statement) func(*identity.Identity) error {
		return func(i *identity.Identity) error {
			_, err := i.NewRole("reader", "lambda.amazonaws.com", statements)
			return err
		}
	}
	china := scratchConfig("scratch")
	china.Partition = "aws-cn"
	for name, tc := range map[string]struct {
		cfg  identity.Config
		more func(*identity.Identity) error
		want string
	}{
		"a name that Cognito reserves": {
			scratchConfig("awsome"), role(statement),
			`sign-in domain: must not contain "aws", which Cognito reserves, got "writersroom-awsome-111111111111"; rename the environment`,
		},
		"another partition": {
			china, role(statement),
			`partition: must be aws, got "aws-cn"; in others, Cognito's addresses and principals have other names`,
		},
		"a role that may do nothing": {
			scratchConfig("scratch"), role(),
			"role reader: policy: must have a statement, got none",
		},
		"two faults at once": {
			scratchConfig("scratch"), role(wild, silent),
			"role reader: policy[0]: actions: must be written out, got \"s3:*\"; name each call the principal makes\n" +
				"policy[1]: reason: must say why the statement is there, got none",
		},
		"a grant without a reason": {
			scratchConfig("scratch"), func(i *identity.Identity) error { return i.GrantAuthenticated("books", []iam.Statement{silent}) },
			"authenticated role: books: policy[0]: reason: must say why the statement is there, got none",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := scratchIdentity(t, tc.cfg, tc.more)
			if err == nil || err.Error() != tc.want {
				t.Errorf("want\n%s\ngot\n%v", tc.want, err)
			}
		})
	}
}

// What a role is given to waits until the role may do its work: its ARN is that of its policy's role.
func TestRoleComesWithItsRights(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		tpl.one(t, "aws_flow_log", "networking_flow-log").want(t, "iam_role_arn",
			"arn:aws:iam::"+env.Account+":role/${aws_iam_role_policy.identity_flow-log-role-policy.role}")
	})
}
