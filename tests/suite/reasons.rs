//! Every reason for a decision occurs in a shipped scenario.

use std::collections::BTreeSet;

use drain::reason::Reason;

use crate::shipped::runs;

/// Reasons that occur in no scenario. Only regressions and random worlds have retained instances, and no scenario has a
/// role that denies one of several clusters.
const OUT_OF_REACH: [&str; 2] = ["retained", "cluster-denied"];

#[test]
fn every_reason_is_met_by_some_scenario() {
    let mut met = BTreeSet::new();

    for (_, run) in runs() {
        met.extend(run.logged.iter().filter_map(|line| line.reason_code()).map(str::to_owned));
    }

    let missing: Vec<&&str> = Reason::CODES
        .iter()
        .filter(|name| !met.contains(**name) && !OUT_OF_REACH.contains(name))
        .collect();
    assert!(missing.is_empty(), "met by no scenario: {missing:?}");
}
