# What the extensions add of API Gateway and CodeDeploy, where no environment's own deployment changes it.
variable "changed" {
  type    = bool
  default = false
}

resource "aws_api_gateway_rest_api" "api" {
  name = "emulated"
  body = jsonencode({
    openapi = "3.0.1"
    info    = { title = "emulated", version = "1" }
    paths = { for path in var.changed ? ["/one"] : ["/one", "/two/{id}"] : path => { get = {
      responses                         = { "200" = { description = "Something" } }
      "x-amazon-apigateway-integration" = { type = "http_proxy", httpMethod = "GET", uri = "https://example.com" }
    } } }
  })
}

resource "aws_api_gateway_deployment" "deployment" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  triggers    = { body = sha256(aws_api_gateway_rest_api.api.body) }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "stage" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  deployment_id = aws_api_gateway_deployment.deployment.id
  stage_name    = "live"
}

resource "aws_api_gateway_method_settings" "settings" {
  for_each    = toset(var.changed ? ["*/*"] : ["*/*", "~1one/GET"]) # that of one method is taken away
  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.stage.stage_name
  method_path = each.key
  settings {
    throttling_rate_limit  = 10
    throttling_burst_limit = 20
  }
}

resource "aws_iam_role" "role" {
  name = "emulated"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "codedeploy.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_codedeploy_app" "app" {
  name             = "emulated"
  compute_platform = "Lambda"
}

resource "aws_codedeploy_deployment_group" "group" {
  app_name               = aws_codedeploy_app.app.name
  deployment_group_name  = "emulated"
  service_role_arn       = aws_iam_role.role.arn
  deployment_config_name = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }
  alarm_configuration {
    enabled = true
    alarms  = var.changed ? ["one", "two"] : ["one"]
  }
  auto_rollback_configuration {
    enabled = true
    events  = var.changed ? ["DEPLOYMENT_FAILURE"] : ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
  }
}

resource "aws_route53_zone" "zone" {
  name    = "emulated.example"
  comment = var.changed ? "changed" : "made"
}
