# Every control has cases that pass and cases that fail, each judged as a synthesized stack and as a plan. A case is what is particular
# about a stack: {"aws_s3_bucket": {"b": {…}}}, with its environment, region and own word in "stack" where they matter. There too are
# "changes", what a plan does to an address ({"aws_s3_bucket.b": ["delete"]}), and the "forms" of a case that does not show in all of them.
package writersroom.cases_test

import data.writersroom

cases[control] := of if some control, of in data.writersroom.controls[_].cases

account := "111111111111"

ordinary := {"environment": "dev", "region": "us-east-1", "governance": {"retained": false, "logRetentionDays": 14}}

stack(case) := {
	"provider": {"aws": [{
		"region": about.region,
		"allowed_account_ids": [account],
		"default_tags": [{"tags": tags(about)}],
	}]},
	"resource": object.remove(case, ["stack"]),
	"variable": {"governance": {"default": about.governance}},
} if {
	about := object.union(ordinary, object.get(case, "stack", {}))
}

tags(about) := object.get(about, "tags", {"Project": "writersroom", "Environment": about.environment, "ManagedBy": "terraform"})

# plan is what a plan says of such a stack. Terraform has no values where the stack has expressions, which known() takes for the same.
plan(case) := {
	"planned_values": {"root_module": {"resources": [resource |
		some type, named in synthesized.resource
		some name, values in named
		resource := {
			"address": sprintf("%s.%s", [type, name]), "mode": "managed", "type": type, "name": name,
			"values": object.union(values, {"tags_all": object.union(provider.default_tags[0].tags, object.get(values, "tags", {}))}),
		}
	]}},
	"resource_changes": [{"address": address, "type": split(address, ".")[0], "change": {"actions": actions}} |
		some address, actions in object.get(case, ["stack", "changes"], {})
	],
	"configuration": {
		"provider_config": {"aws": {"expressions": {
			"region": {"constant_value": provider.region},
			"allowed_account_ids": {"constant_value": provider.allowed_account_ids},
			"default_tags": [{"tags": {"constant_value": provider.default_tags[0].tags}}],
		}}},
		"root_module": {
			"variables": synthesized.variable,
			"resources": [{"type": type, "name": name, "expressions": {argument: {"references": references(value)} | some argument, value in values}} |
				some type, named in synthesized.resource
				some name, values in named
			],
		},
	},
} if {
	synthesized := stack(case)
	provider := synthesized.provider.aws[0]
}

references(value) := [sprintf("%s.%s", [m[1], m[2]]) |
	some m in regex.find_all_string_submatch_n(`\$\{(aws_[a-z0-9_]+)\.([A-Za-z0-9_-]+)`, json.marshal(value), -1)
]

forms(case) := {form: document |
	some form, document in {"stack": stack(case), "plan": plan(case), "HCP Terraform": {"plan": plan(case), "run": {"id": "run-1"}}}
	form in object.get(case, ["stack", "forms"], {"stack", "plan", "HCP Terraform"})
}

# judged are the statuses of one control, by its family's word alone: to ask for the results of all is a hundred times the work.
judged(family, control) := {status(address, faulty) | some address in (subjects | faulty)} if {
	subjects := {address | some address in data.writersroom.controls[family].subject[control]}
	faulty := {f.address | some f in data.writersroom.controls[family].fault[control]}
}

status(address, faulty) := "failed" if {
	address in faulty
} else := "passed"

wrong contains sprintf("%s: want a case that %s", [control, outcome]) if {
	some control, _ in writersroom.titles
	some outcome in ["passes", "fails"]
	count(object.get(cases, [control, outcome], [])) == 0
}

wrong contains sprintf("%s: case %d that %s, as a %s: got %v", [control, i, outcome, form, got]) if {
	some family
	some control, of in data.writersroom.controls[family].cases
	some outcome in ["passes", "fails"]
	some i, case in of[outcome]
	some form, document in forms(case)
	got := judged(family, control) with input as document
	not agrees(outcome, got)
}

# A case may hold a resource that is right beside one that is wrong.
agrees("passes", got) if got == {"passed"}

agrees("fails", got) if "failed" in got

test_every_control_has_cases_that_pass_and_fail if {
	print(concat("\n", sort(wrong)))
	count(wrong) == 0
}
