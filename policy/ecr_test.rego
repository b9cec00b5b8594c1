package writersroom.controls.ecr

repository(values) := {"aws_ecr_repository": {"r": values}}

cases["ECR.1"] := {
	"passes": [repository({"image_scanning_configuration": {"scan_on_push": true}})],
	"fails": [repository({}), repository({"image_scanning_configuration": {"scan_on_push": false}})],
}

cases["ECR.2"] := {
	"passes": [repository({"image_tag_mutability": "IMMUTABLE"})],
	"fails": [repository({}), repository({"image_tag_mutability": "MUTABLE"})],
}

cases["ECR.3"] := {
	"passes": [object.union(repository({}), {"aws_ecr_lifecycle_policy": {"p": {"repository": "${aws_ecr_repository.r.name}"}}})],
	"fails": [
		repository({}),
		object.union(repository({}), {"aws_ecr_lifecycle_policy": {"p": {"repository": "${aws_ecr_repository.other.name}"}}}),
	],
}

cases["ECR.5"] := {
	"passes": [repository({"encryption_configuration": [{"encryption_type": "KMS", "kms_key": "${aws_kms_key.k.arn}"}]})],
	"fails": [
		repository({}),
		repository({"encryption_configuration": {"encryption_type": "AES256"}}),
		repository({"encryption_configuration": {"encryption_type": "KMS"}}),
		repository({"encryption_configuration": {"encryption_type": "KMS", "kms_key": ""}}),
	],
}
