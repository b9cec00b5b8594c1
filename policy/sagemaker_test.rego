package writersroom.controls.sagemaker

notebook(values) := {"aws_sagemaker_notebook_instance": {"n": values}}

cases["SageMaker.1"] := {
	"passes": [notebook({"direct_internet_access": "Disabled"})],
	"fails": [notebook({}), notebook({"direct_internet_access": "Enabled"})],
}

cases["SageMaker.2"] := {"passes": [notebook({"subnet_id": "${aws_subnet.s.id}"})], "fails": [notebook({}), notebook({"subnet_id": ""})]}

cases["SageMaker.3"] := {"passes": [notebook({"root_access": "Disabled"})], "fails": [notebook({}), notebook({"root_access": "Enabled"})]}

endpoint(variant) := {
	"aws_sagemaker_endpoint_configuration": {"e": {"production_variants": [object.union({"variant_name": "AllTraffic"}, variant)]}},
	"stack": {"governance": {"retained": true}},
}

cases["SageMaker.4"] := {
	"passes": [endpoint({"initial_instance_count": 2}), endpoint({"serverless_config": {"max_concurrency": 5}})],
	"fails": [endpoint({}), endpoint({"initial_instance_count": 1})],
}

cases["SageMaker.5"] := {
	"passes": [{"aws_sagemaker_model": {"m": {"enable_network_isolation": true}}}],
	"fails": [{"aws_sagemaker_model": {"m": {}}}, {"aws_sagemaker_model": {"m": {"enable_network_isolation": false}}}],
}
