//! Batched reads: one call describes many tasks or instances.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::history::{Caller, Fact};

use super::{CheckedRun, Violation};

const IN_BATCHES: &str = "an invocation reads in batches";

/// Operations that describe a hundred items in one call (ECS API reference).
const BATCHED: [&str; 2] = ["DescribeContainerInstances", "DescribeTasks"];

/// Beginnings of the fields with the items, in the summary of a call.
const ITEMS: [&str; 2] = ["containerInstances=[", "tasks=["];

/// Most items of one call, 100 (same page).
const BATCH: usize = 100;

/// Largest number of answered calls of each operation in one invocation, besides one for each full batch of items: one or
/// two in each round of a decision.
const MOST_CALLS: usize = 8;

/// Calls of one operation in one invocation.
struct Calls<'a> {
    first_at: Duration,
    by: &'a str,
    calls: usize,
    /// Items that the calls described.
    items: usize,
}

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let mut counted: BTreeMap<(u64, &str), Calls<'_>> = BTreeMap::new();
    for entry in &run.played.history {
        let Fact::Call { by, operation, outcome, about, .. } = &entry.fact else { continue };
        let Caller::Function { name, invocation: Some(invocation) } = by else { continue };
        if BATCHED.contains(&operation.as_str()) && outcome.starts_with("ok") {
            let none = Calls { first_at: entry.at, by: name, calls: 0, items: 0 };
            let counted = counted.entry((*invocation, operation)).or_insert(none);
            counted.calls += 1;
            counted.items += items(about);
        }
    }
    let many = counted.into_iter().filter(|(_, it)| it.calls > most_calls(it.items));
    let broken = many.map(|((_, operation), Calls { first_at, by, calls, items })| {
        let what = format!("{by} called {operation} {calls} times for {items} items");
        Violation::new(IN_BATCHES, first_at, what)
    });
    broken.collect()
}

/// Returns the largest number of calls that may describe this many items.
fn most_calls(items: usize) -> usize {
    MOST_CALLS + items / BATCH
}

/// Returns the number of items in the summary of a call, such as `cluster=web include=[TAGS] tasks=[a,b,c,+97]`.
fn items(about: &str) -> usize {
    let list = ITEMS.iter().find_map(|field| about.split_once(field));
    let listed = list.and_then(|(_, rest)| rest.split_once(']'));
    let listed = listed.map_or("", |(listed, _)| listed).split(',').filter(|it| !it.is_empty());
    listed.map(|it| it.strip_prefix('+').and_then(|more| more.parse().ok()).unwrap_or(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_a_call_are_those_that_its_summary_names_or_counts() {
        assert_eq!(items("cluster=web include=[TAGS] tasks=[a,b,c,+97]"), 100);
        assert_eq!(items("containerInstances=[a,b] cluster=web"), 2);
        assert_eq!(items("cluster=web tasks=[]"), 0);
    }

    #[test]
    fn full_batches_of_many_items_are_allowed_and_single_reads_are_not() {
        assert_eq!(most_calls(3_000), 38);
        assert_eq!(most_calls(30), 8);
    }
}
