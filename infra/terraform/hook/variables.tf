# The parameters of ../../hook.yaml.

variable "auto_scaling_group_name" {
  description = "Name of the Auto Scaling group whose instances ebb drains."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.auto_scaling_group_name) >= 1 && length(var.auto_scaling_group_name) <= 255
    error_message = "From 1 to 255 characters."
  }
}

variable "hook_name" {
  description = "Name of the lifecycle hook. ebb completes lifecycle actions on it if its parameter Hooks lists this name."
  type        = string
  default     = "ebb"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_/-]+$", var.hook_name)) && length(var.hook_name) <= 255
    error_message = "Letters, digits, _, / and -, 255 at most."
  }
}

variable "heartbeat_timeout" {
  description = "Seconds without a heartbeat after which Auto Scaling ends the wait. A drain may take a hundred times as long, 48 hours at most. 1728 or more reach 48 hours. For a trial with Mode observe, which sends no heartbeats, 30 to 60. Back to 3600 before Mode act."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = var.heartbeat_timeout >= 30 && var.heartbeat_timeout <= 7200
    error_message = "From 30 to 7200."
  }
}
