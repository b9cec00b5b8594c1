# https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html
package writersroom.controls.codebuild

import data.writersroom.terraform as tf

projects := tf.resources("aws_codebuild_project")

subject[control] contains address if {
	some control, _ in title
	some address, _ in projects
}

title := {
	"CodeBuild.1": "builds name no credentials in the address of their source",
	"CodeBuild.2": "builds have no secrets in their environment",
	"CodeBuild.3": "logs of builds are encrypted",
	"CodeBuild.4": "builds are logged",
	"CodeBuild.5": "builds have no power over the machine they run on",
}

fault["CodeBuild.1"] contains {"address": address, "message": "must not have credentials in the location of its source: take a connection"} if {
	some address, project in projects
	some block in {"source", "secondary_sources"}
	some source in tf.blocks(project.values, block)
	regex.match(`^[a-z]+://[^/]*@`, source.location)
}

fault["CodeBuild.2"] contains {"address": address, "message": message} if {
	some address, project in projects
	some variable in tf.blocks(tf.block(project.values, "environment"), "environment_variable")
	object.get(variable, "type", "PLAINTEXT") in {"PLAINTEXT", null}
	regex.match(`(?i)(password|secret|token|credential|api_?key|private_?key|aws_access_key_id)`, variable.name)
	message := sprintf("must have %s of type SECRETS_MANAGER or PARAMETER_STORE", [variable.name])
}

fault["CodeBuild.3"] contains {"address": address, "message": "must not have encryption_disabled for its logs in S3"} if {
	some address, project in projects
	logs := tf.block(tf.block(project.values, "logs_config"), "s3_logs")
	logs.encryption_disabled == true
}

fault["CodeBuild.4"] contains {"address": address, "message": "must have a logs_config with cloudwatch_logs or s3_logs ENABLED"} if {
	some address, project in projects
	not logged(project)
}

logged(project) if {
	config := tf.block(project.values, "logs_config")
	some kind in {"cloudwatch_logs", "s3_logs"}
	tf.block(config, kind).status == "ENABLED"
}

# CloudWatch's are on where they are mentioned.
logged(project) if {
	logs := tf.block(tf.block(project.values, "logs_config"), "cloudwatch_logs")
	object.get(logs, "status", null) == null
}

fault["CodeBuild.5"] contains {"address": address, "message": "must not have privileged_mode"} if {
	some address, project in projects
	tf.block(project.values, "environment").privileged_mode == true
}
