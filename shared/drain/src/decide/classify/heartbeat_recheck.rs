//! A recheck that only asks for heartbeats.

use crate::decide::facts::answer::{Answer, known};
use crate::decide::facts::not_waiting::not_waiting;
use crate::decide::situation::{HeldAction, Row};
use crate::decision::Question;
use crate::observation::{Observation, terminating_hooks};
use crate::policy::Policy;

/// Classifies a batch with heartbeat rechecks only.
pub(super) fn classify_heartbeat_recheck(seen: &Observation, policy: &Policy) -> Answer<Row> {
    let member = known(&seen.member, Question::Member)?;
    let Some(member) = member.filter(|member| member.is_waiting_to_leave()) else {
        return Ok(not_waiting(member));
    };
    let hooks = known(&seen.hooks, Question::Hooks)?.map_or(&[][..], Vec::as_slice);
    let held = terminating_hooks(hooks, policy)
        .map(|hook| HeldAction { group: member.group.clone(), hook: hook.name.clone() });
    Ok(Row::HeartbeatRecheck { held: held.collect() })
}
