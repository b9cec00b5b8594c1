# https://docs.aws.amazon.com/securityhub/latest/userguide/acm-controls.html
package writersroom.controls.acm

import data.writersroom.terraform as tf

title["ACM.2"] := "RSA keys of certificates have at least 2,048 bits"

subject["ACM.2"] contains address if some address, _ in tf.resources("aws_acm_certificate")

fault["ACM.2"] contains {
	"address": address,
	"message": sprintf("must have a key_algorithm of at least RSA_2048, has %s", [algorithm]),
} if {
	some address, certificate in tf.resources("aws_acm_certificate")
	algorithm := certificate.values.key_algorithm
	algorithm in {"RSA_512", "RSA_1024"}
}
