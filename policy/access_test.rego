package writersroom.access_test

import data.writersroom.access
import data.writersroom.cases_test

statement(principal, conditions) := {"effect": "Allow", "principals": {principal}, "conditions": conditions}

test_public if {
	every conditions in [
		{},
		{"StringEquals": {"aws:PrincipalTag/team": ["a"]}},
		{"StringEqualsIfExists": {"aws:PrincipalAccount": ["111111111111"]}},
		{"StringNotEquals": {"aws:PrincipalAccount": ["111111111111"]}},
		{"StringEquals": {"aws:SourceAccount": ["111111111111", "999999999999"]}},
		{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:alerts"}},
	] {
		access.public(statement("*", conditions)) with input as cases_test.stack({})
	}
}

test_not_public if {
	every conditions in [
		{"StringEquals": {"aws:PrincipalAccount": ["111111111111"]}},
		{"StringEquals": {"aws:sourceaccount": "111111111111"}},
		{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
		{"StringEquals": {"aws:SourceVpce": ["${aws_vpc_endpoint.s3.id}"]}},
		{"ArnLike": {"aws:SourceArn": ["arn:aws:sns:*:111111111111:alerts"]}},
	] {
		not access.public(statement("*", conditions)) with input as cases_test.stack({})
	}
	not access.public(statement("arn:aws:iam::999999999999:root", {})) with input as cases_test.stack({})
	not access.public(object.union(statement("*", {}), {"effect": "Deny"})) with input as cases_test.stack({})
}

test_foreigners if {
	every principal, want in {
		"*": {"*"},
		"999999999999": {"999999999999"},
		"arn:aws:iam::999999999999:role/a": {"999999999999"},
		"arn:aws:sts::999999999999:assumed-role/a/b": {"999999999999"},
		"arn:aws:iam::111111111111:root": set(),
		"111111111111": set(),
		"sns.amazonaws.com": set(),
	} {
		got := access.foreigners(statement(principal, {})) with input as cases_test.stack({})
		got == want
	}
}
