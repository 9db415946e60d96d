# The parameters of ../template.yaml, in its order, with the same descriptions and limits.

# The template uses the name of the stack.
variable "name" {
  description = "Prefix of the names of all resources."
  type        = string
  default     = "ebb"
  nullable    = false

  validation {
    # The longest name with this prefix is that of a rule, which has 64 characters at most.
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]*$", var.name)) && length(var.name) <= 35
    error_message = "Letters, digits and -, 35 at most, the first a letter."
  }
}

# In the template this is `Code`, which `aws cloudformation package` puts into a bucket.
variable "code" {
  description = "Folder in which cargo lambda built the functions as zip files. Empty for target/lambda of this repository."
  type        = string
  default     = ""
  nullable    = false
}

variable "hooks" {
  description = "Names of terminating lifecycle hooks, separated by commas. ebb completes and keeps alive only lifecycle actions on these hooks."
  type        = string
  default     = "ebb"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[A-Za-z0-9_/.-]+(,[A-Za-z0-9_/.-]+)*)$", var.hooks)) && length(var.hooks) <= 1024
    error_message = "Names of hooks, separated by commas."
  }
}

variable "launch_hooks" {
  description = "Names of launching lifecycle hooks, separated by commas. Their instances go into service when they have registered with their cluster."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:([A-Za-z0-9_/.-]+(,[A-Za-z0-9_/.-]+)*)?)$", var.launch_hooks)) && length(var.launch_hooks) <= 1024
    error_message = "Names of hooks, separated by commas, or nothing."
  }
}

variable "hook_prefix" {
  description = "Prefix of the names of all these hooks. The event rule matches the prefix. The sweep finds instances on other hooks a minute later."
  type        = string
  default     = "ebb"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[A-Za-z0-9_/.-]+)$", var.hook_prefix)) && length(var.hook_prefix) >= 1 && length(var.hook_prefix) <= 255
    error_message = "The beginning of a hook's name: letters, digits and _/.-."
  }
}

variable "clusters" {
  description = "Names or ARNs of the ECS clusters that ebb reads and writes, separated by commas. Empty for all of the account and Region."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:([A-Za-z0-9_:/-]+(,[A-Za-z0-9_:/-]+)*)?)$", var.clusters)) && length(var.clusters) <= 2048
    error_message = "Names or ARNs of clusters, separated by commas, or nothing."
  }
}

variable "cluster_prefix" {
  description = "Prefix of the names of all these clusters. Event rules and roles are limited to the prefix. Empty for all."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:[A-Za-z0-9_-]*)$", var.cluster_prefix)) && length(var.cluster_prefix) <= 255
    error_message = "The beginning of a cluster's name: letters, digits, _ and -."
  }
}

variable "drain_timeout" {
  description = "Longest duration of a drain, from 1s to 14d. Empty for the hook's global timeout."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:([0-9]+(s|m|h|d))?)$", var.drain_timeout))
    error_message = "A length of time, such as 90s, 30m or 12h, or nothing."
  }
}

variable "standalone" {
  description = "Policy for standalone tasks, which no service started. ebb waits for them until the deadline, stops them at once, or ignores them."
  type        = string
  default     = "wait"
  nullable    = false

  validation {
    condition     = contains(["wait", "stop", "ignore"], var.standalone)
    error_message = "One of wait, stop or ignore."
  }
}

variable "at_deadline" {
  description = "Result of the lifecycle action if a drain reaches its deadline. ABANDON can leave the instance running, retained by its group."
  type        = string
  default     = "CONTINUE"
  nullable    = false

  validation {
    condition     = contains(["CONTINUE", "ABANDON"], var.at_deadline)
    error_message = "One of CONTINUE or ABANDON."
  }
}

variable "rebalance" {
  description = "Response to a rebalance recommendation. auto leaves it to Capacity Rebalancing, replace has the group replace the instance, drain drains it for RebalanceDrain."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "replace", "drain"], var.rebalance)
    error_message = "One of auto, replace or drain."
  }
}

variable "rebalance_drain" {
  description = "Duration of a drain for a rebalance recommendation, from 1s to 14d. ebb sets the instance ACTIVE afterwards if no other event takes it."
  type        = string
  default     = "30m"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.rebalance_drain))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "replace_budget" {
  description = "Percentage of a group that may be on its way out at once when ebb itself replaces an instance. One instance always may."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.replace_budget >= 1 && var.replace_budget <= 100
    error_message = "From 1 to 100."
  }
}

