//! A scenario played: the world that it describes is built, and its steps are put on the agenda.

mod check;
mod fault_check;
mod instance_selector;
mod mistake;
mod play;
mod step;
#[cfg(test)]
mod tests;

use crate::scenario::Happening;

pub(crate) use play::happen;

/// What the script does later.
#[derive(Debug, Clone)]
pub(crate) enum ScriptEvent {
    /// A step takes place.
    Step(Box<Happening>),
    /// An agent that lost its connection has it again.
    Reconnects { instance: String },
}

/// A mistake in a scenario, found before anything happens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table}[{index}].{field}: {problem}")]
pub struct ScriptError {
    /// The list that the entry stands in, named as in the file: `happens`, `fault`, `group`, `service`, `standalone`.
    pub table: &'static str,
    /// The entry's place in it, from 0.
    pub index: usize,
    /// The entry's field.
    pub field: &'static str,
    /// What is wrong with it, and what would be right.
    pub problem: String,
}
