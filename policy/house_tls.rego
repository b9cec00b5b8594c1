# Nothing travels in the clear, where AWS leaves it to us. Buckets have a control of their own for it, S3.5, and so have caches and
# search domains.
package writersroom.controls.house_tls

import data.writersroom.access
import data.writersroom.terraform as tf

title["House.TLS"] := "databases, topics, queues and secrets are reached over TLS only"

# policies are those that refuse whoever comes without TLS, and the argument that says whose they are.
policies := {
	"aws_secretsmanager_secret": {"type": "aws_secretsmanager_secret_policy", "of": "secret_arn"},
	"aws_sns_topic": {"type": "aws_sns_topic_policy", "of": "arn"},
	"aws_sqs_queue": {"type": "aws_sqs_queue_policy", "of": "queue_url"},
}

subject["House.TLS"] contains address if {
	some type, _ in policies
	some address, _ in tf.resources(type)
}

fault["House.TLS"] contains {"address": address, "message": message} if {
	some type, policy in policies
	some address, resource in tf.resources(type)
	not refuses(resource, policy)
	message := sprintf("must have an %s that denies everybody without TLS (aws:SecureTransport)", [policy.type])
}

refuses(resource, policy) if {
	some attached in tf.attached(policy.type, policy.of, resource)
	access.only_tls(attached.values.policy)
}

# forced is the parameter by which an engine refuses who comes without TLS.
forced := {
	"aurora-mysql": {"name": "require_secure_transport", "values": {"ON", "1"}},
	"aurora-postgresql": {"name": "rds.force_ssl", "values": {"1"}},
}

subject["House.TLS"] contains address if some address, _ in tf.resources("aws_rds_cluster")

fault["House.TLS"] contains {"address": address, "message": message} if {
	some address, cluster in tf.resources("aws_rds_cluster")
	parameter := forced[cluster.values.engine]
	not sets(cluster, parameter)
	message := sprintf("must have an aws_rds_cluster_parameter_group that sets %s", [parameter.name])
}

sets(cluster, parameter) if {
	some group in tf.resources("aws_rds_cluster_parameter_group")
	group.address in tf.refers(cluster, "db_cluster_parameter_group_name")
	some p in tf.blocks(group.values, "parameter")
	p.name == parameter.name
	p.value in parameter.values
}
