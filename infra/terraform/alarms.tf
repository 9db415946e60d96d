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
  alarm_description   = "A message cannot be understood, or failed again and again."
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

# A message of our own may be delayed for 15 minutes.
resource "aws_cloudwatch_metric_alarm" "age_alarm" {
  for_each = toset(local.events)

  alarm_name          = "${var.name}-${each.key}-age"
  alarm_description   = "Messages wait. Who takes them fails, is throttled, or is not there."
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

# What was done is deleted, whoever did it: a function, a worker, or both by turns.
resource "aws_cloudwatch_metric_alarm" "sweep_missed_alarm" {
  alarm_name          = "${var.name}-sweep-missed"
  alarm_description   = "The sweep is not done every minute. Heartbeats, and whatever no event told, wait for it."
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
  alarm_description = "Lambda throttles the functions. The account's concurrency is used up."

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

# The end of a Spot notice is not counted: EC2 decides it.
resource "aws_cloudwatch_log_metric_filter" "deadlines" {
  for_each = local.feeds

  name           = "deadlines"
  log_group_name = aws_cloudwatch_log_group.logs[each.key].name
  pattern        = "{ ($.why = \"deadline-reached\") && ($.reason != \"Spot*\") }"

  metric_transformation {
    namespace     = var.name
    name          = "DeadlinesReached"
    value         = "1"
    default_value = 0
  }
}

resource "aws_cloudwatch_metric_alarm" "deadlines_alarm" {
  alarm_name          = "${var.name}-deadlines"
  alarm_description   = "A drain reached its deadline with tasks left, and the instance was let go."
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
