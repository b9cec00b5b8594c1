package writersroom.controls.codebuild

project(values) := {"aws_codebuild_project": {"p": values}}

environment(variable) := project({"environment": {"environment_variable": [variable]}})

cases["CodeBuild.1"] := {
	"passes": [
		project({}),
		project({"source": {"type": "BITBUCKET", "location": "https://bitbucket.org/writersroom/infrastructure.git"}}),
	],
	"fails": [
		project({"source": {"location": "https://x-token-auth:hunter2@bitbucket.org/writersroom/infrastructure.git"}}),
		project({"secondary_sources": [{"location": "https://somebody@bitbucket.org/writersroom/infrastructure.git"}]}),
	],
}

cases["CodeBuild.2"] := {
	"passes": [
		project({}),
		environment({"name": "STAGE", "value": "plan"}),
		environment({"name": "API_TOKEN", "type": "SECRETS_MANAGER", "value": "/writersroom/dev/token"}),
	],
	"fails": [
		environment({"name": "AWS_ACCESS_KEY_ID", "value": "AKIA"}),
		environment({"name": "AWS_SECRET_ACCESS_KEY", "type": "PLAINTEXT", "value": "hunter2"}),
		environment({"name": "DATABASE_PASSWORD", "type": null, "value": "hunter2"}),
	],
}

cases["CodeBuild.3"] := {
	"passes": [project({}), project({"logs_config": {"s3_logs": {"status": "ENABLED"}}})],
	"fails": [project({"logs_config": [{"s3_logs": [{"status": "ENABLED", "encryption_disabled": true}]}]})],
}

cases["CodeBuild.4"] := {
	"passes": [
		project({"logs_config": {"cloudwatch_logs": {"group_name": "g"}}}),
		project({"logs_config": [{"cloudwatch_logs": [{"status": "ENABLED"}]}]}),
		project({"logs_config": {"cloudwatch_logs": {"status": "DISABLED"}, "s3_logs": {"status": "ENABLED"}}}),
	],
	"fails": [
		project({}),
		project({"logs_config": {"cloudwatch_logs": {"status": "DISABLED"}}}),
		project({"logs_config": {"s3_logs": {"status": "DISABLED"}}}),
	],
}

cases["CodeBuild.5"] := {
	"passes": [project({}), project({"environment": {"privileged_mode": false}})],
	"fails": [project({"environment": {"privileged_mode": true}}), project({"environment": [{"privileged_mode": true}]})],
}
