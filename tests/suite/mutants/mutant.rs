//! The mutants: mistakes of published drainers.

/// A mistake that a published drainer makes. The numbers are those of ARCHITECTURE.md, "What other drainers get wrong".
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Mutant {
    /// 1: the counts of ECS prove an instance empty.
    CountsRunningTasks,
    /// 1: only the list of RUNNING tasks is read, which leaves out tasks that are being stopped.
    ListsOnlyRunningTasks,
    /// 2: a second event for an instance that drains completes its lifecycle action.
    CompletesAtASecondEvent,
    /// 3: a task without `startedBy` holds no instance.
    SkipsTasksWithoutStartedBy,
    /// 4: only the first page of a list is read.
    ReadsTheFirstPageOnly,
    /// 5: the wait for an instance in no cluster ends only when the instance registers.
    WaitsForWhatNeverJoined,
    /// 5, the opposite: the lifecycle action of an instance in no cluster is completed at once, however young it is.
    CompletesWhatHasNotRegistered,
    /// 6: a malformed message is not dead-lettered, so its queue delivers the message up to the last receive.
    KeepsAPoisonMessage,
    /// 7: while tasks are left, each delayed message leads to the next, and no message counts the chain.
    KeepsItselfAliveByMessages,
    /// 8: an event of AWS Health counts for only one of its instances.
    ReadsOneInstanceOfAHealthEvent,
    /// 9: a question without an answer of AWS counts as answered with "none".
    TakesSilenceForAbsence,
    /// 10: "No active Lifecycle Action" is an error.
    TakesAnEndedActionForAnError,
    /// 11: no heartbeat is sent.
    SendsNoHeartbeats,
    /// 11: a heartbeat recheck sends its heartbeat although the lifecycle action has ended.
    SendsHeartbeatsAfterTheEnd,
    /// 12: container instances and tasks are described one by one.
    DescribesOneByOne,
    /// 13: a completion that AWS refused counts as done, and the sweep does not repeat it for an empty instance.
    ForgetsAFailedCompletion,
    /// 14: an instance that returns from the warm pool is not set to ACTIVE.
    LeavesTheWarmPoolDraining,
    /// 15: an old event counts as a new one.
    BelievesAnOlderEvent,
    /// 16: the first check after DRAINING proves an instance empty.
    CompletesAtTheFirstLook,
    /// 17: the global timeout of a hook is no deadline.
    IgnoresTheGlobalTimeout,
    /// 18: a task whose desired status is STOPPED has stopped.
    BelievesTheDesiredStatus,
    /// 19: no note names a service whose bounds prevent every move of a task.
    SaysNothingOfAStuckService,
}

impl Mutant {
    /// Names of all mutants.
    pub(crate) const NAMES: &[&str] = <Self as strum::VariantNames>::VARIANTS;

    /// Returns the name, for example `counts-running-tasks`.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}
