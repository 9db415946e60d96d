//! A mistake in an entry, from which a [`ScriptError`] is made.

use super::ScriptError;
use crate::world::World;

/// A mistake in an entry: the field, and the problem.
pub(super) type Mistake = (&'static str, String);

pub(super) fn at(table: &'static str, index: usize, (field, problem): Mistake) -> ScriptError {
    ScriptError { table, index, field, problem }
}

pub(super) fn refuse(wrong: bool, field: &'static str, problem: &str) -> Result<(), Mistake> {
    if wrong { Err((field, problem.to_owned())) } else { Ok(()) }
}

pub(super) fn known_group(world: &World, name: &str) -> Result<(), String> {
    match world.autoscaling.groups.contains_key(name) {
        true => Ok(()),
        false => Err(format!("no group `{name}`")),
    }
}
