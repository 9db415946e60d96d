output "asg_lifecycle_queue_arn" {
  description = "Where a lifecycle hook or an SNS topic may send its notifications instead of EventBridge."
  value       = aws_sqs_queue.queue["asg-lifecycle"].arn
}
