output "asg_lifecycle_queue_arn" {
  description = "Queue to which a lifecycle hook or an SNS topic may send its notifications instead of EventBridge."
  value       = aws_sqs_queue.queue["asg-lifecycle"].arn
}

output "worker_policy_arn" {
  description = "Policy with the permissions of a worker in ECS and Auto Scaling."
  value       = aws_iam_policy.worker.arn
}

output "environment" {
  description = "Environment file of workers, with the variables of the functions."
  value       = join("", [for name, value in local.variables : "${name}=${value}\n"])
}
