//! Comparison of the table in the documentation of `decide` with the code.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use strum::VariantNames;

use super::random::{any_answers, any_moment, any_policy, any_triggers};
use crate::decide::classify::classify;
use crate::decide::facts::answer::Stop;
use crate::decide::row_decision;
use crate::decide::situation::{Row, Situation};
use crate::limits::ROUNDS;
use crate::observation::Observation;

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

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4096, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn decision_has_the_reason_that_the_table_names(
        triggers in any_triggers(),
        answers in any_answers(),
        policy in any_policy(),
        now in any_moment(),
    ) {
        let reasons: BTreeMap<_, _> = documented().into_iter().collect();
        let mut seen = Observation::new("i-1", triggers);
        for _ in 0..ROUNDS {
            match classify(&seen, &policy, now) {
                Ok(Situation { row, .. }) => {
                    let situation: &str = (&row).into();
                    let reason = row_decision(row.clone()).reason.code();
                    prop_assert!(reasons[situation].contains(reason), "{situation}: {reason}");
                    return Ok(());
                }
                Err(Stop::Ask(questions)) => {
                    questions.into_iter().for_each(|question| answers.give(question, &mut seen));
                }
                Err(Stop::Unanswered(why)) => prop_assert!(false, "{why:?}"),
            }
        }
    }
}
