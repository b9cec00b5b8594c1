package test

import (
	"slices"
	"strings"
	"testing"

	"github.com/writersroom/infrastructure/constructs/storage"
	"github.com/writersroom/infrastructure/envs"
)

// bucketsOf are the buckets of every environment.
func bucketsOf() []string { return []string{"access-logs", "assets", "exports", "manuscripts"} }

func TestBuckets(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		if got := len(tpl.all("aws_s3_bucket")); got != len(bucketsOf()) {
			t.Errorf("%s: want the buckets %v, got %d buckets", tpl.name, bucketsOf(), got)
		}
		old := map[string]int{"dev": 90, "staging": 90, "prod": 365}[env.Name]
		logs := map[string]int{"dev": 14, "staging": 30, "prod": 365}[env.Name]
		retained := map[string]any{"prod": true}[env.Name]
		for name, want := range map[string]struct {
			manuscripts string
			key         any // nil for S3's own
			expire      map[string]any
			oldDays     int
		}{
			"manuscripts": {"original", "${aws_kms_key.identity_data-key.arn}", map[string]any{"expired_object_delete_marker": true}, old},
			"exports":     {"copy", "${aws_kms_key.identity_data-key.arn}", map[string]any{"days": 30}, 7},
			"assets":      {"none", nil, map[string]any{"expired_object_delete_marker": true}, 30},
			"access-logs": {"none", nil, map[string]any{"days": logs}, 30},
		} {
			part := func(kind, id string) resource { return tpl.one(t, kind, "storage_"+name+"_"+id) }
			bucket := part("aws_s3_bucket", "bucket")
			bucket.want(t, "bucket", "writersroom-"+env.Name+"-"+name+"-"+env.Account)
			bucket.want(t, "force_destroy", env.Name != "prod")
			bucket.want(t, "tags.Manuscripts", want.manuscripts)

			block := part("aws_s3_bucket_public_access_block", "public-access")
			for _, way := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
				block.want(t, way, true)
			}
			part("aws_s3_bucket_ownership_controls", "ownership").want(t, "rule.object_ownership", "BucketOwnerEnforced")
			part("aws_s3_bucket_versioning", "versioning").want(t, "versioning_configuration.status", "Enabled")

			encryption := part("aws_s3_bucket_server_side_encryption_configuration", "encryption")
			algorithm, bucketKey := "AES256", any(nil)
			if want.key != nil {
				algorithm, bucketKey = "aws:kms", true
			}
			encryption.want(t, "rule.0.apply_server_side_encryption_by_default.sse_algorithm", algorithm)
			encryption.want(t, "rule.0.apply_server_side_encryption_by_default.kms_master_key_id", want.key)
			encryption.want(t, "rule.0.bucket_key_enabled", bucketKey)

			expire := part("aws_s3_bucket_lifecycle_configuration", "lifecycle")
			expire.want(t, "rule.0.status", "Enabled")
			expire.want(t, "rule.0.expiration", []any{want.expire})
			expire.want(t, "rule.0.noncurrent_version_expiration", []any{map[string]any{"noncurrent_days": want.oldDays}})
			expire.want(t, "rule.0.abort_incomplete_multipart_upload.0.days_after_initiation", 7)
			expire.want(t, "rule.1", nil)

			policy := part("aws_s3_bucket_policy", "policy")
			for _, r := range []resource{bucket, block, encryption, expire, policy, part("aws_s3_bucket_versioning", "versioning")} {
				r.want(t, "lifecycle.prevent_destroy", retained)
			}
			if name == "access-logs" {
				continue
			}
			logging := part("aws_s3_bucket_logging", "logging")
			logging.want(t, "target_bucket", "${aws_s3_bucket_policy.storage_access-logs_policy.bucket}")
			logging.want(t, "target_prefix", "s3/")
			logging.want(t, "target_object_key_format.partitioned_prefix.partition_date_source", "EventTime")
		}
		// Without it, AWS Backup does not hear of changes.
		tpl.one(t, "aws_s3_bucket_notification", "storage_manuscripts_events").want(t, "eventbridge", true)
	})
}

