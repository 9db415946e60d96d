use super::*;

fn at_the_epoch(of: DeadlineOf) -> Deadline {
    Deadline { at: Timestamp::UNIX_EPOCH, of }
}

#[test]
fn a_reason_is_called_by_its_name_in_logs_and_metrics() {
    assert_eq!(Reason::DaemonGraceOver.name(), "daemon-grace-over");
    assert!(Reason::NAMES.contains(&Reason::TasksLeft(TasksLeft::default()).name()));
}

#[test]
fn only_what_is_left_to_a_human_or_given_up_is_an_alarm() {
    let alarms =
        [Reason::NotOursToJudge, Reason::Retained, Reason::AgentLost, Reason::LaunchNeverJoined];
    let others = [Reason::Empty, Reason::HookNotOurs, Reason::NotInCluster, Reason::LaunchWaiting];

    assert!(alarms.iter().all(Reason::is_an_alarm));
    assert!(!others.iter().any(Reason::is_an_alarm));
}

#[test]
fn tasks_are_known_where_any_of_them_was_seen() {
    let none = TasksLeft { counted: 5, ..TasksLeft::default() };

    assert!(!none.looked_at());
    assert!(TasksLeft { replica: 1, ..none }.looked_at());
    assert!(TasksLeft { standalone: 1, ..none }.looked_at());
    assert!(TasksLeft { stopping: 1, ..none }.looked_at());
    assert!(TasksLeft { daemon: 1, ..none }.looked_at());
    assert!(TasksLeft { replica: 1, standalone: 1, stopping: 1, daemon: 1, ..none }.looked_at());
}

#[test]
fn tasks_that_were_only_counted_are_said_without_their_kinds() {
    let counted = |counted| TasksLeft { counted, ..TasksLeft::default() }.to_string();

    assert_eq!(counted(1), "1 task left");
    assert_eq!(counted(3), "3 tasks left");
}

#[test]
fn a_deadline_says_what_sets_it_and_when() {
    let deadline = at_the_epoch(DeadlineOf::GlobalTimeout);
    let near = Reason::DeadlineNear { deadline, tasks: 2 };

    assert_eq!(
        near.to_string(),
        "2 standalone tasks must stop before the hook's global timeout at 1970-01-01T00:00:00Z"
    );
}

#[test]
fn a_deadline_that_is_reached_says_which_it_was() {
    let said = |of| Reason::DeadlineReached { deadline: at_the_epoch(of) }.to_string();

    assert_eq!(said(DeadlineOf::DrainTimeout), "drain timeout reached");
    assert_eq!(said(DeadlineOf::SpotInterruption), "Spot interruption reached");
}
