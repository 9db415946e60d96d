//! Questions: the calls that one step still needs. Each costs one AWS call, or a few.

/// A part of an observation that is still to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::VariantArray)]
pub enum OperationQuestion {
    /// `account` (STS GetCallerIdentity).
    Account,
    /// `record` and `state` (SSM GetParameters).
    Record,
    /// `service` (DescribeServices; for controllers other than ECS also DescribeTaskSets).
    Service,
    /// `tasks` (ListTasks of the service, RUNNING and STOPPED; DescribeTasks; once per revision DescribeTaskDefinition).
    Tasks,
    /// `protection` of the tasks that have not ended (GetTaskProtection, 100 tasks a call).
    Protection,
    /// `targets` (DescribeTargetHealth, once per target group).
    Targets,
    /// `scaling` (DescribeScalableTargets).
    Scaling,
    /// `scheduled_actions` (DescribeScheduledActions).
    ScheduledActions,
    /// `service_deployments` (ListServiceDeployments by status, and by time since the record; DescribeServiceDeployments).
    ServiceDeployments,
    /// `agents` of the container instances with tasks on their way out (DescribeContainerInstances).
    Agents,
    /// `deregistration_delay` (DescribeTargetGroupAttributes, once per target group).
    DeregistrationDelay,
}