// What a bucket's policy denies to whoever IAM has granted everything, and what it allows to AWS's services.
func TestBucketPolicies(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		role := func(name string) map[string]string {
			return map[string]string{
				"aws:PrincipalArn":          "arn:aws:iam::" + env.Account + ":role/" + name,
				"aws:PrincipalIsAWSService": "false",
				"aws:ViaAWSService":         "false",
				"aws:SecureTransport":       "true",
				"s3:TlsVersion":             "1.3",
			}
		}
		prefix := "writersroom-" + env.Name + "-"
		const vpce = "${aws_vpc_endpoint.networking_s3-endpoint.id}"
		inside := with(role(prefix+"exporter"), "aws:SourceVpce", vpce)
		outside := with(inside, "aws:SourceVpce", "")
		deployer := role("writersroom-account-deploy")
		model := role(prefix + "model-knowledge-base")
		const (
			sse    = "s3:x-amz-server-side-encryption"
			keyID  = sse + "-aws-kms-key-id"
			caller = sse + "-customer-algorithm"
		)
		dataKey := "arn:aws:kms:" + env.Region + ":" + env.Account + ":key/identity_data-key"
		all := bucketsOf()
		internal, public := []string{"exports", "manuscripts"}, []string{"access-logs", "assets"}
		destroyable := []string{"access-logs", "assets", "exports", "manuscripts"}
		if env.Name == "prod" {
			destroyable = []string{"access-logs", "assets", "exports"}
		}
		for name, tc := range map[string]struct {
			action, key string // the key of an object; empty for the bucket itself
			context     map[string]string
			allowed     []string
		}{
			"a workload reads":                           {"s3:GetObject", "authors/1/a", inside, all},
			"a workload writes":                          {"s3:PutObject", "authors/1/a", inside, all},
			"a workload deletes":                         {"s3:DeleteObject", "authors/1/a", inside, all},
			"in the clear":                               {"s3:GetObject", "authors/1/a", with(inside, "aws:SecureTransport", "false"), nil},
			"over TLS 1.1":                               {"s3:GetObject", "authors/1/a", with(inside, "s3:TlsVersion", "1.1"), nil},
			"the bucket's list in the clear":             {"s3:ListBucket", "", with(inside, "aws:SecureTransport", "false"), nil},
			"stolen credentials read":                    {"s3:GetObject", "authors/1/a", outside, public},
			"stolen credentials read an old version":     {"s3:GetObjectVersion", "authors/1/a", outside, public},
			"stolen credentials write":                   {"s3:PutObject", "authors/1/a", outside, public},
			"stolen credentials delete":                  {"s3:DeleteObject", "authors/1/a", outside, public},
			"through another VPC's endpoint":             {"s3:GetObject", "authors/1/a", with(inside, "aws:SourceVpce", "vpce-other"), public},
			"nobody in particular":                       {"s3:GetObject", "authors/1/a", with(outside, "aws:PrincipalArn", ""), public},
			"a writer reads":                             {"s3:GetObject", "opted-out/1/a", role(prefix + "authenticated"), all},
			"AWS Backup reads":                           {"s3:GetObjectVersion", "opted-out/1/a", role(prefix + "backup"), all},
			"AWS for a role of ours":                     {"s3:GetObject", "authors/1/a", with(outside, "aws:ViaAWSService", "true"), all},
			"whoever deploys sets it up":                 {"s3:PutLifecycleConfiguration", "", deployer, all},
			"whoever deploys changes the policy":         {"s3:PutBucketPolicy", "", deployer, all},
			"whoever deploys looks whether it is there":  {"s3:ListBucket", "", deployer, all},
			"whoever deploys reads":                      {"s3:GetObject", "authors/1/a", deployer, public},
			"whoever deploys deletes a version inside":   {"s3:DeleteObjectVersion", "authors/1/a", with(deployer, "aws:SourceVpce", vpce), destroyable},
			"whoever deploys deletes the bucket":         {"s3:DeleteBucket", "", deployer, destroyable},
			"a workload deletes a version":               {"s3:DeleteObjectVersion", "authors/1/a", inside, nil},
			"a workload stops versions":                  {"s3:PutBucketVersioning", "", inside, nil},
			"a workload expires everything":              {"s3:PutLifecycleConfiguration", "", inside, nil},
			"a workload deletes the bucket":              {"s3:DeleteBucket", "", inside, nil},
			"a workload changes the policy":              {"s3:PutBucketPolicy", "", inside, nil},
			"a workload takes the policy away":           {"s3:DeleteBucketPolicy", "", inside, nil},
			"a workload opens it to the public":          {"s3:PutBucketPublicAccessBlock", "", inside, nil},
			"a workload changes the key":                 {"s3:PutEncryptionConfiguration", "", inside, nil},
			"a workload stops the log":                   {"s3:PutBucketLogging", "", inside, nil},
			"a workload copies everything elsewhere":     {"s3:PutReplicationConfiguration", "", inside, nil},
			"a model reads":                              {"s3:GetObject", "authors/1/a", model, all},
			"a model reads what is opted out":            {"s3:GetObject", "opted-out/1/a", model, public},
			"a model does so in the VPC":                 {"s3:GetObject", "opted-out/1/a", with(model, "aws:SourceVpce", vpce), public},
			"a model reads its old version":              {"s3:GetObjectVersion", "opted-out/1/a", model, public},
			"a model replicates it":                      {"s3:GetObjectVersionForReplication", "opted-out/1/a", model, public},
			"a model gets its torrent":                   {"s3:GetObjectTorrent", "opted-out/1/a", model, public},
			"an upload under the data key":               {"s3:PutObject", "authors/1/a", with(inside, sse, "aws:kms", keyID, dataKey), internal},
			"an upload under another key":                {"s3:PutObject", "authors/1/a", with(inside, sse, "aws:kms", keyID, dataKey+"1"), nil},
			"an upload under KMS's own key":              {"s3:PutObject", "authors/1/a", with(inside, sse, "aws:kms"), nil},
			"an upload under S3's own key":               {"s3:PutObject", "authors/1/a", with(inside, sse, "AES256"), public},
			"an upload under a key of the caller":        {"s3:PutObject", "authors/1/a", with(inside, caller, "AES256"), nil},
			"the role of a neighbour reads from outside": {"s3:GetObject", "authors/1/a", role("writersroom-" + env.Name + "-authenticated2"), public},
		} {
			t.Run(name, func(t *testing.T) {
				for _, bucket := range all {
					r := tpl.one(t, "aws_s3_bucket_policy", "storage_"+bucket+"_policy")
					c := call{action: tc.action, context: tc.context, resource: "arn:aws:s3:::" + prefix + bucket + "-" + env.Account}
					if tc.key != "" {
						c.resource += "/" + tc.key
					}
					if got, want := may(t, c, withEverything(document(t, r, "policy"))), slices.Contains(tc.allowed, bucket); got != want {
						t.Errorf("%s: %s: allowed: want %t, got %t, for %+v\n%s", tpl.name, r.Address, want, got, c, r)
					}
				}
			})
		}

		const logging, cloudfront = "Service logging.s3.amazonaws.com", "Service cloudfront.amazonaws.com"
		source := func(arn string) map[string]string {
			return map[string]string{"aws:SourceAccount": env.Account, "aws:SourceArn": arn, "aws:PrincipalIsAWSService": "true"}
		}
		manuscripts := source("arn:aws:s3:::" + prefix + "manuscripts-" + env.Account)
		distribution := source("arn:aws:cloudfront::" + env.Account + ":distribution/E1")
		for name, tc := range map[string]struct {
			by, action, key string
			context         map[string]string
			allowed         []string
		}{
			"S3 logs":                            {logging, "s3:PutObject", "s3/a", manuscripts, []string{"access-logs"}},
			"S3 logs another bucket":             {logging, "s3:PutObject", "s3/a", source("arn:aws:s3:::somebody-elses"), nil},
			"S3 logs for another account":        {logging, "s3:PutObject", "s3/a", with(manuscripts, "aws:SourceAccount", "999999999999"), nil},
			"S3 logs elsewhere in the bucket":    {logging, "s3:PutObject", "a", manuscripts, nil},
			"S3 reads logs":                      {logging, "s3:GetObject", "s3/a", manuscripts, nil},
			"CloudFront reads":                   {cloudfront, "s3:GetObject", "index.html", distribution, []string{"assets"}},
			"CloudFront writes":                  {cloudfront, "s3:PutObject", "index.html", distribution, nil},
			"CloudFront for another account":     {cloudfront, "s3:GetObject", "index.html", source("arn:aws:cloudfront::999999999999:distribution/E1"), nil},
			"CloudFront does not say for whom":   {cloudfront, "s3:GetObject", "index.html", nil, nil},
			"a role of the account, without IAM": {"AWS arn:aws:iam::" + env.Account + ":role/r", "s3:GetObject", "a", inside, nil},
			"anybody":                            {"AWS *", "s3:GetObject", "a", inside, nil},
		} {
			t.Run(name, func(t *testing.T) {
				for _, bucket := range all {
					r := tpl.one(t, "aws_s3_bucket_policy", "storage_"+bucket+"_policy")
					c := call{by: tc.by, action: tc.action, context: tc.context}
					c.resource = "arn:aws:s3:::" + prefix + bucket + "-" + env.Account + "/" + tc.key
					if got, want := may(t, c, document(t, r, "policy")), slices.Contains(tc.allowed, bucket); got != want {
						t.Errorf("%s: %s: allowed: want %t, got %t, for %+v\n%s", tpl.name, r.Address, want, got, c, r)
					}
				}
			})
		}
	})
}

