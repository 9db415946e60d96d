//! Series of many repetitions. `cargo test` runs the first part of a series, and `.ci/run` all of it.

use std::ops::Range;

/// Variable that has every series run as a whole.
const WHOLE: &str = "EBB_WHOLE_SERIES";

/// Seeds of a part, 40. They take half a minute on two cores.
const PART: u64 = 40;

/// Returns true if series run as a whole.
pub(crate) fn is_whole() -> bool {
    std::env::var_os(WHOLE).is_some()
}

/// Returns the seeds to run of a series.
pub(crate) fn seeds(all: Range<u64>) -> Range<u64> {
    if is_whole() { all } else { all.start..all.end.min(all.start + PART) }
}
