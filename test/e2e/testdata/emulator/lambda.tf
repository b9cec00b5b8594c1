# What moto lacks of Lambda and Step Functions, and the emulator's extensions add, changes too.
variable "changed" {
  type    = bool
  default = false
}

locals {
  assume = { for service in ["lambda", "states"] : service => jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"], Principal = { Service = ["${service}.amazonaws.com"] } }]
  }) }
}

resource "aws_kms_key" "key" {}

resource "aws_iam_role" "function" {
  name               = "function"
  assume_role_policy = local.assume["lambda"]
}

resource "aws_iam_role" "workflow" {
  name               = "workflow"
  assume_role_policy = local.assume["states"]
}

resource "aws_cloudwatch_log_group" "function" {
  name = "/writersroom/dev/steps"
}

resource "aws_cloudwatch_log_group" "workflow" {
  name = "/writersroom/dev/workflow"
}

resource "aws_sqs_queue" "dead" {
  count = 2
  name  = "dead-${count.index}"
}

resource "aws_dynamodb_table" "jobs" {
  name         = "jobs"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_lambda_function" "steps" {
  function_name                  = "steps"
  description                    = var.changed ? "Steps, changed" : "Steps"
  role                           = aws_iam_role.function.arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = ["arm64"]
  filename                       = "steps.zip"
  source_code_hash               = filebase64sha256("steps.zip")
  memory_size                    = var.changed ? 256 : 128
  timeout                        = var.changed ? 1 : 30
  reserved_concurrent_executions = var.changed ? 5 : 10
  kms_key_arn                    = aws_kms_key.key.arn
  publish                        = true
  dead_letter_config {
    target_arn = aws_sqs_queue.dead[var.changed ? 1 : 0].arn
  }
  environment {
    variables = { SETTING = var.changed ? "changed" : "first" }
  }
  ephemeral_storage {
    size = var.changed ? 1024 : 512
  }
  logging_config {
    log_format            = "JSON"
    application_log_level = var.changed ? "DEBUG" : "INFO"
    system_log_level      = var.changed ? "INFO" : "WARN"
    log_group             = aws_cloudwatch_log_group.function.name
  }
  tracing_config {
    mode = var.changed ? "Active" : "PassThrough"
  }
  tags = { changed = var.changed }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = var.changed ? "What is called, changed" : "What is called"
  function_name    = aws_lambda_function.steps.function_name
  function_version = aws_lambda_function.steps.version
}

resource "aws_lambda_permission" "rule" {
  statement_id  = "rule"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.steps.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "events.amazonaws.com"
}

# What is on by default: no settings beside those that a function must have.
resource "aws_lambda_function" "plain" {
  function_name    = "plain"
  role             = aws_iam_role.function.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  filename         = "steps.zip"
  source_code_hash = filebase64sha256("steps.zip")
  dynamic "environment" {
    for_each = var.changed ? [] : [1]
    content {
      variables = { SETTING = "first" }
    }
  }
  dynamic "dead_letter_config" {
    for_each = var.changed ? [] : [1]
    content {
      target_arn = aws_sqs_queue.dead[0].arn
    }
  }
}

resource "aws_sfn_state_machine" "workflow" {
  name     = "workflow"
  role_arn = aws_iam_role.workflow.arn
  publish  = true
  definition = jsonencode({
    Comment = var.changed ? "Two steps, changed" : "Two steps"
    StartAt = "first"
    States = merge({ for step, next in { first = "second", second = "done" } : step => {
      Type     = "Task"
      Resource = "arn:aws:states:::lambda:invoke"
      Parameters = {
        FunctionName = aws_lambda_alias.live.arn
        Payload = {
          "step"      = step
          "steps.$"   = "$.steps"
          "refuse.$"  = "$$.Execution.Input.refuse"
          "stumble.$" = "$$.Execution.Input.stumble"
        }
      }
      OutputPath = "$.Payload"
      Retry = [
        { ErrorEquals = ["Refused"], MaxAttempts = 0 },
        { ErrorEquals = ["States.ALL"], IntervalSeconds = 1, MaxAttempts = 2, BackoffRate = 1 },
      ]
      Catch = [{ ErrorEquals = ["States.ALL"], ResultPath = "$.error", Next = "record" }]
      Next  = next
      } }, {
      done = { Type = "Succeed" }
      record = {
        Type     = "Task"
        Resource = "arn:aws:states:::dynamodb:updateItem"
        Parameters = {
          TableName                 = aws_dynamodb_table.jobs.name
          Key                       = { id = { "S.$" = "$$.Execution.Name" } }
          UpdateExpression          = "SET reason = :reason"
          ExpressionAttributeValues = { ":reason" = { "S.$" = "$.error.Error" } }
        }
        ResultPath = null
        Next       = "tell"
      }
      tell = {
        Type     = "Task"
        Resource = "arn:aws:states:::sqs:sendMessage"
        Parameters = {
          QueueUrl        = aws_sqs_queue.dead[0].url
          "MessageBody.$" = "$.error"
        }
        ResultPath = null
        Next       = "failed"
      }
      failed = { Type = "Fail", Error = "Failed", Cause = "a step failed for good" }
    })
  })
  logging_configuration {
    level                  = var.changed ? "ERROR" : "ALL"
    include_execution_data = var.changed
    log_destination        = "${aws_cloudwatch_log_group.workflow.arn}:*"
  }
  tracing_configuration {
    enabled = var.changed
  }
  encryption_configuration {
    type                              = "CUSTOMER_MANAGED_KMS_KEY"
    kms_key_id                        = aws_kms_key.key.arn
    kms_data_key_reuse_period_seconds = var.changed ? 900 : 300
  }
  tags = { changed = var.changed }
}

output "workflow" {
  value = aws_sfn_state_machine.workflow.arn
}

output "queue" {
  value = aws_sqs_queue.dead[0].url
}

output "versions" {
  value = "${aws_lambda_alias.live.function_version} ${aws_sfn_state_machine.workflow.state_machine_version_arn}"
}
