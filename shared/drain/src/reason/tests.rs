use super::*;
use crate::deadline::DeadlineKind;

fn at_the_epoch(kind: DeadlineKind) -> Deadline {
    Deadline { at: Timestamp::UNIX_EPOCH, kind }
}

#[test]
fn rule_14_reason_has_a_code_for_logs_and_metrics() {
    assert_eq!(Reason::DaemonGraceExpired.code(), "daemon-grace-expired");
    assert!(Reason::CODES.contains(&Reason::TasksLeft(TasksLeft::default()).code()));
}

#[test]
fn only_a_reason_that_leaves_the_instance_to_the_operator_needs_attention() {
    let denied = Reason::ClusterDenied { call: "listing".to_owned() };
    let urgent =
        [Reason::GroupNotInEcs, Reason::Retained, Reason::AgentLost, Reason::NeverJoined, denied];
    let others = [Reason::Empty, Reason::ForeignHook, Reason::NotRegistered, Reason::Launching];

    assert!(urgent.iter().all(Reason::needs_attention));
    assert!(!others.iter().any(Reason::needs_attention));
}

#[test]
fn tasks_are_listed_once_any_kind_is_counted() {
    let none = TasksLeft { counted: 5, ..TasksLeft::default() };

    assert!(!none.are_listed());
    assert!(TasksLeft { replica: 1, ..none }.are_listed());
    assert!(TasksLeft { standalone: 1, ..none }.are_listed());
    assert!(TasksLeft { stopping: 1, ..none }.are_listed());
    assert!(TasksLeft { daemon: 1, ..none }.are_listed());
    assert!(TasksLeft { replica: 1, standalone: 1, stopping: 1, daemon: 1, ..none }.are_listed());
}

#[test]
fn tasks_that_are_only_counted_are_displayed_without_kinds() {
    let counted = |counted| TasksLeft { counted, ..TasksLeft::default() }.to_string();

    assert_eq!(counted(1), "1 task left");
    assert_eq!(counted(3), "3 tasks left");
}

#[test]
fn deadline_is_displayed_with_its_limit_and_time() {
    let deadline = at_the_epoch(DeadlineKind::GlobalTimeout);
    let near = Reason::DeadlineNear { deadline, tasks: 2 };

    assert_eq!(
        near.to_string(),
        "2 tasks must stop before the global timeout of the hook at 1970-01-01T00:00:00Z"
    );
}

#[test]
fn reached_deadline_is_displayed_with_its_limit() {
    let said = |kind| Reason::DeadlineReached { deadline: at_the_epoch(kind) }.to_string();

    assert_eq!(said(DeadlineKind::DrainTimeout), "drain timeout reached");
    assert_eq!(said(DeadlineKind::SpotInterruption), "Spot interruption reached");
}
