# https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html
package writersroom.controls.lambda

import data.writersroom.controls.house_public
import data.writersroom.terraform as tf

functions := tf.resources("aws_lambda_function")

subject[control] contains address if {
	some control in ["Lambda.3", "Lambda.5", "Lambda.7"]
	some address, _ in functions
}

title["Lambda.1"] := "functions are invoked by principals that are named"

subject["Lambda.1"] contains address if some address, _ in tf.resources("aws_lambda_permission")

fault["Lambda.1"] contains {"address": permission.address, "message": "must not let anybody invoke the function"} if {
	some permission in house_public.anyone_invokes
}

title["Lambda.2"] := "functions have runtimes that AWS supports"

subject["Lambda.2"] contains address if {
	some address, function in functions
	tf.given(function, "runtime")
}

fault["Lambda.2"] contains {
	"address": address,
	"message": sprintf("must have one of the runtimes %s, has %s", [concat(", ", sort(supported)), function.values.runtime]),
} if {
	some address, function in functions
	tf.given(function, "runtime")
	not function.values.runtime in supported
}

# Those whose end is not in sight. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-supported
supported := {
	"dotnet10", "java21", "java25", "nodejs22.x", "nodejs24.x", "provided.al2023",
	"python3.12", "python3.13", "python3.14", "ruby3.4",
}

title["Lambda.3"] := "functions are in the VPC"

fault["Lambda.3"] contains {"address": address, "message": "must have subnets in vpc_config"} if {
	some address, function in functions
	count(subnets(function)) == 0
}

subnets(function) := {subnet |
	some subnet in tf.refers(function, "vpc_config")
	startswith(subnet, "aws_subnet.")
}

title["Lambda.5"] := "functions are in at least two availability zones"

fault["Lambda.5"] contains {
	"address": address,
	"message": sprintf("must be in at least 2 availability zones, is in %d", [count(zones(function))]),
} if {
	some address, function in functions
	count(zones(function)) < 2
}

zones(function) := {tf.resources("aws_subnet")[subnet].values.availability_zone | some subnet in subnets(function)}

title["Lambda.7"] := "functions are traced"

fault["Lambda.7"] contains {"address": address, "message": "must have mode Active in tracing_config"} if {
	some address, function in functions
	not traced(function)
}

traced(function) if tf.block(function.values, "tracing_config").mode == "Active"
