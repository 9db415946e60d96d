//! A change that AWS Health announces: noted, or answered by a replacement in time before it.

use crate::decision::{Decision, Question};
use crate::policy::ScheduledChangePolicy;
use crate::reason::Reason;

use super::answer::{Answer, known};
use super::case::Case;
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
        return Ok(Decision::nothing(Reason::ChangeAhead { replace_at }));
    }
    let Some(member) = known(&case.seen.member, Question::Member)? else {
        return Ok(completion::not_waiting(None));
    };
    let group = known(&case.seen.group, Question::Group)?.cloned().unwrap_or_default();
    Ok(rebalance::replace(case.policy, member, &group, Reason::ChangeReplaces))
}
