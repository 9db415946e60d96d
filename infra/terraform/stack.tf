# The stack of ../template.yaml, with its code and its template in the bucket.
#
# Every key contains a hash of its object. Changed content has a new key, so CloudFormation sees the change, and a rollback finds
# the objects of the last deployment: they are deleted after the stack's update.

locals {
  code      = var.code != "" ? var.code : "${path.module}/../../target/lambda"
  functions = toset(["asg-lifecycle", "spot-interruption", "ecs-state-change", "sweep"])

  zips = { for name in local.functions : name => "${local.code}/${name}/bootstrap.zip" }
  keys = { for name, zip in local.zips : name => "${var.key_prefix}/${name}-${filesha256(zip)}.zip" }

  # JSON is YAML too.
  uploaded = {
    for name, key in local.keys : name => "Code: ${jsonencode({ S3Bucket = var.bucket, S3Key = key })}"
  }

  # `aws cloudformation package` does the same to these four lines.
  template = replace(replace(replace(replace(file("${path.module}/../template.yaml"),
    "Code: ../target/lambda/asg-lifecycle/bootstrap.zip", local.uploaded["asg-lifecycle"]),
    "Code: ../target/lambda/spot-interruption/bootstrap.zip", local.uploaded["spot-interruption"]),
    "Code: ../target/lambda/ecs-state-change/bootstrap.zip", local.uploaded["ecs-state-change"]),
  "Code: ../target/lambda/sweep/bootstrap.zip", local.uploaded["sweep"])

  parameters = merge({ Name = var.name }, var.parameters)
}

data "aws_s3_bucket" "code" {
  bucket = var.bucket
}

resource "aws_s3_object" "code" {
  for_each = local.zips

  bucket = var.bucket
  key    = local.keys[each.key]
  source = each.value
  tags   = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_s3_object" "template" {
  bucket       = var.bucket
  key          = "${var.key_prefix}/template-${sha256(local.template)}.yaml"
  content      = local.template
  content_type = "application/yaml"
  tags         = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

# A template in the request ends at 51 200 bytes, one in a bucket at 1 MB (CloudFormation user guide, cloudformation-limits).
resource "aws_cloudformation_stack" "ebb" {
  name         = var.name
  template_url = "https://${data.aws_s3_bucket.code.bucket_regional_domain_name}/${aws_s3_object.template.key}"
  parameters   = local.parameters
  capabilities = ["CAPABILITY_IAM"]
  tags         = var.tags

  depends_on = [aws_s3_object.code]
}
