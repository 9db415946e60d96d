# Event patterns of each queue.
locals {
  rules = {
    lifecycle-actions = {
      queue = "asg-lifecycle"
      pattern = {
        source      = ["${var.event_source}.autoscaling"]
        detail-type = ["EC2 Instance-terminate Lifecycle Action", "EC2 Instance-launch Lifecycle Action"]
        detail      = { LifecycleHookName = [{ prefix = var.hook_prefix }] }
      }
    }
    spot-notices = {
      queue = "spot-interruption"
      pattern = {
        source      = ["${var.event_source}.ec2"]
        detail-type = ["EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation"]
      }
    }
    instances-going = {
      queue = "spot-interruption"
      pattern = {
        source      = ["${var.event_source}.ec2"]
        detail-type = ["EC2 Instance State-change Notification"]
        detail      = { state = ["stopping", "shutting-down", "terminated"] }
      }
    }
    scheduled-changes = {
      queue = "spot-interruption"
      pattern = {
        source      = ["${var.event_source}.health"]
        detail-type = ["AWS Health Event"]
        detail      = { service = ["EC2"], eventTypeCategory = ["scheduledChange"] }
      }
    }
    tasks-stopped = {
      queue = "ecs-state-change"
      pattern = {
        source      = ["${var.event_source}.ecs"]
        detail-type = ["ECS Task State Change"]
        detail      = { clusterArn = [{ prefix = local.clusters }], lastStatus = ["STOPPED"], launchType = ["EC2"] }
      }
    }
    container-instances-draining = {
      queue = "ecs-state-change"
      pattern = {
        source      = ["${var.event_source}.ecs"]
        detail-type = ["ECS Container Instance State Change"]
        detail      = { clusterArn = [{ prefix = local.clusters }], status = ["DRAINING"] }
      }
    }
    # A container instance that has just registered has no task yet. Its event continues a launching lifecycle action. All other
    # changes of ACTIVE container instances, one at every start and end of a task, stay out of the queue.
    container-instances-joined = {
      queue = "ecs-state-change"
      pattern = {
        source      = ["${var.event_source}.ecs"]
        detail-type = ["ECS Container Instance State Change"]
        detail = {
          clusterArn        = [{ prefix = local.clusters }]
          status            = ["ACTIVE"]
          agentConnected    = [true]
          runningTasksCount = [0]
          pendingTasksCount = [0]
        }
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.rules

  name           = "${var.name}-${each.key}"
  event_bus_name = var.event_bus_name
  event_pattern  = jsonencode(each.value.pattern)
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.rules

  rule           = aws_cloudwatch_event_rule.this[each.key].name
  event_bus_name = aws_cloudwatch_event_rule.this[each.key].event_bus_name
  target_id      = "queue"
  arn            = aws_sqs_queue.queue[each.value.queue].arn
}

resource "aws_cloudwatch_event_rule" "every_minute" {
  name                = "${var.name}-every-minute"
  description         = "Starts the sweep, which checks every instance that is on its way out."
  schedule_expression = "rate(1 minute)"
}

resource "aws_cloudwatch_event_target" "every_minute" {
  rule      = aws_cloudwatch_event_rule.every_minute.name
  target_id = "queue"
  arn       = aws_sqs_queue.queue["sweep"].arn
}
