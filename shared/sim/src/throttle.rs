//! Request throttling: token buckets per account and Region.
//!
//! The ECS API reference (request-throttling) lists the buckets of ECS: all actions of one row share a bucket. AWS does
//! not publish the buckets of EC2 Auto Scaling and of Application Auto Scaling. The simulator has one bucket for all
//! actions of each, whose rate and burst are switches. The control plane of Lambda has one bucket. Systems Manager has one bucket for reads and one for writes. SQS,
//! EventBridge, Elastic Load Balancing and STS are not throttled here. `other_tools_load` is the share of each bucket that other
//! tools of the account take.

use std::time::Duration;

use crate::api::{ApiError, is_read};
use crate::request_bucket::{OtherCallers, RequestBucket};
use crate::world::World;

/// Rows of the table: name, burst, tokens added in a second, actions.
const ECS: [(&str, f64, f64, &[&str]); 9] = [
    (
        "ecs-modify",
        100.0,
        40.0,
        &[
            "DeleteAttributes",
            "DeregisterContainerInstance",
            "ExecuteCommand",
            "PutAttributes",
            "RunTask",
            "StartTask",
            "StopTask",
            "UpdateContainerAgent",
            "UpdateContainerInstancesState",
        ],
    ),
    (
        "ecs-read",
        100.0,
        20.0,
        &[
            "DescribeContainerInstances",
            "DescribeTasks",
            "ListAttributes",
            "ListContainerInstances",
            "ListTasks",
        ],
    ),
    ("ecs-service-read", 100.0, 20.0, &["DescribeServices", "ListServices"]),
    ("ecs-service-modify", 50.0, 5.0, &["CreateService", "DeleteService", "UpdateService"]),
    // The row has no burst: here it is the refill of a second.
    (
        "ecs-service-deployment-read",
        20.0,
        20.0,
        &["DescribeServiceDeployments", "DescribeServiceRevisions", "ListServiceDeployments"],
    ),
    ("ecs-protection", 200.0, 80.0, &["GetTaskProtection", "UpdateTaskProtection"]),
    // No known row lists DescribeTaskDefinition: the simulator adds it to the cluster reads.
    (
        "ecs-cluster-read",
        50.0,
        20.0,
        &["DescribeClusters", "ListClusters", "DescribeTaskDefinition"],
    ),
    ("ecs-capacity-provider-read", 50.0, 20.0, &["DescribeCapacityProviders"]),
    ("ecs-agent-modify", 200.0, 120.0, &["RegisterContainerInstance"]),
];

const AUTO_SCALING: &str = "autoscaling";
const APPLICATION_AUTO_SCALING: &str = "application-autoscaling";
/// Bucket of Lambda's control plane, and its requests in a second (Lambda developer guide, gettingstarted-limits: "15
/// requests per second"). No page gives a burst.
const LAMBDA: (&str, f64) = ("lambda", 15.0);
const PARAMETER_READS: &str = "ssm-read";
const PARAMETER_WRITES: &str = "ssm-write";

