# The provider of every configuration here, as stacks have it on the emulator.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  max_retries       = 3
  s3_use_path_style = true
}
