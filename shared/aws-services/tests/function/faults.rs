//! The function, killed or failed at any of its calls.

use std::collections::BTreeMap;

use sim::account::service_counts;
use sim::history::{Caller, Entry, Fact};
use sim::scenario::{CallFault, PlannedFault};

use crate::world::{RECYCLE, RESTART, SHOP, parameters_left, played, played_with, request};

/// Distance of two calls that are tried. A prime number meets every operation.
const APART: usize = 13;

/// Distance of two calls in `.ci/run`, which tries them with every fault. All 1 800 points take 12 minutes.
const APART_IN_FULL: usize = 5;

fn scenario() -> String {
    format!("{SHOP}{}", request("5m", RECYCLE))
}

/// Returns the calls of the function in a run without faults: operation, and number among its calls.
fn points() -> Vec<(String, u32)> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut points = Vec::new();
    for entry in played(&scenario()) {
        if let Fact::Call { by: Caller::Function { .. }, operation, .. } = entry.fact {
            let count = counts.entry(operation.clone()).or_default();
            *count += 1;
            points.push((operation, *count));
        }
    }
    points
}

/// Asserts that the service is as it was before the operation, and that it never had too few tasks.
fn assert_unharmed(history: &[Entry], what: &str) {
    let counts = service_counts(history, "shop", "api");
    assert_eq!(parameters_left(history), Default::default(), "{what}");
    assert_eq!(counts.last().map(|it| it.desired), Some(3), "{what}");
    assert!(counts.iter().all(|it| it.healthy >= 3 && it.stopping <= 1), "{what}: {counts:?}");
    let target = history.iter().rev().find_map(|entry| match &entry.fact {
        Fact::ScalableTarget { min, max, suspended, .. } => Some((*min, *max, *suspended)),
        _ => None,
    });
    assert!(target.is_none_or(|target| target == (1, 3, [false; 3])), "{what}: {target:?}");
    let mut protected = BTreeMap::new();
    for entry in history {
        if let Fact::Protection { task, lasts, .. } = &entry.fact {
            protected.insert(&task.arn, lasts.is_some());
        }
    }
    let live = history.iter().filter_map(|entry| match &entry.fact {
        Fact::Task { task, last_status: "STOPPED", .. } => Some(&task.arn),
        _ => None,
    });
    live.for_each(|stopped| {
        protected.remove(stopped);
    });
    assert!(protected.values().all(|is_protected| !is_protected), "{what}: {protected:?}");
}

#[test]
fn function_that_fails_or_dies_at_any_call_restores_the_service() {
    let is_whole = std::env::var_os("EBB_WHOLE_SERIES").is_some();
    let apart = if is_whole { APART_IN_FULL } else { APART };
    let points = points();
    assert!(points.len() > 200, "{} calls", points.len());

    for (n, (operation, nth)) in points.iter().enumerate().step_by(apart) {
        let kinds = CallFault::ALL.iter().filter(|kind| kind.can_strike(operation));
        let some = kinds.enumerate().filter(|(kind, _)| is_whole || kind % 3 == n % 3);
        for (_, kind) in some {
            let fault = PlannedFault::Call {
                function: "service-operation".to_owned(),
                operation: operation.clone(),
                nth: *nth,
                become_: *kind,
            };
            let history = played_with(&scenario(), vec![fault]);
            assert_unharmed(&history, &format!("{operation} {nth} {}", kind.name()));
        }
    }
}

// UpdateService has no idempotency token (ECS API reference), so a retry would force one more deployment.
#[test]
fn restart_whose_call_gets_no_answer_forces_one_deployment() {
    for kind in [CallFault::LostAnswer, CallFault::TimedOut, CallFault::KilledAfter] {
        let fault = PlannedFault::Call {
            function: "service-operation".to_owned(),
            operation: "UpdateService".to_owned(),
            nth: 1,
            become_: kind,
        };

        let history = played_with(&format!("{SHOP}{}", request("5m", RESTART)), vec![fault]);

        let forced = history.iter().filter(|entry| {
            matches!(&entry.fact, Fact::Call { operation, .. } if operation == "UpdateService")
        });
        assert_eq!(forced.count(), 1, "{}", kind.name());
        assert_eq!(parameters_left(&history), Default::default(), "{}", kind.name());
    }
}
