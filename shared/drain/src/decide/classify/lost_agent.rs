//! Rule 11. An agent that is disconnected from ECS.

use crate::decide::facts::answer::{Answer, known};
use crate::decide::facts::completion::completing;
use crate::decide::facts::drain_state::DrainState;
use crate::decide::situation::Row;
use crate::decision::Question;
use crate::moment::since;
use crate::note::Note;
use crate::observation::GroupMember;

/// Returns the row of an instance that is given up: its agent is disconnected beyond the limit, and Auto
/// Scaling calls it unhealthy.
///
/// A disconnected agent alone is normal for minutes, and no sign that containers have stopped.
pub(super) fn lost_agent(state: &DrainState<'_>) -> Answer<Option<Row>> {
    if !is_agent_away(state) {
        return Ok(None);
    }
    let member = known(&state.seen.member, Question::Member)?;
    let is_unhealthy = |member: &GroupMember| !member.healthy;
    if !member.is_some_and(is_unhealthy) {
        return Ok(None);
    }
    completing(state.seen, state.policy, state.record.action.as_ref(), |held| Row::AgentLost {
        held,
    })
    .map(Some)
}

fn is_agent_away(state: &DrainState<'_>) -> bool {
    let is_long = |away_since| since(away_since, state.now) >= state.policy.agent_limit;
    state.record.agent_lost_since.is_some_and(is_long)
}

/// Returns the note about an agent that is disconnected beyond the limit.
pub(super) fn agent_note(state: &DrainState<'_>) -> Vec<Note> {
    let since = state.record.agent_lost_since.filter(|_| is_agent_away(state));
    since.map(|since| Note::AgentAway { since }).into_iter().collect()
}
