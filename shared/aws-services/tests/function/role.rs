//! The role of the function, and the operation that it allows.

use std::collections::BTreeSet;

use sim::account::service_counts;
use sim::history::{Caller, Entry, Fact};

use crate::world::{ALARM, RECYCLE, RESTART, SHOP, deployment, parameters_left, played, request};

/// Actions of Lambda itself under the role of the function (Lambda developer guide).
const BY_LAMBDA: [&str; 5] = [
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
];

/// Returns the actions that the function called, each with its outcome.
fn called(history: &[Entry]) -> BTreeSet<(String, String)> {
    let calls = history.iter().filter_map(|entry| match &entry.fact {
        Fact::Call { by: Caller::Function { .. }, service, operation, outcome, .. } => {
            let action = operation.strip_suffix("Batch").unwrap_or(operation);
            Some((format!("{service}:{action}"), outcome.clone()))
        }
        _ => None,
    });
    calls.collect()
}

#[test]
fn recycle_keeps_the_healthy_tasks_and_restores_the_service() {
    let history = played(&format!("{SHOP}{}", request("5m", RECYCLE)));

    let counts = service_counts(&history, "shop", "api");
    assert!(counts.iter().any(|it| it.desired == 4), "{counts:?}");
    assert!(counts.iter().all(|it| it.healthy >= 3 && it.stopping <= 1), "{counts:?}");
    assert_eq!(counts.last().map(|it| it.desired), Some(3));
    assert_eq!(parameters_left(&history), BTreeSet::new());
    let bounds = history.iter().rev().find_map(|entry| match &entry.fact {
        Fact::ScalableTarget { min, max, suspended, .. } => Some((*min, *max, *suspended)),
        _ => None,
    });
    assert_eq!(bounds, Some((1, 3, [false; 3])));
}

#[test]
fn role_allows_every_call_of_each_operation_and_no_other() {
    let both = format!("{SHOP}{}{}", request("5m", RECYCLE), request("40m", RESTART));
    let stop_task = SHOP.replace("deregistration_delay = \"30s\"\n", "");
    let malformed = request("5m", "{");
    let runs = [
        played(&both),
        played(&format!("{stop_task}{malformed}{}", request("6m", RECYCLE))),
        played(&format!("{SHOP}{}", request("5m", ALARM))),
    ];

    let called: BTreeSet<(String, String)> = runs.iter().flat_map(|it| called(it)).collect();

    let denied: Vec<_> =
        called.iter().filter(|(_, outcome)| outcome.starts_with("AccessDenied")).collect();
    assert_eq!(denied, Vec::<&(String, String)>::new());
    let role = deployment().functions.remove(0).role.unwrap();
    let allowed: BTreeSet<&str> = role.actions().collect();
    let used: BTreeSet<&str> =
        called.iter().map(|(action, _)| action.as_str()).chain(BY_LAMBDA).collect();
    let unused: Vec<_> = allowed.difference(&used).collect();
    assert_eq!(unused, Vec::<&&str>::new());
}
