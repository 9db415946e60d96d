# Each feed has a function, a queue and a dead-letter queue of its name.
#
# timeout      timeout of the function in seconds; the visibility timeout is six times as long
# receives     number of receives after which SQS dead-letters a message
# retention    retention period of a message in seconds; null for SQS's default of four days
# concurrency  maximum concurrency of the function
# rechecks     feed whose queue holds this function's rechecks; the queue of sweep keeps no message long enough
locals {
  feeds = {
    asg-lifecycle = { timeout = 30, receives = 5, retention = null, concurrency = 5, rechecks = "asg-lifecycle" }
    # If a function dies, SQS delivers its Spot interruption warning again while a minute is left. More receives are allowed
    # than elsewhere: AWS Health does not repeat its events, so they must outlast a broken deployment as well.
    spot-interruption = { timeout = 10, receives = 15, retention = null, concurrency = 5, rechecks = "spot-interruption" }
    ecs-state-change  = { timeout = 30, receives = 5, retention = null, concurrency = 2, rechecks = "ecs-state-change" }
    # A backlog of sweeps is useless: ebb takes a batch of them as one sweep, and old ones expire.
    sweep = { timeout = 60, receives = 5, retention = 120, concurrency = 2, rechecks = "asg-lifecycle" }
  }

  # Feeds in the order of the dashboard, and feeds that receive events.
  shown  = ["asg-lifecycle", "spot-interruption", "ecs-state-change", "sweep"]
  events = [for feed in local.shown : feed if feed != "sweep"]

  own_key = var.key_arn == "" ? null : var.key_arn

  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.name
  account   = data.aws_caller_identity.current.account_id
  # Prefixes of the ARNs of ECS resources, and of the clusters of ebb.
  ecs      = "arn:${local.partition}:ecs:${local.region}:${local.account}"
  clusters = "${local.ecs}:cluster/${var.cluster_prefix}"
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}
