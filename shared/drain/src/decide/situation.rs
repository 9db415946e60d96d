//! Situations: the row of the policy table that applies, with the facts that its decision needs.

use jiff::Timestamp;

use crate::attribute::DrainAttribute;
use crate::deadline::Deadline;
use crate::decision::Action;
use crate::note::Note;
use crate::observation::Unanswered;
use crate::policy::CompletionResult;
use crate::reason::{Reason, TasksLeft};

/// The situation of one instance.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Situation {
    /// Row of the policy table.
    pub(super) row: Row,
    /// Heartbeats that are due, and rechecks for the next ones. None is sent once the drain ends.
    pub(super) heartbeats: Vec<Action>,
    /// Recheck at the expiry of a Spot warning that `ebb.drain` does not hold.
    pub(super) expiry: Option<Action>,
    /// Change of `ebb.drain`, if there is one.
    pub(super) attribute: Option<AttributeChange>,
    /// Facts for the operator.
    pub(super) notes: Vec<Note>,
    /// Time at which waiting ends, as far as it is known.
    pub(super) deadline: Option<Deadline>,
}

impl From<Row> for Situation {
    fn from(row: Row) -> Self {
        Self {
            row,
            heartbeats: Vec::new(),
            expiry: None,
            attribute: None,
            notes: Vec::new(),
            deadline: None,
        }
    }
}

/// A value of `ebb.drain` that differs from the one that ECS has.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AttributeChange {
    /// The new value.
    pub(super) value: DrainAttribute,
    /// True if the container instance has room for it.
    pub(super) fits: bool,
    /// True if it holds a fact that no later event repeats, and that outlives the lifecycle action.
    pub(super) has_news: bool,
    /// True if the instance goes to the warm pool. Only this record says later that it drained for ebb.
    pub(super) outlives_the_drain: bool,
}

/// A lifecycle action that holds the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldAction {
    /// Name of the group.
    pub(super) group: String,
    /// Name of the hook.
    pub(super) hook: String,
}

impl HeldAction {
    /// Returns the action that completes it.
    pub(super) fn complete(self, result: CompletionResult) -> Action {
        Action::Complete { group: self.group, hook: self.hook, result }
    }

    /// Returns the action that keeps it alive.
    pub(super) fn heartbeat(self) -> Action {
        Action::Heartbeat { group: self.group, hook: self.hook }
    }
}

