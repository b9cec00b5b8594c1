package test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
)

// stores are the types of resources that keep what somebody wrote.
func stores() []string {
	return []string{
		"aws_dynamodb_table", "aws_elasticache_replication_group", "aws_opensearch_domain", "aws_rds_cluster", "aws_s3_bucket",
	}
}

// Every store says whether manuscripts are in it, so that none is forgotten by what follows.
func TestEveryStoreSaysWhetherItHoldsManuscripts(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		originals := 0
		for _, kind := range stores() {
			for _, r := range tpl.all(kind) {
				switch r.get("tags." + storage.ManuscriptsTag) {
				case storage.Original:
					originals++
				case storage.Copy, storage.None:
				default:
					t.Errorf("%s: %s: the tag %s must say %s, %s or %s\n%s", tpl.name, r.Address, storage.ManuscriptsTag,
						storage.Original, storage.Copy, storage.None, r)
				}
			}
		}
		if originals < 3 {
			t.Errorf("%s: want the bucket, the table and the cluster to hold manuscripts, got %d stores", tpl.name, originals)
		}
	})
}

// A manuscript cannot be lost: whatever is done to a store that holds the original, by mistake or by an application gone wrong, can
// be undone.
func TestManuscriptsCannotBeLost(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, lost := range unprotected(t, env, tpl) {
			t.Errorf("%s: a manuscript can be lost: %s", tpl.name, lost)
		}
	})
}

// Each protection is looked for: without it, and with all the others, TestManuscriptsCannotBeLost fails and says which.
func TestManuscriptsCanBeLostWithout(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, store := range originals(tpl) {
			for _, p := range protectionsOf(env, store) {
				t.Run(store.Address+" without "+p.name, func(t *testing.T) {
					weakened := copied(t, tpl)
					p.remove(t, weakened, same(t, weakened, store))
					want := []string{store.Address + ": no " + p.name}
					var got []string
					for _, lost := range unprotected(t, env, weakened) {
						if strings.HasPrefix(lost, store.Address+":") { // the backup plan, for one, protects the others too
							got = append(got, lost)
						}
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s: want %q, got %q", tpl.name, want, got)
					}
				})
			}
		}
	})
}

// protection is something that keeps a manuscript from being lost.
type protection struct {
	name string
	// keeps says whether the store has it.
	keeps func(t testing.TB, env envs.Environment, tpl template, store resource) bool
	// remove takes it away.
	remove func(t testing.TB, tpl template, store resource)
}

// unprotected tells each protection that a store of originals lacks.
func unprotected(t testing.TB, env envs.Environment, tpl template) []string {
	t.Helper()
	var lost []string
	for _, store := range originals(tpl) {
		for _, p := range protectionsOf(env, store) {
			if !p.keeps(t, env, tpl, store) {
				lost = append(lost, store.Address+": no "+p.name)
			}
		}
	}
	return lost
}

func originals(tpl template) []resource {
	var list []resource
	for _, kind := range stores() {
		for _, r := range tpl.all(kind) {
			if r.get("tags."+storage.ManuscriptsTag) == storage.Original {
				list = append(list, r)
			}
		}
	}
	return list
}

func protectionsOf(env envs.Environment, store resource) []protection {
	kind, _, _ := strings.Cut(store.Address, ".")
	list := []protection{backedUp()}
	switch kind {
	case "aws_s3_bucket":
		list = append(list, versioned(), oldVersions(), noExpiry(), settingsOutOfReach(), outOfReach("s3:DeleteObjectVersion"))
	case "aws_dynamodb_table":
		list = append(list, pointInTime(), noTTL(), outOfReach("dynamodb:DeleteTable"), outOfReach("dynamodb:DeleteBackup"),
			outOfReach("dynamodb:UpdateContinuousBackups"), tableDenies("dynamodb:DeleteTable"),
			tableDenies("dynamodb:UpdateContinuousBackups"))
	case "aws_rds_cluster":
		list = append(list, automatedBackups(),
			outOfReach("rds:DeleteDBCluster", "rds:DeleteDBClusterSnapshot", "rds:DeleteDBClusterAutomatedBackup"))
	}
	if !env.Retain {
		if kind == "aws_s3_bucket" {
			list = append(list, versionsOutOfReach())
		}
		return list
	}
	list = append(list, preventDestroy())
	switch kind {
	case "aws_s3_bucket":
		list = append(list, setting("refusal to be emptied", "force_destroy", false, true),
			versionsOutOfEveryonesReach()) // applications' too
	case "aws_dynamodb_table":
		list = append(list, setting("deletion protection", "deletion_protection_enabled", true, false))
	case "aws_rds_cluster":
		list = append(list, setting("deletion protection", "deletion_protection", true, false),
			setting("final snapshot", "skip_final_snapshot", false, true))
	}
	return list
}

