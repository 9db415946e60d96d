# The parameters of ../template.yaml, in its order; what each is for and what it refuses stands there, too.

# In the template this is the name of the stack.
variable "name" {
  description = "What the names of all resources begin with."
  type        = string
  default     = "ebb"
  nullable    = false

  validation {
    # The longest name that it begins, a rule's, has 64 characters at most.
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]*$", var.name)) && length(var.name) <= 35
    error_message = "Letters, digits and -, 35 at most, the first a letter."
  }
}

# In the template this is `Code`, which `aws cloudformation package` puts into a bucket.
variable "code" {
  description = "The folder that cargo lambda built the functions in, as zip files. Empty for target/lambda of this repository."
  type        = string
  default     = ""
  nullable    = false
}

variable "hooks" {
  description = "Names of terminating lifecycle hooks, separated by commas. Only lifecycle actions on these are completed and kept alive."
  type        = string
  default     = "ebb"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[A-Za-z0-9_/.-]+(,[A-Za-z0-9_/.-]+)*)$", var.hooks)) && length(var.hooks) <= 1024
    error_message = "Names of hooks, separated by commas."
  }
}

variable "launch_hooks" {
  description = "Names of launching lifecycle hooks, separated by commas. Their instances go into service when they have joined their cluster."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:([A-Za-z0-9_/.-]+(,[A-Za-z0-9_/.-]+)*)?)$", var.launch_hooks)) && length(var.launch_hooks) <= 1024
    error_message = "Names of hooks, separated by commas, or nothing."
  }
}

variable "hook_prefix" {
  description = "What the names of all these hooks begin with. The event rule matches it; what it misses, the sweep finds a minute later."
  type        = string
  default     = "ebb"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[A-Za-z0-9_/.-]+)$", var.hook_prefix)) && length(var.hook_prefix) >= 1 && length(var.hook_prefix) <= 255
    error_message = "The beginning of a hook's name: letters, digits and _/.-."
  }
}

variable "clusters" {
  description = "Names or ARNs of the ECS clusters that are looked at and written to, separated by commas. Empty for all of the account and Region."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:([A-Za-z0-9_:/-]+(,[A-Za-z0-9_:/-]+)*)?)$", var.clusters)) && length(var.clusters) <= 2048
    error_message = "Names or ARNs of clusters, separated by commas, or nothing."
  }
}

variable "cluster_prefix" {
  description = "What the names of all these clusters begin with. Event rules and roles are limited to it. Empty for all."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:[A-Za-z0-9_-]*)$", var.cluster_prefix)) && length(var.cluster_prefix) <= 255
    error_message = "The beginning of a cluster's name: letters, digits, _ and -."
  }
}

variable "drain_timeout" {
  description = "How long a drain may take, from 1s to 14d. Empty for as long as the hook's global timeout lets it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:([0-9]+(s|m|h|d))?)$", var.drain_timeout))
    error_message = "A length of time, such as 90s, 30m or 12h, or nothing."
  }
}

variable "standalone" {
  description = "What becomes of tasks that no service started. Waited for until the deadline, stopped at once, or not waited for."
  type        = string
  default     = "wait"
  nullable    = false

  validation {
    condition     = contains(["wait", "stop", "ignore"], var.standalone)
    error_message = "One of wait, stop or ignore."
  }
}

variable "at_deadline" {
  description = "The result with which a drain that reaches its deadline ends. ABANDON can leave the instance running, retained by its group."
  type        = string
  default     = "CONTINUE"
  nullable    = false

  validation {
    condition     = contains(["CONTINUE", "ABANDON"], var.at_deadline)
    error_message = "One of CONTINUE or ABANDON."
  }
}

variable "rebalance" {
  description = "What a rebalance recommendation does. Left to Capacity Rebalancing, replaced by its group, or drained for a while."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "replace", "drain"], var.rebalance)
    error_message = "One of auto, replace or drain."
  }
}

variable "rebalance_drain" {
  description = "After which an instance that drains for a rebalance recommendation is ACTIVE again if nothing else came, from 1s to 14d."
  type        = string
  default     = "30m"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.rebalance_drain))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "replace_budget" {
  description = "Percent of a group that may be on its way out at once when ebb itself sends an instance there. One always may."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.replace_budget >= 1 && var.replace_budget <= 100
    error_message = "From 1 to 100."
  }
}

