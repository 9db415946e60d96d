//! An instance that stays: neither a lifecycle action nor a Spot warning takes it.

use crate::decide::facts::answer::Answer;
use crate::decide::facts::drain_state::DrainState;
use crate::decide::situation::{Row, Situation};
use crate::observation::Status;
use crate::trigger::TriggerKind;

use super::{rebalance, scheduled_change};

/// Classifies an instance that no lifecycle action and no Spot warning takes.
pub(super) fn classify_staying(state: &DrainState<'_>) -> Answer<Situation> {
    let triggers = &state.seen.triggers;
    if state.record.gone {
        return Ok(Row::Gone { held: Vec::new() }.into());
    }
    let is_active = state.described.status == Status::Active;
    if triggers.include(&[TriggerKind::SpotInterruption]) && is_active {
        let value = state.described.attribute_fits.then(|| state.record.clone());
        return Ok(Row::Hibernating { value }.into());
    }
    if triggers.include(&[TriggerKind::RebalanceRecommendation]) || rebalance::is_recorded(state) {
        return rebalance::classify_rebalance(state);
    }
    if triggers.include(&[TriggerKind::ScheduledChange]) || state.record.replace_at.is_some() {
        return Ok(scheduled_change::classify_scheduled_change(state)?.into());
    }
    if state.described.status == Status::Draining && state.attribute().is_none() {
        return Ok(Row::ForeignDrain.into());
    }
    Ok(match state.seen.member.present() {
        Some(member) if member.is_retained() => Row::Retained,
        Some(member) if member.is_waiting_to_leave() => Row::ForeignHook,
        _ => Row::NothingToDo,
    }
    .into())
}
