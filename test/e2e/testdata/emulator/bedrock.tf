# What moto lacks of guardrails, inference profiles, knowledge bases and budgets, and the emulator's extensions add, changes too.
variable "changed" {
  type    = bool
  default = false
}

resource "aws_bedrock_guardrail" "guardrail" {
  name                      = "guardrail"
  description               = var.changed ? "A guardrail, changed" : "A guardrail"
  blocked_input_messaging   = "No."
  blocked_outputs_messaging = "No."
  content_policy_config {
    filters_config {
      type            = "HATE"
      input_strength  = var.changed ? "HIGH" : "LOW"
      output_strength = "LOW"
    }
    filters_config {
      type            = "PROMPT_ATTACK"
      input_strength  = "HIGH"
      output_strength = "NONE"
    }
  }
  sensitive_information_policy_config {
    pii_entities_config {
      type   = "AWS_ACCESS_KEY"
      action = "BLOCK"
    }
    pii_entities_config {
      type   = "PIN"
      action = "ANONYMIZE"
    }
  }
  tags = { changed = var.changed }
}

resource "aws_bedrock_guardrail_version" "version" {
  guardrail_arn = aws_bedrock_guardrail.guardrail.guardrail_arn
  description   = var.changed ? "second" : "first"
  lifecycle {
    create_before_destroy = true
  }
}

output "version" {
  value = aws_bedrock_guardrail_version.version.version
}

resource "aws_bedrock_inference_profile" "profile" {
  name = "profile"
  model_source {
    copy_from = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"
  }
  tags = { changed = var.changed }
}

resource "aws_iam_role" "role" {
  name = "role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole"]
      Principal = { Service = ["bedrock.amazonaws.com", "budgets.amazonaws.com"] }
    }]
  })
}

resource "aws_bedrockagent_knowledge_base" "knowledge_base" {
  name        = "knowledge-base"
  description = var.changed ? "A knowledge base, changed" : "A knowledge base"
  role_arn    = aws_iam_role.role.arn
  knowledge_base_configuration {
    type = "VECTOR"
    vector_knowledge_base_configuration {
      embedding_model_arn = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
    }
  }
  storage_configuration {
    type = "RDS"
    rds_configuration {
      resource_arn           = "arn:aws:rds:us-east-1:111111111111:cluster:cluster"
      credentials_secret_arn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:secret"
      database_name          = "database"
      table_name             = "schema.table"
      field_mapping {
        primary_key_field = "id"
        vector_field      = "embedding"
        text_field        = "chunks"
        metadata_field    = "metadata"
      }
    }
  }
  tags = { changed = var.changed }
}

resource "aws_bedrockagent_data_source" "source" {
  name                 = "source"
  description          = var.changed ? "A source, changed" : "A source"
  knowledge_base_id    = aws_bedrockagent_knowledge_base.knowledge_base.id
  data_deletion_policy = "DELETE"
  data_source_configuration {
    type = "S3"
    s3_configuration {
      bucket_arn         = "arn:aws:s3:::bucket"
      inclusion_prefixes = ["prefix/"]
    }
  }
  vector_ingestion_configuration {
    chunking_configuration {
      chunking_strategy = "FIXED_SIZE"
      fixed_size_chunking_configuration {
        max_tokens         = 300
        overlap_percentage = 20
      }
    }
  }
}

resource "aws_iam_policy" "denied" {
  name = "denied"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = ["bedrock:InvokeModel"], Resource = ["*"] }]
  })
}

resource "aws_budgets_budget" "budget" {
  name         = "budget"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = var.changed ? "20" : "10"
  limit_unit   = "USD"
  cost_filter {
    name   = "TagKeyValue"
    values = ["user:Environment$dev"]
  }
  notification {
    notification_type          = "ACTUAL"
    comparison_operator        = "GREATER_THAN"
    threshold                  = var.changed ? 90 : 80
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = ["somebody@writersroom.example"]
  }
  tags = { changed = var.changed }
}

resource "aws_budgets_budget_action" "action" {
  budget_name        = aws_budgets_budget.budget.name
  action_type        = "APPLY_IAM_POLICY"
  approval_model     = "AUTOMATIC"
  notification_type  = "ACTUAL"
  execution_role_arn = aws_iam_role.role.arn
  action_threshold {
    action_threshold_type  = "PERCENTAGE"
    action_threshold_value = var.changed ? 90 : 100
  }
  definition {
    iam_action_definition {
      policy_arn = aws_iam_policy.denied.arn
      roles      = [aws_iam_role.role.name]
    }
  }
  subscriber {
    subscription_type = "EMAIL"
    address           = "somebody@writersroom.example"
  }
  tags = { changed = var.changed }
}
