//! A change that AWS Health announces: noted, or answered by a replacement in time before it.

use crate::attribute::whole_seconds;
use crate::decision::{Action, Decision, Question};
use crate::policy::ScheduledChangePolicy;
use crate::reason::Reason;

use super::answer::{Answer, known};
use super::case::Case;
use super::rebalance;

pub(super) fn judge(case: &Case<'_>) -> Answer<Decision> {
    let told = case.seen.told.scheduled_change.clone();
    let ahead = match case.policy.scheduled_change {
        ScheduledChangePolicy::Replace { ahead } => ahead,
        ScheduledChangePolicy::Note => {
            let (code, at) = told.unwrap_or_else(|| ("announced before".to_owned(), case.now));
            return Ok(Decision::nothing(Reason::ChangeNoted { code, at }));
        }
    };
    let Some(replace_at) = told.map(|(_, at)| whole_seconds(at - ahead)).or(case.memory.replace_at)
    else {
        return Ok(Decision::nothing(Reason::NothingToDo));
    };
    if case.now < replace_at {
        let mut memory = case.memory.clone();
        memory.replace_at = Some(replace_at);
        let decision = Decision::nothing(Reason::ChangeAhead { replace_at });
        let written = case.memory.replace_at == Some(replace_at);
        return Ok(if written {
            decision
        } else {
            Decision { actions: vec![Action::Remember(memory)], ..decision }
        });
    }
    let Some(member) = known(&case.seen.member, Question::Member)? else {
        return Ok(Decision::nothing(Reason::NotWaiting { lifecycle_state: None }));
    };
    let group = known(&case.seen.group, Question::Group)?.cloned().unwrap_or_default();
    Ok(rebalance::replace(case.policy, member, &group, Reason::ChangeReplaces))
}
