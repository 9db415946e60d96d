//! Scenes: one EC2 instance with its triggers, the time, and the answers of AWS.
//!
//! Seconds count from [`at`]`(0)`. By default the instance waits at the hook `ebb` of the group `web` and was launched
//! long ago. The container instance is ACTIVE and the agent connected.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::RememberedAction;
use crate::decision::Question;
use crate::observation::*;
use crate::policy::Policy;
use crate::signal::{Ec2State, InstanceAction, LifecycleAction, Purpose, Transition};
use crate::stuck_service::StuckServices;
use crate::trigger::{Trigger, Triggers};

pub(super) use super::decided_scene::{DecidedScene, unanswered};
pub(super) use super::tasks::{TaskScene, daemon, replica, standalone};

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 86_400;

/// Returns the time `second` seconds after the beginning of a test.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_442_000 + second).unwrap()
}

pub(super) fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// One EC2 instance with its triggers and the answers of AWS.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) triggers: Triggers,
    pub(super) policy: Policy,
    pub(super) now: Timestamp,
    pub(super) in_cluster: bool,
    pub(super) described: Described,
    pub(super) counted: Option<u32>,
    pub(super) tasks: Vec<TaskScene>,
    pub(super) stuck: StuckServices,
    pub(super) member: Option<GroupMember>,
    pub(super) hooks: Vec<Hook>,
    pub(super) group: Group,
    pub(super) group_uses_ecs: bool,
    pub(super) group_draining: u32,
    pub(super) activities: Activities,
    pub(super) heartbeats_sent_until: Option<Timestamp>,
    pub(super) taken_together: usize,
    pub(super) emptied_together: usize,
    pub(super) stops_ahead: Duration,
    pub(super) refuses_to_drain: bool,
    pub(super) known: Vec<Question>,
    pub(super) silent: BTreeMap<Question, Unanswered>,
}

pub(super) fn scene() -> Scene {
    Scene {
        triggers: Triggers::default(),
        policy: Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() },
        now: at(0),
        in_cluster: true,
        described: Described {
            status: Status::Active,
            agent_connected: true,
            tasks: 0,
            registered_at: Some(at(-DAY)),
            attribute: None,
            holds_resources: false,
            attribute_fits: true,
            left_behind: Vec::new(),
        },
        counted: None,
        tasks: Vec::new(),
        stuck: StuckServices::default(),
        member: Some(GroupMember {
            group: "web".to_owned(),
            lifecycle_state: "Terminating:Wait".to_owned(),
            healthy: true,
        }),
        hooks: vec![hook("ebb", 3600)],
        group: Group { desired_capacity: 10, ..Group::default() },
        group_uses_ecs: true,
        group_draining: 0,
        activities: Activities { launched_at: Some(at(-DAY)), terminating_since: Some(at(0)) },
        heartbeats_sent_until: None,
        taken_together: 1,
        emptied_together: 0,
        stops_ahead: Duration::ZERO,
        refuses_to_drain: false,
        known: Vec::new(),
        silent: BTreeMap::new(),
    }
}

/// Returns a terminating hook with this heartbeat timeout in seconds.
pub(super) fn hook(name: &str, heartbeat: u64) -> Hook {
    Hook {
        name: name.to_owned(),
        launching: false,
        heartbeat_timeout: seconds(heartbeat),
        global_timeout: seconds((heartbeat * 100).min(172_800)),
    }
}

fn lifecycle_action(transition: Transition, hook: &str, second: i64) -> LifecycleAction {
    LifecycleAction {
        transition,
        group: "web".to_owned(),
        hook: hook.to_owned(),
        ec2_instance: "i-1".to_owned(),
        token: format!("t{second}"),
        at: at(second),
        to_warm_pool: false,
    }
}

/// Triggers and the time.
impl Scene {
    pub(super) fn now(mut self, second: i64) -> Self {
        self.now = at(second);
        self
    }

    /// Adds the event of a terminating lifecycle action that began at this second.
    pub(super) fn terminating_since(mut self, second: i64) -> Self {
        self.triggers.add(Trigger::Terminating(lifecycle_action(
            Transition::Terminating,
            "ebb",
            second,
        )));
        self
    }

    pub(super) fn launching_since(mut self, second: i64) -> Self {
        self.triggers.add(Trigger::Launching(lifecycle_action(
            Transition::Launching,
            "ebb-launch",
            second,
        )));
        self
    }

    pub(super) fn launching_into_the_warm_pool_since(mut self, second: i64) -> Self {
        let action = lifecycle_action(Transition::Launching, "ebb-launch", second);
        self.triggers.add(Trigger::Launching(LifecycleAction { to_warm_pool: true, ..action }));
        self
    }

    pub(super) fn warned_of_spot(self, second: i64) -> Self {
        self.warned_of(InstanceAction::Terminate, second)
    }

    pub(super) fn warned_of(mut self, action: InstanceAction, second: i64) -> Self {
        self.triggers.add(Trigger::SpotInterruption { at: at(second), action });
        self
    }

    pub(super) fn recommended(mut self, second: i64) -> Self {
        self.triggers.add(Trigger::RebalanceRecommendation { at: at(second) });
        self
    }

    pub(super) fn with_ec2_state(mut self, state: Ec2State) -> Self {
        self.triggers.add(Trigger::Ec2State(state));
        self
    }

    pub(super) fn with_scheduled_change_at(mut self, second: i64) -> Self {
        let code = "RETIREMENT".to_owned();
        self.triggers.add(Trigger::ScheduledChange { code, starts_at: at(second) });
        self
    }

    /// Adds the trigger that the last counted task has stopped.
    pub(super) fn with_last_task_stopped(mut self) -> Self {
        self.triggers.add(Trigger::LastTaskStopped);
        self
    }

    pub(super) fn registered(mut self) -> Self {
        self.triggers.add(Trigger::Registered);
        self
    }

    /// Adds a recheck that arrives at its planned time.
    pub(super) fn rechecked(mut self, purpose: Purpose, second: i64) -> Self {
        self.triggers.add(Trigger::Recheck { purpose, at: at(second) });
        self.now(second)
    }

    /// Adds the Spot deadline that a recheck carries.
    pub(super) fn with_spot_deadline(mut self, second: i64) -> Self {
        self.triggers.add(Trigger::SpotDeadline { end: at(second) });
        self
    }

    /// Adds a sweep of the process that also did the sweep a minute before.
    pub(super) fn swept_at(self, second: i64) -> Self {
        let before = Some(at(second - MINUTE));
        Self { heartbeats_sent_until: before, ..self.swept_by_a_new_process_at(second) }
    }

    pub(super) fn swept_by_a_new_process_at(mut self, second: i64) -> Self {
        self.triggers.add(Trigger::Sweep { minute: at(second) });
        self.now(second)
    }
}

/// Returns the remembered form of the lifecycle action that began at this second.
pub(super) fn action(second: i64) -> RememberedAction {
    RememberedAction::new(at(second), &format!("t{second}"))
}
