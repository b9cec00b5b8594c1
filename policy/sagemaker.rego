# https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html
package writersroom.controls.sagemaker

import data.writersroom.terraform as tf

notebooks := tf.resources("aws_sagemaker_notebook_instance")

subject[control] contains address if {
	some control in ["SageMaker.1", "SageMaker.2", "SageMaker.3"]
	some address, _ in notebooks
}

title["SageMaker.1"] := "notebooks do not reach the internet by themselves"

fault["SageMaker.1"] contains {"address": address, "message": "must have direct_internet_access Disabled"} if {
	some address, notebook in notebooks
	not notebook.values.direct_internet_access == "Disabled"
}

title["SageMaker.2"] := "notebooks are in the VPC"

fault["SageMaker.2"] contains {"address": address, "message": "must have a subnet_id"} if {
	some address, notebook in notebooks
	not tf.given(notebook, "subnet_id")
}

title["SageMaker.3"] := "nobody is root on a notebook"

fault["SageMaker.3"] contains {"address": address, "message": "must have root_access Disabled"} if {
	some address, notebook in notebooks
	not notebook.values.root_access == "Disabled"
}

endpoints := tf.resources("aws_sagemaker_endpoint_configuration")

title["SageMaker.4"] := "endpoints that are retained survive the loss of an instance"

subject["SageMaker.4"] contains address if {
	tf.retained
	some address, _ in endpoints
}

fault["SageMaker.4"] contains {
	"address": address,
	"message": sprintf("must have an initial_instance_count of at least 2 in production_variants, has %v", [instances]),
} if {
	tf.retained
	some address, endpoint in endpoints
	some variant in tf.blocks(endpoint.values, "production_variants")
	not tf.block(variant, "serverless_config")
	instances := object.get(variant, "initial_instance_count", 1)
	instances < 2
}

title["SageMaker.5"] := "models reach no network"

models := tf.resources("aws_sagemaker_model")

subject["SageMaker.5"] contains address if some address, _ in models

fault["SageMaker.5"] contains {"address": address, "message": "must have enable_network_isolation true"} if {
	some address, model in models
	not tf.on(model, "enable_network_isolation")
}
