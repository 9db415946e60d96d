//! Tasks whose host is certain to end: ebb stops them in time, and names the service that does not move its tasks.

use std::time::Duration;

use replay::{Responder, Run};
use sim::scenario::{Length, Scenario};

use crate::peer_worlds::{WORLD, last_status, message};
use crate::shipped::{run, shipped};
use crate::world::{played_by, story, written};

/// Scenarios with a service that does not move its tasks, the service and the cause.
const STUCK: [(&str, &str, &str); 3] = [
    ("no-room", "checkout", "no-room"),
    ("scale-to-zero", "preview", "no-room"),
    ("protected-tasks", "mailer", "protection"),
];

/// Service that replaces its tasks first, so their targets have too little time to deregister.
const SLOW_DEREGISTRATION: &str = r#"
about = "a service stops its tasks late before a Spot interruption"
seed = 3

[[group]]
name = "web"
cluster = "shop"
instances = 2
task_slots = 12

[[group.hook]]
name = "ebb"

[[service]]
name = "api"
cluster = "shop"
desired = 4
deregistration_delay = "70s"

[[happens]]
at = "60s"
what = "spot-interruption"
instance = "i-web-1"
"#;

fn killed(run: &Run) -> usize {
    let killed = run.summary.tasks_killed;
    killed.replica + killed.daemon + killed.standalone
}

#[test]
fn rule_5_tasks_of_a_service_that_does_not_move_them_are_stopped_and_none_is_killed() {
    for (name, ..) in STUCK {
        let run = run(name);

        assert_eq!(killed(run), 0, "{name}\n{}", story(run));
        assert!(run.summary.tasks_stopped_by_responder.replica > 0, "{name}\n{}", story(run));
    }
}

#[test]
fn rule_5_service_tasks_that_policy_leaves_die_with_their_host() {
    for (name, ..) in STUCK {
        let mut scenario = shipped(name);
        scenario.environment.insert("EBB_SERVICE_TASKS".to_owned(), "leave".to_owned());

        let run = played_by(Responder::Ebb, &scenario);

        assert!(killed(&run) > 0, "{name}\n{}", story(&run));
        assert_eq!(run.summary.tasks_stopped_by_responder.replica, 0, "{name}");
    }
}

#[test]
fn rule_15_service_is_named_with_its_cause_at_the_first_sweep_ten_minutes_after_draining() {
    for (name, service, cause) in STUCK {
        let run = run(name);
        let drained = run.logged.iter().find(|line| line.actions() == Some("drain")).unwrap().at;

        let named = run.logged.iter().find(|line| {
            line.note_code() == Some("service-cannot-drain")
                && line.service() == Some(service)
                && line.field("cause") == Some(cause)
        });

        let after = named.unwrap_or_else(|| panic!("{name}\n{}", story(run))).at - drained;
        let sweeps = Duration::from_secs(600)..Duration::from_secs(662);
        assert!(sweeps.contains(&after), "{name}: {after:?}");
    }
}

#[test]
fn rule_16_standalone_task_gets_its_stop_time_where_the_attribute_does_not_fit() {
    let run = run("ten-attributes");

    assert_eq!(killed(run), 0, "{}", story(run));
    assert_eq!(run.summary.tasks_stopped_by_responder.standalone, 1, "{}", story(run));
}

// EC2 sends warnings on a best effort, and does not always interrupt the instance. Here the warning is only a message.
#[test]
fn rule_16_instance_that_ec2_keeps_is_active_again_where_the_attribute_does_not_fit() {
    let attributes: Vec<String> = (1..=10).map(|n| format!("a{n} = \"{n}\"")).collect();
    let attributes = format!("attributes = {{ {} }}\n[[group.hook]]", attributes.join(", "));
    let kept = "i-0aaa1111bbb22222c";
    let warning = serde_json::json!({
        "source": "aws.ec2", "detail-type": "EC2 Spot Instance Interruption Warning",
        "account": "111122223333", "region": "eu-west-1", "time": "2026-03-02T09:00:30Z",
        "detail": {"instance-id": kept, "instance-action": "terminate"},
    });
    let warning = message("30s", "spot-interruption", &warning.to_string());
    let world = WORLD.replacen("[[group.hook]]", &attributes, 1) + &warning;

    let run = played_by(Responder::Ebb, &written(&world));

    let did = |wanted| run.logged.iter().filter(|line| line.actions() == Some(wanted)).count();
    assert_eq!((did("drain"), did("set to ACTIVE")), (1, 1), "{}", story(&run));
    assert_eq!(last_status(&run, kept), Some("ACTIVE"), "{}", story(&run));
}

#[test]
fn instances_whose_root_volume_is_replaced_are_drained_completed_and_never_abandoned() {
    let run = run("root-volume-replacement");

    assert_eq!(killed(run), 0, "{}", story(run));
    assert_eq!(run.summary.instances_drained, 3);
    assert_eq!(run.summary.lifecycle_actions.continued, 6);
    assert_eq!(run.summary.lifecycle_actions.abandoned, 0);
}

#[test]
fn container_instance_that_is_left_behind_is_reported_and_never_set_active() {
    let run = run("root-volume-replacement");

    let reported = run.logged.iter().filter(|line| line.note_code() == Some("left-behind"));
    assert!(reported.count() >= 3, "{}", story(run));
    assert!(
        !run.logged.iter().any(|line| line.actions() == Some("set to ACTIVE")),
        "{}",
        story(run)
    );
}

/// Asserts that tasks of a scenario are killed, and that no task is killed with the deregistration delay that the loss
/// names.
fn is_saved_by_the_deregistration_delay(mut scenario: Scenario, seconds: &str) {
    let killing = played_by(Responder::Ebb, &scenario);
    scenario.environment.insert("EBB_DEREGISTRATION_DELAY".to_owned(), seconds.to_owned());
    let saving = played_by(Responder::Ebb, &scenario);

    assert!(killed(&killing) > 0, "{}", story(&killing));
    let fix = &killing.lost[0].fix;
    assert!(fix.starts_with(&format!("EBB_DEREGISTRATION_DELAY={seconds},")), "{fix}");
    assert_eq!(killed(&saving), 0, "{}", story(&saving));
}

#[test]
fn task_killed_while_its_target_deregisters_is_saved_by_the_setting_that_its_loss_names() {
    let mut scenario = shipped("no-room");
    scenario.services[0].deregistration_delay = Some(Length(Duration::from_secs(59)));

    is_saved_by_the_deregistration_delay(scenario, "59");
}

#[test]
fn service_task_stopped_late_before_a_spot_interruption_is_saved_by_the_setting_of_its_loss() {
    is_saved_by_the_deregistration_delay(written(SLOW_DEREGISTRATION), "70");
}
