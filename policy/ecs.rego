# https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html
package writersroom.controls.ecs

import data.writersroom.terraform as tf

tasks := tf.resources("aws_ecs_task_definition")

services := tf.resources("aws_ecs_service")

subject[control] contains address if {
	some control in ["ECS.1", "ECS.4", "ECS.5", "ECS.8", "ECS.9"]
	some address, _ in tasks
}

# containers are those of a task, by name. What is not known yet has none.
containers(task) := {container.name: container |
	json.is_valid(task.values.container_definitions)
	some container in json.unmarshal(task.values.container_definitions)
}

# faulty are the containers of a task that are wrong by a control, by name.
faulty(task, control) := {name | some name, container in containers(task); wrong(control, container)}

title["ECS.1"] := "tasks that share the host's network have a user"

fault["ECS.1"] contains {
	"address": address,
	"message": sprintf("must not share the host's network as root: container %s does", [name]),
} if {
	some address, task in tasks
	task.values.network_mode == "host"
	some name in faulty(task, "ECS.1")
}

wrong("ECS.1", container) if object.get(container, "user", "") in {"", "root", "0"}

wrong("ECS.1", container) if container.privileged

messages := {
	"ECS.4": "must not be privileged: container %s is",
	"ECS.5": "must have readonlyRootFilesystem true: container %s has not",
	"ECS.8": "must take secrets by reference: container %s has one in its environment",
	"ECS.9": "must have a logConfiguration: container %s has none",
}

fault[control] contains {"address": address, "message": sprintf(message, [name])} if {
	some control, message in messages
	some address, task in tasks
	some name in faulty(task, control)
}

title["ECS.4"] := "containers are not privileged"

wrong("ECS.4", container) if container.privileged

title["ECS.5"] := "containers do not write to their own file system"

wrong("ECS.5", container) if not container.readonlyRootFilesystem == true

title["ECS.8"] := "containers take no secrets from their environment"

# Security Hub knows three names, we any that speaks of what it holds.
wrong("ECS.8", container) if {
	some variable in container.environment
	regex.match(`(?i)^(AWS_ACCESS_KEY_ID|ECS_ENGINE_AUTH_DATA)$|password|passwd|secret|token|api_?key|private_?key|credential`, variable.name)
}

title["ECS.9"] := "containers log"

wrong("ECS.9", container) if not container.logConfiguration.logDriver

title["ECS.2"] := "services have no public IP addresses"

subject["ECS.2"] contains address if some address, _ in services

fault["ECS.2"] contains {"address": address, "message": "must have assign_public_ip false in network_configuration"} if {
	some address, service in services
	tf.yes(tf.block(service.values, "network_configuration").assign_public_ip)
}

title["ECS.10"] := "services on Fargate are on its latest version"

subject["ECS.10"] contains address if some address, _ in services

fault["ECS.10"] contains {
	"address": address,
	"message": sprintf("must be on platform_version LATEST, is on %s", [version]),
} if {
	some address, service in services
	tf.given(service, "platform_version")
	version := service.values.platform_version
	tf.known(version)
	version != "LATEST"
}

title["ECS.12"] := "clusters have Container Insights"

subject["ECS.12"] contains address if some address, _ in tf.resources("aws_ecs_cluster")

fault["ECS.12"] contains {"address": address, "message": "must have the setting containerInsights enabled, or enhanced"} if {
	some address, cluster in tf.resources("aws_ecs_cluster")
	not insights(cluster)
}

insights(cluster) if {
	some setting in tf.blocks(cluster.values, "setting")
	setting.name == "containerInsights"
	setting.value in {"enabled", "enhanced"}
}

title["ECS.16"] := "task sets have no public IP addresses"

subject["ECS.16"] contains address if some address, _ in tf.resources("aws_ecs_task_set")

fault["ECS.16"] contains {"address": address, "message": "must have assign_public_ip false in network_configuration"} if {
	some address, set in tf.resources("aws_ecs_task_set")
	tf.yes(tf.block(set.values, "network_configuration").assign_public_ip)
}