// setting is an attribute of the store itself.
func setting(name, path string, kept, lost any) protection {
	return protection{
		name: name,
		keeps: func(_ testing.TB, _ envs.Environment, _ template, store resource) bool {
			return store.get(path) == kept
		},
		remove: func(_ testing.TB, _ template, store resource) { store.Body[path] = lost },
	}
}

func preventDestroy() protection {
	return protection{
		name: "prevent_destroy",
		keeps: func(_ testing.TB, _ envs.Environment, _ template, store resource) bool {
			return store.get("lifecycle.prevent_destroy") == true
		},
		remove: func(_ testing.TB, _ template, store resource) { delete(store.Body, "lifecycle") },
	}
}

func pointInTime() protection {
	return protection{
		name: "point-in-time recovery",
		keeps: func(t testing.TB, env envs.Environment, _ template, store resource) bool {
			return store.get("point_in_time_recovery.0.enabled") == true &&
				compact(store.get("point_in_time_recovery.0.recovery_period_in_days")) == compact(env.Storage.PointInTimeDays)
		},
		remove: func(_ testing.TB, _ template, store resource) { delete(store.Body, "point_in_time_recovery") },
	}
}

func noTTL() protection {
	return protection{
		name: "refusal to expire",
		keeps: func(_ testing.TB, _ envs.Environment, _ template, store resource) bool {
			return store.get("ttl.0.enabled") != true
		},
		remove: func(_ testing.TB, _ template, store resource) {
			store.Body["ttl"] = map[string]any{"enabled": true, "attribute_name": "expiresAt"}
		},
	}
}

func automatedBackups() protection {
	return protection{
		name: "automated backups",
		keeps: func(_ testing.TB, env envs.Environment, _ template, store resource) bool {
			return compact(store.get("backup_retention_period")) == compact(env.Storage.PointInTimeDays)
		},
		remove: func(_ testing.TB, _ template, store resource) { store.Body["backup_retention_period"] = float64(0) },
	}
}

func versioned() protection {
	return protection{
		name: "versioning",
		keeps: func(t testing.TB, _ envs.Environment, tpl template, store resource) bool {
			return ofBucket(tpl, "aws_s3_bucket_versioning", store).get("versioning_configuration.0.status") == "Enabled"
		},
		remove: func(_ testing.TB, tpl template, store resource) {
			ofBucket(tpl, "aws_s3_bucket_versioning", store).Body["versioning_configuration"] = map[string]any{"status": "Suspended"}
		},
	}
}

// oldVersions are kept as long as the settings say, at least: a lifecycle without such a rule keeps them for ever.
func oldVersions() protection {
	return protection{
		name: "time to go back to an old version",
		keeps: func(_ testing.TB, env envs.Environment, tpl template, store resource) bool {
			for _, rule := range lifecycleRules(tpl, store) {
				if days, ok := dig(rule, "noncurrent_version_expiration.0.noncurrent_days").(float64); ok && int(days) < env.Storage.OldVersionDays {
					return false
				}
			}
			return true
		},
		remove: func(_ testing.TB, tpl template, store resource) {
			addRule(tpl, store, map[string]any{"noncurrent_version_expiration": map[string]any{"noncurrent_days": float64(1)}})
		},
	}
}

func noExpiry() protection {
	return protection{
		name: "refusal to expire",
		keeps: func(_ testing.TB, _ envs.Environment, tpl template, store resource) bool {
			return !slices.ContainsFunc(lifecycleRules(tpl, store), func(rule any) bool {
				return dig(rule, "expiration.0.days") != nil || dig(rule, "expiration.0.date") != nil
			})
		},
		remove: func(_ testing.TB, tpl template, store resource) {
			addRule(tpl, store, map[string]any{"expiration": []any{map[string]any{"days": float64(3650)}}})
		},
	}
}

// versionsOutOfReach: no application deletes a version, whatever it is granted.
func versionsOutOfReach() protection {
	return bucketDenies("versions out of applications' reach", "role/writersroom-ENV-x", "s3:DeleteObjectVersion")
}

// settingsOutOfReach: no application lets versions go by changing what the bucket is.
func settingsOutOfReach() protection {
	return bucketDenies("settings out of applications' reach", "role/writersroom-ENV-x",
		"s3:DeleteBucket", "s3:PutBucketVersioning", "s3:PutLifecycleConfiguration")
}

