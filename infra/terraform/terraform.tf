# What ../template.yaml deploys, for those who deploy with Terraform. A test holds both to the same resources.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
