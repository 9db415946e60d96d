//! Causes of scaling activities: AWS's text in the activity, and a few words for the timeline.
//!
//! The texts are those of the Auto Scaling user guide (ec2-auto-scaling-verify-scaling-activity, ts-as-healthchecks,
//! ec2-auto-scaling-event-reference) and of activities in the field. A cause without a known text has a text of this
//! form.

use jiff::Timestamp;

use super::activity_kind::ActivityKind;

/// Cause of a scaling activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cause {
    /// Creation of the group with its instances.
    Created { instances: usize },
    /// Desired capacity above the actual one.
    Missing(CapacityDifference),
    /// Gap that an unhealthy instance left.
    UnhealthyMissing(CapacityDifference),
    /// Desired capacity below the actual one.
    ScaleIn(CapacityDifference),
    /// Instance refresh.
    InstanceRefresh,
    /// CloudFormation's rolling update.
    StackUpdate,
    /// Failed health check.
    Unhealthy,
    /// Answer of EC2 that the instance is stopped or terminated.
    GoneInEc2 { found: &'static str },
    /// End of the maximum instance lifetime.
    MaximumLifetime,
    /// Termination that a caller requested. The capacity shrinks if the caller asks for a decrement.
    Requested { by: String, shrinks: Option<(usize, usize)> },
    /// Capacity Rebalancing after a recommendation.
    Rebalancing,
    /// Capacity Rebalancing after a Spot interruption warning.
    SpotInterruption,
    /// ABANDON of a launch hook.
    LaunchAbandoned,
    /// Failed root volume replacement.
    RootVolumeFailed,
    /// Missing instance of the warm pool.
    WarmPoolShort,
    /// Loss of the instance before it reached the warm pool.
    LostBeforeWarmPool,
    /// ABANDON of a launch hook on the way into the warm pool.
    WarmPoolAbandoned,
}

/// Difference between desired and actual capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CapacityDifference {
    pub desired: usize,
    pub actual: usize,
    /// Actual capacity after the change.
    pub wanted: usize,
    /// Request that changed the desired capacity, if one did.
    pub request: Option<CapacityRequest>,
}

/// SetDesiredCapacity, as an activity names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CapacityRequest {
    pub at: Timestamp,
    pub from: usize,
    pub to: usize,
}

impl Cause {
    /// Returns the cause in a few words, for the timeline.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Created { .. } => "the group was created".to_owned(),
            Self::Missing(difference) | Self::UnhealthyMissing(difference) => {
                format!("to reach the desired capacity of {}", difference.desired)
            }
            Self::GoneInEc2 { found } => {
                format!("failed health check: EC2 says that the instance is {found}")
            }
            Self::Requested { by, .. } => format!("requested by {by}"),
            plain => plain.plain_words().to_owned(),
        }
    }

    fn plain_words(&self) -> &'static str {
        match self {
            Self::ScaleIn(_) => "scale-in",
            Self::InstanceRefresh => "instance refresh",
            Self::StackUpdate => "stack update",
            Self::Unhealthy => "failed health check",
            Self::MaximumLifetime => "maximum instance lifetime",
            Self::Rebalancing => "capacity rebalancing",
            Self::SpotInterruption => "capacity rebalancing: Spot interruption",
            Self::LaunchAbandoned => "launch abandoned",
            Self::RootVolumeFailed => "root volume replacement failed",
            Self::WarmPoolShort => "the warm pool is short of an instance",
            Self::LostBeforeWarmPool => "gone on its way into the warm pool",
            Self::WarmPoolAbandoned => "launch into the warm pool abandoned",
            Self::Created { .. }
            | Self::Missing(_)
            | Self::UnhealthyMissing(_)
            | Self::GoneInEc2 { .. }
            | Self::Requested { .. } => "",
        }
    }

    /// Returns the `Cause` field of an activity that begins now.
    pub(super) fn text(&self, at: Timestamp, doing: ActivityKind, ec2_instance: &str) -> String {
        let selected =
            format!("  At {at:.0} instance {ec2_instance} was selected for termination.");
        match self {
            Self::Created { instances } => format!(
                "At {at:.0} a user request created an AutoScalingGroup changing the desired capacity from 0 to \
                 {instances}.  At {at:.0} an instance was started in response to a difference between desired and \
                 actual capacity, increasing the capacity from 0 to {instances}."
            ),
            Self::Missing(difference) => {
                format!("{}.", difference.text(at, "started", "increasing"))
            }
            Self::ScaleIn(difference) => {
                format!("{}.{selected}", difference.text(at, "taken out of service", "shrinking"))
            }
            Self::Requested { shrinks, .. } => {
                let capacity = shrinks
                    .map(|(from, to)| format!(", shrinking the capacity from {from} to {to}"));
                let capacity = capacity.unwrap_or_default();
                format!(
                    "At {at:.0} instance {ec2_instance} was taken out of service in response to a user request{capacity}."
                )
            }
            Self::InstanceRefresh | Self::StackUpdate if doing == ActivityKind::Terminating => {
                format!("{}.{selected}", self.response(at, doing))
            }
            _ => format!("{}.", self.response(at, doing)),
        }
    }

    fn response(&self, at: Timestamp, doing: ActivityKind) -> String {
        let what = match doing {
            ActivityKind::Launching => "launched",
            ActivityKind::Terminating | ActivityKind::ReplacingRootVolume => "taken out of service",
        };
        let to = match self {
            Self::InstanceRefresh => "an instance refresh",
            Self::Unhealthy => "an EC2 instance status check failure",
            Self::GoneInEc2 { .. } => {
                "an EC2 health check indicating it has been terminated or stopped"
            }
            Self::UnhealthyMissing(_) => "an unhealthy instance needing to be replaced",
            other => other.plain_words(),
        };
        format!("At {at:.0} an instance was {what} in response to {to}")
    }
}

