resource "aws_autoscaling_lifecycle_hook" "hook" {
  autoscaling_group_name = var.auto_scaling_group_name
  name                   = var.hook_name
  lifecycle_transition   = "autoscaling:EC2_INSTANCE_TERMINATING"
  heartbeat_timeout      = var.heartbeat_timeout
  # Without ebb, instances are terminated as if there were no hook. ABANDON would end the actions of other hooks, too.
  default_result = "CONTINUE"
}
