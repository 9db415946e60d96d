//! Mistakes that published drainers make, each of which can be made here: the simulation has to find every one of them.
//!
//! Without the feature `mutants`, which no handler and no release has, [`Mutant::is_on`] is `false` at compile time,
//! and nothing of this is left in the program. A mutant is on for one thread: a simulated run lives on one.

/// A mistake. The numbers are those of the table in ARCHITECTURE.md, "what other drainers get wrong".
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Mutant {
    /// 1: an instance on which nothing is counted any more is empty.
    CountsRunningTasks,
    /// 1: tasks are listed with the default desired status, which leaves out those that are being stopped.
    ListsOnlyRunningTasks,
    /// 2: an event for an instance that drains already finds nothing left to wait for.
    CompletesAtASecondEvent,
    /// 3: a task without `startedBy` is none to wait for.
    SkipsTasksWithoutStartedBy,
    /// 4: of a list only its first page is read.
    ReadsTheFirstPageOnly,
    /// 5: an instance that is in no cluster is waited for until it is.
    WaitsForWhatNeverJoined,
    /// 5, the opposite: an instance that is in no cluster is let go at once, whenever it was launched.
    LetsGoWhatHasNotJoined,
    /// 6: a message that cannot be understood fails its batch, and is never deleted.
    FailsTheBatchOfAPoisonMessage,
    /// 7: one delayed message leads to the next for as long as tasks are left.
    KeepsItselfAliveByMessages,
    /// 8: of the instances that a Health event names only the first is read.
    ReadsOneInstanceOfAHealthEvent,
    /// 9: an answer that AWS did not give is taken for an absence.
    TakesSilenceForAbsence,
    /// 10: "No active Lifecycle Action" is an error.
    TakesAnEndedActionForAnError,
    /// 11: no heartbeats are sent.
    SendsNoHeartbeats,
    /// 11: a heartbeat that was asked for is sent, whether the action still lives or not.
    SendsHeartbeatsAfterTheEnd,
    /// 12: container instances and tasks are described one by one.
    DescribesOneByOne,
    /// 13: a message is done although the completion that it led to failed, and nothing looks
    /// at an empty instance again.
    ForgetsAFailedCompletion,
    /// 14: an instance that comes back from the warm pool is not set ACTIVE.
    LeavesTheWarmPoolDraining,
    /// 15: an event is believed whatever its age, and whatever was told after it.
    BelievesAnOlderEvent,
    /// 16: an instance that looks empty is empty, though it was set DRAINING this second.
    CompletesAtTheFirstLook,
    /// 17: heartbeats keep an action alive for ever.
    IgnoresTheGlobalTimeout,
    /// 18: a task whose desired status is STOPPED has stopped.
    BelievesTheDesiredStatus,
    /// 19: nothing is said of a service whose bounds let no task go.
    SaysNothingOfAStuckService,
}

impl Mutant {
    /// The names of all of them, as they are typed.
    pub const NAMES: &[&str] = <Self as strum::VariantNames>::VARIANTS;

    /// Its name, as it is typed.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether this mistake is made: never without the feature.
    #[cfg(not(feature = "mutants"))]
    pub const fn is_on(self) -> bool {
        false
    }

    /// Whether this thread makes this mistake.
    #[cfg(feature = "mutants")]
    pub fn is_on(self) -> bool {
        on() == Some(self)
    }
}

#[cfg(feature = "mutants")]
thread_local! {
    static ON: std::cell::Cell<Option<Mutant>> = const { std::cell::Cell::new(None) };
}

/// The mistake that this thread makes.
#[cfg(feature = "mutants")]
pub fn on() -> Option<Mutant> {
    ON.get()
}

/// Runs something on this thread with a mistake, or with none.
#[cfg(feature = "mutants")]
pub fn with<T>(mutant: Option<Mutant>, run: impl FnOnce() -> T) -> T {
    let before = ON.replace(mutant);
    let result = run();
    ON.set(before);
    result
}
