//! Limits of this crate, each with its unit, its reason and its source. Those of decisions are in `service::limits`.

use std::time::Duration;

// Batch sizes of the APIs.

/// Parameters in a page of GetParametersByPath (Systems Manager API reference).
pub const PARAMETERS_PER_PAGE: usize = 10;
/// Services in a page of ListServices. Without `maxResults` it has ten (ECS API reference).
pub const SERVICES_PER_PAGE: i32 = 100;
/// Service deployments in a page of ListServiceDeployments (ECS API reference).
pub const DEPLOYMENTS_PER_PAGE: i32 = 100;
/// Most service deployments of one call of DescribeServiceDeployments (ECS API reference).
pub const DEPLOYMENTS_PER_DESCRIBE: usize = 20;
/// 10 minutes before its record in which a deployment may have begun that the look before the record did not show. Clocks differ
/// by two minutes at most, and answers are seconds old.
pub const DEPLOYMENT_MARGIN: Duration = Duration::from_secs(600);
/// Most scheduled actions in a page of DescribeScheduledActions, and targets of DescribeScalableTargets (Application Auto
/// Scaling API reference).
pub const SCALING_ITEMS_PER_PAGE: u32 = 50;

/// Stop timeout of a container whose definition has none, unless the agent has another default (ECS developer guide,
/// ecs-agent-config).
pub const STOP_TIMEOUT_OF_AGENT: Duration = Duration::from_secs(30);

// Memory of a process.

/// Task definitions in memory. A service has a few revisions at a time.
pub const REMEMBERED_REVISIONS: usize = 2_000;
/// Container instances in memory, each with its EC2 instance. A cluster has 5 000 at most (ECS quotas).
pub const REMEMBERED_HOSTS: usize = 10_000;
/// Operations in memory. A function that lives for hours forgets those that ended.
pub const REMEMBERED_OPERATIONS: usize = 1_000;

// Steps.

/// Delay of the step after one whose call failed. The SDK has retried the call for some seconds already.
pub const RETRY_DELAY: Duration = Duration::from_secs(5);
/// Steps of one operation without a wait in between. A step that acts is followed by a look, so an operation needs few in a
/// row. More would be a decision that never waits.
pub const STEPS_IN_A_ROW: usize = 40;
/// Operations that one process takes further at the same time. Each look reads a whole service, and the request buckets of
/// ECS serve the whole account.
pub const OPERATIONS_AT_ONCE: usize = 4;
/// Time for which an invocation of the schedule takes operations further. The next one comes after a minute.
pub const SCHEDULE_TIME: Duration = Duration::from_secs(50);
/// Time in which a request is tried again while AWS does not answer. A message that comes again would be too old.
pub const BEGIN_TIME: Duration = Duration::from_secs(5 * 60);
/// Longest answer of a direct invocation with `wait`. A function may take 15 minutes (Lambda quotas).
pub const LONGEST_WAIT: Duration = Duration::from_secs(14 * 60);
/// Age of a request in a queue beyond which it is dead-lettered. A request that is delivered again after its visibility
/// timeout, 15 minutes, may have been carried out already, and its operator does not expect a second operation.
pub const REQUEST_AGE: Duration = Duration::from_secs(10 * 60);