/// A row of the policy table. The documentation of [`super`] is the table.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Row {
    /// The instance is launched into the warm pool, where agents do not register.
    LaunchIntoWarmPool { held: Vec<HeldAction> },
    /// EC2 or AWS Health says something about an instance that has not registered yet.
    EarlyEvent,
    /// No configured hook holds the instance.
    ForeignHook,
    /// The launching instance has registered.
    Joined { held: Vec<HeldAction> },
    /// The launching instance is still DRAINING from its last stay.
    BackFromWarmPool,
    /// The time of the launching instance is up.
    NeverJoined { held: Vec<HeldAction> },
    /// The launching instance may still register.
    Launching { recheck: Option<Action> },
    /// A recheck asks for heartbeats, and the action still waits.
    HeartbeatRecheck { held: Vec<HeldAction> },
    /// No trigger is recent, and Auto Scaling does not hold the instance.
    OldEvent,
    /// Policy only notes the rebalance recommendation.
    RebalanceNoted { capacity_rebalance: bool },
    /// Policy only notes the scheduled change.
    ChangeNoted { code: String, starts_at: Timestamp },
    /// Auto Scaling does not hold the instance.
    NotWaiting { lifecycle_state: Option<String> },
    /// The group retains the instance after an ABANDON.
    Retained,
    /// The instance leaves, and is not DRAINING yet. The reason is the trigger's.
    StillActive { reason: Reason },
    /// AWS did not answer.
    Unanswered(Unanswered),
    /// A cluster denies the read, and ebb has never seen the instance in it.
    ClusterDenied { call: String },
    /// Neither the instance nor any other of its group is in a cluster.
    GroupNotInEcs,
    /// The instance is in no cluster, and may still register.
    NotRegisteredYet { recheck: Option<Action> },
    /// The instance is in no cluster.
    NotRegistered { held: Vec<HeldAction> },
    /// The container instance is INACTIVE, or the EC2 instance is terminated.
    Gone { held: Vec<HeldAction> },
    /// Auto Scaling answers for the first time that the drained instance is in service.
    InServiceAgain,
    /// The group says so a minute later still.
    BackInService { kept: DrainAttribute },
    /// The root volume was replaced, and the container instance that ebb drained is back.
    VolumeReplaced { kept: DrainAttribute },
    /// The Spot warning or the recommendation expired, and the instance lives.
    WarningExpired { kept: DrainAttribute },
    /// The deadline has come.
    DeadlineReached { deadline: Deadline, held: Vec<HeldAction>, result: CompletionResult },
    /// The status does not allow DRAINING.
    CannotDrain { status: String, recheck: Option<Action> },
    /// The agent is disconnected beyond the limit, and the instance is unhealthy.
    AgentLost { held: Vec<HeldAction> },
    /// Tasks hold the instance, and none must stop now.
    TasksLeft { left: TasksLeft, rechecks: Vec<Action> },
    /// Policy stops standalone tasks.
    PolicyStops { stop: Vec<String>, rechecks: Vec<Action> },
    /// Tasks must stop now to end before the deadline. `near` of those in `stop` must.
    DeadlineNear { deadline: Deadline, near: usize, stop: Vec<String>, rechecks: Vec<Action> },
    /// Only tasks are left that policy ignores.
    IgnoredLeft { tasks: usize, stop: Vec<String> },
    /// Only daemon tasks are left, and their grace runs. Those in `stop` must stop now to end before the deadline.
    DaemonsLeft { until: Timestamp, stop: Vec<String>, recheck: Option<Action> },
    /// Only daemon tasks are left, and their grace has ended.
    DaemonGraceExpired { held: Vec<HeldAction> },
    /// No task is left, and a second look must prove it.
    Settling { recheck: Option<Action> },
    /// No task is left.
    Empty { held: Vec<HeldAction> },
    /// EC2 hibernates the instance. There is no value if `ebb.drain` does not fit.
    Hibernating { value: Option<DrainAttribute> },
    /// A recommendation takes effect once DRAINING has been set.
    RebalanceBegins { until: Timestamp, value: DrainAttribute },
    /// The instance drains for a recommendation or a hibernation.
    RebalanceDraining { until: Timestamp },
    /// The instance is DRAINING for another tool or the operator.
    ForeignDrain,
    /// Too large a share of the group is leaving already. A new recommendation is written down.
    BudgetSpent { value: Option<DrainAttribute> },
    /// The group may not replace the instance now, and `ebb.drain` has no room for the scheduled change.
    BudgetAwaited,
    /// Policy replaces the instance for a recommendation.
    RebalanceReplaces,
    /// Policy drains the instance for a recommendation.
    RebalanceDrains { value: DrainAttribute },
    /// The scheduled change lies further ahead than the time to replace.
    ChangeAhead { replace_at: Timestamp, recheck: Option<Action> },
    /// The scheduled change is near.
    ChangeReplaces,
    /// Nothing takes the instance.
    NothingToDo,
}

impl Row {
    /// Returns the row of a question that AWS did not answer.
    ///
    /// Rule 10. A cluster that denies the read keeps only the instances that ebb has seen in it.
    pub(super) fn without_answer(why: Unanswered) -> Self {
        match why {
            Unanswered::ClusterDenied(call) => Self::ClusterDenied { call },
            Unanswered::Busy(_) | Unanswered::Denied(_) => Self::Unanswered(why),
        }
    }
}