// versionsOutOfEveryonesReach: nobody else does either.
func versionsOutOfEveryonesReach() protection {
	return bucketDenies("versions out of everyone's reach", "role/administrator", "s3:DeleteObjectVersion")
}

// bucketDenies: the bucket's policy denies each of the calls to the principal, through the VPC's endpoint and over TLS.
func bucketDenies(name, principal string, actions ...string) protection {
	denied := func(t testing.TB, env envs.Environment, policy policyDocument, store resource, action string) bool {
		t.Helper()
		arn := "arn:aws:s3:::" + fmt.Sprint(store.get("bucket"))
		if action == "s3:DeleteObjectVersion" {
			arn += "/" + storage.AuthorsPrefix + "writer-1/novel"
		}
		context := map[string]string{
			"aws:PrincipalArn":          "arn:aws:iam::" + env.Account + ":" + strings.ReplaceAll(principal, "ENV", env.Name),
			"aws:SecureTransport":       "true",
			"s3:TlsVersion":             "1.3",
			"aws:SourceVpce":            "${aws_vpc_endpoint.networking_s3-endpoint.id}",
			"aws:PrincipalIsAWSService": "false",
			"aws:ViaAWSService":         "false",
		}
		return !may(t, call{by: "AWS " + context["aws:PrincipalArn"], action: action, resource: arn, context: context}, withEverything(policy))
	}
	return protection{
		name: name,
		keeps: func(t testing.TB, env envs.Environment, tpl template, store resource) bool {
			policy := document(t, ofBucket(tpl, "aws_s3_bucket_policy", store), "policy")
			return !slices.ContainsFunc(actions, func(action string) bool { return !denied(t, env, policy, store, action) })
		},
		// Each statement that denies the last of the calls to this principal loses it.
		remove: func(t testing.TB, tpl template, store resource) {
			r := ofBucket(tpl, "aws_s3_bucket_policy", store)
			everyone := !strings.Contains(principal, "ENV")
			editPolicy(t, r, func(s map[string]any) bool {
				toEveryone := s["Condition"] == nil
				return s["Effect"] == "Deny" && toEveryone == everyone && slices.Contains(listed(s["Action"]), actions[len(actions)-1])
			}, func(action string) bool { return slices.Contains(actions, action) })
		},
	}
}

// outOfReach: the permissions boundary denies the calls to every role of the environment.
func outOfReach(actions ...string) protection {
	return protection{
		name: "boundary against " + strings.Join(actions, " and "),
		keeps: func(t testing.TB, env envs.Environment, tpl template, _ resource) bool {
			boundary := withEverything(document(t, boundaryOf(t, tpl), "policy"))
			return !slices.ContainsFunc(actions, func(action string) bool {
				return may(t, call{action: action, resource: "arn:aws:any:::store", context: application(env)}, boundary)
			})
		},
		remove: func(t testing.TB, tpl template, _ resource) {
			boundary := boundaryOf(t, tpl) // of the account's stack, where it stays as it is
			boundary.Body = maps.Clone(boundary.Body)
			_, name, _ := strings.Cut(boundary.Address, ".")
			tpl.body["resource"].(map[string]any)["aws_iam_policy"].(map[string]any)[name] = boundary.Body
			editPolicy(t, boundary,
				func(s map[string]any) bool { return s["Sid"] == "Irrecoverable" },
				func(pattern string) bool { return glob(pattern, actions[0]) })
		},
	}
}

// application is what AWS says of a call by one of the environment's roles.
func application(env envs.Environment) map[string]string {
	return with(ourContext(env), "aws:PrincipalArn", "arn:aws:iam::"+env.Account+":role/writersroom-"+env.Name+"-x")
}

// tableDenies: the table's own policy denies the call to every role of the environment.
func tableDenies(action string) protection {
	policyOf := func(tpl template, table resource) resource {
		for _, r := range tpl.all("aws_dynamodb_resource_policy") {
			if r.get("resource_arn") == "${"+table.Address+".arn}" {
				return r
			}
		}
		return resource{Address: "aws_dynamodb_resource_policy", Body: map[string]any{"policy": "{}"}, stack: tpl.name}
	}
	return protection{
		name: "policy against " + action,
		keeps: func(t testing.TB, env envs.Environment, tpl template, store resource) bool {
			c := call{
				by: "AWS anybody", action: action, context: application(env),
				resource: "arn:aws:dynamodb:" + env.Region + ":" + env.Account + ":table/" + fmt.Sprint(store.get("name")),
			}
			return !may(t, c, withEverything(document(t, policyOf(tpl, store), "policy")))
		},
		remove: func(t testing.TB, tpl template, store resource) {
			editPolicy(t, policyOf(tpl, store),
				func(s map[string]any) bool { return s["Effect"] == "Deny" },
				func(listed string) bool { return listed == action })
		},
	}
}