// A signed-in writer reaches what is theirs, from where they are, and nothing of anybody else's: role, boundary, bucket and key together.
func TestWritersReachTheirOwnManuscripts(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		own := rights(t, tpl, tpl.one(t, "aws_iam_role", "identity_authenticated-role"))
		boundary := document(t, boundaryOf(t, tpl), "policy")
		writer := with(ourContext(env),
			"aws:PrincipalArn", "arn:aws:iam::"+env.Account+":role/writersroom-"+env.Name+"-authenticated",
			"aws:SecureTransport", "true", "s3:TlsVersion", "1.3")
		listing := func(prefix string) map[string]string { return with(writer, "s3:prefix", prefix) }
		for name, tc := range map[string]struct {
			bucket, action, key string
			context             map[string]string
			want                bool
		}{
			"their own":                            {"manuscripts", "s3:GetObject", "/authors/writer-1/novel", writer, true},
			"their own, as it was":                 {"manuscripts", "s3:GetObjectVersion", "/authors/writer-1/novel", writer, true},
			"their own, opted out":                 {"manuscripts", "s3:GetObject", "/opted-out/writer-1/novel", writer, true},
			"writing":                              {"manuscripts", "s3:PutObject", "/authors/writer-1/novel", writer, true},
			"writing, opted out":                   {"manuscripts", "s3:PutObject", "/opted-out/writer-1/novel", writer, true},
			"deleting":                             {"manuscripts", "s3:DeleteObject", "/authors/writer-1/novel", writer, true},
			"deleting for good":                    {"manuscripts", "s3:DeleteObjectVersion", "/authors/writer-1/novel", writer, false},
			"what there is":                        {"manuscripts", "s3:ListBucket", "", listing("authors/writer-1/"), true},
			"what there is of another's":           {"manuscripts", "s3:ListBucket", "", listing("authors/writer-2/"), false},
			"what there is of a namesake's":        {"manuscripts", "s3:ListBucket", "", listing("authors/writer-11/"), false},
			"what there is of everybody's":         {"manuscripts", "s3:ListBucket", "", listing("authors/"), false},
			"what there is at all":                 {"manuscripts", "s3:ListBucket", "", writer, false},
			"another writer's":                     {"manuscripts", "s3:GetObject", "/authors/writer-2/novel", writer, false},
			"another writer's, opted out":          {"manuscripts", "s3:GetObject", "/opted-out/writer-2/novel", writer, false},
			"into another writer's":                {"manuscripts", "s3:PutObject", "/authors/writer-2/novel", writer, false},
			"a namesake's":                         {"manuscripts", "s3:GetObject", "/authors/writer-11/novel", writer, false},
			"outside the two halves":               {"manuscripts", "s3:PutObject", "/writer-1/novel", writer, false},
			"a session without a writer":           {"manuscripts", "s3:GetObject", "/authors//novel", with(writer, "aws:PrincipalTag/sub", ""), false},
			"in the clear":                         {"manuscripts", "s3:GetObject", "/authors/writer-1/novel", with(writer, "aws:SecureTransport", "false"), false},
			"an export of theirs":                  {"exports", "s3:GetObject", "/authors/writer-1/novel.pdf", writer, true},
			"an export of theirs, opted out":       {"exports", "s3:GetObject", "/opted-out/writer-1/novel.pdf", writer, true},
			"an export of another's":               {"exports", "s3:GetObject", "/authors/writer-2/novel.pdf", writer, false},
			"an export that they make up":          {"exports", "s3:PutObject", "/authors/writer-1/novel.pdf", writer, false},
			"the web application":                  {"assets", "s3:PutObject", "/authors/writer-1/index.html", writer, false},
			"who read what":                        {"access-logs", "s3:GetObject", "/authors/writer-1/log", writer, false},
			"a bucket of that name, another's":     {"manuscripts", "s3:GetObject", "/authors/writer-1/novel", with(writer, "aws:ResourceAccount", "999999999999"), false},
			"what protects the bucket of all this": {"manuscripts", "s3:PutBucketPolicy", "", writer, false},
		} {
			t.Run(name, func(t *testing.T) {
				c := call{action: tc.action, context: tc.context}
				c.resource = "arn:aws:s3:::writersroom-" + env.Name + "-" + tc.bucket + "-" + env.Account + tc.key
				bucket := document(t, tpl.one(t, "aws_s3_bucket_policy", "storage_"+tc.bucket+"_policy"), "policy")
				if got := may(t, c, own, boundary, withEverything(bucket)); got != tc.want {
					t.Errorf("%s: allowed: want %t, got %t, for %+v\n%s", tpl.name, tc.want, got, c, compact(own))
				}
			})
		}

		key := tpl.one(t, "aws_kms_key", "identity_data-key")
		bucket := "arn:aws:s3:::writersroom-" + env.Name + "-manuscripts-" + env.Account
		use := with(writer, "aws:PrincipalType", "AssumedRole", "kms:CallerAccount", env.Account,
			"kms:ViaService", "s3."+env.Region+".amazonaws.com", "kms:EncryptionContext:aws:s3:arn", bucket)
		for name, tc := range map[string]struct {
			action  string
			context map[string]string
			want    bool
		}{
			"reading":                         {"kms:Decrypt", use, true},
			"writing":                         {"kms:GenerateDataKey", use, true},
			"an object without a bucket key":  {"kms:Decrypt", with(use, "kms:EncryptionContext:aws:s3:arn", bucket+"/authors/writer-1/novel"), true},
			"another bucket's":                {"kms:Decrypt", with(use, "kms:EncryptionContext:aws:s3:arn", bucket+"2"), false},
			"a table's":                       {"kms:Decrypt", with(use, "kms:ViaService", "dynamodb."+env.Region+".amazonaws.com"), false},
			"with the key itself":             {"kms:Decrypt", with(use, "kms:ViaService", ""), false},
			"giving the key's use to another": {"kms:CreateGrant", with(use, "kms:GrantIsForAWSResource", "true"), false},
		} {
			c := call{by: "AWS arn:aws:iam::" + env.Account + ":root", action: tc.action, context: tc.context}
			c.resource = "arn:aws:kms:" + env.Region + ":" + env.Account + ":key/identity_data-key"
			onKey := c
			onKey.resource = "*"
			got := may(t, c, own, boundary) && may(t, onKey, document(t, key, "policy"))
			if got != tc.want {
				t.Errorf("%s: the key, %s: allowed: want %t, got %t, for %+v", tpl.name, name, tc.want, got, c)
			}
		}
	})
}

