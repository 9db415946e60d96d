//! How AWS is read: many in one call, not one after the other.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::{Caller, Fact};

use super::{CheckedRun, Violation};

const IN_BATCHES: &str = "an invocation reads in batches";

/// Operations that describe a hundred in one call (ECS API reference). None of the worlds has more than that in a cluster.
const DESCRIBE: [&str; 2] = ["DescribeContainerInstances", "DescribeTasks"];

/// How often an invocation calls each of them at most, those not counted that were refused: once or twice in each of some
/// rounds.
const MOST: usize = 8;

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let mut counted: BTreeMap<(u64, &str), (Duration, &str, usize)> = BTreeMap::new();
    for entry in &run.played.history {
        let Fact::Call { by, operation, outcome, .. } = &entry.fact else { continue };
        let Caller::Function { name, invocation: Some(invocation) } = by else { continue };
        if DESCRIBE.contains(&operation.as_str()) && outcome.starts_with("ok") {
            let first = (entry.at, name.as_str(), 0);
            counted.entry((*invocation, operation)).or_insert(first).2 += 1;
        }
    }
    let many = counted.into_iter().filter(|(_, (_, _, calls))| *calls > MOST);
    let broken = many.map(|((_, operation), (at, name, calls))| {
        Violation::new(IN_BATCHES, at, format!("{name} called {operation} {calls} times"))
    });
    broken.collect()
}