// backedUp: a backup selection takes the store, by its tags, into a plan that has a rule.
func backedUp() protection {
	return protection{
		name: "place in the backup plan",
		keeps: func(_ testing.TB, env envs.Environment, tpl template, store resource) bool {
			tags := map[string]any{"Environment": env.Name}
			own, _ := store.get("tags").(map[string]any)
			maps.Copy(tags, own)
			return slices.ContainsFunc(tpl.all("aws_backup_selection"), func(selection resource) bool {
				planned := slices.ContainsFunc(tpl.all("aws_backup_plan"), func(plan resource) bool {
					return selection.get("plan_id") == "${"+plan.Address+".id}" && plan.get("rule.0.schedule") != nil
				})
				return planned && selects(selection, tags)
			})
		},
		remove: func(_ testing.TB, tpl template, _ resource) {
			for _, selection := range tpl.all("aws_backup_selection") {
				condition, _ := selection.get("condition.0.string_equals.0").(map[string]any)
				condition["value"] = "another"
			}
		},
	}
}

// selects says whether a backup selection takes what has these tags: all its conditions must hold.
func selects(selection resource, tags map[string]any) bool {
	if !slices.Equal(listed(selection.get("resources")), []string{"*"}) || selection.get("selection_tag") != nil {
		return false
	}
	conditions, _ := selection.get("condition.0.string_equals").([]any)
	for _, one := range conditions {
		key, _ := dig(one, "key").(string)
		if tags[strings.TrimPrefix(key, "aws:ResourceTag/")] != dig(one, "value") {
			return false
		}
	}
	return len(conditions) > 0
}

// ofBucket is the one resource of a type that configures the bucket.
func ofBucket(tpl template, kind string, bucket resource) resource {
	for _, r := range tpl.all(kind) {
		if name, _ := r.get("bucket").(string); strings.Contains(name, "${"+bucket.Address+".") {
			return r
		}
	}
	return resource{Address: kind, Body: map[string]any{}, stack: tpl.name}
}

func lifecycleRules(tpl template, bucket resource) []any {
	rules, _ := ofBucket(tpl, "aws_s3_bucket_lifecycle_configuration", bucket).get("rule").([]any)
	return rules
}

func addRule(tpl template, bucket resource, rule map[string]any) {
	r := ofBucket(tpl, "aws_s3_bucket_lifecycle_configuration", bucket)
	r.Body["rule"] = append(lifecycleRules(tpl, bucket), rule)
}

// editPolicy takes the actions that drops names out of every statement of the resource's policy that picks does, and the statement
// where none is left.
func editPolicy(t testing.TB, r resource, picks func(map[string]any) bool, drops func(string) bool) {
	t.Helper()
	var policy map[string]any
	if err := json.Unmarshal([]byte(r.Body["policy"].(string)), &policy); err != nil {
		t.Fatal(err)
	}
	var statements []any
	for _, one := range policy["Statement"].([]any) {
		s := one.(map[string]any)
		if picks(s) {
			left := slices.DeleteFunc(listed(s["Action"]), drops)
			if len(left) == 0 {
				continue
			}
			s["Action"] = left
		}
		statements = append(statements, s)
	}
	policy["Statement"] = statements
	r.Body["policy"] = compact(policy)
}

// listed is a policy's value as a list, whether it is written as one or not.
func listed(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []string:
		return slices.Clone(v)
	case []any:
		var list []string
		for _, one := range v {
			list = append(list, fmt.Sprint(one))
		}
		return list
	}
	return nil
}

// copied is a template that can be changed without changing the one that all tests share.
func copied(t testing.TB, tpl template) template {
	t.Helper()
	tpl.body = nil
	if err := json.Unmarshal(tpl.raw, &tpl.body); err != nil {
		t.Fatal(err)
	}
	return tpl
}

// same is the resource of a template that has another template's address.
func same(t testing.TB, tpl template, r resource) resource {
	t.Helper()
	kind, name, _ := strings.Cut(r.Address, ".")
	return tpl.one(t, kind, name)
}
