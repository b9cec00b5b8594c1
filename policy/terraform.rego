# Reads a stack, in whichever form it comes: the JSON that cdktf synthesizes, the JSON of a plan (terraform show -json), or what HCP
# Terraform hands to a policy, in which the plan is one part. The rules see the same in all three.
package writersroom.terraform

# What Terraform will know only when it applies. A synthesized stack has expressions ("${aws_kms_key.data.arn}") in such places, which
# are as little known: a rule about the value of a string asks known of it first.
unknown := "${known after apply}"

known(value) if not is_string(value)

known(value) if {
	is_string(value)
	not contains(value, "${")
}

# yes is what Terraform takes for true: the provider has arguments that tell false from not given, which are texts.
yes(value) if value in {true, "true"}

# on says it of an argument, which may be missing: of one that is, neither yes nor not yes is so.
on(resource, argument) if yes(resource.values[argument])

# given says that a resource is told an argument, or has a block. What it is not told, and AWS chooses, a plan shows as well.
given(resource, argument) if {
	written(resource, argument)
	not object.get(resource.values, argument, unknown) in {null, ""}
}

written(resource, argument) if {
	not planned(resource)
	argument in object.keys(resource.values)
}

written(resource, argument) if {
	planned(resource)
	argument in object.keys(configuration[resource.type][resource.name])
}

document := input.plan if {
	input.plan
} else := input

is_plan if document.planned_values

# resources are those of a type, by address: {"address", "type", "name", "values"}.
resources(type) := {address: resource |
	some name, values in bodies[type]
	address := sprintf("%s.%s", [type, name])
	resource := {"address": address, "type": type, "name": name, "values": values}
}

# types are those of which there are any.
types := object.keys(bodies)

# bodies are the arguments of all resources, by type and name.
bodies := object.union(applied, left_out)

applied := document.resource if {
	not is_plan
} else := object.union_n([{r.type: {r.name: with_unknown(r)}} |
	some r in document.planned_values.root_module.resources
	r.mode == "managed"
])

# left_out are what a stack goes without on the emulator (internal/emulator/gaps.go): it is judged as it is on AWS. There nothing is left
# out, whatever a stack says. A stack has its expressions escaped, since they stand in a variable; a plan has not.
left_out := json.unmarshal(replace(replace(json.marshal(governance.leftOut), "$${", "${"), "%%{", "%{")) if {
	emulated
} else := {}

emulated if document.provider.aws[0].s3_use_path_style

emulated if document.configuration.provider_config.aws.expressions.s3_use_path_style.constant_value

# A plan says nothing of the values of a resource of which all are unknown.
with_unknown(r) := json.patch(object.get(r, "values", {}), [{"op": operation(path), "path": path, "value": unknown} |
	walk(changes[r.address].change.after_unknown, [path, true])
])

# An element of a list is there, as null.
operation(path) := "replace" if {
	is_number(path[count(path) - 1])
} else := "add"

changes := {c.address: c | some c in document.resource_changes}

# blocks are the nested blocks of that name, in order: cdktf writes a single one as an object, a plan as a list of one.
blocks(values, name) := values[name] if {
	is_array(values[name])
} else := [values[name]] if {
	is_object(values[name])
} else := []

# block is the first of them.
block(values, name) := blocks(values, name)[0]

# refers are the addresses of the resources that an argument, or a block, is made from.
refers(resource, argument) := {sprintf("%s.%s", [match[1], match[2]]) |
	some text in expressions(resource, argument)
	some match in regex.find_all_string_submatch_n(`(aws_[a-z0-9_]+)\.([A-Za-z0-9_-]+)`, text, -1)
}

expressions(resource, argument) := {json.marshal(resource.values[argument])} if {
	not planned(resource)
} else := {reference |
	walk(configuration[resource.type][resource.name][argument], [path, references])
	path[count(path) - 1] == "references"
	some reference in references
}

planned(resource) if {
	is_plan
	not left_out[resource.type][resource.name]
}

configuration := object.union_n([{r.type: {r.name: r.expressions}} | some r in document.configuration.root_module.resources])

# attached are the resources of a type whose argument refers to another: the public access block of a bucket.
attached(type, argument, to) := {resource |
	some resource in resources(type)
	to.address in refers(resource, argument)
}

# statements are those of a policy document, with lists where the language allows a single text. A document that is not known yet has
# none.
statements(text) := [{
	"effect": s.Effect,
	"actions": list(object.get(s, "Action", [])),
	"not_actions": list(object.get(s, "NotAction", [])),
	"resources": list(object.get(s, "Resource", [])),
	"principals": principals(object.get(s, "Principal", {})),
	"conditions": object.get(s, "Condition", {}),
	"sid": object.get(s, "Sid", ""),
} |
	json.is_valid(text)
	some s in list(json.unmarshal(text).Statement)
]

list(value) := value if {
	is_array(value)
} else := [value]

# principals are texts: "*", or what comes after the kind.
principals("*") := {"*"}

principals(of) := {who |
	some kind
	some who in list(of[kind])
} if {
	is_object(of)
}

# tags are all that a resource will have, the provider's included.
tags(resource) := resource.values.tags_all if {
	is_plan
} else := object.union(provider_tags, object.get(resource.values, "tags", {}))

provider_tags := document.provider.aws[0].default_tags[0].tags if {
	not is_plan
} else := document.configuration.provider_config.aws.expressions.default_tags[0].tags.constant_value

region := document.provider.aws[0].region if {
	not is_plan
} else := document.configuration.provider_config.aws.expressions.region.constant_value

# account is the one that the provider works in, and refuses to leave.
account := document.provider.aws[0].allowed_account_ids[0] if {
	not is_plan
} else := document.configuration.provider_config.aws.expressions.allowed_account_ids.constant_value[0]

# environment is the stack's: dev, staging, prod, pr-123, or account.
environment := provider_tags.Environment

# governance is what the stack says of itself: internal/tf/waiver.go.
governance := document.variable.governance["default"] if {
	not is_plan
} else := document.configuration.root_module.variables.governance["default"]

default retained := false

retained := governance.retained

log_retention_days := governance.logRetentionDays
