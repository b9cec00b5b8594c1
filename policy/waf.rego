# https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html
package writersroom.controls.waf

import data.writersroom.terraform as tf

firewalls := tf.resources("aws_wafv2_web_acl")

subject[control] contains address if {
	some control in ["WAF.10", "WAF.11", "WAF.12"]
	some address, _ in firewalls
}

subject["WAF.12"] contains address if some address, _ in tf.resources("aws_wafv2_rule_group")

title["WAF.10"] := "firewalls have rules"

fault["WAF.10"] contains {"address": address, "message": "must have at least one rule"} if {
	some address, firewall in firewalls
	count(tf.blocks(firewall.values, "rule")) == 0
}

title["WAF.11"] := "firewalls log requests"

fault["WAF.11"] contains {"address": address, "message": "must have an aws_wafv2_web_acl_logging_configuration"} if {
	some address, firewall in firewalls
	count(tf.attached("aws_wafv2_web_acl_logging_configuration", "resource_arn", firewall)) == 0
}

title["WAF.12"] := "rules of firewalls are counted"

fault["WAF.12"] contains {
	"address": address,
	"message": sprintf("must have cloudwatch_metrics_enabled true for rule %s", [rule.name]),
} if {
	some address, firewall in object.union(firewalls, tf.resources("aws_wafv2_rule_group"))
	some rule in tf.blocks(firewall.values, "rule")
	not counted(rule)
}

counted(rule) if tf.yes(tf.block(rule, "visibility_config").cloudwatch_metrics_enabled)
