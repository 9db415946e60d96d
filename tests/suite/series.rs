//! Series of many repetitions. `cargo test` runs the first part of a series, and `.ci/run` all of it.

use std::ops::Range;

/// Environment variable that makes tests run every seed of a series.
const WHOLE: &str = "EBB_WHOLE_SERIES";

/// Seeds of a part, 40. A part takes half a minute on two cores.
const PART: u64 = 40;

/// Returns true if tests run every seed of a series, not a part only.
pub(crate) fn is_whole() -> bool {
    std::env::var_os(WHOLE).is_some()
}

/// Returns the seeds of a series that the test runs.
pub(crate) fn seeds(all: Range<u64>) -> Range<u64> {
    if is_whole() { all } else { all.start..all.end.min(all.start + PART) }
}
