# What moto lacks of CloudFront, certificates and zones, and the emulator's extensions add, changes too.
variable "changed" {
  type    = bool
  default = false
}

resource "aws_route53_zone" "zone" {
  name    = "emulator.example"
  comment = var.changed ? "A zone, changed" : "A zone"
}

resource "aws_acm_certificate" "certificate" {
  domain_name       = aws_route53_zone.zone.name
  validation_method = "DNS"
}

resource "aws_cloudfront_function" "function" {
  name    = "function"
  runtime = "cloudfront-js-2.0"
  comment = var.changed ? "A function, changed" : "A function"
  code    = "function handler(event) { return event.request; }${var.changed ? " // changed" : ""}"
}

resource "aws_cloudfront_cache_policy" "policy" {
  name        = "policy"
  default_ttl = var.changed ? 30 : 60
  max_ttl     = 60
  min_ttl     = 0
  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_gzip = true
    cookies_config {
      cookie_behavior = "none"
    }
    headers_config {
      header_behavior = "none"
    }
    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

resource "aws_cloudfront_response_headers_policy" "policy" {
  name = "policy"
  security_headers_config {
    content_security_policy {
      content_security_policy = var.changed ? "default-src 'none'" : "default-src 'self'"
      override                = true
    }
    content_type_options {
      override = true
    }
  }
  custom_headers_config {
    items {
      header   = "Permissions-Policy"
      value    = var.changed ? "camera=(), usb=()" : "camera=()"
      override = true
    }
  }
}

resource "aws_cloudfront_origin_access_control" "access" {
  name                              = "access"
  description                       = var.changed ? "Access, changed" : "Access"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "distribution" {
  enabled             = true
  comment             = var.changed ? "A distribution, changed" : "A distribution"
  wait_for_deployment = false
  origin {
    origin_id                = "bucket"
    domain_name              = "bucket.s3.us-east-1.amazonaws.com"
    origin_access_control_id = aws_cloudfront_origin_access_control.access.id
  }
  default_cache_behavior {
    target_origin_id           = "bucket"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = aws_cloudfront_cache_policy.policy.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.policy.id
    dynamic "function_association" {
      for_each = var.changed ? [] : [aws_cloudfront_function.function.arn]
      content {
        event_type   = "viewer-request"
        function_arn = function_association.value
      }
    }
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate.certificate.arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
}
