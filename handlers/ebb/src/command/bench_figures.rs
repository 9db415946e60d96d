//! Figures of a bench: their arguments, the progress of their run, and their output.

use clap::Args;
use serde::Serialize;

use super::progress::BenchLine;
use crate::exit::Exit;
use crate::output::printing;

/// Default seed of a bench.
const SEED: u64 = 5;

/// Arguments of every bench.
#[derive(Debug, Args)]
pub(crate) struct CommonArguments {
    /// Seed of all random draws
    #[arg(long, value_name = "S", default_value_t = SEED)]
    pub(super) seed: u64,
    /// Print one JSON document
    #[arg(long)]
    pub(super) json: bool,
}

/// Runs a bench with its progress on standard error.
pub(super) fn measured<T>(run: impl FnOnce(&dyn Fn(std::time::Duration)) -> T) -> T {
    let line = BenchLine::start();
    let figures = run(&|virtual_time| line.set(virtual_time));
    line.end();
    figures
}

/// Prints the figures. Returns the exit code 0, or that of output that cannot be written.
pub(super) fn print(
    common: &CommonArguments,
    figures: &impl Serialize,
    text: impl FnOnce() -> String,
) -> Exit {
    let printed = match common.json {
        true => serde_json::json!(figures).to_string() + "\n",
        false => text(),
    };
    printing::print(&printed).unwrap_or(Exit::NothingLost)
}

pub(super) fn lost(lost: bool) -> Exit {
    if lost { Exit::Lost } else { Exit::NothingLost }
}
