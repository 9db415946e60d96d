resource "aws_sns_topic" "alarms" {
  count = var.alarm_email == "" ? 0 : 1

  name              = "${var.name}-alarms"
  kms_master_key_id = local.own_key
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == "" ? 0 : 1

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "dead_letters_alarm" {
  for_each = local.feeds

  alarm_name          = "${var.name}-${each.key}-dead-letters"
  alarm_description   = "A message is in the dead-letter queue. ebb cannot parse it, or every attempt to handle it failed."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = aws_sns_topic.alarms[*].arn
  ok_actions          = aws_sns_topic.alarms[*].arn
}

# ebb delays its own messages by up to 15 minutes.
resource "aws_cloudwatch_metric_alarm" "age_alarm" {
  for_each = toset(local.events)

  alarm_name          = "${var.name}-${each.key}-age"
  alarm_description   = "Messages wait for more than 20 minutes. Their function or workers fail, are throttled, or do not run."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.queue[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 2
  threshold           = 1200
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = aws_sns_topic.alarms[*].arn
  ok_actions          = aws_sns_topic.alarms[*].arn
}

# A finished sweep is a deleted message. Functions and workers delete alike.
resource "aws_cloudwatch_metric_alarm" "sweep_missed_alarm" {
  alarm_name          = "${var.name}-sweep-missed"
  alarm_description   = "The sweep does not run every minute. Heartbeats depend on it, and so do instances whose events were lost."
  namespace           = "AWS/SQS"
  metric_name         = "NumberOfMessagesDeleted"
  dimensions          = { QueueName = aws_sqs_queue.queue["sweep"].name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 3
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = aws_sns_topic.alarms[*].arn
  ok_actions          = aws_sns_topic.alarms[*].arn
}

resource "aws_cloudwatch_metric_alarm" "throttles_alarm" {
  alarm_name        = "${var.name}-throttles"
  alarm_description = "Lambda throttles the functions. The account has no concurrency left."

  metric_query {
    id          = "all"
    expression  = "SUM(METRICS())"
    label       = "Throttles"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = local.shown

    content {
      id          = "f${metric_query.key + 1}"
      return_data = false

      metric {
        namespace   = "AWS/Lambda"
        metric_name = "Throttles"
        dimensions  = { FunctionName = aws_lambda_function.function[metric_query.value].function_name }
        period      = 60
        stat        = "Sum"
      }
    }
  }

  evaluation_periods  = 5
  datapoints_to_alarm = 3
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = aws_sns_topic.alarms[*].arn
  ok_actions          = aws_sns_topic.alarms[*].arn
}

# A Spot interruption is not counted: EC2 sets its deadline, and no setting of ebb moves it.
resource "aws_cloudwatch_log_metric_filter" "deadlines" {
  for_each = local.feeds

  name           = "deadlines"
  log_group_name = aws_cloudwatch_log_group.logs[each.key].name
  pattern        = "{ ($.reason = \"deadline-reached\") && ($.deadline_kind != \"spot-interruption\") }"

  metric_transformation {
    namespace     = var.name
    name          = "DeadlinesReached"
    value         = "1"
    default_value = 0
  }
}

resource "aws_cloudwatch_metric_alarm" "deadlines_alarm" {
  alarm_name          = "${var.name}-deadlines"
  alarm_description   = "A drain reached its deadline with tasks left, and ebb completed the lifecycle action. The log lines have the reason deadline-reached."
  namespace           = var.name
  metric_name         = "DeadlinesReached"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = aws_sns_topic.alarms[*].arn
  ok_actions          = aws_sns_topic.alarms[*].arn
}
