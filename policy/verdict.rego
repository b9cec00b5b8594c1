# What the rules say of a stack, once waivers are taken into account. A file of rules is a package below writersroom.controls with
#
#	title["S3.8"] := "…"                         what the control asks for
#	subject["S3.8"] contains address if { … }    each resource that it is about
#	fault["S3.8"] contains {"address": address, "message": "must …"} if { … }
#
# where the message says what must be, and what is.
package writersroom

import data.writersroom.terraform

titles[control] := title if some control, title in data.writersroom.controls[_].title

# results are one for each control and resource: passed, failed or waived.
results contains {
	"control": control,
	"title": titles[control],
	"address": address,
	"status": status(control, address),
	"messages": messages(control, address),
	"waiver": object.get(waiver, [control, address], {}),
} if {
	some control
	some address in subjects[control]
}

messages(control, address) := sort(faults[control][address])

default messages(_, _) := []

subjects[control] contains address if some address in data.writersroom.controls[_].subject[control]

subjects[control] contains address if some address, _ in faults[control]

faults[control][f.address] contains f.message if some f in data.writersroom.controls[_].fault[control]

status(control, address) := "waived" if {
	faults[control][address]
	valid(waiver[control][address])
} else := "failed" if {
	faults[control][address]
} else := "passed"

waiver[w.control][address] := w if {
	some type, name
	some w in terraform.governance.waivers[type][name]
	address := sprintf("%s.%s", [type, name])
}

# valid is a waiver that gives its reason and whose last day is not over.
valid(w) if {
	trim_space(w.reason) != ""
	current(w)
}

current(w) if time.now_ns() < time.add_date(time.parse_ns("2006-01-02", w.expires), 0, 0, 1)

# invalid are the waivers that waive nothing, or do no longer: each is taken away, or looked at anew.
invalid contains {"control": control, "address": address, "message": "is waived, and nothing is wrong with it: take the waiver away"} if {
	some control, of in waiver
	titles[control]
	some address, _ in of
	not faults[control][address]
}

invalid contains {"control": control, "address": address, "message": message} if {
	some control, of in waiver
	some address, w in of
	not current(w)
	message := sprintf("was waived until %s (%s): mend it, or look at it anew", [w.expires, w.reason])
}

invalid contains {"control": control, "address": address, "message": "is waived without a reason: say what stands in for the control"} if {
	some control, of in waiver
	some address, w in of
	trim_space(w.reason) == ""
}

# What an outside scanner found wrong is waived in the same way, by the scanner's name and id; its own test says what it has no use for.
invalid contains {"control": control, "address": address, "message": "is waived, and there is no such control"} if {
	some control, of in waiver
	not titles[control]
	not regex.match(`^(trivy|kics|tfsec):[A-Za-z0-9_-]+$`, control)
	some address, _ in of
}

# violations are what must not be applied.
violations contains {"control": r.control, "address": r.address, "message": message} if {
	some r in results
	r.status == "failed"
	some message in r.messages
}

violations contains v if some v in invalid
