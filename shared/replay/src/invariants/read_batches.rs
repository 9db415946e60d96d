//! Batched reads: one call describes many tasks or instances.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::{Caller, Fact};

use super::{CheckedRun, Violation};

const IN_BATCHES: &str = "an invocation reads in batches";

/// Operations that describe a hundred items in one call (ECS API reference). No random world has more in a cluster.
const BATCHED: [&str; 2] = ["DescribeContainerInstances", "DescribeTasks"];

/// Largest number of answered calls of each operation in one invocation: one or two in each round of a decision.
const MOST_CALLS: usize = 8;

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let mut counted: BTreeMap<(u64, &str), (Duration, &str, usize)> = BTreeMap::new();
    for entry in &run.played.history {
        let Fact::Call { by, operation, outcome, .. } = &entry.fact else { continue };
        let Caller::Function { name, invocation: Some(invocation) } = by else { continue };
        if BATCHED.contains(&operation.as_str()) && outcome.starts_with("ok") {
            let first = (entry.at, name.as_str(), 0);
            counted.entry((*invocation, operation)).or_insert(first).2 += 1;
        }
    }
    let many = counted.into_iter().filter(|(_, (_, _, calls))| *calls > MOST_CALLS);
    let broken = many.map(|((_, operation), (at, name, calls))| {
        Violation::new(IN_BATCHES, at, format!("{name} called {operation} {calls} times"))
    });
    broken.collect()
}