// A prefix is a folder, whether or not it ends in a slash.
func TestBucketGrants(t *testing.T) {
	bucket := &storage.Bucket{ARN: "arn:aws:s3:::b"}
	for name, tc := range map[string]struct {
		prefixes []string
		allowed  []string // of the keys below
	}{
		"the whole bucket":        {nil, []string{"a/1/x", "a/11/x", "a/1", "x"}},
		"a folder":                {[]string{"a/1"}, []string{"a/1/x"}},
		"a folder with its slash": {[]string{"a/1/"}, []string{"a/1/x"}},
		"two folders":             {[]string{"a/1", "a/11/"}, []string{"a/1/x", "a/11/x"}},
	} {
		for action, statements := range map[string][]policyStatement{
			"s3:GetObject":    statementsOf(t, bucket.Read(tc.prefixes...)),
			"s3:PutObject":    statementsOf(t, bucket.Write(tc.prefixes...)),
			"s3:DeleteObject": statementsOf(t, bucket.Delete(tc.prefixes...)),
		} {
			if len(statements) != 1 {
				t.Errorf("%s: %s: a bucket without a key needs none, got %s", name, action, compact(statements))
			}
			for _, key := range []string{"a/1/x", "a/11/x", "a/1", "x"} {
				for _, tried := range []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"} {
					want := tried == action && slices.Contains(tc.allowed, key)
					c := call{action: tried, resource: "arn:aws:s3:::b/" + key}
					if got := may(t, c, policyDocument{Statement: statements}); got != want {
						t.Errorf("%s: %s of %s by the grant of %s: want %t, got %t: %s", name, tried, key, action, want, got, compact(statements))
					}
				}
			}
		}
		list := policyDocument{Statement: statementsOf(t, bucket.List(tc.prefixes...))}
		for prefix, want := range map[string]bool{"a/1/": true, "a/1/x": true, "a/11/": slices.Contains(tc.allowed, "a/11/x"), "a/": tc.prefixes == nil} {
			c := call{action: "s3:ListBucket", resource: "arn:aws:s3:::b", context: map[string]string{"s3:prefix": prefix}}
			if got := may(t, c, list); got != want {
				t.Errorf("%s: listing %q: want %t, got %t: %s", name, prefix, want, got, compact(list))
			}
		}
	}
}

