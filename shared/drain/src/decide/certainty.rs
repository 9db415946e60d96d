//! Whether a look at the tasks can be believed that shows none to wait for.
//!
//! The API is eventually consistent: a task may have been placed just before DRAINING, and one that is told to stop between
//! the two lists is in neither if the second is answered out of the past. So such a look is repeated, unless every task that
//! was there is accounted for.

use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::Counted;
use crate::decision::Action;
use crate::observation::Seen;
use crate::signal::Purpose;
use crate::task::Task;

use super::case::Case;
use super::completion;
use super::moment::{after, since};

/// How old a count of tasks may become: "stopped tasks appear in the returned results for at least one hour" (API
/// reference, DescribeTasks), and the sweep looks at the tasks every quarter of an hour at least.
const COUNTED_AGAIN: Duration = Duration::from_secs(1800);

/// Whether this is the second look that an earlier one asked for, or nothing is missing from it. A look that was asked for
/// before the instance was set DRAINING, where it had not joined its cluster, is the first one.
pub(super) fn can_be_believed(case: &Case<'_>, tasks: &[Task]) -> bool {
    let written = || case.attribute().and_then(|attribute| attribute.draining_since);
    let drained_at = case.seen.drained_at.or_else(written);
    let settled_at = drained_at.map_or(Timestamp::MIN, |at| after(at, case.policy.settle_time));
    let second = |purpose: Purpose, at| purpose == Purpose::Settle && at <= case.now;
    let mut looks = case.seen.told.looks.iter();
    looks.any(|(purpose, at)| second(*purpose, *at) && *at >= settled_at)
        || all_are_accounted_for(case, tasks)
}

/// The second look: when what was answered out of the past has passed.
pub(super) fn look_again(case: &Case<'_>) -> Action {
    let drained_at = case.memory.draining_since.unwrap_or(case.now);
    let settle_time = case.policy.settle_time;
    let at = after(drained_at, settle_time).max(after(case.now, settle_time));
    Action::LookAgain { at, purpose: Purpose::Settle }
}

/// Whether its group has let it go, or it is in none: then nothing waits for a second look. A ghost, whose host is gone and
/// whose agent never said so, would be looked at for ever.
pub(super) fn is_let_go(case: &Case<'_>) -> bool {
    match &case.seen.member {
        Seen::Absent => case.seen.told.terminate.is_none(),
        Seen::Present(member) => {
            member.lifecycle_state != "InService"
                && !completion::is_waiting(&member.lifecycle_state)
        }
        Seen::NotAsked | Seen::Unanswered(_) => false,
    }
}

/// Whether as many tasks as were counted run still or were told to stop since, with the settle time between: no others can
/// come. A moment is written in whole seconds, so what was told to stop within the first one may have been told before.
fn all_are_accounted_for(case: &Case<'_>, tasks: &[Task]) -> bool {
    let (Some(began), Some(counted)) = (case.memory.draining_since, case.memory.counted) else {
        return false;
    };
    let counted_at = after(began, Duration::from_secs(u64::from(counted.after)));
    let first = after(counted_at, Duration::from_secs(1));
    let ours = counted.after == 0;
    let from = |it: &Task| if ours && it.stopped_by_ebb { counted_at } else { first };
    let since_then = |it: &Task| it.stopping_since.is_some_and(|at| at >= from(it));
    let seen = tasks.iter().filter(|it| !it.stopped && !it.stopping || since_then(it));
    case.now >= after(counted_at, case.policy.settle_time) && seen.count() >= counted.tasks as usize
}

/// How many tasks were counted. The sweep counts again what still runs, long before ECS forgets the first tasks that
/// stopped; and where nobody counted yet, once a task that was placed just before DRAINING is sure to be seen.
pub(super) fn counted(case: &Case<'_>) -> Option<Counted> {
    let before = case.memory.counted;
    let (Some(began), Seen::Present(tasks)) = (case.memory.draining_since, &case.seen.tasks) else {
        return before;
    };
    let age = since(began, case.now);
    let due = match before {
        Some(counted) => age.as_secs() >= u64::from(counted.after) + COUNTED_AGAIN.as_secs(),
        None => age >= case.policy.settle_time,
    };
    let running = tasks.iter().filter(|task| !task.stopping).count();
    if case.seen.told.sweep.is_none() || !due || running == 0 {
        return before;
    }
    let after = u32::try_from(age.as_secs()).unwrap_or(u32::MAX);
    Some(Counted { tasks: running as u32, after })
}
