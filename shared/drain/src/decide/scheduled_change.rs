//! A change that AWS Health announces: noted, or answered by a replacement in time before it.

use jiff::Timestamp;

use crate::decision::{Action, Decision, Question};
use crate::policy::ScheduledChangePolicy;
use crate::reason::Reason;
use crate::signal::Purpose;

use super::answer::{Answer, known};
use super::case::Case;
use super::moment::since;
use super::{completion, rebalance};

pub(super) fn judge(case: &Case<'_>) -> Answer<Decision> {
    if case.policy.scheduled_change == ScheduledChangePolicy::Note {
        let told = case.seen.told.scheduled_change.clone();
        let reason =
            told.map_or(Reason::NothingToDo, |(code, at)| Reason::ChangeNoted { code, at });
        return Ok(Decision::nothing(reason));
    }
    let Some(replace_at) = case.memory.replace_at else {
        return Ok(Decision::nothing(Reason::NothingToDo));
    };
    if case.now < replace_at {
        return Ok(ahead(case, replace_at));
    }
    let Some(member) = known(&case.seen.member, Question::Member)? else {
        return Ok(completion::not_waiting(None));
    };
    let group = known(&case.seen.group, Question::Group)?.cloned().unwrap_or_default();
    Ok(rebalance::replace(case.policy, member, &group, Reason::ChangeReplaces))
}

/// The sweep comes by once in a while only: a look makes the last stretch exact.
fn ahead(case: &Case<'_>, replace_at: Timestamp) -> Decision {
    let reason = Reason::ChangeAhead { replace_at };
    if since(case.now, replace_at) > Action::LOOK_AHEAD || !case.seen.told.looks.is_empty() {
        return Decision::nothing(reason);
    }
    Decision::one(Action::LookAgain { at: replace_at, purpose: Purpose::Deadline }, reason)
}
