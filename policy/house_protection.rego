# What is retained stays, whoever runs Terraform.
package writersroom.controls.house_protection

import data.writersroom.stores
import data.writersroom.terraform as tf

title["House.Protection"] := "Terraform refuses to destroy what is retained, and does not empty it"

subject["House.Protection"] contains address if some address, _ in stores.retained

# A plan does not tell what Terraform is forbidden: House.Deletion looks at what it does.
fault["House.Protection"] contains {"address": address, "message": "must have prevent_destroy true in lifecycle"} if {
	not tf.is_plan
	some address, store in stores.retained
	not prevented(store)
}

prevented(store) if tf.block(store.values, "lifecycle").prevent_destroy == true

# unprotected are the arguments by which a store goes with all that it keeps.
unprotected := {"delete_automated_backups", "force_delete", "force_destroy", "skip_final_snapshot"}

fault["House.Protection"] contains {"address": address, "message": sprintf("must have %s false", [argument])} if {
	some address, store in stores.retained
	some argument in unprotected
	tf.yes(store.values[argument])
}

# No window at all: what is deleted is gone.
fault["House.Protection"] contains {
	"address": address,
	"message": sprintf("must have a recovery_window_in_days of 30, has %d", [store.values.recovery_window_in_days]),
} if {
	some address, store in stores.retained
	store.values.recovery_window_in_days < 30
}
