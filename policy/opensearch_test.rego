package writersroom.controls.opensearch

right := {
	"encrypt_at_rest": {"enabled": true},
	"vpc_options": {"subnet_ids": ["${aws_subnet.a.id}"]},
	"node_to_node_encryption": {"enabled": true},
	"log_publishing_options": [
		{"log_type": "ES_APPLICATION_LOGS", "cloudwatch_log_group_arn": "${aws_cloudwatch_log_group.a.arn}", "enabled": true},
		{"log_type": "AUDIT_LOGS", "cloudwatch_log_group_arn": "${aws_cloudwatch_log_group.b.arn}"},
	],
	"cluster_config": {
		"instance_count": 3, "zone_awareness_enabled": true,
		"dedicated_master_enabled": true, "dedicated_master_count": 3,
	},
	"advanced_security_options": {"enabled": true, "anonymous_auth_enabled": false},
	"domain_endpoint_options": {"enforce_https": true, "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"},
	"software_update_options": {"auto_software_update_enabled": true},
}

with_(changed) := {"aws_opensearch_domain": {"d": object.union(right, changed)}}

without(block) := {"aws_opensearch_domain": {"d": object.remove(right, [block])}}

retained(case) := object.union(case, {"stack": {"environment": "prod", "governance": {"retained": true}}})

# as_planned has every block in a list, as a plan does.
as_planned := {"aws_opensearch_domain": {"d": {name: list(value) | some name, value in right}}}

list(value) := value if is_array(value)

list(value) := [value] if not is_array(value)

cases["Opensearch.1"] := {
	"passes": [with_({}), as_planned],
	"fails": [with_({"encrypt_at_rest": {"enabled": false}}), without("encrypt_at_rest")],
}

cases["Opensearch.2"] := {"passes": [with_({}), as_planned], "fails": [without("vpc_options")]}

cases["Opensearch.3"] := {
	"passes": [with_({}), as_planned],
	"fails": [with_({"node_to_node_encryption": {"enabled": false}}), without("node_to_node_encryption")],
}

cases["Opensearch.4"] := {
	"passes": [with_({}), as_planned],
	"fails": [
		with_({"log_publishing_options": [{"log_type": "AUDIT_LOGS"}]}),
		with_({"log_publishing_options": [{"log_type": "ES_APPLICATION_LOGS", "enabled": false}]}),
		without("log_publishing_options"),
	],
}

cases["Opensearch.5"] := {
	"passes": [with_({}), as_planned],
	"fails": [
		with_({"log_publishing_options": [{"log_type": "ES_APPLICATION_LOGS"}]}),
		with_({"log_publishing_options": [{"log_type": "AUDIT_LOGS", "enabled": false}]}),
		without("log_publishing_options"),
	],
}

cases["Opensearch.6"] := {
	"passes": [retained(with_({})), retained(as_planned)],
	"fails": [
		retained(with_({"cluster_config": {"instance_count": 2}})),
		retained(with_({"cluster_config": {"zone_awareness_enabled": false}})),
		retained(without("cluster_config")),
	],
}

test_one_node_is_enough_where_nothing_is_retained if {
	every control in ["Opensearch.6", "Opensearch.11"] {
		count([a | some a in subject[control] with input as {"resource": without("cluster_config")}]) == 0
	}
}

cases["Opensearch.7"] := {
	"passes": [with_({}), with_({"advanced_security_options": {"anonymous_auth_enabled": null}}), as_planned],
	"fails": [
		with_({"advanced_security_options": {"enabled": false}}),
		with_({"advanced_security_options": {"anonymous_auth_enabled": true}}),
		without("advanced_security_options"),
	],
}

cases["Opensearch.8"] := {
	"passes": [with_({}), as_planned],
	"fails": [
		with_({"domain_endpoint_options": {"enforce_https": false}}),
		with_({"domain_endpoint_options": {"tls_security_policy": "Policy-Min-TLS-1-0-2019-07"}}),
		without("domain_endpoint_options"),
	],
}

cases["Opensearch.9"] := {
	"passes": [with_({}), object.union(with_({"tags": {"Manuscripts": "copy"}}), {"stack": {"tags": {}}})],
	"fails": [object.union(with_({}), {"stack": {"tags": {}}})],
}

cases["Opensearch.10"] := {
	"passes": [with_({}), as_planned],
	"fails": [with_({"software_update_options": {"auto_software_update_enabled": false}}), without("software_update_options")],
}

cases["Opensearch.11"] := {
	"passes": [retained(with_({})), retained(as_planned)],
	"fails": [
		retained(with_({"cluster_config": {"dedicated_master_enabled": false}})),
		retained(with_({"cluster_config": {"dedicated_master_count": 2}})),
		retained(without("cluster_config")),
	],
}
