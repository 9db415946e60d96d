//! Feeds: the queues of ebb and the signals that each may carry.

use drain::signal::Signal;

/// A queue with the function behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feed {
    /// Lifecycle actions of Auto Scaling.
    AsgLifecycle,
    /// Events of EC2: Spot interruption warnings, rebalance recommendations, instance states, scheduled changes.
    SpotInterruption,
    /// State changes of tasks and container instances.
    EcsStateChange,
    /// Messages of the schedule, one a minute, and placement failures, with which a sweep explains a stuck service.
    Sweep,
    /// Stops that ebb planned before a Spot interruption. The function of [`Self::SpotInterruption`] serves this queue too.
    StopPlans,
}

impl Feed {
    /// Feeds with a function of their own.
    pub const ALL: [Self; 4] =
        [Self::AsgLifecycle, Self::SpotInterruption, Self::EcsStateChange, Self::Sweep];
    /// Feeds of a worker, one for each queue.
    pub const QUEUES: [Self; 5] = [
        Self::AsgLifecycle,
        Self::SpotInterruption,
        Self::EcsStateChange,
        Self::Sweep,
        Self::StopPlans,
    ];

    /// Returns the name of the queue without its prefix. A function has the name of its queue, and so has its folder under
    /// `handlers`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AsgLifecycle => "asg-lifecycle",
            Self::SpotInterruption => "spot-interruption",
            Self::EcsStateChange => "ecs-state-change",
            Self::Sweep => "sweep",
            Self::StopPlans => "stop-plans",
        }
    }

    /// Returns true if the messages come in crowds, because an instance refresh or a Spot reclaim takes many instances at once.
    /// A batch then waits a second for more.
    pub fn has_crowds(self) -> bool {
        matches!(self, Self::AsgLifecycle | Self::SpotInterruption)
    }

    /// Returns true if this queue may carry the signal. Another signal comes from a misrouted rule. Every queue may
    /// carry rechecks, except that of the stop plans.
    pub fn carries(self, signal: &Signal) -> bool {
        match signal {
            Signal::LifecycleAction(_) => self == Self::AsgLifecycle,
            Signal::SpotInterruption { .. }
            | Signal::RebalanceRecommendation { .. }
            | Signal::Ec2InstanceState { .. }
            | Signal::ScheduledChange { .. } => self == Self::SpotInterruption,
            Signal::TaskStopped(_) | Signal::ContainerInstance(_) => self == Self::EcsStateChange,
            Signal::PlacementFailure(_) | Signal::Sweep { .. } => self == Self::Sweep,
            Signal::Recheck(_) => self != Self::StopPlans,
            Signal::StopPlan(_) => self == Self::StopPlans,
        }
    }
}

#[cfg(test)]
mod tests {
    use drain::signal::{Ec2State, Purpose, Recheck};
    use jiff::Timestamp;

    use super::*;

    fn carriers(signal: &Signal) -> Vec<&'static str> {
        Feed::ALL.into_iter().filter(|feed| feed.carries(signal)).map(Feed::name).collect()
    }

    #[test]
    fn signal_of_aws_has_one_feed() {
        let stopping = Signal::Ec2InstanceState {
            ec2_instance: "i-1".to_owned(),
            state: Ec2State::Stopping,
            at: Timestamp::UNIX_EPOCH,
        };

        assert_eq!(carriers(&stopping), ["spot-interruption"]);
        assert_eq!(carriers(&Signal::Sweep { at: Timestamp::UNIX_EPOCH }), ["sweep"]);
    }

    #[test]
    fn recheck_is_carried_by_every_feed() {
        let recheck = Signal::Recheck(Recheck {
            ec2_instances: vec!["i-1".to_owned()],
            purpose: Purpose::Settle,
            at: Timestamp::UNIX_EPOCH,
            spot_deadline: None,
            stops_ahead: std::time::Duration::ZERO,
        });

        assert_eq!(carriers(&recheck).len(), Feed::ALL.len());
    }
}
