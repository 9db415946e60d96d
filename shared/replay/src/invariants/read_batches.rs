//! Batched reads: one call describes many clusters, container instances, services or tasks.
//!
//! The bound depends on the number of items that the calls ask about, so the invariant holds for crowds too.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sim::history::{Caller, Fact};

use super::{CheckedRun, Violation};
use crate::deployed::is_service_operation;

const IN_BATCHES: &str = "an invocation reads in batches";

/// Operation that describes many items in one call.
struct Batched {
    operation: &'static str,
    /// Beginning of the field with the items, in the summary of a call.
    field: &'static str,
    /// Most items of one call.
    batch: usize,
}

/// Operations that describe many items in one call, with their documented limits (ECS API reference).
const BATCHED: [Batched; 4] = [
    Batched { operation: "DescribeClusters", field: "clusters=[", batch: 100 },
    Batched { operation: "DescribeContainerInstances", field: "containerInstances=[", batch: 100 },
    Batched { operation: "DescribeServices", field: "services=[", batch: 10 },
    Batched { operation: "DescribeTasks", field: "tasks=[", batch: 100 },
];

/// Most unfilled batches of one invocation in one cluster, 6. Each round of a decision may end with an unfilled batch.
const UNFILLED: usize = 6;

/// Answered calls of one operation in one invocation about one cluster.
struct Calls<'a> {
    first_at: Duration,
    by: &'a str,
    calls: usize,
    /// Items that the calls asked about.
    items: usize,
}

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let mut counted: BTreeMap<(u64, usize, &str), Calls<'_>> = BTreeMap::new();
    let mut unanswered = BTreeSet::new();
    for entry in &run.played.history {
        if let Fact::Fault { kind, what, .. } = &entry.fact
            && leaves_no_answer(kind)
        {
            unanswered.extend(call_of(what));
        }
        let Fact::Call { by, operation, outcome, about, .. } = &entry.fact else { continue };
        let Caller::Function { name, invocation: Some(invocation) } = by else { continue };
        // An invocation of the function of operations looks at its services several times.
        if is_service_operation(by) {
            continue;
        }
        let Some(kind) = BATCHED.iter().position(|it| it.operation == operation) else { continue };
        let is_repeated = unanswered.remove(&(BATCHED[kind].operation, name.as_str()));
        if outcome.starts_with("ok") && !is_repeated {
            let none = Calls { first_at: entry.at, by: name, calls: 0, items: 0 };
            let counted = counted.entry((*invocation, kind, cluster(about))).or_insert(none);
            counted.calls += 1;
            counted.items += items(about, BATCHED[kind].field);
        }
    }
    let broken = counted.into_iter().filter_map(|((_, kind, cluster), counted)| {
        let Calls { first_at, by, calls, items } = counted;
        let Batched { operation, batch, .. } = BATCHED[kind];
        let about = if cluster.is_empty() { "" } else { " of cluster " };
        let what =
            format!("{by} called {operation} {calls} times for {items} items{about}{cluster}");
        (calls > most_calls(items, batch)).then(|| Violation::new(IN_BATCHES, first_at, what))
    });
    broken.collect()
}

/// Returns true if AWS serves a call with this fault and ebb gets no answer in time. The SDK repeats such a call.
fn leaves_no_answer(kind: &str) -> bool {
    matches!(kind, "lost-answer" | "timed-out" | "slow")
}

/// Returns the operation and the function of a fault, such as `call of DescribeTasks by sweep, number 9`, if the operation is
/// one of [`BATCHED`].
fn call_of(what: &str) -> Option<(&'static str, &str)> {
    let (operation, rest) = what.strip_prefix("call of ")?.split_once(" by ")?;
    let (function, _) = rest.split_once(", number ")?;
    let batched = BATCHED.iter().find(|it| it.operation == operation)?;
    Some((batched.operation, function))
}

/// Returns the largest allowed number of calls for this many items.
fn most_calls(items: usize, batch: usize) -> usize {
    UNFILLED + items / batch
}

/// Returns the cluster in the summary of a call, or an empty text without one.
fn cluster(about: &str) -> &str {
    let mut fields = about.split(' ');
    fields.find_map(|field| field.strip_prefix("cluster=")).unwrap_or_default()
}

/// Returns the number of items of a field in the summary of a call, such as `cluster=web include=[TAGS] tasks=[a,b,c,+97]`.
fn items(about: &str, field: &str) -> usize {
    let list = about.split_once(field).and_then(|(_, rest)| rest.split_once(']'));
    let listed = list.map_or("", |(listed, _)| listed).split(',').filter(|it| !it.is_empty());
    listed.map(|it| it.strip_prefix('+').and_then(|more| more.parse().ok()).unwrap_or(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_a_call_are_those_that_its_summary_names_or_counts() {
        assert_eq!(items("cluster=web include=[TAGS] tasks=[a,b,c,+97]", "tasks=["), 100);
        assert_eq!(items("containerInstances=[a,b] cluster=web", "containerInstances=["), 2);
        assert_eq!(items("cluster=web tasks=[]", "tasks=["), 0);
    }

    #[test]
    fn cluster_of_a_call_is_the_one_that_its_summary_names() {
        assert_eq!(cluster("cluster=web include=[TAGS] tasks=[a,b,c,+97]"), "web");
        assert_eq!(cluster("clusters=[web] include=[TAGS]"), "");
    }

    #[test]
    fn call_of_a_fault_is_known_by_its_operation_and_function() {
        let fault = "call of DescribeTasks by sweep, number 9";

        assert_eq!(call_of(fault), Some(("DescribeTasks", "sweep")));
        assert_eq!(call_of("call of StopTask by sweep, number 9"), None);
        assert_eq!(call_of("delivery by lifecycle-actions, number 42"), None);
    }

    #[test]
    fn full_batches_of_many_items_are_allowed_and_single_reads_are_not() {
        assert_eq!(most_calls(3_000, 100), 36);
        assert_eq!(most_calls(30, 100), 6);
        assert_eq!(most_calls(30, 10), 9);
    }
}
