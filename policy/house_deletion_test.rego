package writersroom.controls.house_deletion

bucket(actions, retained) := {
	"aws_s3_bucket": {"b": {"bucket": "writersroom-dev-b"}},
	"stack": {
		"governance": {"retained": retained},
		"changes": {"aws_s3_bucket.b": actions, "aws_sns_topic.t": ["delete"]},
		"forms": {"plan", "HCP Terraform"},
	},
}

cases["House.Deletion"] := {
	"passes": [bucket(["no-op"], true), bucket(["create"], true), bucket(["update"], true)],
	"fails": [
		bucket(["delete"], true), bucket(["delete", "create"], true), bucket(["create", "delete"], true), bucket(["forget"], true),
		object.remove(bucket(["delete"], true), ["aws_s3_bucket"]),
	],
}

test_what_is_not_retained_may_go if {
	count(fault["House.Deletion"]) == 0 with input as data.writersroom.cases_test.plan(bucket(["delete"], false))
}

test_a_synthesized_stack_says_nothing_of_it if {
	count(subject["House.Deletion"]) == 0 with input as data.writersroom.cases_test.stack(bucket(["delete"], true))
}
