output "asg_lifecycle_queue_arn" {
  description = "Queue to which a lifecycle hook or an SNS topic may send its notifications instead of EventBridge."
  value       = aws_cloudformation_stack.ebb.outputs["AsgLifecycleQueueArn"]
}

output "worker_policy_arn" {
  description = "Policy with the permissions of a worker in ECS and Auto Scaling."
  value       = aws_cloudformation_stack.ebb.outputs["WorkerPolicyArn"]
}

output "environment" {
  description = "Environment file of workers, with the variables of the functions."
  value       = aws_cloudformation_stack.ebb.outputs["Environment"]
}
