//! The play of a scenario: its world is built, and its steps are put on the agenda.

mod check;
mod cluster;
mod declared;
mod fault_check;
mod instance_refresh;
mod instance_selector;
mod mistake;
mod name_check;
mod notification;
mod parameter;
mod play;
mod service_check;
mod service_step;
#[cfg(test)]
mod service_tests;
mod starter_check;
mod step;
#[cfg(test)]
mod tests;
mod trigger;

use crate::scenario::Happening;

pub(crate) use play::happen;

/// Events of the script on the agenda.
#[derive(Debug, Clone)]
pub(crate) enum ScriptEvent {
    /// A step takes place.
    Step(Box<Happening>),
    /// A disconnected agent connects again.
    Reconnects { instance: String },
}

/// A mistake in a scenario, found before anything happens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table}[{index}].{field}: {problem}")]
pub struct ScriptError {
    /// Name of the entry's list in the file: `happens`, `fault`, `group`, `service`, `standalone`, `parameter`,
    /// `trigger`, `schedule`, `topic`, `secret`.
    pub table: &'static str,
    /// The entry's place in the list, from 0.
    pub index: usize,
    /// The entry's field.
    pub field: &'static str,
    /// Problem, and its correction.
    pub problem: String,
}
