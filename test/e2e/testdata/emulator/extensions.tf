# What moto lacks and the emulator's extensions add, changes too. Not here: the lifecycle of a bucket's old versions, which the
# account's state storage has, and which the provider waits a minute for.
variable "changed" {
  type    = bool
  default = false
}

variable "protected" {
  type    = bool
  default = true
}

resource "aws_cognito_user_pool" "pool" {
  name                = "pool"
  deletion_protection = var.protected ? "ACTIVE" : "INACTIVE"
}

resource "aws_cognito_user_pool_client" "client" {
  name         = "client"
  user_pool_id = aws_cognito_user_pool.pool.id
}

resource "aws_cognito_resource_server" "api" {
  user_pool_id = aws_cognito_user_pool.pool.id
  identifier   = "api"
  name         = "api"
  scope {
    scope_name        = "read"
    scope_description = var.changed ? "read, changed" : "read"
  }
}

resource "aws_cognito_risk_configuration" "pool" {
  user_pool_id = aws_cognito_user_pool.pool.id
  compromised_credentials_risk_configuration {
    event_filter = ["SIGN_IN"]
    actions {
      event_action = "BLOCK"
    }
  }
}

resource "aws_cognito_risk_configuration" "client" {
  user_pool_id = aws_cognito_user_pool.pool.id
  client_id    = aws_cognito_user_pool_client.client.id
  risk_exception_configuration {
    blocked_ip_range_list = var.changed ? ["10.0.0.0/8"] : ["10.0.0.0/16"]
  }
}

resource "aws_cognito_identity_pool" "pool" {
  identity_pool_name = "pool"
  cognito_identity_providers {
    client_id     = aws_cognito_user_pool_client.client.id
    provider_name = aws_cognito_user_pool.pool.endpoint
  }
}

resource "aws_iam_role" "writer" {
  count = 2
  name  = "writer-${count.index}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRoleWithWebIdentity"]
      Principal = { Federated = ["cognito-identity.amazonaws.com"] }
    }]
  })
}

resource "aws_cognito_identity_pool_roles_attachment" "pool" {
  identity_pool_id = aws_cognito_identity_pool.pool.id
  roles            = { authenticated = aws_iam_role.writer[var.changed ? 1 : 0].arn }
  role_mapping {
    identity_provider         = "${aws_cognito_user_pool.pool.endpoint}:${aws_cognito_user_pool_client.client.id}"
    type                      = "Token"
    ambiguous_role_resolution = "Deny"
  }
}

resource "aws_cognito_identity_pool_provider_principal_tag" "pool" {
  identity_pool_id       = aws_cognito_identity_pool.pool.id
  identity_provider_name = aws_cognito_user_pool.pool.endpoint
  principal_tags         = var.changed ? { sub = "sub", username = "username" } : { sub = "sub" }
  use_defaults           = false
}

resource "aws_kms_key" "key" {
  enable_key_rotation     = true
  rotation_period_in_days = var.changed ? 90 : 180
}

resource "aws_vpc" "vpc" {
  cidr_block                       = "10.0.0.0/16"
  assign_generated_ipv6_cidr_block = true
}

resource "aws_subnet" "subnet" {
  vpc_id          = aws_vpc.vpc.id
  cidr_block      = "10.0.0.0/24"
  ipv6_cidr_block = cidrsubnet(aws_vpc.vpc.ipv6_cidr_block, 8, 0)
}

resource "aws_network_acl" "acl" {
  vpc_id = aws_vpc.vpc.id
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "1"
    cidr_block = "0.0.0.0/0"
    icmp_type  = 3
    icmp_code  = var.changed ? 1 : 4
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_network_acl_rule" "rule" {
  network_acl_id = aws_network_acl.acl.id
  egress         = true
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "icmp"
  cidr_block     = "10.0.0.0/16"
  icmp_type      = var.changed ? 8 : 3
  icmp_code      = -1
}

resource "aws_security_group" "group" {
  count       = 2
  name        = "group-${count.index}"
  description = "A group"
  vpc_id      = aws_vpc.vpc.id
}

resource "aws_vpc_security_group_ingress_rule" "rule" {
  security_group_id            = aws_security_group.group[0].id
  referenced_security_group_id = aws_security_group.group[1].id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  description                  = var.changed ? "A rule, changed" : "A rule"
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "nat" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.subnet.id
}

# A table without a key of its own makes moto make the key that AWS manages for it.
resource "aws_dynamodb_table" "table" {
  name         = "table"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled = true
  }
}

resource "aws_s3_bucket" "trail" {
  bucket = "trail"
}

resource "aws_cloudtrail" "trail" {
  name           = "trail"
  s3_bucket_name = aws_s3_bucket.trail.id
  enable_logging = !var.changed
  event_selector {
    include_management_events = true
    read_write_type           = var.changed ? "WriteOnly" : "All"
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3:::manuscripts/"]
    }
  }
}
