package writersroom.terraform_test

import data.writersroom.terraform

planned := {
	"planned_values": {"root_module": {"resources": [
		{
			"address": "aws_dynamodb_table.t", "mode": "managed", "type": "aws_dynamodb_table", "name": "t",
			"values": {"name": "t", "server_side_encryption": [{"enabled": true}], "tags_all": {"A": "1"}, "list": ["a", null]},
		},
		{"address": "data.aws_region.r", "mode": "data", "type": "aws_region", "name": "r", "values": {}},
	]}},
	"resource_changes": [{"address": "aws_dynamodb_table.t", "change": {
		"actions": ["create"],
		"after_unknown": {"arn": true, "server_side_encryption": [{"kms_key_arn": true}], "list": [false, true], "tags_all": {}},
	}}],
	"configuration": {"root_module": {"resources": [{"type": "aws_dynamodb_table", "name": "t", "expressions": {
		"name": {"constant_value": "t"},
		"server_side_encryption": [{"kms_key_arn": {"references": ["aws_kms_key.identity_data-key.arn", "aws_kms_key.identity_data-key"]}}],
	}}]}},
}

test_what_a_plan_does_not_know_yet_is_there_and_unknown if {
	table := terraform.resources("aws_dynamodb_table")["aws_dynamodb_table.t"] with input as planned
	table.values == {
		"name": "t", "arn": terraform.unknown, "tags_all": {"A": "1"}, "list": ["a", terraform.unknown],
		"server_side_encryption": [{"enabled": true, "kms_key_arn": terraform.unknown}],
	}
	not terraform.known(table.values.arn)
	terraform.known(table.values.name)
}

test_a_resource_of_which_nothing_is_known_is_there if {
	document := {
		"planned_values": {"root_module": {"resources": [{"address": "aws_kms_alias.a", "mode": "managed", "type": "aws_kms_alias", "name": "a"}]}},
		"resource_changes": [{"address": "aws_kms_alias.a", "change": {"after_unknown": {"arn": true}}}],
	}
	terraform.resources("aws_kms_alias")["aws_kms_alias.a"].values == {"arn": terraform.unknown} with input as document
}

test_given if {
	planned_table := terraform.resources("aws_dynamodb_table")["aws_dynamodb_table.t"] with input as planned
	terraform.given(planned_table, "name") with input as planned
	terraform.given(planned_table, "server_side_encryption") with input as planned
	not terraform.given(planned_table, "arn") with input as planned
	not terraform.given(planned_table, "list") with input as planned
	stack := {"resource": {"aws_dynamodb_table": {"t": {"name": "${aws_kms_key.k.id}", "hash_key": null, "range_key": ""}}}}
	synthesized := terraform.resources("aws_dynamodb_table")["aws_dynamodb_table.t"] with input as stack
	terraform.given(synthesized, "name") with input as stack
	not terraform.given(synthesized, "hash_key") with input as stack
	not terraform.given(synthesized, "range_key") with input as stack
	not terraform.given(synthesized, "billing_mode") with input as stack
}

test_what_terraform_reads_is_no_resource if {
	terraform.types == {"aws_dynamodb_table"} with input as planned
}

test_references_of_a_nested_block if {
	table := terraform.resources("aws_dynamodb_table")["aws_dynamodb_table.t"] with input as planned
	refers := terraform.refers(table, "server_side_encryption") with input as planned
	refers == {"aws_kms_key.identity_data-key"}
	stack := {"resource": {"aws_dynamodb_table": {"t": {"server_side_encryption": {"kms_key_arn": "${aws_kms_key.identity_data-key.arn}"}}}}}
	synthesized := terraform.resources("aws_dynamodb_table")["aws_dynamodb_table.t"] with input as stack
	same := terraform.refers(synthesized, "server_side_encryption") with input as stack
	same == refers
}

test_what_is_left_out_on_the_emulator_is_there if {
	governance := {"default": {"leftOut": {"aws_s3_bucket_policy": {"p": {"bucket": "$${aws_s3_bucket.b.id}"}}}}}
	settings := {"s3_use_path_style": true}
	stack := {"provider": {"aws": [settings]}, "resource": {"aws_s3_bucket": {"b": {}}}, "variable": {"governance": governance}}
	plan := object.union(planned, {"configuration": {
		"provider_config": {"aws": {"expressions": {"s3_use_path_style": {"constant_value": true}}}},
		"root_module": object.union(planned.configuration.root_module, {"variables": {"governance": governance}}),
	}})
	terraform.types == {"aws_s3_bucket", "aws_s3_bucket_policy"} with input as stack
	terraform.types == {"aws_dynamodb_table", "aws_s3_bucket_policy"} with input as plan
	every document in [stack, plan] {
		some _, policy in terraform.resources("aws_s3_bucket_policy") with input as document
		terraform.refers(policy, "bucket") == {"aws_s3_bucket.b"} with input as document
		policy.values.bucket == "${aws_s3_bucket.b.id}"
	}
	on_aws := json.patch(stack, [{"op": "remove", "path": "/provider"}])
	terraform.types == {"aws_s3_bucket"} with input as on_aws
}

test_blocks_of_either_form if {
	terraform.blocks({"b": {"x": 1}}, "b") == [{"x": 1}]
	terraform.blocks({"b": [{"x": 1}, {"x": 2}]}, "b") == [{"x": 1}, {"x": 2}]
	terraform.blocks({}, "b") == []
	terraform.block({"b": [{"x": 1}, {"x": 2}]}, "b") == {"x": 1}
	not terraform.block({}, "b")
}

test_statements_have_lists_where_the_language_has_texts if {
	terraform.statements(`{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*", "Service": ["s3.amazonaws.com"]}, "Action": "s3:*", "Resource": ["a"]}}`) == [{
		"effect": "Allow", "actions": ["s3:*"], "not_actions": [], "resources": ["a"], "principals": {"*", "s3.amazonaws.com"}, "conditions": {}, "sid": "",
	}]
	terraform.statements(`{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": ["s3:GetObject"]}]}`)[0].principals == {"*"}
	terraform.statements(terraform.unknown) == []
}
