# What a deployment can leave behind, untagged; and beside it what is another environment's, and the account's.
data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

data "aws_security_group" "default" {
  vpc_id = data.aws_vpc.default.id
  name   = "default"
}

resource "aws_cloudwatch_log_group" "left" {
  name = "/left/behind"
}

# A rule that was added to a group which AWS made.
resource "aws_vpc_security_group_ingress_rule" "left" {
  security_group_id = data.aws_security_group.default.id
  cidr_ipv4         = "10.0.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_eip" "left" {
  domain = "vpc"
}

resource "aws_network_interface" "left" {
  subnet_id = data.aws_subnets.default.ids[0]
}

resource "aws_iam_policy" "left" {
  name = "left-behind"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:ListAllMyBuckets"], Resource = ["*"] }]
  })
}

resource "aws_kms_key" "left" {
  description = "left behind"
}

resource "aws_cognito_user_pool" "left" {
  name = "left-behind"
}

resource "aws_s3_bucket" "left" {
  bucket = "left-behind"
}

resource "aws_s3_bucket" "own" {
  bucket = "left-behind-by-dev"
  tags   = { Environment = "dev" }
}

resource "aws_s3_bucket" "account" {
  bucket = "writersroom-account-kept"
  tags   = { Environment = "account" }
}

resource "aws_vpc" "preview" {
  cidr_block = "100.64.0.0/20"
  tags       = { Environment = "pr-1" }
}

# The preview's by what it is in.
resource "aws_subnet" "preview" {
  vpc_id     = aws_vpc.preview.id
  cidr_block = "100.64.0.0/24"
}

resource "aws_network_interface" "preview" {
  subnet_id = aws_subnet.preview.id
}

resource "aws_kms_key" "preview" {
  description = "the preview's"
  tags        = { Environment = "pr-1" }
}
