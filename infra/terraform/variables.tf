variable "bucket" {
  description = "Name of an S3 bucket of your own, in the Region of the stack. The module puts the code and the template into it."
  type        = string
  nullable    = false
}

variable "key_prefix" {
  description = "Prefix of the keys of these objects, without a slash at its end."
  type        = string
  default     = "ebb"
  nullable    = false
}

variable "name" {
  description = "Name of the stack, and its parameter Name: prefix of the names of queues, functions, rules, logs and alarms."
  type        = string
  default     = "ebb"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]*$", var.name)) && length(var.name) <= 35
    error_message = "Letters, digits and -, 35 at most, the first a letter."
  }
}

variable "parameters" {
  description = "Parameters of infra/template.yaml by their names, such as { Hooks = \"ebb,batch\" }. A list is text with commas. A parameter that is not here has its default."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "code" {
  description = "Folder in which cargo lambda built the functions as zip files. Empty for target/lambda of this repository."
  type        = string
  default     = ""
  nullable    = false
}

variable "tags" {
  description = "Tags of the stack, which CloudFormation puts on its resources, and of the objects."
  type        = map(string)
  default     = {}
  nullable    = false
}
