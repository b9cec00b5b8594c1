# https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html
package writersroom.controls.ecr

import data.writersroom.terraform as tf

repositories := tf.resources("aws_ecr_repository")

subject[control] contains address if {
	some control in ["ECR.1", "ECR.2", "ECR.3", "ECR.5"]
	some address, _ in repositories
}

title["ECR.1"] := "images are scanned when they are pushed"

fault["ECR.1"] contains {"address": address, "message": "must have scan_on_push true in image_scanning_configuration"} if {
	some address, repository in repositories
	not scanned(repository)
}

scanned(repository) if tf.yes(tf.block(repository.values, "image_scanning_configuration").scan_on_push)

title["ECR.2"] := "a tag is of one image for ever"

fault["ECR.2"] contains {"address": address, "message": "must have image_tag_mutability IMMUTABLE"} if {
	some address, repository in repositories
	not repository.values.image_tag_mutability == "IMMUTABLE"
}

title["ECR.3"] := "images have an end"

fault["ECR.3"] contains {"address": address, "message": "must have an aws_ecr_lifecycle_policy"} if {
	some address, repository in repositories
	count(tf.attached("aws_ecr_lifecycle_policy", "repository", repository)) == 0
}

title["ECR.5"] := "images are encrypted with a key of the account's own"

fault["ECR.5"] contains {"address": address, "message": "must have a kms_key in encryption_configuration"} if {
	some address, repository in repositories
	not keyed(repository)
}

keyed(repository) if {
	encryption := tf.block(repository.values, "encryption_configuration")
	encryption.encryption_type in {"KMS", "KMS_DSSE"}
	not encryption.kms_key in {"", null}
}
