# What of SageMaker is replaced, moved over to, and rolled back.
variable "changed" {
  type    = bool
  default = false
}

variable "again" {
  type    = bool
  default = false
}

resource "aws_iam_role" "model" {
  name = "model"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"], Principal = { Service = ["sagemaker.amazonaws.com"] } }]
  })
}

resource "terraform_data" "revision" {
  triggers_replace = var.changed
}

resource "aws_sagemaker_model" "model" {
  name                     = "model-${substr(terraform_data.revision.id, 0, 8)}"
  execution_role_arn       = aws_iam_role.model.arn
  enable_network_isolation = !var.changed
  primary_container {
    image          = "111111111111.dkr.ecr.us-east-1.amazonaws.com/model:1.0"
    model_data_url = "s3://models/model.tar.gz"
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_key" "volumes" {
  description = "volumes"
}

# An instance type that moto does not know.
resource "aws_sagemaker_endpoint_configuration" "configuration" {
  name_prefix = "endpoint-"
  kms_key_arn = aws_kms_key.volumes.arn
  production_variants {
    variant_name           = "AllTraffic"
    model_name             = aws_sagemaker_model.model.name
    instance_type          = "ml.c7i.large"
    initial_instance_count = var.changed ? 3 : 2
    initial_variant_weight = 1
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "endpoint-errors"
  namespace           = "AWS/SageMaker"
  metric_name         = "Invocation5XXErrors"
  dimensions          = { EndpointName = "endpoint", VariantName = "AllTraffic" }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0.05
  period              = 60
  evaluation_periods  = 5
}

resource "aws_sagemaker_endpoint" "endpoint" {
  name                 = "endpoint"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.configuration.name
  deployment_config {
    auto_rollback_configuration {
      alarms {
        alarm_name = aws_cloudwatch_metric_alarm.errors.alarm_name
      }
    }
    blue_green_update_policy {
      termination_wait_in_seconds = var.changed ? 120 : 60
      traffic_routing_configuration {
        type                     = "CANARY"
        wait_interval_in_seconds = 60
        canary_size {
          type  = "INSTANCE_COUNT"
          value = 1
        }
      }
    }
  }
  lifecycle {
    postcondition {
      condition     = self.endpoint_config_name == aws_sagemaker_endpoint_configuration.configuration.name
      error_message = "rolled back"
    }
  }
}

# A name that is taken already.
resource "aws_sagemaker_model" "again" {
  count              = var.again ? 1 : 0
  name               = aws_sagemaker_model.model.name
  execution_role_arn = aws_iam_role.model.arn
  primary_container {
    image = "111111111111.dkr.ecr.us-east-1.amazonaws.com/model:1.0"
  }
}
