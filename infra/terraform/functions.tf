resource "aws_lambda_function" "function" {
  for_each = local.feeds

  function_name    = "${var.name}-${each.key}"
  runtime          = "provided.al2023"
  architectures    = [var.architecture]
  handler          = "bootstrap"
  filename         = "${local.code}/${each.key}/bootstrap.zip"
  source_code_hash = filebase64sha256("${local.code}/${each.key}/bootstrap.zip")
  memory_size      = 128
  timeout          = each.value.timeout
  role             = aws_iam_role.role[each.key].arn
  kms_key_arn      = local.own_key

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.logs[each.key].name
  }

  environment {
    variables = merge(local.variables, {
      EBB_QUEUE_URL             = aws_sqs_queue.queue[each.value.rechecks].url
      EBB_DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letters[each.key].url
    })
  }

  # Terraform creates the permissions of a role before its function, as CloudFormation does.
  depends_on = [
    aws_sqs_queue_policy.queue_policy,
    aws_iam_role_policy.own_queue_and_log,
    aws_iam_role_policy_attachment.worker,
  ]
}

resource "aws_lambda_event_source_mapping" "mapping" {
  for_each = local.feeds

  function_name           = aws_lambda_function.function[each.key].function_name
  event_source_arn        = aws_sqs_queue.queue[each.key].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  enabled                 = var.consumed_by == "functions"

  scaling_config {
    maximum_concurrency = each.value.concurrency
  }
}

resource "aws_cloudwatch_log_group" "logs" {
  for_each = local.feeds

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention
  kms_key_id        = local.own_key
}

locals {
  code = var.code == "" ? "${path.module}/../../target/lambda" : var.code

  # Variables of all functions. ../README.md describes each.
  variables = {
    EBB_AGENT_LIMIT          = var.agent_limit
    EBB_AT_DEADLINE          = var.at_deadline
    EBB_CLUSTERS             = var.clusters
    EBB_DAEMON_GRACE         = var.daemon_grace
    EBB_DEFAULT_STOP_TIMEOUT = var.default_stop_timeout
    EBB_DRAIN_TIMEOUT        = var.drain_timeout
    EBB_HOOKS                = var.hooks
    EBB_LAUNCH_HOOKS         = var.launch_hooks
    EBB_LAUNCH_TIMEOUT       = var.launch_timeout
    EBB_LOG                  = var.log
    EBB_MODE                 = var.mode
    EBB_REBALANCE            = var.rebalance
    EBB_REBALANCE_DRAIN      = var.rebalance_drain
    EBB_REPLACE_AHEAD        = var.replace_ahead
    EBB_REPLACE_BUDGET       = var.replace_budget
    EBB_SCHEDULED_CHANGE     = var.scheduled_change
    EBB_SETTLE_TIME          = var.settle_time
    EBB_STANDALONE           = var.standalone
    EBB_STOP_MARGIN          = var.stop_margin
  }
}