impl CapacityDifference {
    fn text(&self, at: Timestamp, what: &str, change: &str) -> String {
        let request = self.request.as_ref().map(|request| {
            let CapacityRequest { at, from, to } = request;
            format!(
                "At {at:.0} a user request explicitly set group desired capacity changing the desired capacity from \
                 {from} to {to}.  "
            )
        });
        let (request, actual, wanted) = (request.unwrap_or_default(), self.actual, self.wanted);
        format!(
            "{request}At {at:.0} an instance was {what} in response to a difference between desired and actual capacity, \
             {change} the capacity from {actual} to {wanted}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::constant(1_772_442_000, 250_000_000);

    fn difference(actual: usize, wanted: usize) -> CapacityDifference {
        CapacityDifference { desired: wanted, actual, wanted, request: None }
    }

    fn text(cause: &Cause, doing: ActivityKind) -> String {
        cause.text(AT, doing, "i-1")
    }

    #[test]
    fn launch_names_the_difference_of_capacities() {
        let cause = Cause::Missing(difference(0, 16));

        let expected = "At 2026-03-02T09:00:00Z an instance was started in response to a difference between desired and \
            actual capacity, increasing the capacity from 0 to 16.";
        assert_eq!(text(&cause, ActivityKind::Launching), expected);
    }

    #[test]
    fn scale_in_names_the_request_and_the_instance() {
        let request = Some(CapacityRequest { at: AT, from: 6, to: 4 });
        let cause = Cause::ScaleIn(CapacityDifference { request, ..difference(6, 4) });

        let expected = "At 2026-03-02T09:00:00Z a user request explicitly set group desired capacity changing the desired \
            capacity from 6 to 4.  At 2026-03-02T09:00:00Z an instance was taken out of service in response to a difference \
            between desired and actual capacity, shrinking the capacity from 6 to 4.  At 2026-03-02T09:00:00Z instance i-1 \
            was selected for termination.";
        assert_eq!(text(&cause, ActivityKind::Terminating), expected);
    }

    #[test]
    fn requested_termination_names_a_capacity_that_shrinks() {
        let of = |shrinks| Cause::Requested { by: "outside".to_owned(), shrinks };

        let begins = "At 2026-03-02T09:00:00Z instance i-1 was taken out of service in response to a user request";
        let doing = ActivityKind::Terminating;
        assert_eq!(text(&of(None), doing), format!("{begins}."));
        let shrinks = format!("{begins}, shrinking the capacity from 2 to 1.");
        assert_eq!(text(&of(Some((2, 1))), doing), shrinks);
    }

    #[test]
    fn health_checks_and_refreshes_have_texts_of_the_field() {
        let found = [
            text(&Cause::GoneInEc2 { found: "stopped" }, ActivityKind::Terminating),
            text(&Cause::UnhealthyMissing(difference(1, 2)), ActivityKind::Launching),
            text(&Cause::InstanceRefresh, ActivityKind::Launching),
        ];

        let expected = [
            "an instance was taken out of service in response to an EC2 health check indicating it has been terminated or \
             stopped.",
            "an instance was launched in response to an unhealthy instance needing to be replaced.",
            "an instance was launched in response to an instance refresh.",
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(*found, format!("At 2026-03-02T09:00:00Z {expected}"));
        }
    }
}
