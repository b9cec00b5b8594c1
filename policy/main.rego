# METADATA
# entrypoint: true
package main

import data.writersroom

# deny is what conftest and HCP Terraform ask for.
deny contains sprintf("%s: %s %s", [v.control, v.address, v.message]) if some v in writersroom.violations
