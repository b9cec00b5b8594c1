package writersroom.controls.kms

key(values) := {"aws_kms_key": {"k": values}}

policy(statement) := json.marshal({"Statement": [object.union({"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": ["*"]}, statement)]})

cases["KMS.4"] := {
	"passes": [key({"enable_key_rotation": true})],
	"fails": [key({}), key({"enable_key_rotation": false}), key({"customer_master_key_spec": "SYMMETRIC_DEFAULT"})],
}

test_asymmetric_keys_cannot_be_rotated if {
	count([a | some a in subject["KMS.4"] with input as {"resource": key({"customer_master_key_spec": "RSA_2048"})}]) == 0
}

cases["KMS.5"] := {
	"passes": [
		key({}),
		key({"policy": policy({"Principal": {"AWS": "arn:aws:iam::111111111111:root"}})}),
		key({"policy": policy({"Principal": "*", "Condition": {"StringEquals": {"kms:CallerAccount": "111111111111"}}})}),
		key({"policy": policy({"Principal": "*", "Effect": "Deny"})}),
	],
	"fails": [
		key({"policy": policy({"Principal": "*"})}),
		key({"policy": policy({"Principal": {"AWS": ["*"]}, "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}})}),
	],
}
