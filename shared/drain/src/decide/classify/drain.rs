//! A container instance that ECS described: it leaves, or nothing takes it.

use crate::decide::facts::answer::{Answer, Stop};
use crate::decide::facts::drain_state::DrainState;
use crate::decide::facts::warning_expiry::expiry_recheck;
use crate::decide::situation::{Row, Situation};
use crate::note::Note;

use super::leaving::classify_leaving;
use super::staying::classify_staying;

/// Classifies a described container instance.
///
/// A missing answer ends no heartbeats, and the record is written all the same.
pub(super) fn classify_drain(state: &DrainState<'_>) -> Answer<Situation> {
    let situation = match leaving_or_not(state) {
        Err(Stop::Unanswered(why)) => Row::Unanswered(why).into(),
        other => other?,
    };
    let mut notes = situation.notes;
    let left_behind = state.described.left_behind.iter().cloned();
    notes.extend(left_behind.map(|container_instance| Note::LeftBehind { container_instance }));
    Ok(Situation {
        notes,
        heartbeats: state.heartbeats(),
        expiry: expiry_recheck(state),
        attribute: state.attribute_change(),
        ..situation
    })
}

fn leaving_or_not(state: &DrainState<'_>) -> Answer<Situation> {
    if state.is_leaving() { classify_leaving(state) } else { classify_staying(state) }
}
