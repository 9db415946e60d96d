//! Codes and sentences of reasons, refusals, gaps and notes.

use std::collections::BTreeSet;

use crate::gap::StabilityGap;
use crate::note::OperationNote;
use crate::outcome::OperationOutcome;
use crate::reason::{OperationReason, OperationRefusal};

#[test]
fn codes_of_reasons_and_refusals_are_all_different() {
    let all = OperationReason::CODES.iter().chain(OperationRefusal::CODES);
    let different: BTreeSet<_> = all.clone().collect();

    assert_eq!(different.len(), all.count());
}

#[test]
fn refusal_has_its_own_code_and_sentence() {
    let reason = OperationReason::Refused(OperationRefusal::Daemon);

    assert_eq!(reason.code(), "daemon");
    assert!(reason.is_refusal());
}

#[test]
fn gap_names_three_tasks_and_the_number_of_the_others() {
    let tasks = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();

    let gap = StabilityGap::Stopping { tasks };

    assert_eq!(gap.to_string(), "5 tasks to stop (a, b, c and 2 more)");
}

#[test]
fn note_has_a_code_and_a_sentence() {
    let note = OperationNote::DesiredCountChanged { recorded: 3, found: 9 };

    assert_eq!(note.code(), "desired-count-changed");
    assert_eq!(note.to_string(), "the desired count was 3, and another tool set 9; left unchanged");
}

#[test]
fn exit_code_is_0_1_or_130() {
    use OperationOutcome::*;
    let codes = [Done, NothingToDo, Failed, TimedOut, Cancelled, Interrupted]
        .map(OperationOutcome::exit_code);

    assert_eq!(codes, [0, 0, 1, 1, 1, 130]);
    assert_eq!(TimedOut.as_str(), "timed-out");
}

#[test]
fn sentence_counts_one_task_and_shows_whole_seconds() {
    let until = "2026-03-02T09:00:00.123456789Z".parse().unwrap();

    let sentences = [
        OperationReason::StoppingTasks { tasks: 1 }.to_string(),
        OperationReason::StoppingTasks { tasks: 2 }.to_string(),
        OperationReason::BetweenReplacements { until }.to_string(),
    ];

    let expected =
        ["stopping 1 old task", "stopping 2 old tasks", "next replacement at 2026-03-02T09:00:00Z"];
    assert_eq!(sentences, expected);
}
