//! Stops that were planned before a Spot interruption.
//!
//! The first look after a Spot warning knows every task and its stop time. So it decides when each task stops, and a
//! delayed message carries the plan. When it comes due, no task must be listed. In a crowd of warnings reads are scarce.

use crate::deadline::{Deadline, DeadlineKind};
use crate::decision::{Action, Decision};
use crate::reason::Reason;
use crate::signal::StopPlan;

/// Returns the decision to stop those tasks of a plan that still run.
pub fn planned_stops(plan: &StopPlan, still_runs: impl Fn(&str) -> bool) -> Decision {
    let deadline = Deadline { at: plan.deadline, kind: DeadlineKind::SpotInterruption };
    let stop = plan.tasks.iter().filter(|task| still_runs(task)).cloned();
    let actions: Vec<Action> = stop.map(|task| Action::StopTask { task }).collect();
    let reason = Reason::DeadlineNear { deadline, tasks: actions.len() };
    Decision { actions, deadline: Some(deadline), ..Decision::nothing(reason) }
}
