//! Shutdown: the time that the load balancer takes, and what keeps the tasks that are left.

use std::collections::BTreeMap;

use super::scene::{HOUR, Scene, at, scene_of, seconds};
use super::tasks::old;
use crate::decision::OperationAction;
use crate::kind::OperationKind;
use crate::memory::OperationMemory;
use crate::observation::{TargetState, TaskStatus};
use crate::outcome::OperationOutcome;
use crate::question::OperationQuestion;
use crate::questions;
use crate::state::ShutdownEnd;

fn shutdown() -> Scene {
    let scene = scene_of(OperationKind::Shutdown).at_first_sight();
    scene.recorded(|record| record.desired_count = Some(3)).now(30)
}

/// Returns the sentence of a shutdown whose timeout has come.
fn timed_out(scene: Scene) -> String {
    let zero_since = Some(at(30));
    let memory = OperationMemory { zero_since, ..OperationMemory::default() };
    let decision = scene.desired(0).with_memory(memory).now(HOUR).decided();
    assert_eq!(decision.outcome, OperationOutcome::TimedOut);
    decision.reason.to_string()
}

#[test]
fn record_has_a_timeout_that_includes_the_deregistration_delay() {
    let asked = || shutdown().behind_a_load_balancer().asking(|it| it.confirmed = true);
    let mut slow = asked().with(old("old1"));
    slow.deregistration_delay = seconds(900);

    let decision = slow.begun();

    let [OperationAction::CreateRecord(record)] = &decision.actions[..] else {
        panic!("no record")
    };
    assert_eq!(record.request.timeout, Some(seconds(1200)));
    let note = decision.notes[0].to_string();
    assert_eq!(note, "the deregistration delay is 900 s, so the timeout is 1200 s");
}

#[test]
fn timeout_of_the_request_is_kept_and_no_delay_is_asked_for() {
    let asked = shutdown().behind_a_load_balancer().asking(|it| it.confirmed = true);
    let given = asked.asking(|it| it.timeout = Some(seconds(60))).with(old("old1"));

    let decision = given.silent_about(OperationQuestion::DeregistrationDelay).begun();

    assert_eq!(decision.outcome, OperationOutcome::Open);
    assert_eq!(decision.reason.code(), "recording");
}

#[test]
fn task_with_a_stop_signal_is_named_with_its_stop_timeout() {
    let mut task = old("old1").stopping();
    task.task.last_status = TaskStatus::Stopping;

    let sentence = timed_out(shutdown().with(task));

    assert!(sentence.contains("is STOPPING"), "{sentence}");
    assert!(sentence.contains("SIGKILL after its stop timeout of 30 s"), "{sentence}");
}

#[test]
fn task_that_is_deregistered_is_named_with_the_delay() {
    let task = old("old1").stopping().with_target(TargetState::Draining);

    let sentence = timed_out(shutdown().behind_a_load_balancer().with(task));

    assert!(sentence.contains("in its deregistration delay"), "{sentence}");
}

#[test]
fn task_on_a_disconnected_agent_is_named_with_its_agent() {
    let mut scene = shutdown().with(old("old1").stopping());
    scene.agents = BTreeMap::from([("ci-1".to_owned(), false)]);

    let sentence = timed_out(scene);

    assert!(sentence.contains("its agent is disconnected"), "{sentence}");
}

#[test]
fn task_that_another_tool_started_is_named_with_its_starter() {
    let mut task = old("old1").stopping();
    task.task.started_by = Some("ecs-svc/9".to_owned());

    assert!(timed_out(shutdown().with(task)).contains("started by ecs-svc/9"));
}

#[test]
fn pending_task_is_never_taken_for_none() {
    let pending = shutdown().desired(0).with(old("old1").starting()).now(200).decided();

    assert_eq!(pending.outcome, OperationOutcome::Open);
    assert_eq!(pending.progress.unwrap().left, 1);
}

#[test]
fn count_that_is_raised_again_and_again_ends_the_shutdown_at_its_timeout() {
    let zero_since = Some(at(30));
    let memory = OperationMemory { zero_since, ..OperationMemory::default() };
    let raised = |second| shutdown().desired(2).with_memory(memory.clone()).now(second).decided();

    assert_eq!(raised(299).reason.code(), "shutting-down");
    assert_eq!(raised(300).outcome, OperationOutcome::TimedOut);
}

#[test]
fn shutdown_that_has_ended_costs_one_read_a_minute() {
    let outcome = OperationOutcome::Done;
    let end = ShutdownEnd { outcome, sentence: "no task is left".to_owned(), at: at(200) };
    let ended = shutdown().in_state(|state| state.shut_down = Some(end));

    let seen = ended.observed(&crate::intent::Intent::Step);

    assert!(seen.service.is_open() && seen.tasks.is_open());
    assert_eq!(questions(&crate::intent::Intent::Step, &seen, at(300)), []);
    assert_eq!(ended.decided().reason.code(), "shut-down");
}

#[test]
fn daemon_service_is_refused_with_its_way_out() {
    let daemon = shutdown().asking(|it| it.confirmed = true).serving(|it| it.daemon = true);

    let decision = daemon.begun();

    assert_eq!(decision.reason.code(), "daemon-runs");
    assert!(decision.reason.to_string().contains("placement constraint"));
}

#[test]
fn default_timeout_is_longer_behind_a_load_balancer() {
    let zero_since = Some(at(30));
    let memory = OperationMemory { zero_since, ..OperationMemory::default() };
    let balanced = shutdown().behind_a_load_balancer().with(old("old1").stopping());
    let outcome = |second| {
        balanced.clone().desired(0).with_memory(memory.clone()).now(second).decided().outcome
    };

    assert_eq!([outcome(599), outcome(600)], [OperationOutcome::Open, OperationOutcome::TimedOut]);
}
