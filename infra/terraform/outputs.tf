output "asg_lifecycle_queue_arn" {
  description = "Where a lifecycle hook or an SNS topic may send its notifications instead of EventBridge."
  value       = aws_sqs_queue.queue["asg-lifecycle"].arn
}

output "worker_policy_arn" {
  description = "What a worker may do in ECS and Auto Scaling."
  value       = aws_iam_policy.worker.arn
}

output "environment" {
  description = "What the functions are told, as the environment file of workers."
  value       = join("", [for name, value in local.variables : "${name}=${value}\n"])
}