variable "scheduled_change" {
  description = "What a scheduled change of AWS Health does. Noted, or the instance replaced ahead of it."
  type        = string
  default     = "note"
  nullable    = false

  validation {
    condition     = contains(["note", "replace"], var.scheduled_change)
    error_message = "One of note or replace."
  }
}

variable "replace_ahead" {
  description = "How long before a scheduled change the instance is replaced, where it is, from 1s to 14d."
  type        = string
  default     = "24h"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.replace_ahead))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "launch_timeout" {
  description = "How long an instance on a launching hook may take to join its cluster, from 1s to 14d."
  type        = string
  default     = "15m"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.launch_timeout))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "settle_time" {
  description = "After which an instance that looks empty is looked at once more, from 1s to 15m."
  type        = string
  default     = "10s"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m))$", var.settle_time))
    error_message = "A length of time, such as 10s or 2m."
  }
}

variable "daemon_grace" {
  description = "How long daemon tasks are waited for when nothing else is left, from 1s to 14d."
  type        = string
  default     = "60s"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.daemon_grace))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "agent_limit" {
  description = "How long an agent may be disconnected before that is worth a warning, from 1s to 14d."
  type        = string
  default     = "10m"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.agent_limit))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "default_stop_timeout" {
  description = "The stop timeout of containers that set none, as the agents have it in ECS_CONTAINER_STOP_TIMEOUT, from 1s to 14d."
  type        = string
  default     = "30s"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.default_stop_timeout))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "stop_margin" {
  description = "Added to a task's stop time when it must stop before a deadline, from 1s to 14d."
  type        = string
  default     = "10s"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[0-9]+(s|m|h|d))$", var.stop_margin))
    error_message = "A length of time, such as 90s, 30m or 12h."
  }
}

variable "mode" {
  description = "observe is for incidents. Lifecycle actions are kept alive, what would be done is logged, and nothing else is done."
  type        = string
  default     = "act"
  nullable    = false

  validation {
    condition     = contains(["act", "observe"], var.mode)
    error_message = "One of act or observe."
  }
}

variable "consumed_by" {
  description = "Who takes the messages. With workers (worker.yaml, or processes of your own) the functions are there, and idle."
  type        = string
  default     = "functions"
  nullable    = false

  validation {
    condition     = contains(["functions", "workers"], var.consumed_by)
    error_message = "One of functions or workers."
  }
}

variable "architecture" {
  description = "What the functions were built for."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "One of x86_64 or arm64."
  }
}

variable "alarm_email" {
  description = "Where alarms are sent, once the subscription is confirmed. Empty for nowhere."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:([^@\\s]+@[^@\\s]+)?)$", var.alarm_email)) && length(var.alarm_email) <= 320
    error_message = "An address, or nothing."
  }
}

variable "log_retention" {
  description = "Days for which logs are kept."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_retention)
    error_message = "One of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180 or 365."
  }
}

variable "log" {
  description = "What is logged. A level (error, warn, info, debug, trace), or targets with levels, such as info,ebb::decision=debug."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = length(var.log) >= 1 && length(var.log) <= 200
    error_message = "From 1 to 200 characters."
  }
}

variable "key_arn" {
  description = "A customer managed key that encrypts queues, logs and variables; its policy has to let EventBridge, SNS, CloudWatch and the functions in. Empty for keys of the services."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(?:(arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)?)$", var.key_arn))
    error_message = "The ARN of a key, not of an alias, or nothing."
  }
}

variable "topic_arns" {
  description = "SNS topics that may send lifecycle notifications to the queues, besides the event rules. Empty for none."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "event_bus_name" {
  description = "The event bus of the rules. AWS services send to the default one; another is for tests."
  type        = string
  default     = "default"
  nullable    = false

  validation {
    condition     = length(var.event_bus_name) >= 1 && length(var.event_bus_name) <= 256
    error_message = "From 1 to 256 characters."
  }
}

variable "event_source" {
  description = "What the sources of events begin with. No account can send events as AWS does; another beginning is for tests."
  type        = string
  default     = "aws"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[a-z0-9.-]+)$", var.event_source)) && length(var.event_source) >= 1 && length(var.event_source) <= 100
    error_message = "Small letters, digits, . and -."
  }
}
