# What moto lacks of OpenSearch and the emulator's extension adds, changes too; and what it refuses.
variable "changed" {
  type    = bool
  default = false
}

variable "role" {
  type    = bool
  default = true
}

variable "everywhere" {
  type    = bool
  default = false
}

resource "aws_vpc" "vpc" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "subnet" {
  count             = 3
  vpc_id            = aws_vpc.vpc.id
  cidr_block        = cidrsubnet(aws_vpc.vpc.cidr_block, 8, count.index)
  availability_zone = ["us-east-1a", "us-east-1b", "us-east-1c"][count.index]
}

resource "aws_security_group" "group" {
  name        = "group"
  description = "A group"
  vpc_id      = aws_vpc.vpc.id
}

resource "aws_kms_key" "key" {
  description = "key"
}

resource "aws_cloudwatch_log_group" "log" {
  count = 2
  name  = "/log/${count.index}"
}

resource "aws_iam_service_linked_role" "opensearch" {
  count            = var.role ? 1 : 0
  aws_service_name = "opensearchservice.amazonaws.com"
}

resource "aws_opensearch_domain" "domain" {
  depends_on     = [aws_iam_service_linked_role.opensearch]
  domain_name    = "domain"
  engine_version = "OpenSearch_3.1"
  cluster_config {
    instance_type            = var.changed ? "r7g.large.search" : "t3.small.search"
    instance_count           = var.changed ? 3 : 1
    dedicated_master_enabled = var.changed
    dedicated_master_type    = var.changed ? "m7g.medium.search" : null
    dedicated_master_count   = var.changed ? 3 : null
    zone_awareness_enabled   = var.changed
    dynamic "zone_awareness_config" {
      for_each = var.changed ? [3] : []
      content {
        availability_zone_count = zone_awareness_config.value
      }
    }
  }
  vpc_options {
    subnet_ids         = var.changed || var.everywhere ? aws_subnet.subnet[*].id : [aws_subnet.subnet[0].id]
    security_group_ids = [aws_security_group.group.id]
  }
  ip_address_type = "ipv4"
  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.changed ? 20 : 10
  }
  encrypt_at_rest {
    enabled    = true
    kms_key_id = aws_kms_key.key.arn
  }
  node_to_node_encryption {
    enabled = true
  }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }
  advanced_security_options {
    enabled                        = true
    anonymous_auth_enabled         = false
    internal_user_database_enabled = false
    master_user_options {
      master_user_arn = "arn:aws:iam::111111111111:role/${var.changed ? "b" : "a"}"
    }
  }
  advanced_options = {
    "rest.action.multi.allow_explicit_index" = "false"
  }
  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = var.changed ? ["es:ESHttpGet", "es:ESHttpPost"] : ["es:ESHttpGet"]
      Principal = { AWS = ["arn:aws:iam::111111111111:root"] }
      Resource  = ["arn:aws:es:us-east-1:111111111111:domain/domain/*"]
    }]
  })
  auto_tune_options {
    desired_state       = var.changed ? "ENABLED" : "DISABLED"
    rollback_on_disable = var.changed ? "NO_ROLLBACK" : null
    use_off_peak_window = var.changed ? true : null
  }
  off_peak_window_options {
    enabled = true
    off_peak_window {
      window_start_time {
        hours   = var.changed ? 3 : 2
        minutes = 0
      }
    }
  }
  software_update_options {
    auto_software_update_enabled = true
  }
  dynamic "log_publishing_options" {
    for_each = var.changed ? ["AUDIT_LOGS"] : ["AUDIT_LOGS", "ES_APPLICATION_LOGS"]
    content {
      log_type                 = log_publishing_options.value
      cloudwatch_log_group_arn = aws_cloudwatch_log_group.log[var.changed ? 1 : 0].arn
    }
  }
  tags = {
    Changed = var.changed
  }
  # The provider waits before it looks, for minutes unless this is less.
  timeouts {
    create = "1s"
    update = "1s"
    delete = "30s"
  }
}
