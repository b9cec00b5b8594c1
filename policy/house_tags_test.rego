package writersroom.controls.house_tags

right := {"Project": "writersroom", "Environment": "staging", "ManagedBy": "terraform"}

tagged_with(default_tags, own) := {
	"aws_vpc": {"v": {"tags": own}, "untagged": {}},
	"stack": {"environment": "staging", "tags": default_tags},
}

cases["House.Tags"] := {
	"passes": [
		{},
		tagged_with(right, {"Name": "writersroom-staging-vpc"}),
		tagged_with(right, {"Environment": "staging"}),
	],
	"fails": [
		tagged_with({}, {}),
		tagged_with(object.remove(right, ["Project"]), {}),
		tagged_with(object.remove(right, ["ManagedBy"]), {}),
		tagged_with(object.remove(right, ["Environment"]), {}),
		tagged_with(object.union(right, {"Environment": ""}), {}),
		tagged_with(object.union(right, {"Project": "novels"}), {}),
		tagged_with(right, {"Environment": "prod"}),
		tagged_with(right, {"ManagedBy": "hand"}),
	],
}

test_every_provider_is_asked if {
	one := data.writersroom.cases_test.stack({})
	document := object.union(one, {"provider": {"aws": array.concat(one.provider.aws, [{"alias": "global", "region": "us-east-1"}])}})
	addresses := {f.address | some f in fault["House.Tags"]} with input as document
	addresses == {"provider.aws.global"}
}
