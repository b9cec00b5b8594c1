# What moto lacks of composite alarms, traces and logs, and the emulator's extensions add, changes too.
variable "changed" {
  type    = bool
  default = false
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = "function" }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 15
  datapoints_to_alarm = 3
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  lifecycle {
    create_before_destroy = true
  }
}

# One that goes, after the composite alarm looks at it no more.
resource "aws_cloudwatch_metric_alarm" "unusual" {
  count               = var.changed ? 0 : 1
  alarm_name          = "unusual"
  evaluation_periods  = 3
  comparison_operator = "GreaterThanUpperThreshold"
  threshold_metric_id = "expected"
  metric_query {
    id          = "watched"
    return_data = true
    metric {
      namespace   = "AWS/WAFV2"
      metric_name = "BlockedRequests"
      dimensions  = { Rule = "ALL", WebACL = "acl" }
      stat        = "Sum"
      period      = 300
    }
  }
  metric_query {
    id          = "expected"
    expression  = "ANOMALY_DETECTION_BAND(watched, 3)"
    label       = "BlockedRequests (expected)"
    return_data = true
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_metric_alarm" "query" {
  alarm_name          = "query"
  evaluation_periods  = 15
  datapoints_to_alarm = 3
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  metric_query {
    id          = "value"
    label       = "value"
    expression  = "SELECT SUM(SystemErrors) FROM SCHEMA(\"AWS/DynamoDB\", Operation, TableName) WHERE TableName = 'table'"
    period      = 60
    return_data = true
  }
}

resource "aws_cloudwatch_composite_alarm" "gate" {
  alarm_name        = "gate"
  alarm_description = var.changed ? "A gate, changed" : "A gate"
  alarm_rule = join(" OR ", [for name in concat([aws_cloudwatch_metric_alarm.errors.alarm_name],
  aws_cloudwatch_metric_alarm.unusual[*].alarm_name) : "ALARM(\"${name}\")"])
  tags = { changed = var.changed }
}

resource "aws_xray_group" "group" {
  group_name        = "group"
  filter_expression = var.changed ? "responsetime > 5" : "responsetime > 2"
  insights_configuration {
    insights_enabled      = true
    notifications_enabled = false
  }
  tags = { changed = var.changed }
}

resource "aws_xray_sampling_rule" "rule" {
  rule_name      = "rule"
  priority       = 1000
  reservoir_size = 1
  fixed_rate     = var.changed ? 0.1 : 0.05
  service_name   = "api/live"
  service_type   = "AWS::ApiGateway::Stage"
  host           = "*"
  http_method    = "*"
  resource_arn   = "*"
  url_path       = "*"
  version        = 1
  tags           = { changed = var.changed }
}

resource "aws_cloudwatch_log_group" "log" {
  name = "log"
}

resource "aws_cloudwatch_log_data_protection_policy" "masked" {
  log_group_name = aws_cloudwatch_log_group.log.name
  policy_document = jsonencode({
    Name    = "personal-data"
    Version = "2021-06-01"
    Statement = [for operation in [{ Audit = { FindingsDestination = {} } }, { Deidentify = { MaskConfig = {} } }] : {
      Sid            = keys(operation)[0]
      DataIdentifier = ["arn:aws:dataprotection::aws:data-identifier/${var.changed ? "IpAddress" : "EmailAddress"}"]
      Operation      = operation
    }]
  })
}
