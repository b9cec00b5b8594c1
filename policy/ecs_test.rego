package writersroom.controls.ecs

container := {"name": "c", "readonlyRootFilesystem": true, "logConfiguration": {"logDriver": "awslogs"}}

task(definition) := {"aws_ecs_task_definition": {"t": {
	"network_mode": "awsvpc",
	"container_definitions": json.marshal([container, object.union(definition, {"name": "d"})]),
}}}

on_host(definition) := object.union(task(definition), {"aws_ecs_task_definition": {"t": {"network_mode": "host"}}})

cases["ECS.1"] := {
	"passes": [
		task({"user": "root"}),
		{"aws_ecs_task_definition": {"t": {"network_mode": "host", "container_definitions": json.marshal([{"name": "c", "user": "65532"}])}}},
	],
	"fails": [on_host({}), on_host({"user": "root"}), on_host({"user": "65532", "privileged": true})],
}

cases["ECS.4"] := {"passes": [task({}), task({"privileged": false})], "fails": [task({"privileged": true})]}

cases["ECS.5"] := {
	"passes": [task({"readonlyRootFilesystem": true}), {"aws_ecs_task_definition": {"t": {"container_definitions": "${local.not_known}"}}}],
	"fails": [task({}), task({"readonlyRootFilesystem": false})],
}

environment(name) := task({"environment": [{"name": "PORT", "value": "80"}, {"name": name, "value": "x"}]})

cases["ECS.8"] := {
	"passes": [environment("TABLE"), task({"secrets": [{"name": "TICKET_SECRET", "valueFrom": "arn"}]})],
	"fails": [environment("AWS_SECRET_ACCESS_KEY"), environment("AWS_ACCESS_KEY_ID"), environment("DatabasePassword")],
}

cases["ECS.9"] := {
	"passes": [task({"logConfiguration": {"logDriver": "awslogs"}})],
	"fails": [task({}), task({"logConfiguration": {}})],
}

cases["ECS.2"] := {
	"passes": [
		{"aws_ecs_service": {"s": {"network_configuration": {"assign_public_ip": false}}}},
		{"aws_ecs_service": {"s": {"network_configuration": {}}}},
	],
	"fails": [
		{"aws_ecs_service": {"s": {"network_configuration": {"assign_public_ip": true}}}},
		{"aws_ecs_service": {"s": {"network_configuration": [{"assign_public_ip": true}]}}},
	],
}

cases["ECS.10"] := {
	"passes": [{"aws_ecs_service": {"s": {}}}, {"aws_ecs_service": {"s": {"platform_version": "LATEST"}}}],
	"fails": [{"aws_ecs_service": {"s": {"platform_version": "1.3.0"}}}],
}

cluster(value) := {"aws_ecs_cluster": {"c": {"setting": [{"name": "containerInsights", "value": value}]}}}

cases["ECS.12"] := {
	"passes": [cluster("enabled"), cluster("enhanced")],
	"fails": [cluster("disabled"), {"aws_ecs_cluster": {"c": {}}}],
}

cases["ECS.16"] := {
	"passes": [{"aws_ecs_task_set": {"s": {"network_configuration": {"assign_public_ip": false}}}}],
	"fails": [{"aws_ecs_task_set": {"s": {"network_configuration": {"assign_public_ip": true}}}}],
}
