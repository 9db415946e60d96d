//! The drain policy: one table.
//!
//! [`decide`] finds the first row that applies, and does what the row says. A row may need answers of AWS, and each
//! costs a share of a call. So the rows ask for no more than they need, and `decide` is called again with the answers.
//! `decide` is total: for every observation it asks or decides.
//!
//! | situation | decision | reason |
//! |---|---|---|
//! | launch-into-warm-pool | complete with CONTINUE | launch-to-warm-pool |
//! | early-event | nothing; the message is sent again | early-event |
//! | foreign-hook | nothing | foreign-hook |
//! | joined | complete with CONTINUE | joined |
//! | back-from-warm-pool | ACTIVE | back-in-service |
//! | never-joined | complete with ABANDON | never-joined |
//! | launching | recheck | launching |
//! | heartbeat-recheck | heartbeat | heartbeat-due |
//! | old-event | nothing | old-event |
//! | rebalance-noted | nothing | rebalance-noted |
//! | change-noted | nothing | change-noted |
//! | not-waiting | nothing | not-waiting |
//! | retained | nothing | retained |
//! | still-active | DRAINING | lifecycle-action, spot-interruption |
//! | unanswered | nothing; ask again | unanswered |
//! | cluster-denied | nothing | cluster-denied |
//! | group-not-in-ecs | nothing | group-not-in-ecs |
//! | not-registered-yet | recheck | not-registered-yet |
//! | not-registered | complete with CONTINUE | not-registered |
//! | gone | complete with CONTINUE | gone |
//! | in-service-again | nothing | in-service-again |
//! | back-in-service | ACTIVE | back-in-service |
//! | volume-replaced | ACTIVE | back-in-service |
//! | warning-expired | ACTIVE | warning-expired |
//! | deadline-reached | complete with the configured result | deadline-reached |
//! | cannot-drain | recheck | cannot-drain |
//! | agent-lost | complete with CONTINUE | agent-lost |
//! | tasks-left | recheck | tasks-left |
//! | policy-stops | stop; recheck | policy-stops |
//! | deadline-near | stop; recheck | deadline-near |
//! | ignored-left | stop | ignored-left |
//! | daemons-left | stop at the latest moment; recheck | daemons-left |
//! | daemon-grace-expired | complete with CONTINUE | daemon-grace-expired |
//! | settling | recheck after the settle time | settling |
//! | empty | complete with CONTINUE | empty |
//! | hibernating | DRAINING, with its end recorded | spot-interruption |
//! | rebalance-begins | record the end | rebalance-draining |
//! | rebalance-draining | nothing | rebalance-draining |
//! | foreign-drain | nothing | foreign-drain |
//! | budget-spent | record a new recommendation | budget-spent |
//! | budget-awaited | nothing; the message is sent again | budget-awaited |
//! | rebalance-replaces | replace | rebalance-replaces |
//! | rebalance-drains | DRAINING, with its end recorded | rebalance-drains |
//! | change-ahead | recheck | change-ahead |
//! | change-replaces | replace | change-replaces |
//! | nothing-to-do | nothing | nothing-to-do |
//!
//! Beside the row's decision, `decide` sends the heartbeats that are due, and writes `ebb.drain` if it has changed.

mod classify;
mod facts;
mod situation;

use jiff::Timestamp;

use crate::attribute::DrainAttribute;
use crate::deadline::Deadline;
use crate::decision::{Action, Decision, Verdict};
use crate::note::Note;
use crate::observation::Observation;
use crate::policy::{CompletionResult, Policy};
use crate::reason::Reason;

use classify::classify;
use facts::answer::Stop;
use situation::{AttributeChange, HeldAction, Row, Situation};

/// Returns the decision about one EC2 instance, or the questions that are still open.
pub fn decide(seen: &Observation, policy: &Policy, now: Timestamp) -> Verdict {
    match classify(seen, policy, now) {
        Ok(situation) => Verdict::Decided(decision(situation)),
        Err(Stop::Ask(questions)) => Verdict::Ask(questions),
        Err(Stop::Unanswered(why)) => Verdict::Decided(decision(Row::without_answer(why).into())),
    }
}

