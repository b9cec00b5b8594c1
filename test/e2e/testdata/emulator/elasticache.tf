# What moto lacks of ElastiCache and the emulator's extension adds, changes too; and what it refuses.
variable "changed" {
  type    = bool
  default = false
}

variable "refused" {
  type    = string
  default = ""
}

resource "aws_vpc" "vpc" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "subnet" {
  count             = 2
  vpc_id            = aws_vpc.vpc.id
  cidr_block        = cidrsubnet(aws_vpc.vpc.cidr_block, 8, count.index)
  availability_zone = ["us-east-1a", "us-east-1b"][count.index]
}

resource "aws_security_group" "group" {
  count       = 2
  name        = "group-${count.index}"
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

resource "aws_elasticache_subnet_group" "subnets" {
  name       = "subnets"
  subnet_ids = var.changed ? aws_subnet.subnet[*].id : [aws_subnet.subnet[0].id]
}

resource "aws_elasticache_parameter_group" "parameters" {
  name   = "parameters"
  family = "valkey8"
  parameter {
    name  = "maxmemory-policy"
    value = var.changed ? "allkeys-lru" : "volatile-lfu"
  }
  dynamic "parameter" {
    for_each = var.changed ? [] : ["timeout"]
    content {
      name  = parameter.value
      value = "300"
    }
  }
}

resource "aws_elasticache_user" "user" {
  count         = 2
  user_id       = "user-${count.index}"
  user_name     = "user-${count.index}"
  engine        = "valkey"
  access_string = var.changed ? "on ~b:* -@all +@read" : "on ~a:* -@all +@read"
  authentication_mode {
    type = "iam"
  }
}

resource "aws_elasticache_user_group" "users" {
  user_group_id = "users"
  engine        = "valkey"
  user_ids      = var.changed ? [aws_elasticache_user.user[1].user_id] : [aws_elasticache_user.user[0].user_id]
}

resource "aws_elasticache_replication_group" "cache" {
  replication_group_id       = "cache"
  description                = var.changed ? "A cache, changed" : "A cache"
  engine                     = "valkey"
  engine_version             = var.changed ? "8.2" : "8.1"
  parameter_group_name       = aws_elasticache_parameter_group.parameters.name
  node_type                  = var.changed ? "cache.t4g.small" : "cache.t4g.micro"
  num_cache_clusters         = var.changed ? 3 : 1
  automatic_failover_enabled = var.changed
  multi_az_enabled           = var.changed
  subnet_group_name          = aws_elasticache_subnet_group.subnets.name
  security_group_ids         = [aws_security_group.group[var.changed ? 1 : 0].id]
  user_group_ids             = [aws_elasticache_user_group.users.id]
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.key.arn
  snapshot_retention_limit   = var.changed ? 35 : 7
  snapshot_window            = "04:00-05:00"
  maintenance_window         = var.changed ? "mon:06:00-mon:07:00" : "sun:06:00-sun:07:00"
  auto_minor_version_upgrade = true
  apply_immediately          = true
  dynamic "log_delivery_configuration" {
    for_each = var.changed ? ["slow"] : ["slow", "engine"]
    content {
      log_type         = "${log_delivery_configuration.value}-log"
      log_format       = "json"
      destination_type = "cloudwatch-logs"
      destination      = aws_cloudwatch_log_group.log[var.changed ? 1 : 0].name
    }
  }
  tags = {
    Changed = var.changed
  }
}

resource "aws_elasticache_user" "misnamed" {
  count         = var.refused == "misnamed" ? 1 : 0
  user_id       = "one"
  user_name     = "other"
  engine        = "valkey"
  access_string = "on ~* +@all"
  authentication_mode {
    type = "iam"
  }
}

resource "aws_elasticache_user_group" "open" {
  count         = var.refused == "open" ? 1 : 0
  user_group_id = "open"
  engine        = "redis"
  user_ids      = [aws_elasticache_user.user[0].user_id]
}

resource "aws_elasticache_user_group" "stranger" {
  count         = var.refused == "stranger" ? 1 : 0
  user_group_id = "stranger"
  engine        = "valkey"
  user_ids      = ["nobody"]
}

resource "aws_elasticache_replication_group" "cleartext" {
  count                      = var.refused == "cleartext" ? 1 : 0
  replication_group_id       = "cleartext"
  description                = "A cache"
  engine                     = "valkey"
  engine_version             = "8.2"
  node_type                  = "cache.t4g.micro"
  num_cache_clusters         = 1
  user_group_ids             = [aws_elasticache_user_group.users.id]
  transit_encryption_enabled = false
}
