# https://docs.aws.amazon.com/securityhub/latest/userguide/opensearch-controls.html
package writersroom.controls.opensearch

import data.writersroom.terraform as tf

domains := tf.resources("aws_opensearch_domain")

subject[control] contains address if {
	some control in {
		"Opensearch.1", "Opensearch.2", "Opensearch.3", "Opensearch.4", "Opensearch.5", "Opensearch.7", "Opensearch.8", "Opensearch.9",
		"Opensearch.10",
	}
	some address, _ in domains
}

subject[control] contains address if {
	some control in {"Opensearch.6", "Opensearch.11"}
	tf.retained
	some address, _ in domains
}

title["Opensearch.1"] := "domains are encrypted at rest"

fault["Opensearch.1"] contains {"address": address, "message": "must have encrypt_at_rest enabled"} if {
	some address, domain in domains
	not enabled(domain, "encrypt_at_rest")
}

enabled(domain, block) if tf.block(domain.values, block).enabled == true

title["Opensearch.2"] := "domains are in a VPC"

fault["Opensearch.2"] contains {"address": address, "message": "must have vpc_options with subnet_ids"} if {
	some address, domain in domains
	not in_vpc(domain)
}

in_vpc(domain) if tf.block(domain.values, "vpc_options").subnet_ids

title["Opensearch.3"] := "nodes of domains speak TLS with each other"

fault["Opensearch.3"] contains {"address": address, "message": "must have node_to_node_encryption enabled"} if {
	some address, domain in domains
	not enabled(domain, "node_to_node_encryption")
}

title["Opensearch.4"] := "domains log their errors"

fault["Opensearch.4"] contains {"address": address, "message": "must have log_publishing_options for ES_APPLICATION_LOGS"} if {
	some address, domain in domains
	not logs(domain, "ES_APPLICATION_LOGS")
}

title["Opensearch.5"] := "domains log who did what"

fault["Opensearch.5"] contains {"address": address, "message": "must have log_publishing_options for AUDIT_LOGS"} if {
	some address, domain in domains
	not logs(domain, "AUDIT_LOGS")
}

logs(domain, type) if {
	some options in tf.blocks(domain.values, "log_publishing_options")
	options.log_type == type
	object.get(options, "enabled", true) != false
}

title["Opensearch.6"] := "domains that are retained survive the loss of a zone"

fault["Opensearch.6"] contains {"address": address, "message": message} if {
	tf.retained
	some address, domain in domains
	not spread(domain)
	message := "must have a cluster_config with an instance_count of at least 3 and zone_awareness_enabled"
}

spread(domain) if {
	cluster := tf.block(domain.values, "cluster_config")
	cluster.instance_count >= 3
	cluster.zone_awareness_enabled == true
}

title["Opensearch.7"] := "domains tell apart whom they let in to what"

fault["Opensearch.7"] contains {"address": address, "message": "must have advanced_security_options enabled, and nobody anonymous"} if {
	some address, domain in domains
	not fine_grained(domain)
}

fine_grained(domain) if {
	enabled(domain, "advanced_security_options")
	object.get(tf.block(domain.values, "advanced_security_options"), "anonymous_auth_enabled", false) != true
}

title["Opensearch.8"] := "domains are reached over modern TLS only"

latest := "Policy-Min-TLS-1-2-PFS-2023-10"

fault["Opensearch.8"] contains {"address": address, "message": message} if {
	some address, domain in domains
	not modern(domain)
	message := sprintf("must have domain_endpoint_options with enforce_https and tls_security_policy %s", [latest])
}

modern(domain) if {
	endpoint := tf.block(domain.values, "domain_endpoint_options")
	endpoint.enforce_https == true
	endpoint.tls_security_policy == latest
}

title["Opensearch.9"] := "domains are tagged"

fault["Opensearch.9"] contains {"address": address, "message": "must have a tag"} if {
	some address, domain in domains
	count(tf.tags(domain)) == 0
}

title["Opensearch.10"] := "domains get updates by themselves"

fault["Opensearch.10"] contains {"address": address, "message": message} if {
	message := "must have software_update_options with auto_software_update_enabled = true"
	some address, domain in domains
	not updated(domain)
}

updated(domain) if tf.block(domain.values, "software_update_options").auto_software_update_enabled == true

title["Opensearch.11"] := "domains that are retained have three nodes to decide who leads"

fault["Opensearch.11"] contains {"address": address, "message": message} if {
	message := "must have dedicated_master_enabled, and a dedicated_master_count of at least 3"
	tf.retained
	some address, domain in domains
	not led(domain)
}

led(domain) if {
	cluster := tf.block(domain.values, "cluster_config")
	cluster.dedicated_master_enabled == true
	cluster.dedicated_master_count >= 3
}
