package writersroom.controls.waf

firewall(rules) := {"aws_wafv2_web_acl": {"w": {"rule": rules}}}

rule := {"name": "rate", "visibility_config": {"cloudwatch_metrics_enabled": true}}

uncounted := {"name": "quiet", "visibility_config": {"cloudwatch_metrics_enabled": false}}

cases["WAF.10"] := {"passes": [firewall([rule])], "fails": [firewall([]), {"aws_wafv2_web_acl": {"w": {}}}]}

logging(of) := {"aws_wafv2_web_acl_logging_configuration": {"l": {"resource_arn": of}}}

cases["WAF.11"] := {
	"passes": [object.union(firewall([]), logging("${aws_wafv2_web_acl.w.arn}"))],
	"fails": [firewall([]), object.union(firewall([]), logging("${aws_wafv2_web_acl.other.arn}"))],
}

cases["WAF.12"] := {
	"passes": [firewall([rule]), firewall([])],
	"fails": [firewall([rule, uncounted]), firewall([{"name": "bare"}]), {"aws_wafv2_rule_group": {"g": {"rule": [uncounted]}}}],
}
