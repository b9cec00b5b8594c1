package storage

import "github.com/writersroom/infrastructure/internal/iam"

// everyone is the principal of what is denied, administrators included; conditions narrow it.
func everyone() map[string][]string { return map[string][]string{"AWS": {"*"}} }

// applicationRoles is the pattern of the ARNs of the environment's roles. Whoever deploys is none of them: those roles are the
// account's.
func (c Config) applicationRoles() string {
	return "arn:" + c.Partition + ":iam::" + c.Account + ":role/" + c.Label.Name("*")
}

// bucketPolicy lets nobody do anything that IAM does not, save what kind adds.
func (b *builder) bucketPolicy(kind bucketKind) iam.Policy {
	arn := b.bucketARN(b.bucketName(kind.name))
	policy := iam.Policy{{
		Sid:        "OnlyTLS",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions:    []string{"s3:*"},
		Resources:  []string{arn, arn + "/*"},
		Conditions: []iam.Condition{{Test: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
		Reason:     "nothing travels in the clear",
	}, {
		Sid:        "OnlyModernTLS",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions:    []string{"s3:*"},
		Resources:  []string{arn, arn + "/*"},
		Conditions: []iam.Condition{{Test: "NumericLessThan", Key: "s3:TlsVersion", Values: []string{"1.2"}}},
		Reason:     "TLS 1.0 and 1.1 can be broken",
	}, {
		Sid:        "NoKeyOfTheCaller",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions:    []string{"s3:PutObject"},
		Resources:  []string{arn + "/*"},
		Conditions: []iam.Condition{
			{Test: "Null", Key: "s3:x-amz-server-side-encryption-customer-algorithm", Values: []string{"false"}},
		},
		Reason: "an object encrypted with a key that S3 forgets can be held to ransom",
	}, {
		Sid:        "NoUndoing",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions: []string{
			"s3:BypassGovernanceRetention",
			"s3:DeleteBucket",
			"s3:DeleteBucketPolicy",
			"s3:DeleteObjectVersion",
			"s3:DeleteObjectVersionTagging",
			"s3:PutAccelerateConfiguration",
			"s3:PutBucketAcl",
			"s3:PutBucketLogging",
			"s3:PutBucketOwnershipControls",
			"s3:PutBucketPolicy",
			"s3:PutBucketPublicAccessBlock",
			"s3:PutBucketVersioning",
			"s3:PutEncryptionConfiguration",
			"s3:PutLifecycleConfiguration",
			"s3:PutReplicationConfiguration",
		},
		Resources:  []string{arn, arn + "/*"},
		Conditions: []iam.Condition{{Test: "ArnLike", Key: "aws:PrincipalArn", Values: []string{b.applicationRoles()}}},
		Reason: "whatever an application is granted or talked into, what it deletes or overwrites can be brought back, and what " +
			"protects the bucket stays",
	}}
	return append(append(policy, onlyItsKey(arn, kind.keyARN)), kind.policy(arn)...)
}

// onlyItsKey refuses an upload that names another encryption than the bucket's. One that names none gets the bucket's.
func onlyItsKey(arn, key string) iam.Statement {
	own := iam.Condition{Test: "StringNotEquals", Key: "s3:x-amz-server-side-encryption", Values: []string{"AES256"}}
	if key != "" {
		own = iam.Condition{Test: "StringNotEquals", Key: "s3:x-amz-server-side-encryption-aws-kms-key-id", Values: []string{key}}
	}
	return iam.Statement{
		Sid:        "OnlyItsKey",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions:    []string{"s3:PutObject"},
		Resources:  []string{arn + "/*"},
		Conditions: []iam.Condition{
			{Test: "Null", Key: "s3:x-amz-server-side-encryption", Values: []string{"false"}},
			own,
		},
		Reason: "an object under another key is out of the reach of whoever may read the bucket, and of what protects its key",
	}
}

// throughTheVPC refuses what is read and written from elsewhere than the environment's network, so that the stolen credentials of a
// workload are of no use outside. Only objects are concerned: whoever deploys sets the bucket up, and lists it, from outside.
func (b *builder) throughTheVPC(arn string) iam.Statement {
	outside := append([]string{b.AuthenticatedRoleARN, b.BackupRoleARN}, b.ModelRoleARNs...)
	return iam.Statement{
		Sid:        "ThroughTheVPC",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions: []string{
			"s3:AbortMultipartUpload",
			"s3:DeleteObject*",
			"s3:GetObject*",
			"s3:ListMultipartUploadParts",
			"s3:PutObject*",
			"s3:ReplicateDelete",
			"s3:ReplicateObject",
			"s3:RestoreObject",
		},
		Resources: []string{arn + "/*"},
		Conditions: []iam.Condition{
			{Test: "StringNotEquals", Key: "aws:SourceVpce", Values: []string{b.S3EndpointID}},
			{Test: "ArnNotLike", Key: "aws:PrincipalArn", Values: outside},
			{Test: "BoolIfExists", Key: "aws:PrincipalIsAWSService", Values: []string{"false"}},
			{Test: "BoolIfExists", Key: "aws:ViaAWSService", Values: []string{"false"}},
		},
		Reason: "workloads run in the VPC; writers come from their browsers, and AWS Backup, Bedrock and SageMaker from AWS's own network",
	}
}

// optedOut keeps every model from what its writer does not want models to read. Copying an object is reading it.
func (b *builder) optedOut(arn string) iam.Statement {
	return iam.Statement{
		Sid:        "OptedOut",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions:    []string{"s3:GetObject*"},
		Resources:  []string{arn + "/" + OptedOutPrefix + "*"},
		Conditions: []iam.Condition{{Test: "ArnLike", Key: "aws:PrincipalArn", Values: b.ModelRoleARNs}},
		Reason:     "no grant, however wide, lets a model read what its writer has opted out",
	}
}

// keepEveryVersion makes a manuscript's earlier versions leave by the lifecycle rule alone, which no policy binds. It holds for
// administrators too: to retire the bucket they first take the environment's retention away.
func keepEveryVersion(arn string) iam.Statement {
	return iam.Statement{
		Sid:        "KeepEveryVersion",
		Effect:     iam.Deny,
		Principals: everyone(),
		Actions:    []string{"s3:DeleteBucket", "s3:DeleteObjectVersion"},
		Resources:  []string{arn, arn + "/*"},
		Reason:     "an earlier version is the way back from whatever happened to a manuscript",
	}
}

// logDelivery lets S3 write the access logs of the buckets named.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
func (b *builder) logDelivery(arn string, names ...string) iam.Statement {
	var sources []string
	for _, name := range names {
		sources = append(sources, b.bucketARN(b.bucketName(name)))
	}
	return iam.Statement{
		Sid:        "LogDelivery",
		Principals: map[string][]string{"Service": {"logging.s3.amazonaws.com"}},
		Actions:    []string{"s3:PutObject"},
		Resources:  []string{arn + "/" + accessLogPrefix + "*"},
		Conditions: []iam.Condition{
			iam.SourceAccount(b.Account),
			{Test: "ArnLike", Key: "aws:SourceArn", Values: sources},
		},
		Reason: "S3 writes who read what of the environment's other buckets",
	}
}

// loadBalancerPrefix is where load balancers log what they answered, and who connected to them.
const loadBalancerPrefix = "load-balancer/"

// loadBalancerLogs lets the environment's load balancers write their logs. What they say of themselves is their ARN, which holds the
// account. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func (b *builder) loadBalancerLogs(arn string) iam.Statement {
	return iam.Statement{
		Sid:        "LoadBalancerLogs",
		Principals: map[string][]string{"Service": {"logdelivery.elasticloadbalancing.amazonaws.com"}},
		Actions:    []string{"s3:PutObject"},
		Resources:  []string{arn + "/" + loadBalancerPrefix + "AWSLogs/" + b.Account + "/*"},
		Conditions: []iam.Condition{{
			Test: "ArnLike", Key: "aws:SourceArn",
			Values: []string{
				"arn:" + b.Partition + ":elasticloadbalancing:" + b.Region + ":" + b.Account + ":loadbalancer/app/" + b.Label.Name("*"),
			},
		}},
		Reason: "load balancers write who asked what of them",
	}
}

// webDelivery lets CloudFront read the web application's files. The distribution's ARN holds the account. Without leave to list
// them, S3 says of a file that is not there that it is forbidden.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func (b *builder) webDelivery(arn string) iam.Statement {
	return iam.Statement{
		Sid:        "WebDelivery",
		Principals: map[string][]string{"Service": {"cloudfront.amazonaws.com"}},
		Actions:    []string{"s3:GetObject", "s3:ListBucket"},
		Resources:  []string{arn, arn + "/*"},
		Conditions: []iam.Condition{{
			Test: "ArnLike", Key: "aws:SourceArn",
			Values: []string{"arn:" + b.Partition + ":cloudfront::" + b.Account + ":distribution/*"},
		}},
		Reason: "a distribution of this account delivers the web application",
	}
}