impl World {
    /// Takes a token for a call, or refuses it.
    pub(crate) fn take_token(&mut self, service: &str, operation: &str) -> Result<(), ApiError> {
        let (name, code) = match service {
            AUTO_SCALING => (AUTO_SCALING, "Throttling"),
            APPLICATION_AUTO_SCALING => (APPLICATION_AUTO_SCALING, "ThrottlingException"),
            "lambda" => (LAMBDA.0, "TooManyRequestsException"),
            "ssm" if is_read(operation) => (PARAMETER_READS, "ThrottlingException"),
            "ssm" => (PARAMETER_WRITES, "ThrottlingException"),
            "ecs" => match ECS.iter().find(|row| row.3.contains(&operation)) {
                Some(row) => (row.0, "ThrottlingException"),
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let (now, share) = (self.elapsed(), self.random.stream(&format!("throttle/{name}")).f64());
        let granted = self.bucket(name).is_some_and(|bucket| bucket.draw_token(now, share));
        let refused = ApiError::client(code, "Rate exceeded");
        let status = if service == "lambda" { 429 } else { refused.status };
        if granted { Ok(()) } else { Err(ApiError { status, ..refused }) }
    }

    /// Lets other callers take `per_second` requests from a bucket until a time since the start. The bucket is
    /// `ecs-read`, `ecs-modify` (or another row of ECS), `autoscaling`, `application-autoscaling`, `ssm-read` or
    /// `ssm-write`.
    pub(crate) fn others(
        &mut self,
        bucket: &str,
        until: Duration,
        per_second: f64,
    ) -> Result<(), String> {
        let from = self.elapsed();
        let bucket =
            self.bucket(bucket).ok_or_else(|| format!("there is no request bucket `{bucket}`"))?;
        bucket.refill(from);
        bucket.others.push(OtherCallers { from, until, per_second });
        Ok(())
    }

    fn bucket(&mut self, name: &str) -> Option<&mut RequestBucket> {
        let switches = &self.switches;
        let (name, burst, per_second) = match name {
            AUTO_SCALING => (AUTO_SCALING, switches.autoscaling_burst, switches.autoscaling_rate),
            APPLICATION_AUTO_SCALING => (
                APPLICATION_AUTO_SCALING,
                switches.application_autoscaling_burst,
                switches.application_autoscaling_rate,
            ),
            name if name == LAMBDA.0 => (LAMBDA.0, LAMBDA.1, LAMBDA.1),
            PARAMETER_READS => {
                (PARAMETER_READS, switches.parameter_reads_rate, switches.parameter_reads_rate)
            }
            PARAMETER_WRITES => {
                (PARAMETER_WRITES, switches.parameter_writes_rate, switches.parameter_writes_rate)
            }
            _ => ECS.iter().find(|row| row.0 == name).map(|row| (row.0, row.1, row.2))?,
        };
        let rest = switches.other_tools_load.of_bucket(name).rest();
        let (burst, per_second) = (burst * rest, per_second * rest);
        let full =
            RequestBucket { burst, per_second, tokens: burst, at: self.elapsed(), others: vec![] };
        Some(self.throttle.buckets.entry(name).or_insert(full))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{BucketShare, OtherToolsLoad, Switches};

    fn granted(world: &mut World, service: &str, operation: &str, calls: usize) -> usize {
        (0..calls).filter(|_| world.take_token(service, operation).is_ok()).count()
    }

    // ECS API reference, request-throttling.
    #[test]
    fn all_reads_of_cluster_resources_share_one_bucket_of_20_a_second() {
        let mut world = World::new(1, Switches::default());

        let burst = granted(&mut world, "ecs", "ListTasks", 60)
            + granted(&mut world, "ecs", "DescribeTasks", 60);
        world.advance(Duration::from_secs(1));
        let refilled = granted(&mut world, "ecs", "DescribeContainerInstances", 60);

        assert_eq!((burst, refilled), (100, 20));
    }

    #[test]
    fn another_row_has_a_bucket_of_its_own() {
        let mut world = World::new(1, Switches::default());
        granted(&mut world, "ecs", "ListTasks", 200);

        assert_eq!(granted(&mut world, "ecs", "UpdateContainerInstancesState", 200), 100);
        assert_eq!(granted(&mut world, "sqs", "SendMessage", 1000), 1000);
    }

    #[test]
    fn a_refusal_of_auto_scaling_has_a_code_of_its_own() {
        let mut world = World::new(1, Switches::default());
        granted(&mut world, "autoscaling", "DescribeAutoScalingGroups", 60);

        let refused = world.take_token("autoscaling", "CompleteLifecycleAction").unwrap_err();

        assert_eq!(refused, ApiError::client("Throttling", "Rate exceeded"));
    }

    // AWS General Reference, Systems Manager quotas: 40 reads a second, shared.
    #[test]
    fn reads_of_parameters_share_a_bucket_that_writes_do_not_use() {
        let mut world = World::new(1, Switches::default());

        let reads = granted(&mut world, "ssm", "GetParameter", 30)
            + granted(&mut world, "ssm", "GetParametersByPath", 30);
        let writes = granted(&mut world, "ssm", "PutParameter", 10);

        assert_eq!((reads, writes), (40, 3));
    }

    #[test]
    fn updates_of_services_have_a_burst_of_50_and_refill_at_5_a_second() {
        let mut world = World::new(1, Switches::default());

        let burst = granted(&mut world, "ecs", "UpdateService", 100);
        world.advance(Duration::from_secs(2));
        let refilled = granted(&mut world, "ecs", "UpdateService", 100);

        assert_eq!((burst, refilled), (50, 10));
    }

    #[test]
    fn other_tools_leave_a_share_while_they_call_and_all_afterwards() {
        let mut world = World::new(1, Switches::default());

        world.others("ecs-read", Duration::from_secs(60), 40.0).unwrap();
        world.advance(Duration::from_secs(30));
        let contended = granted(&mut world, "ecs", "ListTasks", 100);
        world.advance(Duration::from_secs(70));
        let alone = granted(&mut world, "ecs", "ListTasks", 300);

        assert!((35..65).contains(&contended), "{contended} of 100");
        assert_eq!(alone, 100);
    }

    #[test]
    fn bucket_under_the_load_of_other_tools_has_the_rest_of_its_burst_and_refill() {
        let other_tools_load =
            OtherToolsLoad { ecs_read: BucketShare::QUARTER, ..OtherToolsLoad::default() };
        let mut world = World::new(1, Switches { other_tools_load, ..Switches::default() });

        let burst = granted(&mut world, "ecs", "ListTasks", 200);
        world.advance(Duration::from_secs(2));
        let refilled = granted(&mut world, "ecs", "ListTasks", 200);

        assert_eq!((burst, refilled), (75, 30));
        assert_eq!(granted(&mut world, "ecs", "StopTask", 200), 100);
    }

    #[test]
    fn a_bucket_that_nobody_knows_is_a_mistake() {
        let mut world = World::new(1, Switches::default());

        assert!(world.others("ecs-reads", Duration::from_secs(1), 1.0).is_err());
    }
}
