//! Rule 10. ECS is busy, or denies the read. Its silence proves no absence: a lifecycle action gets heartbeats and an end.
//!
//! A cluster that denies the read keeps only the instances that ebb has seen in it. Otherwise one such cluster would hold
//! every instance of the account that is in no other cluster, for up to 48 hours.

use jiff::Timestamp;

use crate::deadline::earliest_deadline;
use crate::decide::facts::answer::Answer;
use crate::decide::facts::completion::completing;
use crate::decide::facts::heartbeat::due_heartbeats;
use crate::decide::facts::held_action::unannounced_action;
use crate::decide::facts::warnings::is_warned;
use crate::decide::situation::{Row, Situation};
use crate::observation::{Observation, Unanswered};
use crate::policy::{Policy, ScheduledChangePolicy};
use crate::trigger::TriggerKind;

use super::early_event::registers_until;

/// Classifies an instance whose container instance is unanswered.
pub(super) fn classify_unanswered(
    seen: &Observation,
    policy: &Policy,
    now: Timestamp,
    why: Unanswered,
) -> Answer<Situation> {
    let unanswered = Situation::from(Row::without_answer(why));
    if let Row::ClusterDenied { call } = &unanswered.row {
        // Another cluster may still get the instance, and only the message holds the warning.
        if is_warned(seen, now) && now < registers_until(seen)? {
            return Ok(Row::EarlyEvent.into());
        }
        if is_due_for_a_change(seen, policy) {
            return Ok(Row::Unanswered(Unanswered::Denied(call.clone())).into());
        }
        return Ok(unanswered);
    }
    if !seen.triggers.include(&[TriggerKind::Sweep]) {
        return Ok(unanswered);
    }
    let Some(action) = unannounced_action(seen, policy, now)? else { return Ok(unanswered) };
    let deadline = earliest_deadline(&action, &seen.hooks, None, policy);
    if let Some(deadline) = deadline.filter(|deadline| now >= deadline.at) {
        let result = policy.at_deadline;
        let reached = |held| Row::DeadlineReached { deadline, held, result };
        return Ok(completing(seen, policy, Some(&action), reached)?.into());
    }
    Ok(Situation { heartbeats: due_heartbeats(seen, policy, &action, now), ..unanswered })
}

/// Returns true if only the message says that the instance is due for replacement. AWS Health announces a change once.
fn is_due_for_a_change(seen: &Observation, policy: &Policy) -> bool {
    policy.scheduled_change != ScheduledChangePolicy::Note
        && seen.triggers.include(&[TriggerKind::ScheduledChange])
}