variable "scheduled_change" {
  description = "Response to a scheduled change of AWS Health. note logs it, replace has the group replace the instance ahead of it."
  type        = string
  default     = "note"
  nullable    = false

  validation {
    condition     = contains(["note", "replace"], var.scheduled_change)
    error_message = "One of note or replace."
  }
}

variable "replace_ahead" {
  description = "Time from the replacement of an instance to its scheduled change, from 1s to 14d."
  type        = string
  default     = "24h"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.replace_ahead))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "launch_timeout" {
  description = "Time for an instance on a launching hook to register with its cluster, from 1s to 14d."
  type        = string
  default     = "15m"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.launch_timeout))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "settle_time" {
  description = "Time from the check that finds an instance empty to the check that confirms it, from 1s to 15m."
  type        = string
  default     = "10s"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m))$", var.settle_time))
    error_message = "A length of time, such as 10s or 2m."
  }
}

variable "daemon_grace" {
  description = "Time for daemon tasks to stop when no other task is left, from 1s to 14d."
  type        = string
  default     = "60s"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.daemon_grace))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "agent_limit" {
  description = "Time that an ECS agent may be disconnected before ebb logs a warning, from 1s to 14d."
  type        = string
  default     = "10m"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.agent_limit))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "default_stop_timeout" {
  description = "Stop timeout of containers that set none, from 1s to 14d. The agents have it in ECS_CONTAINER_STOP_TIMEOUT."
  type        = string
  default     = "30s"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.default_stop_timeout))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "stop_margin" {
  description = "Time added to a task's stop time when the task must stop before a deadline, from 1s to 14d."
  type        = string
  default     = "10s"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.stop_margin))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "mode" {
  description = "Mode of operation. observe is for incidents, in which ebb sends heartbeats, logs its decisions, and does nothing else."
  type        = string
  default     = "act"
  nullable    = false

  validation {
    condition     = contains(["act", "observe"], var.mode)
    error_message = "One of act or observe."
  }
}

variable "consumed_by" {
  description = "Processes that receive the messages. With workers (worker.yaml, or processes of your own) the functions are deployed and idle."
  type        = string
  default     = "functions"
  nullable    = false

  validation {
    condition     = contains(["functions", "workers"], var.consumed_by)
    error_message = "One of functions or workers."
  }
}

variable "architecture" {
  description = "Architecture that the functions were built for."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "One of x86_64 or arm64."
  }
}

variable "alarm_email" {
  description = "Email address for alarms, used once its subscription is confirmed. Empty for none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:([^@\\s]+@[^@\\s]+)?)$", var.alarm_email)) && length(var.alarm_email) <= 320
    error_message = "An address, or nothing."
  }
}

variable "log_retention" {
  description = "Days to keep the logs."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_retention)
    error_message = "One of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180 or 365."
  }
}

variable "log" {
  description = "Log filter. A level (error, warn, info, debug, trace), or targets with levels, such as info,ebb::decision=debug."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = length(var.log) >= 1 && length(var.log) <= 200
    error_message = "From 1 to 200 characters."
  }
}

variable "key_arn" {
  description = "ARN of a customer managed key that encrypts queues, logs and variables. Its policy must allow EventBridge, SNS, CloudWatch and the functions. Empty for the services' own keys."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:(arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)?)$", var.key_arn))
    error_message = "The ARN of a key, not of an alias, or nothing."
  }
}

variable "topic_arns" {
  description = "ARNs of SNS topics that may send lifecycle notifications to the queues, besides the event rules. Empty for none."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "event_bus_name" {
  description = "Event bus of the rules. AWS services send to the default bus; another bus is for tests."
  type        = string
  default     = "default"
  nullable    = false

  validation {
    condition     = length(var.event_bus_name) >= 1 && length(var.event_bus_name) <= 256
    error_message = "From 1 to 256 characters."
  }
}

variable "event_source" {
  description = "Prefix of the sources of events. Only AWS can send events as aws; another prefix is for tests."
  type        = string
  default     = "aws"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[a-z0-9.-]+)$", var.event_source)) && length(var.event_source) >= 1 && length(var.event_source) <= 100
    error_message = "Small letters, digits, . and -."
  }
}