// The pattern that keeps applications off versions is what every role is named by.
func TestEveryRoleIsKnownAsAnApplications(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		for _, r := range tpl.all("aws_iam_role") {
			if name, _ := r.get("name").(string); !strings.HasPrefix(name, "writersroom-"+env.Name+"-") {
				t.Errorf("%s: %s is named %q, which no bucket's policy takes for an application's role", tpl.name, r.Address, name)
			}
		}
	})
}

// Scripts of the web application reach what writers do from a browser, and those of no other page.
func TestBrowsersReachWritersFolders(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, env envs.Environment, tpl template) {
		origins := map[string][]string{
			"dev":     {"https://dev.writersroom.example", "http://localhost:3000"},
			"staging": {"https://staging.writersroom.example"},
			"prod":    {"https://writersroom.example"},
		}[env.Name]
		for bucket, methods := range map[string][]string{
			"manuscripts": {"DELETE", "GET", "HEAD", "POST", "PUT"},
			"exports":     {"GET", "HEAD"},
		} {
			cors := tpl.one(t, "aws_s3_bucket_cors_configuration", "storage_"+bucket+"_cors")
			cors.want(t, "cors_rule.0.allowed_origins", origins)
			cors.want(t, "cors_rule.0.allowed_methods", methods)
			cors.want(t, "cors_rule.0.expose_headers", []string{"ETag", "x-amz-version-id"})
			cors.want(t, "cors_rule.1", nil)
		}
		if got := len(tpl.all("aws_s3_bucket_cors_configuration")); got != 2 {
			t.Errorf("%s: want scripts to reach two buckets, got %d", tpl.name, got)
		}
	})
}
