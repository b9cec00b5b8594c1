# What is retained stays, whatever a plan is made from. A synthesized stack says nothing of it.
package writersroom.controls.house_deletion

import data.writersroom.stores
import data.writersroom.terraform as tf

title["House.Deletion"] := "no plan deletes or replaces what is retained"

changed contains change if {
	tf.retained
	some change in tf.document.resource_changes
	change.type in stores.types
}

subject["House.Deletion"] contains change.address if some change in changed

fault["House.Deletion"] contains {
	"address": change.address,
	"message": sprintf("must stay: the plan says %s", [concat(" and ", change.change.actions)]),
} if {
	some change in changed
	"delete" in change.change.actions
}

# Terraform leaves what it forgets where it is, and nobody looks after it any more.
fault["House.Deletion"] contains {"address": change.address, "message": "must stay in the state: the plan forgets it"} if {
	some change in changed
	"forget" in change.change.actions
}
