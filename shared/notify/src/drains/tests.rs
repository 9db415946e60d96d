use drain::deadline::{Deadline, DeadlineKind};
use drain::observation::{ContainerInstance, Observation, Seen};
use drain::policy::CompletionResult;
use drain::task::{Owner, Task};
use drain::trigger::Triggers;
use jiff::Timestamp;

use super::*;

fn seen(tasks: Vec<Task>) -> Observation {
    let mut seen = Observation::new("i-0a1", Triggers::default());
    let arn = "arn:aws:ecs:eu-west-1:111122223333:container-instance/web/c1".to_owned();
    let cluster = "arn:aws:ecs:eu-west-1:111122223333:cluster/web".to_owned();
    seen.container_instance = Seen::Present(ContainerInstance { arn, cluster, described: None });
    seen.tasks = Seen::Present(tasks);
    seen
}

fn task() -> Task {
    let arn = "arn:aws:ecs:eu-west-1:111122223333:task/web/t1".to_owned();
    Task {
        arn,
        owner: Owner::Standalone,
        definition: "import:1".to_owned(),
        stopped: false,
        stopping: false,
        stopping_since: None,
        stopped_by_ebb: false,
        stopped_at: None,
        stop_time: None,
        policy: None,
    }
}

fn one_task() -> Vec<Task> {
    vec![task()]
}

fn complete(reason: Reason) -> Decision {
    let (group, hook) = ("workers".to_owned(), "ebb".to_owned());
    Decision::one(Action::Complete { group, hook, result: CompletionResult::Continue }, reason)
}

fn deadline_reached() -> Reason {
    let at = Timestamp::UNIX_EPOCH;
    Reason::DeadlineReached { deadline: Deadline { at, kind: DeadlineKind::DrainTimeout } }
}

fn of(seen: &Observation, decision: &Decision, notes: &[Note], mode: Mode) -> Vec<Notification> {
    notifications(ObservedDecision {
        seen,
        decision,
        is_new: true,
        new_notes: notes,
        group: Some("workers"),
        mode,
        at: Timestamp::UNIX_EPOCH,
    })
}

fn kinds(seen: &Observation, decision: &Decision) -> Vec<NotificationKind> {
    of(seen, decision, &[], Mode::Act).iter().map(|it| it.kind).collect()
}

#[test]
fn drain_that_begins_has_its_place() {
    let decision = Decision::one(Action::Drain, Reason::SpotInterruption);

    let all = of(&seen(Vec::new()), &decision, &[], Mode::Act);

    assert_eq!(all[0].kind, NotificationKind::DrainBegan);
    assert_eq!(all[0].subject, "drain of i-0a1 in cluster web began: Spot interruption warning");
    assert_eq!(all[0].account.as_deref(), Some("111122223333"));
    assert_eq!(all[0].region.as_deref(), Some("eu-west-1"));
    assert_eq!(all[0].group.as_deref(), Some("workers"));
}

#[test]
fn empty_instance_has_ended_its_drain() {
    let ended = kinds(&seen(Vec::new()), &complete(Reason::Empty));

    assert_eq!(ended, [NotificationKind::DrainEnded]);
}

#[test]
fn drain_at_its_deadline_with_a_task_left_has_lost_work() {
    let lost = of(&seen(one_task()), &complete(deadline_reached()), &[], Mode::Act);

    assert_eq!(
        (lost[0].kind, lost[0].severity),
        (NotificationKind::DrainLostTasks, Severity::Error)
    );
    assert_eq!(lost[0].numbers["tasksLeft"], 1);
}

#[test]
fn deadline_without_a_task_has_lost_nothing() {
    let ended = kinds(&seen(Vec::new()), &complete(deadline_reached()));

    assert_eq!(ended, [NotificationKind::DrainEnded]);
}

#[test]
fn launch_and_heartbeat_are_no_drain() {
    let none = Vec::<NotificationKind>::new();

    assert_eq!(kinds(&seen(Vec::new()), &complete(Reason::Joined)), none);
    assert_eq!(kinds(&seen(one_task()), &Decision::nothing(Reason::HeartbeatDue)), none);
}

#[test]
fn service_that_cannot_drain_makes_the_drain_stuck() {
    let cause = drain::stuck_service::StuckCause::Protection;
    let note = Note::ServiceCannotDrain { service: "api".to_owned(), cause };
    let waits = Decision::nothing(Reason::TasksLeft(TasksLeft::default()));

    let all = of(&seen(one_task()), &waits, &[note], Mode::Act);

    assert_eq!(all[0].kind, NotificationKind::DrainStuck);
    assert_eq!(all[0].service.as_deref(), Some("api"));
}

#[test]
fn mode_that_changes_nothing_has_no_notification() {
    let decision = Decision::one(Action::Drain, Reason::SpotInterruption);

    assert_eq!(of(&seen(Vec::new()), &decision, &[], Mode::Observe), []);
}
