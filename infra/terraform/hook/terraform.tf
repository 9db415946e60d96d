# The resources of ../../hook.yaml: the lifecycle hook of one Auto Scaling group.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}
