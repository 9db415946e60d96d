//! Standalone tasks, which draining leaves alone: waited for, stopped in time, or stopped at once.

use std::time::Duration;

use jiff::Timestamp;

use crate::decision::{Action, Decision, Question};
use crate::observation::{Owner, Task};
use crate::policy::StandalonePolicy;
use crate::reason::{Deadline, Reason};
use crate::signal::Purpose;

use super::answer::{Answer, Stop};
use super::case::Case;
use super::emptiness::count;

/// What is to become of a standalone task: what its own tag says, else what its group or the configuration says.
pub(super) fn policy(case: &Case<'_>, task: &Task) -> StandalonePolicy {
    task.policy.unwrap_or(case.policy.standalone)
}

/// Tasks are left that hold the instance: those that policy stops are stopped, and all others in time before a deadline.
pub(super) fn judge(case: &Case<'_>, left: &[&Task]) -> Answer<Decision> {
    let running: Vec<&Task> = left
        .iter()
        .copied()
        .filter(|task| task.owner == Owner::Standalone && !task.stopping)
        .collect();
    let mut stop: Vec<&Task> = running
        .iter()
        .copied()
        .filter(|task| policy(case, task) == StandalonePolicy::Stop)
        .collect();
    let mut reason = match stop.len() {
        0 => Reason::TasksLeft(count(left)),
        tasks => Reason::PolicyStops { tasks },
    };
    let mut looks = Vec::new();
    if let Some(deadline) = case.deadline()?.filter(|_| !running.is_empty()) {
        let others =
            running.iter().copied().filter(|task| policy(case, task) != StandalonePolicy::Stop);
        let (now, later) = by_urgency(case, deadline, others)?;
        if !now.is_empty() {
            reason = Reason::DeadlineNear { deadline, tasks: now.len() };
        }
        stop.extend(now);
        looks = later;
    }
    let mut actions: Vec<Action> = stop.into_iter().map(stop_task).collect();
    actions
        .extend(looks.into_iter().map(|at| Action::LookAgain { at, purpose: Purpose::Deadline }));
    Ok(Decision { actions, ..Decision::nothing(reason) })
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

/// Tasks that must be stopped now to end in time, and the moments at which others must be.
fn by_urgency<'a>(
    case: &Case<'_>,
    deadline: Deadline,
    tasks: impl Iterator<Item = &'a Task>,
) -> Answer<(Vec<&'a Task>, Vec<Timestamp>)> {
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for task in tasks {
        let Some(stop_time) = task.stop_time else {
            return Err(Stop::Ask(vec![Question::StopTimes]));
        };
        let stop_at = deadline.at - (stop_time + case.policy.stop_margin);
        match urgency(case.now, stop_at, deadline.at) {
            Urgency::Now => now.push(task),
            Urgency::At(moment) => later.push(moment),
            Urgency::SomeOtherLook => {}
        }
    }
    later.sort();
    later.dedup();
    Ok((now, later))
}

enum Urgency {
    Now,
    At(Timestamp),
    SomeOtherLook,
}

/// Looks at the tasks come at half the distance to the deadline each time, and a message can be delayed by a quarter of
/// an hour: a stop that neither of them would meet is due now.
fn urgency(now: Timestamp, stop_at: Timestamp, deadline: Timestamp) -> Urgency {
    if stop_at <= now {
        return Urgency::Now;
    }
    if stop_at.duration_since(now).unsigned_abs() <= Action::LOOK_AHEAD {
        return Urgency::At(stop_at);
    }
    let half: Duration = deadline.duration_since(now).unsigned_abs() / 2;
    if now + half + Duration::from_secs(120) >= stop_at {
        Urgency::Now
    } else {
        Urgency::SomeOtherLook
    }
}
