//! Rule 16. The expiry of a Spot warning that `ebb.drain` does not hold.

use crate::decide::facts::drain_state::DrainState;
use crate::decision::Action;
use crate::limits::AFTER_SPOT_WARNING;
use crate::moment::after;
use crate::observation::Status;
use crate::recheck::{Wait, next_recheck};
use crate::trigger::TriggerKind;

/// Returns the recheck at the time at which a Spot warning has expired without effect.
///
/// The sweep does not know the warning if `ebb.drain` is missing, so this recheck carries the warning's deadline. The first
/// look sends it if the attribute does not fit. The recheck at the deadline sends it if the write was refused.
pub(in crate::decide) fn expiry_recheck(state: &DrainState<'_>) -> Option<Action> {
    let DrainState { seen, described, record, now, .. } = state;
    let end = record.interrupted_at.filter(|_| record.action.is_none())?;
    let is_unrecorded = described.status == Status::Draining && described.attribute.is_none();
    let is_first =
        seen.drained_at.is_some() || seen.triggers.include(&[TriggerKind::SpotInterruption]);
    let is_refused = seen.triggers.spot_deadline().is_some() && *now >= end;
    let is_asked_for = if described.attribute_fits { is_refused } else { is_first };
    let at = after(end, AFTER_SPOT_WARNING);
    if !is_unrecorded || !is_asked_for || *now >= at {
        return None;
    }
    next_recheck(Wait::WarningExpiry { at }, &seen.triggers, *now)
}