/// Returns the decision of a situation: that of its row, with heartbeats and the change of `ebb.drain`.
fn decision(situation: Situation) -> Decision {
    let Situation { row, heartbeats, expiry, attribute, notes, deadline } = situation;
    let mut decision = row_decision(row);
    decision.notes.extend(notes);
    decision.deadline = deadline.or(decision.deadline);
    let is_over = matches!(decision.reason, Reason::NotWaiting { .. } | Reason::InServiceAgain);
    if !decision.ends_the_drain() && !is_over {
        decision.actions.extend(heartbeats);
        decision.actions.extend(expiry);
    }
    if let Some(change) = attribute.filter(|change| is_written(change, &decision)) {
        if change.fits {
            decision.actions.push(Action::Remember(change.value));
        } else {
            decision.notes.push(Note::AttributeDoesNotFit);
        }
    }
    decision
}

/// Returns what the table says. One line per row, and no other policy anywhere.
fn row_decision(row: Row) -> Decision {
    use CompletionResult::{Abandon, Continue};
    let nothing = Decision::nothing;
    match row {
        Row::LaunchIntoWarmPool { held } => complete(held, Continue, Reason::LaunchToWarmPool),
        Row::EarlyEvent => nothing(Reason::EarlyEvent),
        Row::ForeignHook => nothing(Reason::ForeignHook),
        Row::Joined { held } => complete(held, Continue, Reason::Joined),
        Row::BackFromWarmPool => Decision::one(Action::Activate, Reason::BackInService),
        Row::NeverJoined { held } => complete(held, Abandon, Reason::NeverJoined),
        Row::Launching { recheck } => wait(recheck, Reason::Launching),
        Row::HeartbeatRecheck { held } => heartbeat(held),
        Row::OldEvent => nothing(Reason::OldEvent),
        Row::RebalanceNoted { capacity_rebalance } => {
            nothing(Reason::RebalanceNoted { capacity_rebalance })
        }
        Row::ChangeNoted { code, starts_at } => {
            nothing(Reason::ChangeNoted { code, at: starts_at })
        }
        Row::NotWaiting { lifecycle_state } => nothing(Reason::NotWaiting { lifecycle_state }),
        Row::Retained => nothing(Reason::Retained),
        Row::StillActive { reason } => Decision::one(Action::Drain, reason),
        Row::Unanswered(why) => nothing(Reason::Unanswered(why)),
        Row::ClusterDenied { call } => nothing(Reason::ClusterDenied { call }),
        Row::GroupNotInEcs => nothing(Reason::GroupNotInEcs),
        Row::NotRegisteredYet { recheck } => wait(recheck, Reason::NotRegisteredYet),
        Row::NotRegistered { held } => complete(held, Continue, Reason::NotRegistered),
        Row::Gone { held } => complete(held, Continue, Reason::Gone),
        Row::InServiceAgain => nothing(Reason::InServiceAgain),
        Row::BackInService { kept } => activate(kept, Reason::BackInService),
        Row::VolumeReplaced { kept } => activate(kept, Reason::BackInService),
        Row::WarningExpired { kept } => activate(kept, Reason::WarningExpired),
        Row::DeadlineReached { deadline, held, result } => deadline_reached(held, result, deadline),
        Row::CannotDrain { status, recheck } => wait(recheck, Reason::CannotDrain { status }),
        Row::AgentLost { held } => complete(held, Continue, Reason::AgentLost),
        Row::TasksLeft { left, rechecks } => wait(rechecks, Reason::TasksLeft(left)),
        Row::PolicyStops { stop, rechecks } => {
            let reason = Reason::PolicyStops { tasks: stop.len() };
            stop_tasks(stop, rechecks, reason)
        }
        Row::DeadlineNear { deadline, near, stop, rechecks } => {
            stop_tasks(stop, rechecks, Reason::DeadlineNear { deadline, tasks: near })
        }
        Row::IgnoredLeft { tasks, stop } => {
            stop_tasks(stop, Vec::new(), Reason::IgnoredLeft { tasks })
        }
        Row::DaemonsLeft { until, stop, recheck } => {
            stop_tasks(stop, recheck.into_iter().collect(), Reason::DaemonsLeft { until })
        }
        Row::DaemonGraceExpired { held } => complete(held, Continue, Reason::DaemonGraceExpired),
        Row::Settling { recheck } => wait(recheck, Reason::Settling),
        Row::Empty { held } => complete(held, Continue, Reason::Empty),
        Row::Hibernating { value } => drain_recorded(value, Reason::SpotInterruption),
        Row::RebalanceBegins { until, value } => {
            Decision::one(Action::Remember(value), Reason::RebalanceDraining { until })
        }
        Row::RebalanceDraining { until } => nothing(Reason::RebalanceDraining { until }),
        Row::ForeignDrain => nothing(Reason::ForeignDrain),
        Row::BudgetSpent { value } => wait(value.map(Action::Remember), Reason::BudgetSpent),
        Row::BudgetAwaited => nothing(Reason::BudgetAwaited),
        Row::RebalanceReplaces => Decision::one(Action::Replace, Reason::RebalanceReplaces),
        Row::RebalanceDrains { value } => drain_recorded(Some(value), Reason::RebalanceDrains),
        Row::ChangeAhead { replace_at, recheck } => {
            wait(recheck, Reason::ChangeAhead { replace_at })
        }
        Row::ChangeReplaces => Decision::one(Action::Replace, Reason::ChangeReplaces),
        Row::NothingToDo => nothing(Reason::NothingToDo),
    }
}

