//! Standalone tasks, which draining leaves alone: waited for, stopped in time, or stopped at once.

use std::time::Duration;

use jiff::Timestamp;

use crate::decision::{Action, Decision, Question};
use crate::policy::StandalonePolicy;
use crate::reason::{Deadline, DeadlineOf, Reason};
use crate::signal::Purpose;
use crate::task::{Owner, Task};

use super::answer::{Answer, Stop};
use super::case::Case;
use super::emptiness::{count, sweep_looks};
use super::moment::{after, before};

/// How often the sweep comes.
const SWEEP: Duration = Duration::from_secs(60);

/// What is to become of a standalone task: what its own tag says, else what its group or the configuration says.
pub(super) fn policy(case: &Case<'_>, task: &Task) -> StandalonePolicy {
    task.policy.unwrap_or(case.policy.standalone)
}

/// Tasks are left that hold the instance: those that policy stops are stopped, and all others
/// in time before a deadline.
pub(super) fn judge(case: &Case<'_>, left: &[&Task]) -> Answer<Decision> {
    if let Some(question) = question(case, left)? {
        return Err(Stop::Ask(vec![question]));
    }
    let running: Vec<&Task> = left.iter().copied().filter(|task| runs(task)).collect();
    let mut stop: Vec<&Task> = running
        .iter()
        .copied()
        .filter(|task| policy(case, task) == StandalonePolicy::Stop)
        .collect();
    if stop.iter().any(|task| task.policy.is_none()) {
        case.tags_are_known()?;
    }
    let mut reason = match stop.len() {
        0 => Reason::TasksLeft(count(case, left)),
        tasks => Reason::PolicyStops { tasks },
    };
    let mut next = None;
    if let Some(deadline) = case.deadline()?.filter(|_| !running.is_empty()) {
        let others =
            running.iter().copied().filter(|task| policy(case, task) != StandalonePolicy::Stop);
        let (now, later) = by_urgency(case, deadline, others);
        if !now.is_empty() {
            if deadline.of == DeadlineOf::DrainTimeout {
                case.tags_are_known()?;
            }
            reason = Reason::DeadlineNear { deadline, tasks: now.len() };
        }
        stop.extend(now);
        next = later;
    }
    let mut actions: Vec<Action> = stop.into_iter().map(stop_task).collect();
    actions.extend(next.map(|at| Action::LookAgain { at, purpose: Purpose::Deadline }));
    Ok(Decision { actions, ..Decision::nothing(reason) })
}

/// What must be asked before tasks can be stopped in time: with a deadline, how long they take.
pub(super) fn question(case: &Case<'_>, left: &[&Task]) -> Answer<Option<Question>> {
    let unknown = left.iter().any(|task| runs(task) && task.stop_time.is_none());
    let ask = unknown && case.seen.stop_times.is_open() && case.deadline()?.is_some();
    Ok(ask.then_some(Question::StopTimes))
}

/// Whether it is a standalone task that nobody stops.
pub(super) fn runs(task: &Task) -> bool {
    task.owner == Owner::Standalone && !task.stopping
}

/// Nothing else is left: the tasks that policy ignores get their SIGTERM and their stop time.
pub(super) fn stop_ignored(left: &[&Task]) -> Decision {
    let ignored: Vec<&Task> =
        left.iter().copied().filter(|task| task.owner == Owner::Standalone).collect();
    let actions = ignored.iter().copied().filter(|task| !task.stopping).map(stop_task).collect();
    Decision { actions, ..Decision::nothing(Reason::IgnoredLeft { tasks: ignored.len() }) }
}

fn stop_task(task: &Task) -> Action {
    Action::StopTask { task: task.arn.clone() }
}

/// Tasks that must be stopped now to end in time, and the first moment at which another must be, as far as it is asked
/// for now. One look asks for the next, so that looks do not multiply.
fn by_urgency<'a>(
    case: &Case<'_>,
    deadline: Deadline,
    tasks: impl Iterator<Item = &'a Task>,
) -> (Vec<&'a Task>, Option<Timestamp>) {
    let (mut now, mut later) = (Vec::new(), Vec::new());
    let asked_until = asked_until(case, deadline);
    for task in tasks {
        let stop_time = task.stop_time.unwrap_or(case.policy.default_stop_timeout);
        let stop_at = before(deadline.at, stop_time.saturating_add(case.policy.stop_margin));
        if stop_at <= case.now {
            now.push(task);
        } else if stop_at <= asked_until {
            later.push(stop_at);
        }
    }
    (now, later.into_iter().min())
}

/// Up to which moment looks are asked for: as far as a message can be delayed. The sweep leaves those that come later
/// to the next two sweeps that look at the tasks: to two, so that one lost sweep does no harm.
fn asked_until(case: &Case<'_>, deadline: Deadline) -> Timestamp {
    let farthest = after(case.now, Action::LOOK_AHEAD);
    let Some(minute) = case.seen.told.sweep else { return farthest };
    let later = (1..).map(|n| after(minute, SWEEP * n)).take_while(|at| *at <= farthest);
    let mut looking = later.filter(|at| sweep_looks(case, *at, Some(deadline)));
    looking.nth(1).unwrap_or(farthest)
}
