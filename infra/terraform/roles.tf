# Any function may check an instance, and then acts on it.
resource "aws_iam_policy" "worker" {
  name_prefix = "${var.name}-worker-"
  description = "Permissions of ebb in ECS and Auto Scaling."
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReadWithoutResource"
        Effect = "Allow"
        Action = [
          "autoscaling:DescribeAutoScalingGroups",
          "autoscaling:DescribeAutoScalingInstances",
          "autoscaling:DescribeLifecycleHooks",
          "autoscaling:DescribeScalingActivities",
          "autoscaling:DescribeWarmPool",
          "ecs:DescribeTaskDefinition",
          "ecs:ListClusters",
        ]
        Resource = "*"
      },
      {
        Sid      = "FindContainerInstances"
        Effect   = "Allow"
        Action   = "ecs:ListContainerInstances"
        Resource = "${local.clusters}*"
      },
      {
        Sid    = "Drain"
        Effect = "Allow"
        Action = [
          "ecs:DeleteAttributes",
          "ecs:DescribeContainerInstances",
          "ecs:ListTasks",
          "ecs:PutAttributes",
          "ecs:UpdateContainerInstancesState",
        ]
        Resource  = "${local.ecs}:container-instance/*"
        Condition = { ArnLike = { "ecs:cluster" = "${local.clusters}*" } }
      },
      {
        Sid       = "FollowTasks"
        Effect    = "Allow"
        Action    = ["ecs:DescribeTasks", "ecs:StopTask"]
        Resource  = "${local.ecs}:task/*"
        Condition = { ArnLike = { "ecs:cluster" = "${local.clusters}*" } }
      },
      {
        Sid       = "ReadServices"
        Effect    = "Allow"
        Action    = "ecs:DescribeServices"
        Resource  = "${local.ecs}:service/*"
        Condition = { ArnLike = { "ecs:cluster" = "${local.clusters}*" } }
      },
      {
        Sid    = "EndAndReplace"
        Effect = "Allow"
        Action = [
          "autoscaling:CompleteLifecycleAction",
          "autoscaling:RecordLifecycleActionHeartbeat",
          "autoscaling:TerminateInstanceInAutoScalingGroup",
        ]
        Resource = "arn:${local.partition}:autoscaling:${local.region}:${local.account}:autoScalingGroup:*:autoScalingGroupName/*"
      },
    ]
  })
}

resource "aws_iam_role" "role" {
  for_each = local.feeds

  # IAM accepts a prefix of 38 characters, and appends a unique suffix.
  name_prefix = substr("${var.name}-${each.key}-", 0, 38)
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "worker" {
  for_each = local.feeds

  role       = aws_iam_role.role[each.key].name
  policy_arn = aws_iam_policy.worker.arn
}

resource "aws_iam_role_policy" "own_queue_and_log" {
  for_each = local.feeds

  role = aws_iam_role.role[each.key].name
  name = "own-queue-and-log"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = aws_sqs_queue.queue[each.key].arn
      },
      {
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = [aws_sqs_queue.queue[each.value.rechecks].arn, aws_sqs_queue.dead_letters[each.key].arn]
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.logs[each.key].arn}:*"
      },
    ]
  })
}
