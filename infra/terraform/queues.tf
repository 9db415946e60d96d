resource "aws_sqs_queue" "queue" {
  for_each = local.feeds

  name                       = "${var.name}-${each.key}"
  visibility_timeout_seconds = 6 * each.value.timeout
  message_retention_seconds  = each.value.retention
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = each.value.receives
  })
  sqs_managed_sse_enabled = local.own_key == null ? true : null
  kms_master_key_id       = local.own_key
}

resource "aws_sqs_queue" "dead_letters" {
  for_each = local.feeds

  name                      = "${var.name}-${each.key}-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = local.own_key == null ? true : null
  kms_master_key_id         = local.own_key
}

# Each queue accepts messages of its own rules, and of the SNS topics in topic_arns.
resource "aws_sqs_queue_policy" "queue_policy" {
  for_each = local.feeds

  queue_url = aws_sqs_queue.queue[each.key].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for service, senders in local.senders[each.key] : {
      Effect    = "Allow"
      Principal = { Service = "${service}.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.queue[each.key].arn
      Condition = { ArnEquals = { "aws:SourceArn" = senders } }
    } if length(senders) > 0]
  })
}

locals {
  # ARNs of rules and topics that may send to the queue of each feed, by service.
  senders = merge(
    { for feed in local.events : feed => {
      events = [for name, rule in local.rules : aws_cloudwatch_event_rule.this[name].arn if rule.queue == feed]
      sns    = var.topic_arns
    } },
    { sweep = { events = [aws_cloudwatch_event_rule.every_minute.arn] } },
  )
}