fn deadline_reached(
    held: Vec<HeldAction>,
    result: CompletionResult,
    deadline: Deadline,
) -> Decision {
    let reached = complete(held, result, Reason::DeadlineReached { deadline });
    Decision { deadline: Some(deadline), ..reached }
}

fn wait(rechecks: impl IntoIterator<Item = Action>, reason: Reason) -> Decision {
    Decision { actions: rechecks.into_iter().collect(), ..Decision::nothing(reason) }
}

fn complete(held: Vec<HeldAction>, result: CompletionResult, reason: Reason) -> Decision {
    wait(held.into_iter().map(|held| held.complete(result)), reason)
}

fn heartbeat(held: Vec<HeldAction>) -> Decision {
    wait(held.into_iter().map(HeldAction::heartbeat), Reason::HeartbeatDue)
}

fn stop_tasks(stop: Vec<String>, rechecks: Vec<Action>, reason: Reason) -> Decision {
    let stops = stop.into_iter().map(|task| Action::StopTask { task });
    wait(stops.chain(rechecks), reason)
}

/// Sets the instance to ACTIVE. A record that outlives the drain is written after it.
fn activate(kept: DrainAttribute, reason: Reason) -> Decision {
    let remember = (kept != DrainAttribute::default()).then_some(Action::Remember(kept));
    wait([Action::Activate].into_iter().chain(remember), reason)
}

/// Sets the instance to DRAINING, and records the end of the drain. Without a record nothing would ever end it.
fn drain_recorded(value: Option<DrainAttribute>, reason: Reason) -> Decision {
    let actions = value.map(|value| [Action::Drain, Action::Remember(value)]);
    wait(actions.into_iter().flatten(), reason)
}

/// Returns true if a change of `ebb.drain` is written beside this decision.
///
/// DRAINING goes out first, and the record follows with its answer. Once the drain ends there is nothing left to record,
/// except for an instance that returns.
fn is_written(change: &AttributeChange, decision: &Decision) -> bool {
    let writes_already = |action: &Action| matches!(action, Action::Remember(_) | Action::Drain);
    if decision.actions.iter().any(writes_already) {
        return false;
    }
    let is_released = matches!(decision.reason, Reason::NotWaiting { .. }) && !change.has_news;
    change.outlives_the_drain || !decision.ends_the_drain() && !is_released
}

#[cfg(test)]
mod tests;
