resource "aws_cloudwatch_dashboard" "dashboard" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [for n, it in local.widgets : {
      type   = "metric"
      x      = 12 * (n % 2)
      y      = 6 * floor(n / 2)
      width  = 12
      height = 6
      properties = {
        title   = it.title
        region  = local.region
        stat    = it.stat
        period  = 60
        metrics = it.metrics
      }
    }]
  })
}

# Widgets of the dashboard, two in a row.
locals {
  widgets = [
    { title = "Invocations", stat = "Sum", metrics = local.measured.Invocations },
    { title = "Errors and throttles", stat = "Sum", metrics = concat(local.measured.Errors, local.measured.Throttles) },
    { title = "Duration, ms", stat = "Maximum", metrics = local.measured.Duration },
    { title = "Age of the oldest message, s", stat = "Maximum", metrics = [
      for feed in local.shown : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.queue[feed].name]
    ] },
    { title = "Dead letters", stat = "Maximum", metrics = [
      for feed in local.shown :
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.dead_letters[feed].name]
    ] },
    { title = "Deadlines reached", stat = "Sum", metrics = [[var.name, "DeadlinesReached"]] },
  ]

  # Metrics of every function, by name.
  measured = { for metric in ["Invocations", "Errors", "Throttles", "Duration"] : metric => [
    for feed in local.shown : ["AWS/Lambda", metric, "FunctionName", aws_lambda_function.function[feed].function_name]
  ] }
}
