//! Scaling during an operation: bounds that correct no count, and the way back.
//!
//! RegisterScalableTarget moves the desired count into the bounds, even if it is only asked to suspend (K#3). So one call
//! suspends all scaling and widens the bounds to every count of the operation. The restoring call comes when the desired
//! count is back between the recorded bounds.

use std::ops::RangeInclusive;

use crate::decision::OperationAction;
use crate::kind::OperationKind;
use crate::observation::{ObservedScalableTarget, ObservedScheduledAction, SuspendedScaling};
use crate::record::{OperationRecord, RecordedScaling};

/// Returns the desired counts that the operation itself sets. Any other one is a change by another tool.
pub(crate) fn own_counts(record: &OperationRecord) -> Option<RangeInclusive<u32>> {
    let count = record.desired_count?;
    let batch = record.request.batch;
    Some(if record.request.kind == OperationKind::Shutdown {
        0..=count
    } else if record.request.maintain_service_state {
        count..=count.saturating_add(batch)
    } else {
        count.saturating_sub(batch)..=count
    })
}

/// Returns the action that suspends scaling, unless it is suspended, with room for every count of the operation.
pub(crate) fn suspension(
    record: &OperationRecord,
    found: Option<&ObservedScalableTarget>,
) -> Option<OperationAction> {
    let (counts, found) = (own_counts(record)?, found.filter(|_| record.scaling.is_some())?);
    let (min, max) = (found.min.min(*counts.start()), found.max.max(*counts.end()));
    let is_done = found.suspended == SuspendedScaling::ALL && (min, max) == (found.min, found.max);
    (!is_done).then_some(OperationAction::SuspendScaling { min, max })
}

/// The way back to the recorded scaling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Restoration {
    /// Bounds and flags to set. None if nothing of ebb's is left.
    pub(crate) to: Option<RecordedScaling>,
    /// Fields that another tool changed, each with its recorded and its found value. They are left.
    pub(crate) changed: Vec<String>,
}

impl Restoration {
    /// Returns the action, unless nothing is left to restore.
    pub(crate) fn action(&self) -> Option<OperationAction> {
        let RecordedScaling { min, max, suspended } = self.to?;
        Some(OperationAction::RestoreScaling { min, max, suspended })
    }
}

/// Returns the way back. A field with the value that ebb has set gets its recorded value; any other value is left.
pub(crate) fn restoration(record: &OperationRecord, found: ObservedScalableTarget) -> Restoration {
    let (Some(recorded), Some(counts)) = (record.scaling, own_counts(record)) else {
        return Restoration::default();
    };
    let mut changed = Vec::new();
    let min = back(
        "MinCapacity",
        found.min,
        recorded.min.min(*counts.start()),
        recorded.min,
        &mut changed,
    );
    let max =
        back("MaxCapacity", found.max, recorded.max.max(*counts.end()), recorded.max, &mut changed);
    // A flag has two values: the one that ebb has set, and the recorded one.
    let flag = |found: bool, recorded: bool| if found { recorded } else { found };
    let suspended = SuspendedScaling {
        scale_in: flag(found.suspended.scale_in, recorded.suspended.scale_in),
        scale_out: flag(found.suspended.scale_out, recorded.suspended.scale_out),
        scheduled: flag(found.suspended.scheduled, recorded.suspended.scheduled),
    };
    for (name, found, recorded) in [
        ("DynamicScalingInSuspended", found.suspended.scale_in, recorded.suspended.scale_in),
        ("DynamicScalingOutSuspended", found.suspended.scale_out, recorded.suspended.scale_out),
        ("ScheduledScalingSuspended", found.suspended.scheduled, recorded.suspended.scheduled),
    ] {
        if recorded && !found {
            changed.push(format!("{name} true, now false"));
        }
    }
    let to = RecordedScaling { min, max, suspended };
    Restoration { to: (to != RecordedScaling::from(found)).then_some(to), changed }
}

/// Returns the value to which a bound returns, and adds a line if another tool changed it.
fn back(name: &str, found: u32, set: u32, recorded: u32, changed: &mut Vec<String>) -> u32 {
    if found == set {
        return recorded;
    }
    if found != recorded {
        changed.push(format!("{name} {recorded}, now {found}"));
    }
    found
}

/// Returns a digest of scheduled actions: 16 hexadecimal digits, the same for any order.
pub(crate) fn digest(actions: &[ObservedScheduledAction]) -> String {
    let mut sorted: Vec<_> = actions.iter().collect();
    sorted.sort();
    let text = sorted.iter().map(|action| format!("{action:?}\n")).collect::<String>();
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
