//! Comparison of the table in the documentation of `decide` with the code.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use strum::VariantNames;

use super::random::any_scene;
use crate::decide::situation::Row;
use crate::decide::{classify, row_decision};
use crate::intent::Intent;

/// Returns the situations and their reasons, in the order of the documentation.
fn documented() -> Vec<(&'static str, BTreeSet<&'static str>)> {
    let rows = include_str!("../mod.rs").lines().filter_map(|line| line.strip_prefix("//! | "));
    let cells = rows.map(|row| row.trim_end_matches(" |").split(" | ").collect::<Vec<_>>());
    let table = cells.filter(|cells| cells[0] != "situation");
    table.map(|cells| (cells[0], cells[2].split(", ").collect())).collect()
}

#[test]
fn table_has_the_rows_of_the_code_in_their_order() {
    let situations: Vec<&str> = documented().into_iter().map(|(situation, _)| situation).collect();

    assert_eq!(situations, Row::VARIANTS);
}

#[test]
fn table_names_every_reason_of_the_code() {
    let named: BTreeSet<&str> = documented().into_iter().flat_map(|(_, reasons)| reasons).collect();

    let all: BTreeSet<&str> = crate::reason::OperationReason::CODES.iter().copied().collect();
    assert_eq!(named, all);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4096, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn decision_has_the_reason_that_the_table_names(scene in any_scene(), begins in any::<bool>()) {
        let reasons: BTreeMap<_, _> = documented().into_iter().collect();
        let intent = if begins { scene.intent() } else { Intent::Step };
        let seen = scene.observed(&intent);

        let row = classify(&intent, &seen, &scene.memory, scene.now).row;

        let situation: &str = (&row).into();
        let (_, reason, _) = row_decision(row.clone());
        let reason: &str = (&reason).into();
        prop_assert!(reasons[situation].contains(reason), "{situation}: {reason}");
    }
}
