//! Behaviour that AWS leaves undocumented, as data.

use serde::{Deserialize, Serialize};

use super::{Length, Lengths, OtherToolsLoad};

/// Behaviour that AWS does not document, each drawn from a range or set to a choice.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// Time from a change to the visibility of its message in the queue.
    pub event_delivery: Lengths,
    /// Time from a request to its answer.
    pub api_call: Lengths,
    /// Time from the visibility of a message to the start of its invocation.
    pub poll: Lengths,
    /// Average time for which Lambda keeps an idle environment. AWS keeps it "some time", in anticipation of another
    /// invocation (Lambda developer guide, lambda-runtime-environment). The probability of its loss grows with the idle
    /// time.
    pub environment_kept: Length,
    /// Additional time until an invocation in a new environment begins.
    pub cold_start: Lengths,
    /// True if draining does not stop tasks under scale-in protection (not documented).
    pub draining_honours_protection: bool,
    /// True if UpdateContainerInstancesState refuses DRAINING for an instance that is DRAINING already (not
    /// documented).
    pub draining_twice_fails: bool,
    /// Time from DRAINING to the service scheduler's reaction.
    pub scheduler: Lengths,
    /// Most tasks of a service that one pass of the scheduler stops for a lower desired count (default: all of the
    /// surplus). The bounds of a deployment do not apply, and no page documents another pace.
    pub scale_in_batch: Option<usize>,
    /// True if `maximumPercent` counts STOPPING tasks too (ECS developer guide, service_definition_parameters). False:
    /// RUNNING and PENDING tasks only (API reference, DeploymentConfiguration).
    pub maximum_percent_counts_stopping: bool,
    /// Time from the termination of an EC2 instance to the deregistration of its container instance.
    pub deregistration: Lengths,
    /// True if UpdateService accepts `forceNewDeployment` for a service of the controller CODE_DEPLOY or EXTERNAL, and
    /// ignores it. False: InvalidParameterException, as for a task definition (not documented).
    pub other_controllers_ignore_forced_deployments: bool,
    /// True if StopTask waits for the deregistration delay before SIGTERM, as the service scheduler does (ECS developer
    /// guide, task-lifecycle-explanation). False: SIGTERM comes with the deregistration (aws/amazon-ecs-agent#2316).
    pub stop_task_waits_for_deregistration: bool,
    /// Time from `desiredStatus` STOPPED to the next `lastStatus` of a RUNNING task (default: none). AWS does not document
    /// it. Until then `runningCount` includes the task.
    pub stop_begins_after: Lengths,
    /// True if the scheduler replaces a task that StopTask stops only when the task is STOPPED (not documented; field
    /// reports see the wait of the deregistration delay). False: at once.
    pub replacement_waits_for_stopped: bool,
    /// True if StopTask refuses a task under scale-in protection (not documented: the page promises protection from
    /// "scale-in events from either service auto scaling or deployments" only).
    pub stop_task_honours_protection: bool,
    /// Time for which a new container instance is REGISTERING before it is ACTIVE (default: none).
    pub registering: Lengths,
    /// Time for which a task is PROVISIONING.
    pub provisioning: Lengths,
    /// Time for which a task is DEPROVISIONING.
    pub deprovisioning: Lengths,
    /// Time from the deregistration of a target until its load balancer sends no new request to it.
    pub target_draining: Lengths,
    /// Number of ARNs on a page of ListTasks and of ListContainerInstances without `maxResults`. AWS returns "up to
    /// 100" (API reference), so a shorter page is valid too.
    pub page: u8,
    /// Time until ListTasks lists a new task (the API is eventually consistent: RunTask).
    pub task_listed_after: Lengths,
    /// True if ECS stops the daemon tasks of a DRAINING instance as soon as no replica task is RUNNING
    /// (aws/amazon-ecs-agent#3829). False: as soon as all replica tasks are STOPPED.
    pub daemons_stop_early: bool,
    /// True if the tasks of a container instance that is left behind keep their `lastStatus` for ever. A container
    /// instance is left behind if its EC2 instance was terminated while the agent was disconnected, or if the agent
    /// registered anew.
    pub ghosts_keep_tasks: bool,
    /// True if `registeredContainerInstancesCount` of a cluster includes REGISTERING container instances.
    pub clusters_count_registering: bool,
    /// Shares of the request buckets that other tools of the account always take (default: none). All callers in an
    /// account and Region share the buckets (ECS API reference, request-throttling).
    pub other_tools_load: OtherToolsLoad,
    /// Auto Scaling requests that an account may make in a second (not documented).
    pub autoscaling_rate: f64,
    /// Burst of Auto Scaling requests (not documented).
    pub autoscaling_burst: f64,
    /// Time from a need of a group to Auto Scaling's reaction.
    pub autoscaling_reaction: Lengths,
    /// True if Auto Scaling calls the terminate hooks for an instance whose launch ended with `ABANDON`.
    pub abandoned_launch_calls_terminate_hooks: bool,
    /// True if DescribeAutoScalingInstances lists the instances of warm pools.
    pub describe_instances_lists_warm_pool: bool,
    /// True if an instance refresh begins its next batch only after the instances of the last batch are terminated too.
    /// False: the batch begins when the replacements are in service and warm.
    pub refresh_waits_for_termination: bool,
    /// True if ABANDON of a terminate hook before a root volume replacement fails the replacement. False: both results
    /// continue the replacement, as they continue a termination (the user guide says only that completion continues
    /// it).
    pub abandon_fails_root_volume_replacement: bool,
    /// True if the agent of an instance with a new root volume connects to its old container instance. False: the
    /// agent's checkpoint was on the old volume, so the agent registers a new container instance. The old one stays
    /// behind with its status and a disconnected agent. No page documents the duplicate, but amazon-ecs-agent#740 shows
    /// it.
    pub root_volume_replacement_keeps_container_instance: bool,
    /// Time from `ReplacingRootVolume:Proceed` to the reboot of the instance, or to the failure of the replacement.
    pub root_volume_replacement: Lengths,
    /// Time from the reboot of an instance to the end of its root volume replacement.
    pub ec2_reboot: Lengths,
    /// Time from the launch or start of an EC2 instance to `running`.
    pub ec2_start: Lengths,
    /// Time from `shutting-down` to `terminated`.
    pub ec2_shutdown: Lengths,
    /// Time from `stopping` to `stopped`.
    pub ec2_stop: Lengths,
    /// Time from `shutting-down` or `stopping` to the end of every process on the instance.
    pub ec2_power_off: Lengths,
    /// Requests of Application Auto Scaling that an account may make in a second (not documented).
    pub application_autoscaling_rate: f64,
    /// Burst of Application Auto Scaling requests (not documented).
    pub application_autoscaling_burst: f64,
    /// Time from RegisterScalableTarget until Application Auto Scaling moves the capacity between the bounds.
    pub scalable_target_adjustment: Lengths,
    /// True if a member that RegisterScalableTarget omits from `SuspendedState` resumes its scaling. False: the scaling
    /// stays as it was.
    pub omitted_suspension_resumes: bool,
    /// Requests of Systems Manager in a second that read parameters: "40 (shared by the following API actions:
    /// GetParameter, GetParameters, GetParametersByPath)" (AWS General Reference, Systems Manager quotas).
    pub parameter_reads_rate: f64,
    /// Requests of Systems Manager in a second that write parameters (not documented; field reports say 3).
    pub parameter_writes_rate: f64,
    /// True if the first page of GetParametersByPath has no parameter. A page can have "between zero and the number of
    /// MaxResults" (API reference).
    pub parameters_by_path_begins_empty: bool,
    /// Time for which an event source mapping is Disabling or Enabling (not documented).
    pub mapping_update: Lengths,
    /// True if an event source mapping takes messages until it is Disabled (not documented). False: until it is
    /// Disabling.
    pub disabling_mapping_polls: bool,
    /// Concurrent executions that the account may have (Lambda developer guide, gettingstarted-limits: 1,000 by default;
    /// new accounts have less).
    pub lambda_concurrent_executions: usize,
    /// Time for which a rule reacts as before after DisableRule or EnableRule: "a short period of time" (API reference).
    pub rule_change: Lengths,
    /// Time from an event to the reaction of ECS managed instance draining.
    pub managed_draining_reaction: Lengths,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            event_delivery: Lengths::millis(300, 1500),
            api_call: Lengths::millis(20, 80),
            poll: Lengths::millis(5, 40),
            environment_kept: Length::secs(600),
            cold_start: Lengths::millis(60, 180),
            draining_honours_protection: false,
            draining_twice_fails: false,
            scheduler: Lengths::millis(2_000, 15_000),
            scale_in_batch: None,
            maximum_percent_counts_stopping: true,
            deregistration: Lengths::millis(1_000, 10_000),
            other_controllers_ignore_forced_deployments: false,
            stop_task_waits_for_deregistration: true,
            stop_begins_after: Lengths::secs(0),
            replacement_waits_for_stopped: true,
            stop_task_honours_protection: false,
            registering: Lengths::secs(0),
            provisioning: Lengths::millis(100, 600),
            deprovisioning: Lengths::millis(200, 2_000),
            target_draining: Lengths::millis(0, 2_000),
            page: 100,
            task_listed_after: Lengths::millis(0, 500),
            daemons_stop_early: false,
            ghosts_keep_tasks: false,
            clusters_count_registering: false,
            other_tools_load: OtherToolsLoad::default(),
            autoscaling_rate: 10.0,
            autoscaling_burst: 60.0,
            autoscaling_reaction: Lengths::millis(1_000, 5_000),
            abandoned_launch_calls_terminate_hooks: true,
            describe_instances_lists_warm_pool: true,
            refresh_waits_for_termination: false,
            abandon_fails_root_volume_replacement: false,
            root_volume_replacement_keeps_container_instance: false,
            root_volume_replacement: Lengths::millis(20_000, 90_000),
            ec2_reboot: Lengths::millis(5_000, 30_000),
            ec2_start: Lengths::millis(5_000, 20_000),
            ec2_shutdown: Lengths::millis(20_000, 60_000),
            ec2_stop: Lengths::millis(15_000, 45_000),
            ec2_power_off: Lengths::millis(1_000, 4_000),
            application_autoscaling_rate: 10.0,
            application_autoscaling_burst: 50.0,
            scalable_target_adjustment: Lengths::millis(200, 3_000),
            omitted_suspension_resumes: false,
            parameter_reads_rate: 40.0,
            parameter_writes_rate: 3.0,
            parameters_by_path_begins_empty: false,
            mapping_update: Lengths::millis(5_000, 60_000),
            disabling_mapping_polls: true,
            lambda_concurrent_executions: 1_000,
            rule_change: Lengths::millis(500, 10_000),
            managed_draining_reaction: Lengths::millis(2_000, 15_000),
        }
    }
}
