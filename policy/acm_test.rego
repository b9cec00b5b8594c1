package writersroom.controls.acm

certificate(values) := {"aws_acm_certificate": {"c": values}}

cases["ACM.2"] := {
	"passes": [certificate({}), certificate({"key_algorithm": "RSA_2048"}), certificate({"key_algorithm": "EC_prime256v1"})],
	"fails": [certificate({"key_algorithm": "RSA_1024"})],
}
