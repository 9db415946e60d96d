//! Calls that take a token: their bucket and their value.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::config_bag::{Storable, StoreReplace};

use super::bucket::{BucketLimit, Priority};
use crate::limits::{AUTOSCALING_BURST, AUTOSCALING_RATE, FIRST_PART, FIRST_PART_OF_WRITES};

/// Request bucket of an account and Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BucketName {
    /// ECS, cluster resource modify.
    EcsModify,
    /// ECS, cluster resource read.
    EcsRead,
    /// Auto Scaling, all calls (re:Post, autoscaling-api-calls-throttled).
    AutoScaling,
}

/// A call of AWS that takes a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LimitedCall {
    pub(super) bucket: BucketName,
    pub(super) priority: Priority,
}

impl Storable for LimitedCall {
    type Storer = StoreReplace<Self>;
}

impl BucketName {
    pub(super) const ALL: [Self; 3] = [Self::EcsModify, Self::EcsRead, Self::AutoScaling];

    /// Returns the part of its share with which a process begins that may have others beside it.
    pub(super) fn first_part(self) -> f64 {
        match self {
            Self::EcsModify => FIRST_PART_OF_WRITES,
            Self::EcsRead | Self::AutoScaling => FIRST_PART,
        }
    }

    /// Returns the whole bucket (ECS API reference, request-throttling). AWS publishes no numbers for Auto Scaling.
    pub(super) fn limit(self) -> BucketLimit {
        match self {
            Self::EcsModify => BucketLimit { burst: 100.0, per_second: 40.0 },
            Self::EcsRead => BucketLimit { burst: 100.0, per_second: 20.0 },
            Self::AutoScaling => {
                BucketLimit { burst: AUTOSCALING_BURST, per_second: AUTOSCALING_RATE }
            }
        }
    }
}

impl LimitedCall {
    /// Returns the call of a request, or `None` if it takes no token of these buckets.
    pub(super) fn of_request(request: &HttpRequest) -> Option<Self> {
        match request.headers().get("x-amz-target") {
            Some(target) => Self::of_ecs(target.rsplit('.').next()?),
            None => Self::of_autoscaling(request.body().bytes()?),
        }
    }

    /// Returns this call as one that only repairs or explains. DRAINING, stops and completions keep their value.
    pub(super) fn in_background(self) -> Self {
        let reads = self.bucket == BucketName::EcsRead || self.priority == Priority::Read;
        if reads { Self { priority: Priority::Rest, ..self } } else { self }
    }

    fn of_ecs(operation: &str) -> Option<Self> {
        let (bucket, priority) = match operation {
            "UpdateContainerInstancesState" => (BucketName::EcsModify, Priority::Drain),
            "StopTask" => (BucketName::EcsModify, Priority::Stop),
            "PutAttributes" | "DeleteAttributes" => (BucketName::EcsModify, Priority::Rest),
            "ListContainerInstances" | "DescribeContainerInstances" => {
                (BucketName::EcsRead, Priority::Drain)
            }
            "ListTasks" | "DescribeTasks" => (BucketName::EcsRead, Priority::Read),
            _ => return None,
        };
        Some(Self { bucket, priority })
    }

    /// Returns the call of a body in the query protocol, which begins with the operation.
    fn of_autoscaling(body: &[u8]) -> Option<Self> {
        let operation = body.strip_prefix(b"Action=")?.split(|byte| *byte == b'&').next()?;
        let priority = match operation {
            b"CompleteLifecycleAction" | b"RecordLifecycleActionHeartbeat" => Priority::Lifecycle,
            _ => Priority::Read,
        };
        Some(Self { bucket: BucketName::AutoScaling, priority })
    }
}

/// Returns true if AWS throttled the call. The code is `ThrottlingException` in ECS, and `Throttling` in Auto Scaling.
pub(super) fn is_throttled(answer: &HttpResponse) -> bool {
    let says_so = |body: &[u8]| body.windows(CODE.len()).any(|part| part == CODE);
    !answer.status().is_success() && answer.body().bytes().is_some_and(says_so)
}

/// Beginning of the error codes of a throttled call.
const CODE: &[u8] = b"Throttling";

#[cfg(test)]
mod tests {
    use super::*;

    fn priorities(operation: &str) -> [Priority; 2] {
        let call = LimitedCall::of_ecs(operation).unwrap();
        [call.priority, call.in_background().priority]
    }

    #[test]
    fn reads_in_the_background_lose_their_value_and_stops_keep_theirs() {
        assert_eq!(priorities("ListTasks"), [Priority::Read, Priority::Rest]);
        assert_eq!(priorities("ListContainerInstances"), [Priority::Drain, Priority::Rest]);
        assert_eq!(priorities("StopTask"), [Priority::Stop; 2]);
        assert_eq!(priorities("UpdateContainerInstancesState"), [Priority::Drain; 2]);
    }

    #[test]
    fn call_of_auto_scaling_is_known_by_the_beginning_of_its_body() {
        let of = |body: &[u8]| LimitedCall::of_autoscaling(body).map(|call| call.priority);

        assert_eq!(of(b"Action=CompleteLifecycleAction&Version=1"), Some(Priority::Lifecycle));
        assert_eq!(of(b"Action=DescribeAutoScalingGroups&Version=1"), Some(Priority::Read));
        assert_eq!(of(b"{}"), None);
    }
}
