# Each feed has a function, a queue and a dead-letter queue of its name.
#
# timeout      seconds that the function may run; a message stays invisible six times as long
# receives     how often a message is received before it is set aside
# retention    seconds for which the queue keeps a message; null for SQS's own four days
# concurrency  how many of the function run at once
# looks        the feed whose queue holds this function's delayed looks; sweep's keeps nothing long enough
locals {
  feeds = {
    asg-lifecycle = { timeout = 30, receives = 5, retention = null, concurrency = 5, looks = "asg-lifecycle" }
    # A notice that a dying function held comes again while there is a minute left of it. It may be received more often, so
    # that an AWS Health event, which nothing tells again, outlasts a broken deployment for as long as elsewhere.
    spot-interruption = { timeout = 10, receives = 15, retention = null, concurrency = 5, looks = "spot-interruption" }
    ecs-state-change  = { timeout = 30, receives = 5, retention = null, concurrency = 2, looks = "ecs-state-change" }
    # A backlog of sweeps is worth nothing: a batch of them is one sweep, and old ones expire.
    sweep = { timeout = 60, receives = 5, retention = 120, concurrency = 2, looks = "asg-lifecycle" }
  }

  # The same in the order in which they are shown, and those that wait for events.
  shown  = ["asg-lifecycle", "spot-interruption", "ecs-state-change", "sweep"]
  events = [for feed in local.shown : feed if feed != "sweep"]

  own_key = var.key_arn == "" ? null : var.key_arn

  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  # What the ARNs of its ECS resources begin with, and those of the clusters that are drained.
  ecs      = "arn:${local.partition}:ecs:${local.region}:${local.account}"
  clusters = "${local.ecs}:cluster/${var.cluster_prefix}"
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}
