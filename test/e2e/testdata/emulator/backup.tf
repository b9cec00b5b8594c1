# AWS Backup, and what S3 tells of its buckets: what no deployment of an environment changes.
variable "changed" {
  type    = bool
  default = false
}

variable "continuous_days" {
  type    = number
  default = 35
}

resource "aws_sns_topic" "alerts" {
  count = 2
  name  = "alerts-${count.index}"
}

resource "aws_backup_vault" "vault" {
  name          = "vault"
  force_destroy = true
  tags          = { Changed = var.changed }
}

resource "aws_backup_vault_lock_configuration" "lock" {
  backup_vault_name  = aws_backup_vault.vault.name
  min_retention_days = var.changed ? 14 : 7
}

resource "aws_backup_vault_policy" "policy" {
  backup_vault_name = aws_backup_vault.vault.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = { AWS = ["*"] }
      Action    = var.changed ? ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"] : ["backup:DeleteRecoveryPoint"]
      Resource  = ["*"]
    }]
  })
}

resource "aws_backup_vault_notifications" "notifications" {
  backup_vault_name   = aws_backup_vault.vault.name
  sns_topic_arn       = aws_sns_topic.alerts[var.changed ? 1 : 0].arn
  backup_vault_events = ["S3_BACKUP_OBJECT_FAILED"]
}

resource "aws_backup_plan" "plan" {
  name = "plan"
  tags = { Changed = var.changed }
  rule {
    rule_name                = "point-in-time"
    target_vault_name        = aws_backup_vault.vault.name
    enable_continuous_backup = true
    schedule                 = var.changed ? "cron(0 4 * * ? *)" : "cron(0 3 * * ? *)"
    lifecycle {
      delete_after = var.continuous_days
    }
  }
}

resource "aws_backup_selection" "selection" {
  name         = "selection"
  plan_id      = aws_backup_plan.plan.id
  iam_role_arn = "arn:aws:iam::111111111111:role/backup"
  resources    = ["*"]
  condition {
    string_equals {
      key   = "aws:ResourceTag/Manuscripts"
      value = var.changed ? "original" : "copy"
    }
  }
}

resource "aws_s3_bucket" "bucket" {
  count         = 2
  bucket        = "emulated-${count.index}"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "versioning" {
  bucket = aws_s3_bucket.bucket[0].bucket
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.bucket[1].bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["logging.s3.amazonaws.com"] }
      Action    = ["s3:PutObject"]
      Resource  = ["${aws_s3_bucket.bucket[1].arn}/s3/*"]
    }]
  })
}

resource "aws_s3_bucket_logging" "logging" {
  bucket        = aws_s3_bucket.bucket[0].bucket
  target_bucket = aws_s3_bucket_policy.logs.bucket
  target_prefix = "s3/"
  target_object_key_format {
    partitioned_prefix {
      partition_date_source = var.changed ? "DeliveryTime" : "EventTime"
    }
  }
}

resource "aws_s3_bucket_notification" "events" {
  bucket      = aws_s3_bucket.bucket[0].bucket
  eventbridge = var.changed
}
