//! A scheduled change of AWS Health: noted, or answered by a replacement in time before it.

use crate::decide::facts::answer::{Answer, known};
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::not_waiting::not_waiting;
use crate::decide::situation::Row;
use crate::decision::Question;
use crate::policy::ScheduledChangePolicy;
use crate::recheck::{Wait, next_recheck};

use super::rebalance::replacement;

/// Classifies an instance with a scheduled change.
///
/// Rule 16. A change that cannot be recorded is announced once, and its time lies days ahead. So the instance is replaced now,
/// or its message is sent again until enough of its group is in service.
pub(super) fn classify_scheduled_change(state: &DrainState<'_>) -> Answer<Row> {
    if state.policy.scheduled_change == ScheduledChangePolicy::Note {
        let change = state.seen.triggers.scheduled_change();
        let noted =
            |(code, starts_at): (&str, _)| Row::ChangeNoted { code: code.to_owned(), starts_at };
        return Ok(change.map_or(Row::NothingToDo, noted));
    }
    let Some(replace_at) = state.record.replace_at else { return Ok(Row::NothingToDo) };
    if state.now < replace_at && state.described.attribute_fits {
        let wait = Wait::ScheduledChange { at: replace_at };
        let recheck = next_recheck(wait, &state.seen.triggers, state.now);
        return Ok(Row::ChangeAhead { replace_at, recheck });
    }
    let Some(member) = known(&state.seen.member, Question::Member)? else {
        return Ok(not_waiting(None));
    };
    let group = known(&state.seen.group, Question::Group)?.cloned().unwrap_or_default();
    Ok(match replacement(state.policy, member, &group, Row::ChangeReplaces) {
        Row::BudgetSpent { .. } if !state.described.attribute_fits => Row::BudgetAwaited,
        row => row,
    })
}
