# What moto lacks of Aurora and the extension adds, as far as no environment's own deployment changes it.
variable "changed" {
  type    = bool
  default = false
}

resource "aws_kms_key" "key" {}

resource "aws_iam_role" "monitoring" {
  name = "monitoring"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole"]
      Principal = { Service = ["monitoring.rds.amazonaws.com"] }
    }]
  })
}

# A parameter is given up again.
resource "aws_rds_cluster_parameter_group" "parameters" {
  name   = "parameters"
  family = "aurora-postgresql17"
  parameter {
    name  = "log_connections"
    value = "1"
  }
  dynamic "parameter" {
    for_each = var.changed ? [] : ["60000"]
    content {
      name  = "idle_session_timeout"
      value = parameter.value
    }
  }
}

resource "aws_rds_cluster" "cluster" {
  cluster_identifier                  = "cluster"
  engine                              = "aurora-postgresql"
  engine_version                      = "17.7"
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.parameters.name
  master_username                     = "steward"
  manage_master_user_password         = true
  enable_http_endpoint                = var.changed
  iam_database_authentication_enabled = var.changed
  apply_immediately                   = true
  skip_final_snapshot                 = true
  serverlessv2_scaling_configuration {
    min_capacity = var.changed ? 1 : 0
    max_capacity = 4
  }
}

resource "aws_rds_cluster_instance" "instance" {
  count                                 = var.changed ? 2 : 1
  identifier                            = "instance-${count.index}"
  cluster_identifier                    = aws_rds_cluster.cluster.id
  engine                                = "aurora-postgresql"
  instance_class                        = "db.serverless"
  promotion_tier                        = count.index
  apply_immediately                     = true
  monitoring_interval                   = var.changed ? 30 : 60
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = aws_kms_key.key.arn
  performance_insights_retention_period = var.changed ? 31 : 7
}

resource "aws_sns_topic" "topic" {
  name = "topic"
}

resource "aws_db_event_subscription" "instances" {
  name             = "instances"
  sns_topic        = aws_sns_topic.topic.arn
  source_type      = "db-instance"
  source_ids       = aws_rds_cluster_instance.instance[*].identifier
  event_categories = var.changed ? ["failure", "maintenance"] : ["failure"]
}
