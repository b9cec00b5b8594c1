# Who owns what, and what it costs, is told by tags.
package writersroom.controls.house_tags

import data.writersroom.terraform as tf

title["House.Tags"] := "everything says by tags which project's and which environment's it is, and that Terraform manages it"

wanted := {"Project": "writersroom", "ManagedBy": "terraform", "Environment": environment}

# environment is the stack's, which nothing in it contradicts. There is always one.
environment := tf.environment if {
	tf.environment != ""
} else := "that the stack is of"

# tagged is what has tags of its own, and the providers, which give everything its tags.
tagged[address] := provider_tags(provider) if some address, provider in providers

tagged[address] := tags if {
	some type in tf.types
	some address, resource in tf.resources(type)
	tf.given(resource, "tags")
	tags := tf.tags(resource)
	is_object(tags)
}

providers[address] := provider if {
	not tf.is_plan
	some provider in tf.document.provider.aws
	address := concat(".", array.concat(["provider", "aws"], [provider.alias | provider.alias]))
}

providers[address] := provider.expressions if {
	tf.is_plan
	some key, provider in tf.document.configuration.provider_config
	split(key, ".")[0] == "aws"
	address := sprintf("provider.%s", [key])
}

provider_tags(provider) := provider.default_tags[0].tags.constant_value if {
	tf.is_plan
} else := provider.default_tags[0].tags if {
	not tf.is_plan
} else := {}

subject["House.Tags"] contains address if some address, _ in tagged

fault["House.Tags"] contains {
	"address": address,
	"message": sprintf("must have the tag %s %s, has %v", [name, value, object.get(tags, name, "none")]),
} if {
	some address, tags in tagged
	some name, value in wanted
	object.get(tags, name, "") != value
}
